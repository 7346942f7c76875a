"""Which audio track of a file is listened to, if nobody says: its main sound, in the language asked for."""

from __future__ import annotations

import re

import numpy as np

from video_pipeline.core.languages import normal_tag
from video_pipeline.core.span import Span
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import DamagedMedia, FfmpegTimeout
from video_pipeline.media.probe import AUTO_TRACK, AudioTrack, MediaInfo

_ASIDE = re.compile(
    r"comment|visual[_ ]impaired|clean[_ ]effects|descri(?:ption|bed|ptive)|\bdvs\b|\bad\b|kommentar|hörfilm|commentaire"
    r"|audiodesc|comentario|music and effects|\bm ?& ?e\b|isolated score|karaoke"
    r"|评论|評論|解说|解說|解説|コメンタリー|해설|комментари",
    re.IGNORECASE,
)
"""In FFmpeg's words for what a track is for, or in its title: comments, descriptions for the blind, sound without speech."""
_LOOKED_AT_S = 5.0
_PLACES = (0.1, 0.35, 0.6, 0.85)
"""Where a track is listened to for sound, as shares of the duration."""
_SILENT = 1e-3
"""RMS below which a track is empty, as those of recorders with more inputs than microphones are."""


def chosen_track(info: MediaInfo, number: int = AUTO_TRACK, language: str = "auto") -> AudioTrack:
    """The audio track of that number; with `AUTO_TRACK` the one that is listened to.

    Comments and descriptions come last; before that the language that is asked for counts, then the file's own mark, then whether
    there is any sound, then the order.

    Raises:
        NoAudio, NoSuchTrack: there is none.
    """
    if number != AUTO_TRACK or len(info.audio) < 2:
        return info.audio_track(max(0, number))
    wanted = normal_tag(language).partition("-")[0] if language not in ("auto", "mixed") else ""

    def rank(track: AudioTrack) -> tuple[bool, bool, bool]:
        return is_aside(track), bool(wanted) and _language(track) != wanted, not track.is_default

    ranked = sorted(info.audio, key=rank)
    best = [track for track in ranked if rank(track) == rank(ranked[0])]
    if len(best) == 1:
        return best[0]
    return next((track for track in best if _sounds(info, track)), best[0])


def is_aside(track: AudioTrack) -> bool:
    """Whether the file says that a track is not its main sound."""
    return bool(_ASIDE.search(f"{track.purpose} {track.title}"))


def _language(track: AudioTrack) -> str:
    return normal_tag(track.language).partition("-")[0] if track.language != "und" else ""


def _sounds(info: MediaInfo, track: AudioTrack) -> bool:
    duration_s = info.duration_s or 0.0
    for share in _PLACES:
        place = Span(duration_s * share, duration_s * share + _LOOKED_AT_S)
        try:
            blocks = [block.samples for block in audio_blocks(info.path, track.number, place)]
        except (DamagedMedia, FfmpegTimeout):
            continue
        if any(len(samples) and float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) > _SILENT for samples in blocks):
            return True
    return False
