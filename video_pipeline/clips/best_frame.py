"""Choose the best frame of a clip: sharp, well lit, still, with a face, and near the reaction that the clip is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from video_pipeline.clips.shape import STEERS
from video_pipeline.clips.shape.base import Steer
from video_pipeline.core.errors import ToolError
from video_pipeline.core.span import Span
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.stills import Picture, stills

_RATE_FPS = 5.0
"""Frames that are compared, per second."""
_WIDTH_PX = 320
_BEFORE_S = 2.0
"""How far before a reaction frames are searched: the face of the speaker just before it."""
_AFTER_S = 1.5
"""How far after the start of a reaction: the faces of the listeners during it."""
_FROM_CUT_S = 0.25
"""Frames this close to a cut are excluded."""
_NEAR_S = 2.0
"""Distance from a reaction at which its influence has dropped to 1/e."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue (BT.601)."""
_SHARP = 1.0
_LIT = 0.8
_STILL = 0.6
_NEAR = 0.8
_FACE = 1.0
"""Weights of sharpness, lighting, stillness, nearness to a reaction, and faces in the score of a frame."""
_MID_CUT = -10.0
"""Score of a frame near a cut: below any other."""
_FACE_CANDIDATES = 10
"""Only the best frames are searched for faces, because that is slow."""
_LARGE_SHARE = 0.03
"""Faces that together cover this share of the picture are as good as larger ones."""
_USUAL = 0.9
"""The sharpest tenth all get the best value, so that one noisy frame does not outweigh everything else."""

Scores = NDArray[np.float32]


def best_frame_s(info: MediaInfo, clip: Span, reactions: Sequence[Span], cuts_s: Sequence[float]) -> float:
    """The time, on the file's clock, of the best frame of `clip`; its middle if no frame can be decoded.

    `reactions` and `cuts_s` are on the same clock. Without reactions the whole clip is searched, and its middle is preferred.
    """
    where = _around(reactions, clip)
    pictures = list(stills(info, where, _RATE_FPS, _WIDTH_PX))
    if not pictures:
        return clip.middle_s
    times_s = where.start_s + np.arange(len(pictures), dtype=np.float32) / _RATE_FPS
    aims_s = [reaction.start_s for reaction in reactions if clip.overlaps(reaction)] or [clip.middle_s]
    apart_s = np.abs(times_s[:, None] - np.array(aims_s, np.float32)).min(axis=1)
    scores = picture_scores(pictures) + _NEAR * np.exp(-apart_s / _NEAR_S)
    for cut_s in cuts_s:
        scores[np.abs(times_s - cut_s) < _FROM_CUT_S] += _MID_CUT
    _add_faces(scores, pictures)
    return float(times_s[int(scores.argmax())])


def _around(reactions: Sequence[Span], clip: Span) -> Span:
    """From shortly before the first reaction to shortly after the start of the last one, within the clip."""
    inside = [reaction for reaction in reactions if clip.overlaps(reaction)]
    if not inside:
        return clip
    start_s, end_s = min(r.start_s for r in inside) - _BEFORE_S, max(r.start_s for r in inside) + _AFTER_S
    around = Span(start_s, end_s).clipped(clip)
    return around if around.duration_s * _RATE_FPS >= 1 else clip


def _add_faces(scores: Scores, pictures: Sequence[Picture]) -> None:
    """Raise the score of the best frames with large faces; without a face detector, scores are unchanged."""
    try:
        steer: Steer = STEERS.load("faces")()
    except ToolError:
        return
    best = scores.argsort()[-_FACE_CANDIDATES:]
    for place, faces in zip(best, steer.interests(np.stack([pictures[place] for place in best])) or (), strict=False):
        scores[place] += _FACE * min(1.0, sum(face.weight for face in faces) / _LARGE_SHARE)


def picture_scores(pictures: Sequence[Picture]) -> Scores:
    """How good each picture is compared with the others [n]: higher is better; the extremes differ by about 1 per criterion."""
    greys = np.asarray(np.stack([picture.astype(np.float32) @ _LUMA for picture in pictures]) / 255, np.float32)
    return np.asarray(_SHARP * _sharpness(greys) + _LIT * _lighting(greys) + _STILL * _stillness(greys), np.float32)


def _sharpness(greys: Scores) -> Scores:
    """1 for the sharpest, by the variance of the Laplacian: edges that neither movement nor defocus has blurred."""
    inner = greys[:, 1:-1, 1:-1]
    around = greys[:, :-2, 1:-1] + greys[:, 2:, 1:-1] + greys[:, 1:-1, :-2] + greys[:, 1:-1, 2:]
    edges = (around - 4 * inner).std(axis=(1, 2))
    return np.asarray(np.minimum(1.0, edges / max(1e-6, float(np.quantile(edges, _USUAL)))), np.float32)


def _lighting(greys: Scores) -> Scores:
    """1 for a picture with contrast around middle grey; 0 for a black, white or uniform one."""
    flat = greys.reshape(len(greys), -1)
    middle = 1 - np.clip(np.abs(flat.mean(axis=1) - 0.45) / 0.45, 0, 1)
    return np.asarray(np.minimum(1.0, flat.std(axis=1) / 0.18) * np.sqrt(middle), np.float32)


def _stillness(greys: Scores) -> Scores:
    """1 if a frame is like its neighbours; frames within a dissolve or at a cut differ from them."""
    if len(greys) < 2:
        return np.ones(len(greys), np.float32)
    steps = np.abs(np.diff(greys, axis=0)).mean(axis=(1, 2))
    move = np.maximum(np.concatenate([steps[:1], steps]), np.concatenate([steps, steps[-1:]]))
    return np.asarray(np.exp(-move / 0.06), np.float32)
