"""Decode the sound of a media file in blocks, so that memory does not grow with its length."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.media import ffmpeg
from video_pipeline.media.channels import mix_of
from video_pipeline.media.clock import on_one_clock, rounds_sound, sound_at
from video_pipeline.media.errors import DamagedMedia

BLOCK_S = 10.0
SYNCED = {"async": 1, "first_pts": 0, "min_hard_comp": 0.004}
"""Options of FFmpeg's `aresample` by which a sample is heard at its time stamp: what is missing becomes silence, from a gap of
4 ms on. FFmpeg's own 100 ms are heard; containers that count in milliseconds are never 4 ms off."""
_BYTES_PER_SAMPLE = 4
_CUT_OFF = re.compile("ended prematurely|partial file|exceeds containing master")
"""Messages about a file whose end is missing; FFmpeg exits with status 0 all the same."""
_log = logging.getLogger(__name__)


def audio_blocks(
    path: Path, track: int = 0, within: Span | None = None, block_s: float = BLOCK_S, *, channel: int | None = None
) -> Iterator[Waveform]:
    """One audio track as 16 kHz mono blocks on the media clock; all blocks but the last are `block_s` long.

    A track that starts later than the picture, or has gaps, is filled with silence, so sample n belongs to n / 16 000 s. Its
    channels are mixed as `mix_of` says, unless one `channel` is asked for, by number from 0.

    Raises:
        DamagedMedia: no sample could be decoded. A file that breaks off later gives what it has, with a logged warning.
        FfmpegTimeout: decoding made no progress.
    """
    source = ffmpeg.source(path)
    if within:
        exact = {"copyts": None} if rounds_sound(path) else {}
        source = ffmpeg.source(path, ss=within.start_s, t=within.duration_s, **exact)
    sound = sound_at(source, track, within.start_s if within else 0.0, path)
    if pan := mix_of(path, track).pan if channel is None else f"c{channel}":
        sound = sound.filter("pan", f"mono|c0<{pan}")
    sound = sound.filter("aresample", RATE_HZ, **SYNCED)
    node = on_one_clock(ffmpeg.graph().output(sound, "pipe:", format="f32le", ac=1, ar=RATE_HZ), source, path)
    ending = ffmpeg.Ending()
    block_bytes = int(block_s * RATE_HZ) * _BYTES_PER_SAMPLE
    start_s, count = (within.start_s if within else 0.0), 0
    for raw in ffmpeg.stream(ffmpeg.command(node), ffmpeg.Task("decoding the sound of", path), block_bytes, ending):
        samples = _finite(np.frombuffer(raw[: len(raw) - len(raw) % _BYTES_PER_SAMPLE], np.float32))
        if len(samples):
            yield Waveform(samples, RATE_HZ, start_s + count / RATE_HZ)
            count += len(samples)
    if count == 0 and (within is None or ending.status != 0):
        raise DamagedMedia(path, ending.tail)
    if ending.status != 0 or _CUT_OFF.search(ending.tail):
        _log.warning("%s breaks off after %.1f s of sound: %s", path.name, count / RATE_HZ, ending.tail)


def _finite(samples: Samples) -> Samples:
    """Samples that a model accepts: NaN and infinity (float tracks may hold them) become silence; peaks are clipped to 1."""
    peak = np.abs(samples).max() if len(samples) else 0.0
    if peak <= 1.0:
        return samples
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0).astype(np.float32)
