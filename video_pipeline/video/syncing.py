"""Existing subtitles moved onto the speech of a video, as the speech detector hears it, or onto other subtitles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.core.posterior import runs
from video_pipeline.core.span import Span
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import MediaInfo
from video_pipeline.speech.vad import FRAME_S, SileroVad
from video_pipeline.subtitles.read.reading import read_cues
from video_pipeline.subtitles.retime import moved
from video_pipeline.subtitles.sync import Sync, synced
from video_pipeline.video.restyle import Existing

_SPEECH = 0.5
"""Probability from which a frame is speech."""


def speech_of(info: MediaInfo, track: int = 0) -> list[Span]:
    """Where there is speech in an audio track. Raises NoAudio, NoSuchTrack, DamagedMedia, FfmpegTimeout."""
    info.audio_track(track)
    detector = SileroVad()
    heard = [detector.hear(block.samples) for block in audio_blocks(info.path, track)]
    probabilities = np.concatenate([*heard, detector.finish()])
    return [Span(first * FRAME_S, end * FRAME_S) for first, end in runs(probabilities >= _SPEECH)]


def sync_with(existing: Existing, reference: Sequence[Span]) -> Sync:
    """The move that puts the cues of a file, as moved already, where `reference` is."""
    return synced(moved(read_cues(existing.path, known=existing.known).cues, existing.move), reference)
