"""The model of `local` from a hub on this machine that breaks off, refuses, lies, or is not there."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_hub import FakeHub, closed_address, point_at
from tests.translate.test_translators import window
from video_pipeline.core import download
from video_pipeline.core.checksums import CHECKSUMS, damage
from video_pipeline.options import load_options
from video_pipeline.translate import weights
from video_pipeline.translate.base import TranslationOptions
from video_pipeline.translate.errors import TranslatorUnavailable
from video_pipeline.translate.local import LocalTranslator
from video_pipeline.video.translator import fetch_translator

BIN = random.Random(3).randbytes(1_000_000)
FILES = {"config.json": b"{}", "shared_vocabulary.txt": b"words\n" * 90, weights.LETTERS: b"letters" * 40, "model.bin": BIN}
REPOSITORY = weights.MODEL.repository.rpartition("/")[2]


def described(sha256: str = hashlib.sha256(BIN).hexdigest(), names: tuple[str, ...] = tuple(FILES)) -> bytes:
    files: list[dict[str, Any]] = [{"rfilename": name, "size": len(FILES[name])} for name in names]
    for file in files:
        if file["rfilename"] == "model.bin":
            file["lfs"] = {"sha256": sha256}
    return json.dumps({"sha": "abc123", "siblings": [*files, {"rfilename": "pytorch_model.bin", "size": 9_000_000}]}).encode()


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setattr(download, "_PAUSES_S", (0.01, 0.01))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(files={**FILES, REPOSITORY: described()}).running() as running:
        point_at(running.address, monkeypatch)
        yield running


def fetch(**more: bool) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    weights.fetch(lambda done, total: seen.append((done, total)), **more)
    return seen


def test_the_model_comes_whole_once_with_its_commit_and_hashes(hub: FakeHub) -> None:
    seen = fetch()
    folder = weights.located()
    assert folder == weights.own_folder() and not damage(folder)
    assert {path.name for path in folder.iterdir()} == {*FILES, CHECKSUMS}
    assert json.loads((folder / CHECKSUMS).read_text())["revision"] == "abc123"
    assert seen[-1] == (sum(map(len, FILES.values())),) * 2
    asked = len(hub.asked)
    assert fetch() == [] and len(hub.asked) == asked
    (folder / "model.bin").write_bytes(BIN[:-1] + b"!")
    assert "model.bin is not what was downloaded" in damage(folder)
    fetch(again=True)
    assert not damage(folder)


def test_what_broke_off_is_resumed_also_by_the_next_run(hub: FakeHub) -> None:
    hub.breaks = [300_000] * 2
    fetch()
    assert hub.served["model.bin"] <= 1.1 * len(BIN)
    folder = weights.own_folder()
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir()
    (part / "model.bin").write_bytes(BIN[:800_000])  # what a killed run left
    hub.served.clear()
    fetch(again=True)
    assert hub.served["model.bin"] <= 0.3 * len(BIN) and not damage(folder)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"status": 403, "failing": (REPOSITORY,)}, "HTTP 403"),
        ({"login_page": True, "failing": ("model.bin",)}, "web page"),
        ({"login_page": True, "failing": (REPOSITORY,)}, "web page|does not answer like Hugging Face"),
        ({"files": {**FILES, REPOSITORY: described("0" * 64)}}, "SHA-256 is wrong"),
        ({"files": {**FILES, REPOSITORY: described(names=("config.json",))}}, r"has no model\.bin"),
        ({"files": {**FILES, REPOSITORY: described(names=("config.json", "model.bin"))}}, r"has no sentencepiece"),
    ],
)
def test_failures_name_their_cause_and_the_folder_and_leave_no_model(hub: FakeHub, change: dict[str, Any], cause: str) -> None:
    for name, value in change.items():
        setattr(hub, name, value)
    translator = LocalTranslator(TranslationOptions(to=("de",)))
    with pytest.raises(TranslatorUnavailable, match=cause) as failed:
        translator.fetch_model(lambda done, total: None)
    assert str(weights.own_folder()) in str(failed.value)
    assert translator.lacks_model() and weights.located() is None


def test_offline_or_without_a_network_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(closed_address(), monkeypatch)
    with pytest.raises(TranslatorUnavailable, match="refuses the connection"):
        fetch()
    monkeypatch.setenv("VIDEO_PIPELINE_OFFLINE", "1")
    with pytest.raises(TranslatorUnavailable, match="VIDEO_PIPELINE_OFFLINE is set"):
        fetch()


def test_a_translator_never_fetches_by_itself_and_has_one_name_before_and_after(hub: FakeHub) -> None:
    options = load_options("default", {"translation.to": ["de"], "speech.offline": True})
    silent = Steps()
    with pytest.raises(TranslatorUnavailable, match="offline mode was requested"):
        fetch_translator(options, silent)
    translator = LocalTranslator(TranslationOptions(to=("de",)))
    before = translator.identity
    with pytest.raises(TranslatorUnavailable, match="not on this machine"):
        translator.translate(window())
    assert not hub.asked
    fetch_translator(load_options("default", {"translation.to": ["de"]}), silent)
    assert translator.identity == before and silent.phases == [("weights", pytest.approx(1.0, abs=0.01))]
    assert "fetching the translation model, once: 1 MB" in silent.notices


class Steps:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.phases: list[tuple[str, Any]] = []
        self.notices: list[str] = []

    def phase(self, name: str, total: float | None) -> None:
        self.phases.append((name, total))

    def advance(self, done: float) -> None:
        pass

    def notice(self, text: str) -> None:
        self.notices.append(text)
