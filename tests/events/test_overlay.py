"""Training scenes laid over each other: what is heard in the sum, and of what nobody can be sure."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import load_tool
from video_pipeline.events.compact.detector import LABELS

for name in ("synthesise_sounds", "synthesise_body", "synthesise_crowd", "synthesise_nature", "training_scenes"):
    load_tool(name)  # in this order: each finds those before it
tool = load_tool("overlay_scenes")
UNSURE = -1.0


def scene(level: float, **truth: float) -> tuple[np.ndarray, np.ndarray]:
    """One scene of two frames on one level (log10 power), with the labels given and no others."""
    labels = [truth.get(label, 0.0) for label in LABELS]
    return np.full((1, 10, 64), level, np.float32), np.tile(np.array(labels, np.float32), (1, 2, 1))


def together(*scenes: tuple[np.ndarray, np.ndarray], gain_db: float = 0.0) -> tuple[np.ndarray, dict[str, float]]:
    """The first scene with the second on top; the truth of its first frame."""

    class Swap(np.random.Generator):
        def random(self, size: int) -> np.ndarray:
            return np.zeros(size)

        def permutation(self, x: int) -> np.ndarray:
            return np.arange(x)[::-1]

        def uniform(self, low: float, high: float, size: tuple[int, ...]) -> np.ndarray:
            return np.full(size, gain_db)

    mels, truths = (np.concatenate(parts) for parts in zip(*scenes, strict=True))
    mels, truths = tool.overlaid((mels, truths), Swap(np.random.PCG64(1)))
    return mels[0], dict(zip(LABELS, truths[0, 0].tolist(), strict=True))


def test_energies_add_and_labels_with_them() -> None:
    mel, truth = together(scene(1.0, laughter=1.0), scene(1.0, speech=1.0))
    assert mel == pytest.approx(np.log10(20), abs=1e-5)
    assert (truth["laughter"], truth["speech"], truth["applause"]) == (1.0, 1.0, 0.0)


def test_nobody_is_sure_of_a_sound_that_drowns() -> None:
    _, truth = together(scene(0.0, laughter=1.0), scene(1.5, speech=1.0))
    assert (truth["laughter"], truth["speech"], truth["cheer"]) == (UNSURE, 1.0, 0.0)
    _, truth = together(scene(0.0, laughter=1.0), scene(1.5, speech=1.0), gain_db=-10.0)
    assert (truth["laughter"], truth["speech"]) == (1.0, 1.0)
    _, truth = together(scene(0.0, laughter=1.0), scene(1.5, laughter=1.0))
    assert truth["laughter"] == 1.0


def test_people_who_cheer_may_clap() -> None:
    _, truth = together(scene(1.0, cheer=1.0), scene(1.0, speech=1.0))
    assert (truth["cheer"], truth["applause"]) == (1.0, UNSURE)
    _, truth = together(scene(1.0, cheer=1.0), scene(1.0, applause=1.0))
    assert (truth["cheer"], truth["applause"]) == (1.0, 1.0)


def test_the_scenes_given_are_left_as_they_were() -> None:
    mels, truths = scene(1.0, cheer=1.0)
    tool.overlaid((mels, truths), np.random.default_rng(1))
    assert mels.min() == mels.max() == 1.0
    assert truths[0, 0].tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]
