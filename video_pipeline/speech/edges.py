"""Holds words to the sound: where speech begins and ends is known better by the speech detector than by any recogniser.

Recognisers like to put the first word of a window on its first frame, and to end the last one early (measured: the first word
0.13 to 0.15 s off, the detector 0.01 to 0.04 s). So words beside a silence get the detector's times.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.base import Heard, SpeechEngine
from video_pipeline.speech.windows import SpokenWindow

_NEAR_S = 0.3
"""A word that starts later than this after speech begins was preceded by another sound, such as a breath."""
_NEAR_END_S = 0.5
"""A word that ends earlier than this before speech does was followed by another sound."""
_LEAST_S = 0.06
"""A word that is moved lasts at least this long: a frame of SenseVoice."""


def transcribed(engine: SpeechEngine, windows: Iterable[SpokenWindow], memory: dict[str, str] | None = None) -> Iterator[Heard]:
    """What an engine hears in windows (see its contract), with the words beside silences held to the sound.

    Answers that belong to no window, such as those of a played transcript, stay as they are.
    """
    places: dict[Span, SpokenWindow] = {}
    for heard in engine.transcribe(_noted(windows, places), memory):
        place = places.pop(heard.window, None)
        if heard.segment is None or place is None:
            yield heard
            continue
        segment = held(heard.segment, place.speech.stretches, starts=place.starts, ends=place.ends)
        segment = dataclasses.replace(segment, speaker=place.speaker or segment.speaker)
        yield dataclasses.replace(heard, segment=segment)


def _noted(windows: Iterable[SpokenWindow], places: dict[Span, SpokenWindow]) -> Iterator[Waveform]:
    """The same windows, remembered without their sound until they are answered."""
    for window in windows:
        places[window.span] = dataclasses.replace(window, samples=window.samples[:0].copy())
        yield window


def held(segment: Segment, speech: Sequence[Span], *, starts: bool = True, ends: bool = True) -> Segment:
    """The segment with the words beside silences held to where speech begins and ends.

    Args:
        speech: the stretches of speech in the segment's window, in order, as the detector found them.
        starts, ends: whether the first stretch begins, and the last one ends, with a silence; not where a window was cut out of
            longer speech.
    """
    if not segment.tokens or not speech:
        return segment
    tokens = list(segment.tokens)
    middles_s = [(a.end_s + b.start_s) / 2 for a, b in pairwise(speech)]
    firsts = [0, *(bisect.bisect_left(tokens, at_s, key=lambda token: token.middle_s) for at_s in middles_s), len(tokens)]
    for k, (stretch, (first, after)) in enumerate(zip(speech, pairwise(firsts), strict=True)):
        if first >= after:
            continue
        if starts or k:
            _start(tokens, first, after, stretch.start_s)
        if ends or k + 1 < len(speech):
            _end(tokens, first, after, max(stretch.end_s, tokens[first].start_s))
    end_s = max(token.end_s for token in tokens)
    return dataclasses.replace(segment, start_s=min(tokens[0].start_s, end_s), end_s=end_s, tokens=tuple(tokens))


def _start(tokens: list[Token], first: int, after: int, onset_s: float) -> None:
    """Words `[first, after)` start with `onset_s`, or later if they are not near; none starts earlier."""
    if tokens[first].start_s - onset_s <= _NEAR_S:
        tokens[first] = _at(tokens[first], onset_s, max(tokens[first].end_s, onset_s + _LEAST_S))
    at_s = onset_s
    for k in range(first, after):
        if tokens[k].start_s < at_s:
            tokens[k] = _at(tokens[k], at_s, max(tokens[k].end_s, at_s + _LEAST_S))
        at_s = tokens[k].start_s + _LEAST_S


def _end(tokens: list[Token], first: int, after: int, end_s: float) -> None:
    """Words `[first, after)` end with `end_s`, or earlier if they are not near; none ends later."""
    last = tokens[after - 1]
    if last.end_s < end_s <= last.end_s + _NEAR_END_S:
        tokens[after - 1] = _at(last, last.start_s, end_s)
    for k in range(first, after):
        if tokens[k].end_s > end_s:
            tokens[k] = _at(tokens[k], min(tokens[k].start_s, end_s), end_s)


def _at(token: Token, start_s: float, end_s: float) -> Token:
    return dataclasses.replace(token, start_s=start_s, end_s=max(start_s, end_s))
