"""Which sentences go into one request: those of a scene, a joke never divided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.translate.base import Sentence

_SCENE_S = 8.0
"""A pause after which another scene may begin: a good place to divide."""
_LEAST_SHARE = 0.5
"""A window is divided no earlier than at this share of its most."""


def windows_of(sentences: Sequence[Sentence], wanted: Sequence[int], most: int) -> Iterator[list[int]]:
    """Indices of the `wanted` sentences in groups of at most `most`, in order, by scenes.

    Sentences of one joke stay together, so that a window may have a few more.
    """
    window: list[int] = []
    for k in wanted:
        if window and _ends(sentences, window, k, most):
            yield window
            window = []
        window.append(k)
    if window:
        yield window


def _ends(sentences: Sequence[Sentence], window: Sequence[int], k: int, most: int) -> bool:
    before, after = sentences[window[-1]], sentences[k]
    if before.joke and before.joke == after.joke:
        return False
    is_scene = after.start_s - before.end_s >= _SCENE_S
    return len(window) >= most or (is_scene and len(window) >= most * _LEAST_SHARE)


def halves(sentences: Sequence[Sentence], window: Sequence[int]) -> tuple[list[int], list[int]]:
    """A window divided at its longest pause near the middle."""
    places = range(max(1, len(window) // 4), max(2, len(window) - len(window) // 4))
    at = max(places, key=lambda k: sentences[window[k]].start_s - sentences[window[k - 1]].end_s)
    return list(window[:at]), list(window[at:])
