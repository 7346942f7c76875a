"""The best passages of speech, for videos in which nobody reacts: whole sentences, ranked by words and voice.

A talk to a camera, a lesson or an interview has no audience. Its clips begin and end with sentences, at pauses where there are
some, and are scored by the same signals as other clips, with weights of their own.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.sentences import is_punctuated
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import CAUSES, DEFAULT_WEIGHTS, Evidence, HighlightOptions
from video_pipeline.highlights.best_set import Choice
from video_pipeline.highlights.boundaries import forced
from video_pipeline.highlights.choose import Fainter, Highlights, find_highlights, for_length
from video_pipeline.highlights.edges import Edges, SentenceStart
from video_pipeline.highlights.passage_words import passage_title, passage_why, passages_chosen
from video_pipeline.highlights.phrases import phrases_of
from video_pipeline.highlights.score import Scorer, score_of
from video_pipeline.highlights.sentences import sentences
from video_pipeline.highlights.stored import Signals

PASSAGE_WEIGHTS = {
    "topic": 0.1,
    "excitement": 0.4,
    "loudness": 0.3,
    "emotion": 0.2,
    "reveal": 0.4,
    "speech_rate": 0.2,
    "exchange": 0.2,
    "text_cues": 0.3,
}
"""In place of the default weights of these signals; a weight that somebody set stays. Chosen by hand: a lively voice leads, and
among even voices the words decide."""
_EVERY_S = 120.0
"""One passage for so much video at most: a choice, and not most of a short video."""
_LEAD_S = 0.1
"""Sound kept before the first word, so that a soft first consonant is whole."""
_GAP_S = 0.05
"""Left before the next word."""
_LONG_PAUSE_S = 1.0
"""From this pause on a thought is over: a cut there costs nothing."""
_NO_PAUSE_COST = 0.15
"""To begin or end at a sentence without a pause."""
_NO_TURN_COST = 0.1
"""To begin with a sentence of the same speaker, where speakers are known."""
_OFF_LENGTH_COST_PER_S = 0.01
"""By how much a passage is shorter or longer than preferred."""
_INSIDE_COST = 0.35
"""To begin or end inside a sentence, however long the pause."""
_LONGEST_PAUSE_INSIDE_S = 4.0
"""The longest pause over which a small letter goes on with a sentence."""
_CASED = 0.05
"""Share of sentences that begin with a capital letter in a text that has them: some engines write none."""
_MOST_COST = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage(Choice):
    score: float
    reasons: tuple[Reason, ...]


def highlights_or_passages(
    evidence: Evidence, options: HighlightOptions, signals: Signals, fainter: Fainter | None = None
) -> Highlights:
    """The clips that reactions and wishes earn; where there are none, the best passages of speech if `options.passages`.

    Without speech there are no passages either, and the explanation is that of `find_highlights`.
    """
    found = find_highlights(evidence, options, signals, fainter)
    if found.clips or not _wanted(options):
        return found
    clips = _passages(evidence, options, signals)
    if not clips:
        return found
    phrases = phrases_of(options.language, evidence)
    return replace(found, clips=clips, explanation=passages_chosen(found.explanation, phrases))


def _wanted(options: HighlightOptions) -> bool:
    """Not where reactions are switched off, or something else was asked for: then no clip is the answer."""
    reactions = any(options.weights.get(label, 0.0) > 0 for label in REACTIONS)
    return options.passages and reactions and not options.phrases and not options.curve


def _passages(evidence: Evidence, options: HighlightOptions, signals: Signals) -> tuple[Clip, ...]:
    """Best first."""
    options = for_passages(for_length(options, evidence.duration_s))
    edges, scorer = Edges.of(evidence), Scorer(signals.curves, evidence, options)
    inside = _inside_sentences(evidence.segments)
    possible = [_passage(span, cost, scorer) for span, cost in _spans(edges, options, inside)]
    most = min(options.top, math.ceil(evidence.duration_s / _EVERY_S))
    chosen = _best([passage for passage in possible if passage.worth > 0], most, options.apart_s)
    phrases, topic = phrases_of(options.language, evidence), signals.curves.get("topic")
    clips = [
        Clip(
            found.start_s,
            found.end_s,
            found.score,
            passage_title(found, evidence.segments, topic, phrases),
            reasons=found.reasons,
            why=passage_why(found.reasons, phrases),
        )
        for found in chosen
    ]
    return tuple(sorted(clips, key=lambda clip: (-clip.score, clip.start_s)))


def are_passages(clips: Iterable[Clip]) -> bool:
    """Whether no reaction, and nothing that was asked for, is in any of the clips."""
    return not any(reason.signal in CAUSES for clip in clips for reason in clip.reasons)


def for_passages(options: HighlightOptions) -> HighlightOptions:
    """The same with the weights of passages, but for those that somebody set."""
    own = {name: weight for name, weight in options.weights.items() if weight != DEFAULT_WEIGHTS.get(name)}
    return replace(options, weights={**options.weights, **PASSAGE_WEIGHTS, **own}, lift_weight=0.0)


def _best(possible: Iterable[_Passage], most: int, apart_s: float) -> list[_Passage]:
    """The best, then the next that lies apart from it: two halves of one lively moment would together be worth more than it."""
    chosen: list[_Passage] = []
    for passage in sorted(possible, key=lambda one: (-one.worth, one.start_s)):
        far = Span(passage.start_s - apart_s, passage.end_s + apart_s)
        if len(chosen) < most and not any(far.overlaps(other) for other in chosen):
            chosen.append(passage)
    return chosen


def _passage(span: Span, cost: float, scorer: Scorer) -> _Passage:
    reasons = scorer.reasons(span)
    score = score_of(reasons)
    return _Passage(span.start_s, span.end_s, score * (1 - min(_MOST_COST, cost)), score=score, reasons=reasons)


def _inside_sentences(segments: Sequence[Segment]) -> frozenset[float]:
    """Ends and starts of parts of one sentence: a slow speaker pauses, and goes on with a small letter.

    Only in a text that begins its sentences with capitals and ends them with marks.
    """
    said = sentences(segments)
    begun = [one.text.lstrip()[:1] for one in said]
    written = sum(letter.isupper() for letter in begun) >= _CASED * len(said) and any(is_punctuated(one.text) for one in said)
    found: set[float] = set()
    for (before, after), letter in zip(pairwise(said), begun[1:], strict=True):
        goes_on = letter.islower() and before.speaker == after.speaker and not is_punctuated(before.text)
        if written and goes_on and after.start_s - before.end_s <= _LONGEST_PAUSE_INSIDE_S:
            found |= {before.end_s, after.start_s}
    return frozenset(found)


def _spans(edges: Edges, options: HighlightOptions, inside: frozenset[float]) -> Iterator[tuple[Span, float]]:
    """From every sentence to the ends of those that follow it, with the cost of its cuts; by force where no sentence fits."""
    least_s = min(options.least_s, _speech_s(edges))
    any_fits = False
    for start in edges.starts:
        start_s = _start_s(start, edges)
        for end_s in edges.ends_s[bisect.bisect_right(edges.ends_s, start.time_s) :]:
            if edges.words.at(end_s):
                continue  # somebody else's words go on
            pause_s = min(edges.words.next_s(end_s), edges.duration_s) - end_s
            until_s = end_s + max(0.0, min(options.tail_s, pause_s - _GAP_S, start_s + options.longest_s - end_s))
            if until_s - start_s > options.longest_s:
                break
            if until_s - start_s >= least_s:
                any_fits = True
                broken = _INSIDE_COST * ((start.time_s in inside) + (end_s in inside))
                yield _rounded(start_s, until_s), broken + _cost(start, pause_s, until_s - start_s, edges, options)
    if not any_fits:
        for start in edges.starts:
            cut = forced(Span(start.time_s, start.time_s + least_s), start.time_s, edges, options)
            yield _rounded(cut.start_s, cut.end_s), cut.cost


def _speech_s(edges: Edges) -> float:
    """From the first word to the last: in a short video a passage is at most that."""
    return max(edges.ends_s) - edges.starts[0].time_s if edges.starts and edges.ends_s else 0.0


def _start_s(start: SentenceStart, edges: Edges) -> float:
    room_s = min(start.pause_s, start.time_s - edges.either.last_s(start.time_s), start.time_s)
    return start.time_s - max(0.0, min(_LEAD_S, room_s / 2))


def _rounded(start_s: float, end_s: float) -> Span:
    return Span(round(start_s, 3), round(end_s, 3))


def _cost(start: SentenceStart, pause_s: float, length_s: float, edges: Edges, options: HighlightOptions) -> float:
    abrupt = [_NO_PAUSE_COST * (1 - min(1.0, pause / _LONG_PAUSE_S)) for pause in (start.pause_s, pause_s)]
    turn = _NO_TURN_COST if edges.turns and not start.turn else 0.0
    off_s = max(0.0, options.aim_least_s - length_s, length_s - options.aim_most_s)
    return sum(abrupt) + turn + _OFF_LENGTH_COST_PER_S * off_s
