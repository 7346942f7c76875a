"""The classes that build the model are funasr's own, and come without the rest of funasr."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import torch

from video_pipeline.speech.sensevoice import funasr_classes

_LOAD = """
import sys, torch
from pathlib import Path
from video_pipeline.speech.sensevoice.listener import Listener
Listener(Path(sys.argv[1]), torch.device("cpu"), exact=False)
print(*sorted(set(sys.modules) & {"funasr", "transformers", "sklearn", "pandas", "modelscope", "torch._dynamo"}))
"""


def test_the_model_is_loaded_without_the_libraries_that_it_does_not_need(small: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _LOAD, str(small)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_they_are_the_classes_that_funasr_registers() -> None:
    from funasr.register import tables as whole

    present = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "funasr"}
    try:
        lean = funasr_classes.tables.__wrapped__()
        assert "funasr" not in sys.modules, "whoever imports funasr later gets the whole of it"
    finally:
        sys.modules.update(present)
    for table, name in (
        ("model_classes", "SenseVoiceSmall"),
        ("encoder_classes", "SenseVoiceEncoderSmall"),
        ("tokenizer_classes", "SentencepiecesTokenizer"),
        ("frontend_classes", "WavFrontend"),
    ):
        ours, theirs = getattr(lean, table)[name], getattr(whole, table)[name]
        assert inspect.getsource(ours) == inspect.getsource(theirs)
    with torch.device("meta"):
        settings = {"input_size": 560, "output_size": 64, "num_blocks": 2, "tp_blocks": 1, "kernel_size": 11}
        ours, theirs = (each.encoder_classes["SenseVoiceEncoderSmall"](**settings) for each in (lean, whole))
    assert {k: v.shape for k, v in ours.state_dict().items()} == {k: v.shape for k, v in theirs.state_dict().items()}
