"""Fetching a size of Whisper from a hub on this machine that breaks off, refuses, lies, or is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_hub import WHISPER_FILES, FakeHub, closed_address, point_at, whisper_description
from video_pipeline.core import download
from video_pipeline.core.checksums import CHECKSUMS
from video_pipeline.speech import checksums
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import FetchFailed, WeightsDamaged
from video_pipeline.speech.whisper import fetching, weights
from video_pipeline.speech.whisper.engine import FACTORY

CONTENT = WHISPER_FILES
BIN = CONTENT["model.bin"]
TOTAL = sum(map(len, CONTENT.values()))
SMALL = SpeechOptions(engine="whisper", model="small")


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODELSCOPE_CACHE", "HF_HUB_CACHE", "HF_HOME", weights.ENVIRONMENT, "VIDEO_PIPELINE_SENSEVOICE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setattr(download, "_PAUSES_S", (0.01, 0.01))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(files={**CONTENT, "faster-whisper-small": whisper_description()}).running() as running:
        point_at(running.address, monkeypatch)
        yield running


def fetch(**more: bool) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    FACTORY.fetch_weights(SMALL, lambda done, total: seen.append((done, total)), **more)
    return seen


def test_a_size_comes_whole_checked_and_only_with_its_own_files(hub: FakeHub) -> None:
    seen = fetch()
    folder = FACTORY.folder(SMALL)
    assert folder == weights.own_folder("small")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != CHECKSUMS} == CONTENT
    checksums.verify(folder)
    assert (seen[0], seen[-1]) == ((0, TOTAL), (TOTAL, TOTAL))
    assert all(path.startswith("/Systran/faster-whisper-small/resolve/abc123/") for path, name, _ in hub.asked if name in CONTENT)
    asked = len(hub.asked)
    fetch()
    assert len(hub.asked) == asked
    (folder / "model.bin").write_bytes(BIN[:-1] + b"!")
    with pytest.raises(WeightsDamaged, match=r"model\.bin"):
        checksums.verify(folder)
    fetch(again=True)
    checksums.verify(folder)


def test_broken_downloads_are_resumed_across_runs(hub: FakeHub) -> None:
    hub.breaks = [300_000] * 3
    fetch()
    assert hub.served["model.bin"] <= 1.1 * len(BIN)
    folder = weights.own_folder("small")
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir()
    (part / "model.bin").write_bytes(BIN[:1_500_000])  # what a killed run left
    hub.served.clear()
    seen = fetch(again=True)
    assert seen[0][0] == 1_500_000
    assert hub.served["model.bin"] <= 0.3 * len(BIN)
    checksums.verify(folder)


def test_leftovers_of_another_revision_are_not_taken_for_the_file(hub: FakeHub) -> None:
    folder = weights.own_folder("small")
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir(parents=True)
    (part / "model.bin").write_bytes(b"other" * 1000)
    fetch()
    assert (folder / "model.bin").read_bytes() == BIN


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"status": 403, "failing": ("faster-whisper-small",)}, "HTTP 403"),
        ({"login_page": True, "failing": ("model.bin",)}, "web page"),
        ({"status": 429, "failing": ("model.bin",)}, "HTTP 429"),
        ({"files": {**CONTENT, "faster-whisper-small": whisper_description("0" * 64)}}, "SHA-256 is wrong"),
        ({"files": {**CONTENT, "faster-whisper-small": b"[]"}}, "does not answer like Hugging Face"),
        ({"files": {**CONTENT, "faster-whisper-small": whisper_description(siblings=[])}}, "has no model.bin"),
    ],
)
def test_failures_name_their_cause_and_leave_no_model(hub: FakeHub, change: dict[str, Any], cause: str) -> None:
    for name, value in change.items():
        setattr(hub, name, value)
    with pytest.raises(FetchFailed, match=cause):
        fetch()
    assert FACTORY.lacks_weights(SMALL)


def test_without_a_network_or_offline_it_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(closed_address(), monkeypatch)
    with pytest.raises(FetchFailed, match="refuses the connection") as failed:
        fetch()
    assert str(weights.own_folder("small")) in str(failed.value)
    with pytest.raises(FetchFailed, match="offline"):
        fetching.fetch("small", offline=True, on_progress=lambda done, total: None)
