"""From probabilities to events with two thresholds, so that a sound that hovers around one of them is not split into pieces."""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import numpy as np

from video_pipeline.core.constraints import AtLeastZero, OneOf, Share, check_fields
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve, Mask, Posterior, Values, runs
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events import DETECTORS
from video_pipeline.events.candidates import SlidingOptions
from video_pipeline.events.fusion import default_weights
from video_pipeline.events.guards import GuardOptions

DetectorName = Annotated[str, OneOf("event detector", DETECTORS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """When a sound counts as heard."""

    onset: Share = 0.5
    """Probability that must be reached once."""

    onset_in_speech: Share = 0.0
    """Probability that must be reached where somebody speaks, if that is more: rain under a voice may pass for applause."""

    mean_in_speech: Share = 0.0
    """Mean probability from which `onset` suffices there for a sound of at most 2 s: a laugh is likely from its start to its end,
    a noise under a voice for a moment; 0 disables this."""

    onset_in_cheers: Share = 0.0
    """Probability that must be reached where a crowd cheers, if that is more, since a roar may pass for applause. It does not
    count in a show that has the sound without cheers too."""

    onset_again: Share = 0.0
    """Probability that suffices within `again_s` of an event of the same sound, since who laughed once soon laughs again;
    0 disables this."""

    again_s: AtLeastZero = 20.0
    """Seconds from an event within which `onset_again` suffices."""

    offset: Share = 0.3
    """An event lasts while the probability stays at or above this."""

    merge_gap_s: AtLeastZero = 0.5
    """Events closer than this, in seconds, are one (people breathe in while they laugh)."""

    least_s: AtLeastZero = 0.3
    """Shorter events, in seconds, are dropped."""

    longest_s: Annotated[float, msgspec.Meta(ge=1)] = 60.0
    """Longer events, in seconds, are split where they are least probable; at least twice `least_s`."""

    fade_s: AtLeastZero = 0.0
    """The end may move on by this many seconds while the probability falls, for a sound that dies away slowly."""

    def __post_init__(self) -> None:
        check_fields(self)
        if not 0 < self.offset <= self.onset:
            raise ValueError("thresholds must be 0 < offset <= onset")
        if self.longest_s < 2 * self.least_s:
            raise ValueError("longest_s must be at least twice least_s")


_DEFAULT = EventRule()
DEFAULT_RULES: dict[Sound, EventRule] = {
    **dict.fromkeys(Sound, _DEFAULT),
    Sound.LAUGHTER: EventRule(
        onset=0.75,
        onset_in_speech=0.95,
        mean_in_speech=0.55,
        onset_again=0.5,
        offset=0.1,
        merge_gap_s=0.7,
        least_s=0.5,
        longest_s=30.0,
    ),
    Sound.APPLAUSE: EventRule(
        onset=0.8,
        onset_in_speech=0.95,
        onset_in_cheers=0.97,
        offset=0.2,
        merge_gap_s=0.9,
        least_s=1.0,
        longest_s=120.0,
        fade_s=2.0,
    ),
    # A crowd's voices are masked by its own clapping, so a cheer lasts while its probability is low.
    Sound.CHEER: EventRule(onset=0.5, onset_in_speech=0.95, offset=0.03, merge_gap_s=0.9, least_s=0.5),
    Sound.MUSIC: EventRule(onset=0.8, offset=0.5, merge_gap_s=2.0, least_s=3.0, longest_s=3600.0),
}
_FADED_SHARE = 1 / 3
"""Share of `offset` at which a fading sound is over: the last single claps of an applause lie between the two."""
_SPOKEN_SHARE = 0.7
"""A sound counts as in speech if somebody speaks during this share of it."""
_BRIEF_S = 2.0
"""Longest stretch for `mean_in_speech`: people laugh briefly while another speaks; machines and crowds under a voice go on."""
_SPEECH_ONSET = 0.5
"""Probability of speech from which somebody speaks."""
_CHEERED_SHARE = 0.3
"""A sound counts as in cheers if a crowd cheers during this share of it."""
_CHEER_ONSET = 0.1
"""Probability of a cheer from which a crowd cheers: clapping masks it."""
SENSITIVITIES = {"low": 3.0, "normal": 1.0, "high": 1 / 3}
"""By name: the factor by which the odds of all onsets are multiplied; an onset of 0.75 becomes 0.9 or 0.5."""
_HIGHEST_THRESHOLD = 0.99
"""No threshold is raised above this, so that it can still be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOptions:
    """How sounds are found."""

    detectors: tuple[DetectorName, ...] = ("compact", "tags")
    """The detectors that listen, the more trusted first. `sliding` listens to the sound again with the speech model, which costs
    8 times its transcription; SenseVoice's published figures for laughter and applause are modest."""

    weights: dict[DetectorName, dict[Sound, AtLeastZero]] = field(default_factory=default_weights)
    """How much a detector's opinion on a sound counts beside those of the others that listened; 0 ignores it."""

    sliding: SlidingOptions = field(default_factory=SlidingOptions)
    """Where the speech model listens again, if `sliding` is among the detectors."""

    sensitivity: Annotated[str, OneOf("sensitivity", tuple(SENSITIVITIES))] = "normal"
    """`high` finds more and believes more that is nothing, `low` the other way round; moves the onsets of all `rules`."""

    rules: dict[Sound, EventRule] = field(default_factory=lambda: dict(DEFAULT_RULES))
    """When each sound counts as heard."""

    guards: GuardOptions = field(default_factory=GuardOptions)
    """Which laughs count less."""

    def __post_init__(self) -> None:
        check_fields(self)

    def with_threshold(self, sound: Sound, onset: float) -> EventOptions:
        """The same options with another onset for a sound; its other thresholds keep their ratio to it.

        A raised onset scales the distance of `onset_again` from 1 instead, so that doubtful sounds next to certain ones are
        raised too.
        """
        rule = self.rules[sound]
        ratio = onset / rule.onset
        in_speech, in_cheers = (min(_HIGHEST_THRESHOLD, value * ratio) for value in (rule.onset_in_speech, rule.onset_in_cheers))
        stricter = ratio > 1 and rule.onset_again > 0
        again = 1 - (1 - rule.onset_again) * (1 - onset) / (1 - rule.onset) if stricter else rule.onset_again * ratio
        offset = rule.offset * ratio
        changed = dataclasses.replace(
            rule, onset=onset, onset_in_speech=in_speech, onset_in_cheers=in_cheers, onset_again=again, offset=offset
        )
        return dataclasses.replace(self, rules={**self.rules, sound: changed})

    def effective_rule(self, sound: Sound) -> EventRule:
        """A sound's rule at this sensitivity; what is 0 or 1 stays so."""
        rule, factor = self.rules[sound], SENSITIVITIES[self.sensitivity]
        if factor == 1:
            return rule
        names = ("onset", "onset_in_speech", "onset_in_cheers", "onset_again")
        changed = {name: _with_odds(getattr(rule, name), factor) for name in names}
        return dataclasses.replace(rule, **changed, offset=min(rule.offset, changed["onset"]))


def _with_odds(share: float, factor: float) -> float:
    return share * factor / (share * factor + 1 - share)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """What else is heard, [frames] each; nowhere if the posterior has no such label."""

    spoken: Mask
    """Somebody speaks."""
    cheered: Mask
    """A crowd cheers."""

    @classmethod
    def of(cls, posterior: Posterior) -> _Around:
        return cls(_above(posterior, "speech", _SPEECH_ONSET), _above(posterior, Sound.CHEER, _CHEER_ONSET))


def _above(posterior: Posterior, label: str, level: float) -> Mask:
    if label not in posterior.labels:
        return np.zeros(len(posterior.values), np.bool_)
    return np.asarray(posterior.curve(label).values > level)


@dataclass(frozen=True, slots=True)
class _Stretch(Span):
    """Where one sound is at or above its `offset`."""

    certain: bool
    """It reaches its onset, not only `onset_again`."""
    cheered: bool
    """A crowd cheers during it."""
    doubted: bool
    """It does not reach the onset that cheers ask for."""


def find_events(posterior: Posterior, options: EventOptions) -> list[AudioEvent]:
    """Events in order of their start, found for each label on its own. An event's score is the mean of its probabilities."""
    around = _Around.of(posterior)
    events = [
        AudioEvent(round(span.start_s, 3), round(span.end_s, 3), sound, _mean(curve, span))
        for sound in Sound
        if sound in posterior.labels
        for curve in [posterior.curve(sound)]
        for span in _label_spans(curve, around, options.effective_rule(sound))
    ]
    return sorted(events, key=lambda e: (e.start_s, e.label))


def _label_spans(curve: Curve, around: _Around, rule: EventRule) -> list[Span]:
    """Where one label is heard: certain stretches, and doubtful ones near them, joined, split and without the short ones."""
    found = list(_stretches(curve, around, rule))
    is_proved = any(one.certain and not one.cheered and one.duration_s >= rule.least_s for one in found)
    certain = [Span(one.start_s, one.end_s) for one in found if one.certain and (is_proved or not one.doubted)]
    lasting = [span for span in merged(certain, gap_s=rule.merge_gap_s) if span.duration_s >= rule.least_s]
    doubtful = (Span(one.start_s, one.end_s) for one in found if not one.certain)
    near = [span for span in doubtful if _distance_s(span, lasting) <= rule.again_s]
    joined = merged([*certain, *near], gap_s=rule.merge_gap_s)
    return [part for span in joined for part in _split(curve, span, rule) if part.duration_s >= rule.least_s]


def _stretches(curve: Curve, around: _Around, rule: EventRule) -> Iterator[_Stretch]:
    """Stretches at or above `offset` that reach an onset, be it `onset_again`."""
    for first, last in runs(curve.values >= rule.offset):
        peak = curve.values[first:last].max()
        in_speech = around.spoken[first:last].mean() >= _SPOKEN_SHARE
        cheered = bool(around.cheered[first:last].mean() >= _CHEERED_SHARE)
        onset = _onset_in_speech(curve.values[first:last], curve.hop_s, rule) if in_speech else rule.onset
        is_certain = bool(peak >= np.float32(onset))
        if is_certain or (rule.onset_again and peak >= rule.onset_again):
            faded = _faded(curve, last, rule)
            level = rule.offset if faded == last else rule.offset * _FADED_SHARE
            start_s, end_s = _edge_s(curve, first, rule.offset), _edge_s(curve, faded, level)
            doubted = cheered and bool(peak < np.float32(rule.onset_in_cheers))
            yield _Stretch(start_s, end_s, certain=is_certain, cheered=cheered, doubted=doubted)


def _onset_in_speech(values: Values, hop_s: float, rule: EventRule) -> float:
    """Probability that must be reached once in a stretch during which somebody speaks."""
    is_brief = len(values) * hop_s <= _BRIEF_S
    if rule.mean_in_speech and is_brief and values.mean() >= np.float32(rule.mean_in_speech):
        return rule.onset
    return max(rule.onset, rule.onset_in_speech)


def _distance_s(span: Span, others: list[Span]) -> float:
    """To the nearest of `others`, which are in order and do not touch; infinite if there are none."""
    after = bisect.bisect_left(others, span.start_s, key=lambda other: other.start_s)
    before_s = span.start_s - others[after - 1].end_s if after else math.inf
    return min(before_s, others[after].start_s - span.end_s if after < len(others) else math.inf)


def _faded(curve: Curve, last: int, rule: EventRule) -> int:
    """The frame at which a sound that falls after frame `last - 1` is over: it has faded, or grows again."""
    most = min(len(curve.values), last + round(rule.fade_s / curve.hop_s))
    while last < most and rule.offset * _FADED_SHARE <= curve.values[last] <= curve.values[last - 1]:
        last += 1
    return last


def _edge_s(curve: Curve, frame: int, level: float) -> float:
    """When the curve crosses `level`, interpolated between the middles of `frame` and the frame before."""
    if not 0 < frame < len(curve.values):
        return curve.start_s + frame * curve.hop_s
    before, after = float(curve.values[frame - 1]), float(curve.values[frame])
    share = (level - before) / (after - before) if before != after else 0.5
    return curve.start_s + (frame - 0.5 + min(1.0, max(0.0, share))) * curve.hop_s


def _split(curve: Curve, span: Span, rule: EventRule) -> list[Span]:
    """Parts no longer than `longest_s`, split at the least probable frame of the middle half."""
    if span.duration_s <= rule.longest_s:
        return [span]
    first, last = (round((time_s - curve.start_s) / curve.hop_s) for time_s in (span.start_s, span.end_s))
    quarter = (last - first) // 4
    at = first + quarter + int(np.argmin(curve.values[first + quarter : last - quarter]))
    at_s = curve.start_s + (at + 0.5) * curve.hop_s
    return [*_split(curve, Span(span.start_s, at_s), rule), *_split(curve, Span(at_s, span.end_s), rule)]


def _mean(curve: Curve, span: Span) -> float:
    first = round((span.start_s - curve.start_s) / curve.hop_s)
    last = max(first + 1, round((span.end_s - curve.start_s) / curve.hop_s))
    return round(float(curve.values[first:last].mean()), 4)
