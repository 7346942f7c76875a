"""The same checkpoint as an ONNX file with the metadata sherpa-onnx wants, in fp32 and in int8, for `benchmarks.speech`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch


class Exported(torch.nn.Module):
    """Features and query numbers in, logits out."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor, x_length: torch.Tensor, language: torch.Tensor, text_norm: torch.Tensor) -> torch.Tensor:
        ask = self.model.embed
        event_emotion = ask(torch.tensor([[1, 2]])).repeat(x.shape[0], 1, 1)
        rows = torch.cat([ask(language)[:, None], event_emotion, ask(text_norm)[:, None], x], dim=1)
        encoded, _ = self.model.encoder(rows, x_length + 4)
        logits: torch.Tensor = self.model.ctc.ctc_lo(encoded)
        return logits


def export(checkpoint: Path, folder: Path) -> None:
    """Writes `model.onnx`, `model.int8.onnx` and `tokens.txt` into `folder`."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from video_pipeline.speech.sensevoice import loading

    loaded = loading.load(checkpoint, torch.device("cpu"))
    folder.mkdir(parents=True, exist_ok=True)
    inputs = (
        torch.randn(1, 50, 560),
        torch.tensor([50], dtype=torch.int32),
        torch.tensor([0], dtype=torch.int32),
        torch.tensor([15], dtype=torch.int32),
    )
    names = ["x", "x_length", "language", "text_norm"]
    axes = {"x": {0: "N", 1: "T"}, "x_length": {0: "N"}, "language": {0: "N"}, "text_norm": {0: "N"}, "logits": {0: "N", 1: "T"}}
    target = folder / "model.onnx"
    torch.onnx.export(
        Exported(loaded.model),
        inputs,
        str(target),
        input_names=names,
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=14,
        dynamo=False,
    )
    _describe(onnx, target, loaded)
    quantize_dynamic(str(target), str(folder / "model.int8.onnx"), op_types_to_quantize=["MatMul"], weight_type=QuantType.QUInt8)
    pieces = loaded.vocabulary.pieces
    (folder / "tokens.txt").write_text("".join(f"{piece} {k}\n" for k, piece in enumerate(pieces)), encoding="utf-8")


def _describe(onnx: Any, path: Path, loaded: Any) -> None:
    """What sherpa-onnx reads from the file itself: features, normalisation, queries."""
    model, frontend = onnx.load(str(path)), loaded.frontend
    rows = {f"lang_{code}": str(loaded.model.lid_dict[code]) for code in ("auto", "zh", "en", "yue", "ja", "ko")}
    described = {
        "lfr_window_size": str(frontend.lfr_m), "lfr_window_shift": str(frontend.lfr_n), "normalize_samples": "0",
        "neg_mean": ",".join(map(str, frontend.cmvn[0].tolist())), "inv_stddev": ",".join(map(str, frontend.cmvn[1].tolist())),
        "model_type": "sense_voice_ctc", "version": "1", "model_author": "iic", "maintainer": "benchmark",
        "vocab_size": str(len(loaded.vocabulary.pieces)), "comment": "benchmark", **rows,
        "with_itn": str(loaded.model.textnorm_dict["withitn"]), "without_itn": str(loaded.model.textnorm_dict["woitn"]),
    }  # fmt: skip
    for key, value in described.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, str(path))


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
