"""A conversation as a page to read: `conversation.html`, which works from the disk, without a server and without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from video_pipeline.core.labels import Language
from video_pipeline.core.timecode import clock
from video_pipeline.media.web_font import style_sheet
from video_pipeline.report.conversation.drawing import colour_of, drawn
from video_pipeline.report.conversation.record import Conversation, Side
from video_pipeline.report.conversation.texts import Texts
from video_pipeline.report.conversation.wording import SPACELESS
from video_pipeline.ui import page

LEAST_LAUGH_S = 0.5
"""Shorter laughs are not listed on the page."""


def conversation_page(conversation: Conversation, media: Sequence[str] = ()) -> str:
    """HTML in the language of the conversation, or in English. `media` are addresses where a browser may find the recording."""
    import jinja2

    loader = jinja2.PackageLoader("video_pipeline.report.conversation")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    from markupsafe import Markup

    t = Texts(conversation.language)
    body = environment.get_template("conversation.html.j2").render(
        c=conversation,
        t=t,
        media=media,
        clock=clock,
        colour=partial(colour_of, conversation),
        picture=Markup(drawn(conversation, t)),
        facts=list(_facts(conversation, t)),
        rows=list(_rows(conversation, t)),
        laughs=[one for one in conversation.laughs if one.duration_s >= LEAST_LAUGH_S],
    )
    letters = style_sheet(body + conversation.name, Language.UNKNOWN)
    return page("conversation", title=conversation.name, body=body, language=t.tag, style=letters)


def _facts(c: Conversation, t: Texts) -> Iterator[tuple[str, str, str]]:
    """Label, value, remark."""
    longest_s = max((span.duration_s for span in c.silences), default=0.0)
    note = t("longest", s=f"{longest_s:.1f}", n=len(c.silences), least=f"{c.silence_least_s:g}") if c.silences else ""
    yield t("silence"), _percent(c.silence_share), note
    if c.hold_s:
        yield t("hold"), clock(c.hold_s), _times(len(c.holds), t)
    yield t("at_once"), _percent(c.overlap_share), _interruptions(len(c.interruptions), t)
    yield t("switches"), f"{c.switches_per_min:.1f}", ""
    if c.laughter_s:
        yield t("laughter"), clock(c.laughter_s), ""
    if c.applause_s:
        yield t("applause"), clock(c.applause_s), ""
    if c.waits is not None:
        answered = t("answered", n=c.waits.answered, of=c.waits.questions) if c.waits.questions else ""
        yield t("wait_question"), _seconds(c.waits.after_question_s, t), answered
        yield t("wait_answer"), _seconds(c.waits.after_answer_s, t), ""


def _rows(c: Conversation, t: Texts) -> Iterator[tuple[str, list[str]]]:
    """Label, and a value for each side."""

    def row(label: str, values: Iterator[str]) -> tuple[str, list[str]]:
        return t(label), list(values)

    sides = c.sides
    pace = "letters_min" if c.language in SPACELESS else "words_min"
    yield row("speaks", (t("of_all", time=clock(side.talk_s), share=_percent(side.talk_share)) for side in sides))
    yield row("turns", (str(side.turns) for side in sides))
    yield row("longest_turn", (_longest(side, t) for side in sides))
    yield row(pace, ("–" if side.words_per_min is None else f"{side.words_per_min:.0f}" for side in sides))
    yield row("asks", (str(side.questions) for side in sides))
    yield row("cuts", (f"{side.interrupts} / {side.interrupted}" for side in sides))
    yield row("listens", (str(side.listens) for side in sides))
    yield row("response", (_seconds(side.response_s, t) for side in sides))
    yield row("slow_response", (_seconds(side.slow_response_s, t) for side in sides))
    if c.laughter_s:
        yield row("laughs_with", (str(side.laughs) for side in sides))
        yield row("laughs_self", (str(side.own_laughs) for side in sides))
    for emotion in sorted({emotion for side in sides for emotion in side.felt}):
        yield t.called(emotion), [_percent(side.felt.get(emotion, 0.0)) for side in sides]


def _longest(side: Side, t: Texts) -> str:
    return t("at", s=f"{side.longest_s:.1f}", time=clock(side.longest_at_s)) if side.longest_s else "–"


def _interruptions(number: int, t: Texts) -> str:
    if number == 1:
        return t("interruption_1")
    return t("interruptions_n", n=number) if number else ""


def _times(number: int, t: Texts) -> str:
    return t("once") if number == 1 else t("times", n=number)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _seconds(seconds: float | None, t: Texts) -> str:
    return "–" if seconds is None else t("seconds", s=f"{seconds:.1f}")
