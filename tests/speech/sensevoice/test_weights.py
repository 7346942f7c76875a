"""Finding the checkpoint, and noticing damage."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path

import pytest

from video_pipeline.core.checksums import CHECKSUMS
from video_pipeline.speech import checksums
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import WeightsDamaged
from video_pipeline.speech.sensevoice import hubs, weights
from video_pipeline.speech.sensevoice.hubs import HUGGING_FACE

CONTENT = {name: name.encode() * 1000 for name in hubs.FILES}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model and no settings of this machine are seen."""
    for name in ("MODELSCOPE_CACHE", "HF_HUB_CACHE", "HF_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", weights.ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "data" / hubs.MODEL)


def filled(folder: Path, files: tuple[str, ...] = hubs.FILES) -> Path:
    folder.mkdir(parents=True)
    for name in files:
        (folder / name).write_bytes(CONTENT[name])
    return folder


def recorded() -> Path:
    """A folder as a download leaves it."""
    folder = filled(weights.default_folder())
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    (folder / CHECKSUMS).write_text(json.dumps({"sha256": sums}))
    checksums.verify(folder)
    return folder


# Search


def test_nothing_is_found_on_an_empty_machine(tmp_path: Path) -> None:
    assert weights.locate(SpeechOptions()) is None
    error = weights.missing(SpeechOptions())
    assert str(tmp_path / "data" / hubs.MODEL) in error.searched


def test_the_order_of_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place, made after those that come later in the order, wins over them."""
    hugging_face = tmp_path / "hf" / "hub" / "models--FunAudioLLM--SenseVoiceSmall" / "snapshots"
    modelscope = tmp_path / "ms" / "models" / "iic" / "SenseVoiceSmall"
    named, environment = tmp_path / "named", tmp_path / "environment"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "ms"))
    options = SpeechOptions()
    for folder in (hugging_face / "abc", hugging_face / HUGGING_FACE.revision, modelscope, weights.default_folder()):
        filled(folder)
        assert weights.locate(options) == folder
    monkeypatch.setenv(weights.ENVIRONMENT, str(filled(environment)))
    assert weights.locate(options) == environment
    assert weights.locate(SpeechOptions(model=str(filled(named)))) == named


@pytest.mark.parametrize(
    "layout",
    [
        "models/iic--SenseVoiceSmall/snapshots/master",
        "hub/models/iic/SenseVoiceSmall",
        "hub/iic/SenseVoiceSmall",
        "iic/SenseVoiceSmall",
    ],
)
def test_every_layout_of_modelscopes_cache_is_known(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "ms"))
    folder = filled(tmp_path / "ms" / layout)
    assert weights.locate(SpeechOptions()) == folder


def test_a_named_folder_that_is_wrong_is_not_replaced_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(weights.default_folder())
    for options in (SpeechOptions(model=str(tmp_path / "nowhere")), SpeechOptions()):
        monkeypatch.setenv(weights.ENVIRONMENT, str(tmp_path / "nowhere"))
        assert weights.locate(options) is None
        error = weights.missing(options)
        assert error.searched == (str(tmp_path / "nowhere"),)
        assert "no such folder" in error.reason
    assert weights.missing(SpeechOptions(model=str(tmp_path))).reason == "the folder has no model.pt"


@pytest.mark.parametrize("lacking", [hubs.WEIGHTS, hubs.TOKENIZER, hubs.CMVN, hubs.CONFIG])
def test_a_cache_that_is_not_complete_is_passed_over(lacking: str) -> None:
    folder = filled(weights.default_folder())
    (folder / lacking).write_bytes(b"")
    assert weights.locate(SpeechOptions()) is None


def test_locating_is_quick(tmp_path: Path) -> None:
    folder = filled(tmp_path / "named")
    start_s = time.perf_counter()
    for _ in range(20):
        weights.locate(SpeechOptions(model=str(folder)))
        weights.locate(SpeechOptions())
    assert (time.perf_counter() - start_s) / 40 < 0.01


# Damage and identity


@pytest.mark.parametrize("file", hubs.FILES)
def test_verify_names_the_damaged_file(file: str) -> None:
    folder = recorded()
    (folder / file).write_bytes(CONTENT[file][:-1] + b"?")
    with pytest.raises(WeightsDamaged) as caught:
        checksums.verify(folder)
    assert caught.value.reason.startswith(f"{file} ")
    (folder / file).unlink()
    with pytest.raises(WeightsDamaged, match="is missing"):
        checksums.verify(folder)


def test_verify_needs_a_record(tmp_path: Path) -> None:
    with pytest.raises(WeightsDamaged, match="checksums"):
        checksums.verify(filled(tmp_path / "bare"))


def test_the_revision_follows_the_content_only(small: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    assert weights.revision(copy) == weights.revision(small)
    (copy / hubs.CMVN).write_text("other")
    assert weights.revision(copy) != weights.revision(small)
    shutil.copy(small / hubs.CMVN, copy)
    data = bytearray((copy / hubs.WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / hubs.WEIGHTS).write_bytes(data)
    assert weights.revision(copy) != weights.revision(small)


def test_a_model_in_a_cache_is_called_by_the_hubs_name() -> None:
    assert weights.model_name(Path("/x/models--FunAudioLLM--SenseVoiceSmall/snapshots/abc")) == "FunAudioLLM/SenseVoiceSmall"
    assert weights.model_name(Path("/x/iic--SenseVoiceSmall/snapshots/master")) == "iic/SenseVoiceSmall"
    assert weights.model_name(Path("/x/SenseVoiceSmall")) == "SenseVoiceSmall"
