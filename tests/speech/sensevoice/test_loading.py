"""Every way a checkpoint can be wrong is one clear error, and loading leaves no traces in the process."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.speech.errors import DeviceMissing, WeightsDamaged
from video_pipeline.speech.sensevoice import hubs, loading

CPU = torch.device("cpu")


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(small, folder)
    return folder


def cut(name: str, share: float) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return damage


def configured(**changes: Any) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        config = json.loads((folder / hubs.CONFIG).read_text())
        for key, value in changes.items():
            config[key] = {**config[key], **value} if isinstance(value, dict) else value
        (folder / hubs.CONFIG).write_text(json.dumps(config))

    return damage


def written(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def without_a_tensor(folder: Path) -> None:
    state = torch.load(folder / hubs.WEIGHTS, weights_only=True)
    del state["ctc.ctc_lo.weight"]
    torch.save(state, folder / hubs.WEIGHTS)


class _Code:
    def __reduce__(self) -> Any:
        return os.system, ("echo this must never run",)


def with_code_inside(folder: Path) -> None:
    torch.save({"state_dict": {}, "surprise": _Code()}, folder / hubs.WEIGHTS)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut(hubs.WEIGHTS, 0.5), "model.pt is truncated"),
        (cut(hubs.WEIGHTS, 0.999), "model.pt is truncated"),
        (cut(hubs.WEIGHTS, 0.0), "model.pt is truncated"),
        (written(hubs.WEIGHTS, b"<html>Not found</html>"), "model.pt is truncated or not a PyTorch file"),
        (with_code_inside, "model.pt is truncated or not a PyTorch file"),
        (without_a_tensor, "model.pt lacks 1 of the tensors of config.yaml, first ctc.ctc_lo.weight"),
        (lambda folder: (folder / hubs.TOKENIZER).unlink(), "bpe.model is missing"),
        (lambda folder: (folder / hubs.CMVN).unlink(), "am.mvn is missing"),
        (lambda folder: (folder / hubs.CONFIG).unlink(), "config.yaml is missing"),
        (cut(hubs.TOKENIZER, 0.5), "bpe.model"),
        (written(hubs.TOKENIZER, b"<html>Not found</html>"), "is not a sentencepiece model"),
        (cut(hubs.CMVN, 0.5), "am.mvn"),
        (written(hubs.CMVN, b""), "am.mvn"),
        (written(hubs.CONFIG, b"a: [1, 2"), "config.yaml cannot be read"),
        (written(hubs.CONFIG, b"just words"), "config.yaml"),
        (configured(model="Paraformer"), "config.yaml has model 'Paraformer' instead of SenseVoiceSmall"),
        (configured(encoder_conf={"output_size": 128}), "model.pt does not fit config.yaml"),
        (configured(encoder_conf={"num_blocks": 3}), "model.pt lacks"),
        (configured(encoder_conf={"attention_heads": 7}), "no model can be built from config.yaml"),
        (configured(frontend_conf={"lfr_m": 5}), "am.mvn does not hold 400 shifts and scales"),
    ],
)
def test_damage_is_named(copy: Path, damage: Callable[[Path], None], reason: str, capfd: pytest.CaptureFixture[str]) -> None:
    damage(copy)
    with pytest.raises(WeightsDamaged) as caught:
        loading.load(copy, CPU)
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)
    assert caught.value.path == copy
    assert "must never run" not in capfd.readouterr().out


def test_a_tokenizer_of_another_model_is_refused(copy: Path, checkpoint_tool: Any) -> None:
    lacking = {name: number for name, number in checkpoint_tool.SMALL.specials.items() if name != "<|Laughter|>"}
    size = checkpoint_tool.Size(1, 1, 64, 4, 128, 300, lacking)
    (copy / hubs.TOKENIZER).write_bytes(checkpoint_tool._tokenizer(size))
    with pytest.raises(WeightsDamaged, match=r"has no piece <\|Laughter\|>"):
        loading.load(copy, CPU)


def test_a_shorter_vocabulary_than_the_heads_is_refused(copy: Path, checkpoint_tool: Any) -> None:
    size = checkpoint_tool.Size(2, 1, 64, 4, 128, 200, checkpoint_tool.SMALL.specials)
    (copy / hubs.TOKENIZER).write_bytes(checkpoint_tool._tokenizer(size))
    with pytest.raises(WeightsDamaged, match="does not fit"):
        loading.load(copy, CPU)


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model"])
def test_a_checkpoint_of_a_training_run_is_understood(copy: Path, loaded: loading.Loaded, wrapper: str) -> None:
    state = torch.load(copy / hubs.WEIGHTS, weights_only=True)
    torch.save({wrapper: {f"module.{name}": tensor.half() for name, tensor in state.items()}, "epoch": 3}, copy / hubs.WEIGHTS)
    model = loading.load(copy, CPU).model
    weight = model.ctc.ctc_lo.weight
    assert weight.dtype == torch.float32
    assert torch.allclose(weight, loaded.model.ctc.ctc_lo.weight, atol=1e-2)


def test_what_is_loaded(loaded: loading.Loaded, checkpoint_tool: Any) -> None:
    assert not loaded.model.training
    assert loaded.frontend.dither == 0
    assert not any(parameter.requires_grad or parameter.is_meta for parameter in loaded.model.parameters())
    specials = checkpoint_tool.SMALL.specials
    vocabulary = loaded.vocabulary
    assert dict(zip(vocabulary.languages.labels, vocabulary.languages.ids, strict=True))[Language.YUE] == specials["<|yue|>"]
    assert dict(zip(vocabulary.emotions.labels, vocabulary.emotions.ids, strict=True))[Emotion.SAD] == specials["<|SAD|>"]
    assert dict(zip(vocabulary.events.labels, vocabulary.events.ids, strict=True))[Sound.CRY] == specials["<|Cry|>"]


def test_loading_leaves_no_traces(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def state() -> tuple[Any, ...]:
        root = logging.getLogger()
        numbers = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
        return root.handlers[:], root.level, dict(os.environ), torch.get_num_threads(), numbers

    before = state()
    loading.load(small, CPU)
    assert state() == before
    assert capfd.readouterr() == ("", "")


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert loading.resolve_device("auto") == loading.resolve_device("cpu") == CPU
    for absent in ("cuda", "cuda:0", "cuda:1", "mps", "gpu", "cuda:x", ""):
        with pytest.raises(DeviceMissing) as caught:
            loading.resolve_device(absent)
        assert caught.value.device == absent
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert loading.resolve_device("auto").type == "cuda"
    assert loading.resolve_device("cuda:0") == torch.device("cuda:0")
    with pytest.raises(DeviceMissing, match="1 GPU"):
        loading.resolve_device("cuda:1")
