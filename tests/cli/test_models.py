"""`models fetch`, `--offline`, and a run without weights, as a person sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fake_hub import WHISPER_FILES, FakeHub, closed_address, folder_files, point_at, publish, whisper_description
from tests.translate import test_fetching
from video_pipeline.core import download
from video_pipeline.speech import choose
from video_pipeline.speech.models import MODELS, here
from video_pipeline.speech.sensevoice import hubs, weights
from video_pipeline.speech.whisper import weights as whisper
from video_pipeline.translate import weights as translation


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "MODELSCOPE_CACHE", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "machine"))
    for name in ("HF_HUB_CACHE", weights.ENVIRONMENT, whisper.ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(choose._OfProcess, "failure", None)
    monkeypatch.setattr(download, "_PAUSES_S", (0.01, 0.01))


def test_models_fetch_brings_the_model_and_names_its_folder(
    cli: Callable[..., Any], small_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = folder_files(small_checkpoint)
    publish(files, monkeypatch)
    with FakeHub(files=files).running() as hub:
        point_at(hub.address, monkeypatch)
        ran = cli("models", "fetch")
    assert (ran.code, ran.out.strip()) == (0, str(weights.default_folder()))
    assert cli("models", "where").out.strip() == str(weights.default_folder())
    assert cli("models", "verify").code == 0


@pytest.mark.parametrize(("status", "cause"), [(429, "HTTP 429"), (403, "HTTP 403"), (0, "it refuses the connection")])
def test_models_fetch_never_advises_itself(
    status: int, cause: str, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeHub(files=dict.fromkeys(hubs.FILES, b"x"), status=status).running() as hub:
        point_at(hub.address if status else closed_address(), monkeypatch)
        ran = cli("models", "fetch")
    assert ran.code == 8
    (error,) = ran.errors
    assert cause in error
    assert "models fetch" not in error
    assert "try again later" in error
    assert "--engine draft for English" in error
    assert str(weights.default_folder()) in error


def test_a_run_shows_the_fetch_as_a_stage_of_its_own(
    cli: Callable[..., Any], media: Any, small_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = folder_files(small_checkpoint)
    publish(files, monkeypatch)
    with FakeHub(files=files).running() as hub:
        point_at(hub.address, monkeypatch)
        ran = cli("transcribe", media("tone"), "--json", "--out", tmp_path / "out")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    begun = next(line for line in lines if line.get("stage") == "weights")
    assert begun["total_mb"] == pytest.approx(sum(map(len, files.values())) / 1e6)
    shares = [line["share"] for line in lines if line["event"] == "progress" and line["stage"] == "weights"]
    assert shares == sorted(shares)
    assert shares


def test_offline_is_a_flag(
    cli: Callable[..., Any], media: Any, small_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeHub(files=folder_files(small_checkpoint)).running() as hub:
        point_at(hub.address, monkeypatch)
        ran = cli("transcribe", media("tone"), "--offline", "--out", tmp_path / "out")
        library = cli("library", "run", media("tone"), "--offline", "--out", tmp_path / "library")
        assert not hub.asked
    assert "offline mode was requested" in ran.err
    assert "offline mode was requested" in library.err


def test_sizes_of_whisper_are_found_fetched_and_verified(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = cli("models", "where", "small")
    assert ran.code == 8 and str(whisper.own_folder("small")) in ran.errors[0]
    with FakeHub(files={**WHISPER_FILES, "faster-whisper-small": whisper_description()}).running() as hub:
        point_at(hub.address, monkeypatch)
        ran = cli("models", "fetch", "small")
    assert (ran.code, ran.out.strip()) == (0, str(whisper.own_folder("small")))
    assert cli("models", "where", "small").out.strip() == cli("models", "where", "whisper").out.strip() == ran.out.strip()
    assert "intact" in cli("models", "verify", "small").out
    listed = dict(line.split(maxsplit=1) for line in cli("models", "list").out.splitlines())
    assert set(listed) == {*MODELS, "m2m100"}
    assert {name for name, folder in listed.items() if folder != "-"} == set(here()) == {"small"}
    hand_made = tmp_path / "own"
    hand_made.mkdir()
    for name, data in WHISPER_FILES.items():
        (hand_made / name).write_bytes(data)
    assert cli("models", "where", "--model", str(hand_made)).out.strip() == str(hand_made)
    ran = cli("models", "fetch", "smal")
    assert ran.code == 2 and "did you mean" in ran.errors[0]
    assert cli("models", "fetch", "small", "--revision", "x").code == 2


def test_the_translation_model_is_found_fetched_and_verified(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("models", "where", "m2m100")
    assert ran.code == 8 and str(translation.own_folder()) in ran.err
    with FakeHub(files={**test_fetching.FILES, test_fetching.REPOSITORY: test_fetching.described()}).running() as hub:
        point_at(hub.address, monkeypatch)
        assert cli("models", "fetch", "m2m100").out.strip() == str(translation.own_folder())
    listed = dict(line.split(maxsplit=1) for line in cli("models", "list").out.splitlines())
    assert listed["m2m100"] == str(translation.own_folder())
    assert "intact" in cli("models", "verify", "m2m100").out
    (translation.own_folder() / "config.json").unlink()
    assert cli("models", "verify", "m2m100").code == 8
    assert cli("models", "fetch", "m2m100", "--revision", "x").code == 2
