"""Words about passages of speech: their titles, why they were chosen, and that nobody reacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from video_pipeline.core.clip import Reason
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import whole_clock
from video_pipeline.core.titles import title_of
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.curves import Sums
from video_pipeline.highlights.phrases import Phrases
from video_pipeline.highlights.sentences import Sentence, sentences

_LONGEST_TITLE = 60
"""Characters: one line in a list of clips."""
_LEAST_TITLE = 20
"""Characters: a shorter sentence says too little, where there is a longer one."""
_MOST_TRAITS = 2


def passage_title(span: Span, segments: Sequence[Segment], topic: Curve | None, phrases: Phrases) -> str:
    """The sentence of a passage that says most about the topic, the earliest of equal ones; without words its time."""
    inside = [one for one in sentences(segments) if span.start_s <= one.middle_s < span.end_s and one.text.strip()]
    inside = [one for one in inside if len(one.text) >= _LEAST_TITLE] or inside
    if topic is None or not inside:
        best = inside[0].text if inside else ""
    else:
        sums = Sums(topic)

        def strength(sentence: Sentence) -> float:
            return sums.over(sentence) / max(sentence.duration_s, topic.hop_s)

        best = max(inside, key=lambda one: (round(strength(one), 2), -one.start_s)).text
    return title_of(best, _LONGEST_TITLE) or phrases.passage_at.format(clock=whole_clock(span.start_s))


def passage_why(reasons: Sequence[Reason], phrases: Phrases) -> str:
    """What speaks most for it, such as "speech: a lively voice, what the video is about"."""
    traits: Mapping[str, str] = phrases.traits
    named = [traits[reason.signal] for reason in reasons if reason.contribution > 0 and reason.signal in traits]
    return phrases.passage.format(traits=phrases.listed.join(named[:_MOST_TRAITS]))


def passages_chosen(why_none: str, phrases: Phrases) -> str:
    """That no reaction gave a clip, and what did."""
    return phrases.passages.format(why=why_none.replace(phrases.no_clip, "", 1))
