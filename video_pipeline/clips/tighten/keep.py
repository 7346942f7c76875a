"""What of a clip is kept: all but silences and filler words, and every reaction whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from video_pipeline.clips.base import SourceVideo
from video_pipeline.clips.tighten.fillers import fillers
from video_pipeline.clips.tighten.options import TightenOptions
from video_pipeline.core.span import Span, merged
from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.media.decode import audio_blocks

HOP_S = 0.02
"""Length of the frames whose level is measured."""
_BELOW_DB = 26.0
"""What is this much quieter than the loud parts of the clip is silence: room noise under speech, never its quiet ends."""
_LOUD = 95
"""Percentile of the levels that counts as loud."""
_FLOOR_DB = -60.0
"""Silence, whatever the rest of the clip is."""
_FILLER_MARGIN_S = 0.02
"""Left of a filler word at either side: nearly nothing."""
_LEAST_KEPT_S = 0.12
"""Shorter stretches between two cuts are clicks and breaths, unless somebody speaks in them."""


def kept(source: SourceVideo, clip: Span, options: TightenOptions) -> list[Span]:
    """The stretches of a clip that stay, in order, on the clock of the source; all of it if it is quiet throughout.

    What a person cut out goes in any case, also inside a reaction, and be it all of the clip.
    """
    guarded = merged(Span(event.start_s, event.end_s) for event in source.events if event.overlaps(clip))
    spoken = merged(Span(token.start_s, token.end_s) for one in source.segments for token in one.tokens if token.overlaps(clip))
    quiet = _silences(source, clip) if options.silences and source.info.audio else ()
    out = [_shrunk(gap, options.margin_s) for gap in quiet if gap.duration_s >= options.silence_s]
    if options.fillers:
        out += [_shrunk(word, _FILLER_MARGIN_S) for word in fillers(source.segments) if word.overlaps(clip)]
    removed = [part for gap in out if gap is not None for part in without([gap], guarded)]
    stretches = without([clip], merged([*removed, *source.removed]))
    lasting = [one for one in stretches if one.duration_s >= _LEAST_KEPT_S or any(one.overlaps(word) for word in spoken)]
    if lasting or source.removed:
        return lasting
    return [clip]


def without(spans: Sequence[Span], removed: Sequence[Span]) -> list[Span]:
    """What is left of spans; `removed` are in order and do not overlap."""
    left: list[Span] = []
    for span in spans:
        start_s = span.start_s
        for gap in removed:
            if gap.end_s <= start_s or gap.start_s >= span.end_s:
                continue
            if gap.start_s > start_s:
                left.append(Span(start_s, gap.start_s))
            start_s = gap.end_s
        if start_s < span.end_s:
            left.append(Span(start_s, span.end_s))
    return left


def _shrunk(span: Span, margin_s: float) -> Span | None:
    return Span(span.start_s + margin_s, span.end_s - margin_s) if span.duration_s > 2 * margin_s else None


def _silences(source: SourceVideo, clip: Span) -> Iterator[Span]:
    """Stretches whose sound is far quieter than the loud parts of the clip."""
    levels = levels_db(source, clip)
    if not len(levels):
        return
    limit_db = max(_FLOOR_DB, float(np.percentile(levels, _LOUD)) - _BELOW_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], levels < limit_db, [False]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield Span(clip.start_s + float(start) * HOP_S, min(clip.end_s, clip.start_s + float(end) * HOP_S))


def levels_db(source: SourceVideo, clip: Span) -> Any:
    """[frames] levels in dB of full scale, every `HOP_S` of a part of the source."""
    size, rest = int(HOP_S * RATE_HZ), np.zeros(0, np.float32)
    powers: list[Any] = []
    for block in audio_blocks(source.info.path, source.track, Span(clip.start_s, clip.end_s)):
        samples = np.concatenate([rest, block.samples])
        count = len(samples) // size * size
        powers.append((samples[:count].reshape(-1, size).astype(np.float64) ** 2).mean(axis=1))
        rest = samples[count:]
    return 10 * np.log10(np.concatenate(powers) + 1e-12) if powers else np.zeros(0)
