"""A conversation as a page to read: `conversation.html`, which works from the disk, without a server and without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from video_pipeline.core.timecode import clock
from video_pipeline.report.conversation.drawing import colour_of, drawn
from video_pipeline.report.conversation.record import Conversation, Side
from video_pipeline.ui import page

_WORDS = SimpleNamespace(
    kinds={"call": "Call", "lesson": "Lesson", "podcast": "Conversation"},
    speakers="speakers",
    roles={"agent": "agent", "customer": "customer", "teacher": "teacher", "student": "student"},
    silence="silence",
    hold="hold (music)",
    interruption="interruption",
    checks="Check list",
    there="said",
    missing="missing",
    sides="Who did what",
    peaks="Anger, and what came before",
    moments="Key moments",
    questions="Questions",
    interruptions="Interruptions",
    chapters="Chapters",
    law=(
        "This page says how people sounded. In the European Union emotion recognition is forbidden at work and in schools "
        "outside medical and safety uses (AI Act, Art. 5(1)(f)), and elsewhere people must be told of it (Art. 50)."
    ),
    no_emotion="Emotions are not part of this page. Measured are times, turns and words; it is no judgement of a person.",
)


def conversation_page(conversation: Conversation, media: Sequence[str] = ()) -> str:
    """HTML. `media` are addresses where a browser may find the recording."""
    import jinja2

    loader = jinja2.PackageLoader("video_pipeline.report.conversation")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    from markupsafe import Markup

    body = environment.get_template("conversation.html.j2").render(
        c=conversation,
        words=_WORDS,
        media=media,
        clock=clock,
        colour=partial(colour_of, conversation),
        picture=Markup(drawn(conversation)),
        facts=list(_facts(conversation)),
        rows=list(_rows(conversation)),
    )
    return page("conversation", title=conversation.name, body=body)


def _facts(c: Conversation) -> Iterator[tuple[str, str, str]]:
    """Label, value, remark."""
    longest = max((span.duration_s for span in c.silences), default=0.0)
    yield "silence", _percent(c.silence_share), f"longest {longest:.1f} s, {len(c.silences)} that count" if c.silences else ""
    if c.hold_s:
        yield "hold", clock(c.hold_s), f"{len(c.holds)} times"
    yield "at once", _percent(c.overlap_share), f"{len(c.interruptions)} interruptions"
    yield "changes of speaker a minute", f"{c.switches_per_min:g}", ""
    if c.laughter_s:
        yield "laughter", clock(c.laughter_s), ""
    if c.applause_s:
        yield "applause", clock(c.applause_s), ""
    if c.waits is not None:
        answered = f"{c.waits.answered} of {c.waits.questions} questions answered"
        yield "wait after a question (aim: 3 s)", _seconds(c.waits.after_question_s), answered
        yield "wait after an answer (aim: 3 s)", _seconds(c.waits.after_answer_s), ""


def _rows(c: Conversation) -> Iterator[tuple[str, list[str]]]:
    unit = "characters" if c.language in ("zh", "yue", "ja") else "words"
    for label, show in (
        ("speaks", lambda side: f"{clock(side.talk_s)} ({_percent(side.talk_share)} of all speech)"),
        ("turns", lambda side: str(side.turns)),
        ("longest turn", lambda side: f"{side.longest_s:.1f} s at {clock(side.longest_at_s)}"),
        (f"{unit} a minute", lambda side: "–" if side.words_per_min is None else f"{side.words_per_min:.0f}"),
        ("questions", lambda side: str(side.questions)),
        ("interrupts / is interrupted", lambda side: f"{side.interrupts} / {side.interrupted}"),
        ("listens aloud (mm-hm)", lambda side: str(side.listens)),
        ("answers after, median", lambda side: _seconds(side.response_s)),
        ("answers after, 90 of 100 within", lambda side: _seconds(side.slow_response_s)),
        ("laughs with this one", lambda side: str(side.laughs)),
    ):
        yield label, [_shown(show, side) for side in c.sides]
    for emotion in sorted({emotion for side in c.sides for emotion in side.felt}):
        yield emotion, [_percent(side.felt.get(emotion, 0.0)) for side in c.sides]


def _shown(show: Any, side: Side) -> str:
    text: str = show(side)
    return text


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"
