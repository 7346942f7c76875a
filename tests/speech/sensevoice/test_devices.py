"""The device that `auto` means is guessed without torch."""

from __future__ import annotations

import sys

import pytest

from video_pipeline.speech.sensevoice import devices


@pytest.mark.parametrize("named", ["cpu", "cuda", "cuda:1"])
def test_a_named_device_is_believed(named: str) -> None:
    assert devices.likely_device(named) == named


@pytest.mark.parametrize(
    ("built", "present", "expected"), [(True, True, "cuda"), (True, False, "cpu"), (False, True, "cpu"), (False, False, "cpu")]
)
def test_auto_needs_a_build_and_a_gpu(built: bool, present: bool, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(devices, "_torch_has_cuda", lambda: built)
    monkeypatch.setattr(devices, "driver_has_gpu", lambda: present)
    assert devices.likely_device("auto") == expected


def test_the_guess_is_what_torch_says() -> None:
    import torch

    assert devices._torch_has_cuda() == (torch.version.cuda is not None)
    assert devices.likely_device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")
    if torch.version.cuda is not None:
        assert devices.driver_has_gpu() == torch.cuda.is_available()
