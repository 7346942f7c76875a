"""Calls with a speaker in each channel: heard apart, so that nobody's words are lost where both speak."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from video_pipeline.core.waveform import Waveform
from video_pipeline.media.channels import has_sides
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import DetectsSpeech, SpeechEngine
from video_pipeline.speech.margins import with_margins
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.speech.vad import on_processor
from video_pipeline.speech.windows import SpokenWindow, WindowOptions, windows
from video_pipeline.video.base import Given, StageProgress
from video_pipeline.video.stages.identify import Identify

SIDES = ("1", "2")
"""The speakers of the left and of the right channel."""
_APART_S = 1e-6
"""By this the windows of the second channel are later, so that no two windows have the same span."""


def channels_apart(given: Given) -> bool:
    """Whether the channels are heard apart. A track of one channel, or of more than two, never is."""
    way, info = given.options.speakers.channels, given.of(Identify).info
    if way == "mix":
        return False
    if way == "auto":
        return has_sides(info.path, given.of(Identify).track)
    layout = next((sound.layout for sound in info.audio if sound.number == given.of(Identify).track), "")
    return layout.partition("(")[0].strip() in ("stereo", "2 channels")


def spoken_windows(
    given: Given, blocks: Iterable[Waveform], engine: SpeechEngine, progress: StageProgress
) -> Generator[SpokenWindow, None, None]:
    """The windows for an engine: of the mix that comes in blocks, or of the channels, after all blocks of the mix."""
    source, options = given.of(Identify), with_margins(given.options.windows, engine)
    if not channels_apart(given):
        return windows(blocks, options, engine.vad if isinstance(engine, DetectsSpeech) else on_processor)
    for _ in blocks:
        pass
    progress.phase("listen", source.info.duration_s)
    return (window for window in windows_apart(source.info.path, source.track, options))


def windows_apart(path: Path, track: int, options: WindowOptions) -> Iterator[SpokenWindow]:
    """The spoken windows of both channels in order of their start, each with its speaker."""
    found = (_of_side(path, track, options, channel) for channel in range(len(SIDES)))
    return heapq.merge(*found, key=lambda window: window.start_s)


def turns_apart(path: Path, track: int, options: WindowOptions) -> Sequence[Turn]:
    """When each channel speaks; the speakers are numbered by who is heard first."""
    found = [
        Turn(stretch.start_s, stretch.end_s, window.speaker or "")
        for window in windows_apart(path, track, options)
        for stretch in window.speech.stretches
    ]
    return sorted(found, key=lambda turn: (turn.start_s, turn.end_s))


def _of_side(path: Path, track: int, options: WindowOptions, channel: int) -> Iterator[SpokenWindow]:
    for window in windows(audio_blocks(path, track, channel=channel), options):
        yield dataclasses.replace(window, start_s=window.start_s + channel * _APART_S, speaker=SIDES[channel])
