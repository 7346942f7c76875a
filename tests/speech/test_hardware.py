"""Settings of the libraries that compute, made before they are loaded; what the environment says is kept."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from video_pipeline.speech.hardware import _SHAPE_SETTINGS

CODE = "from video_pipeline.speech.hardware import sleep_soon; sleep_soon(); import torch"


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP")
@pytest.mark.parametrize(
    ("given", "expected"), [({}, "'1000'"), ({"GOMP_SPINCOUNT": "77"}, "'77'"), ({"OMP_WAIT_POLICY": "passive"}, "'0'")]
)
def test_threads_of_torch_sleep_soon(given: dict[str, str], expected: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    environment = {**kept, **given, "OMP_DISPLAY_ENV": "verbose"}
    told = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True).stderr
    assert f"GOMP_SPINCOUNT = {expected}" in told


GROWTH = """
import sys
import numpy as np
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.sensevoice.engine import FACTORY

def held_mb():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20

listener = FACTORY.open(SpeechOptions(model="demo", device="cpu")).listener
rng = np.random.default_rng(0)
for batch in range(36):
    lengths_s = np.clip(rng.lognormal(1.4, 0.7, 30), 0.5, 20)
    listener.answers([rng.standard_normal(int(one * 16000)).astype(np.float32) * 0.1 for one in lengths_s], "auto", False)
    first_mb = held_mb() if batch == 0 else first_mb
print(held_mb() - first_mb)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_every_new_length_of_sound() -> None:
    def grown_mb(**given: str) -> int:
        kept = {name: value for name, value in os.environ.items() if name not in _SHAPE_SETTINGS}
        line = [sys.executable, "-c", GROWTH]
        return int(subprocess.run(line, env=kept | given, capture_output=True, text=True, check=True).stdout.split()[-1])

    all_kept_mb = grown_mb(**dict.fromkeys(_SHAPE_SETTINGS, "1024"))
    if all_kept_mb < 200:
        pytest.skip(f"PyTorch keeps little of a shape here ({all_kept_mb} MB)")
    assert grown_mb() < 0.8 * all_kept_mb


KEPT = """
import ctypes
import sys
import numpy as np
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.sensevoice import engine

def held_mb():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20

if sys.argv[1] == "without":
    engine.give_back_memory = lambda: None
rng = np.random.default_rng(0)
lengths_s = np.clip(rng.lognormal(1.8, 0.7, 60), 0.5, 20)
windows = [Waveform(rng.standard_normal(int(one * 16000)).astype(np.float32) * 0.1) for one in lengths_s]
opened = engine.FACTORY.open(SpeechOptions(model="demo", device="cpu", language="en"))
assert len(list(opened.transcribe(windows))) == 60
before_mb = held_mb()
ctypes.CDLL("libc.so.6").malloc_trim(0)
print(before_mb - held_mb())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such call")
def test_memory_that_a_batch_has_freed_is_given_back() -> None:
    def kept_mb(way: str) -> int:
        line = [sys.executable, "-c", KEPT, way]
        return int(subprocess.run(line, capture_output=True, text=True, check=True).stdout.split()[-1])

    assert 3 * max(kept_mb("with"), 5) < kept_mb("without")
