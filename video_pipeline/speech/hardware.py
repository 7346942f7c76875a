"""What this machine has for a model, found in milliseconds without any library."""

from __future__ import annotations

import contextlib
import ctypes
import os

from video_pipeline.core.cores import usable_cores

_SPINS = "1000"
"""Some 20 to 50 us. GNU's OpenMP lets a thread without work spin 300 000 times before it sleeps: 10 ms and more in which nothing
else gets the core: beside other work a minute of speech took 36 to 48 s of processor time, and 10 s with this."""
_WAIT_SETTINGS = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")

_SHAPES = "128"
"""Shapes of products for which oneDNN and PyTorch keep compiled code, in place of 1 024. A batch of windows has some 70, nearly
all new: over three hours of windows of any length (the demo model, 8-bit integers) memory grew from 0.6 to 1.5 GB, with this to
0.9 GB within the first hour, in the same processor time. With 64 the real model takes 10 to 27 % more time."""
_SHAPE_SETTINGS = ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY")


def give_back_memory() -> None:
    """Call after a batch: what C's heap holds but nobody uses goes back to the system, where glibc is the C library.

    A batch of 150 s takes and frees some 650 MB in pieces of all sizes, of which glibc keeps nearly all. Over windows of any
    length the real model in 8-bit integers held 1.5 GB, with this 0.85 GB between batches, in the same processor time.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def driver_has_gpu() -> bool:
    """Whether NVIDIA's driver reports a GPU visible to this process: the same call that torch makes."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
        count = ctypes.c_int(0)
        return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    except (OSError, AttributeError):
        return False


def threads() -> int:
    """For a model: the number that the environment sets (clusters set it for each worker), else one a core."""
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return int(limit) if limit.isdigit() and int(limit) else usable_cores()


def sleep_soon() -> None:
    """Call before importing a library that computes in OpenMP threads: they sleep soon when they have nothing to do.

    OpenMP reads the environment when it is loaded. What is set there already is kept; processes started later inherit it.
    """
    if not any(name in os.environ for name in _WAIT_SETTINGS):
        os.environ["GOMP_SPINCOUNT"] = _SPINS


def keep_few_shapes() -> None:
    """Call before importing PyTorch: its memory stays flat however many lengths of sound it gets. What is set there is kept."""
    for name in _SHAPE_SETTINGS:
        os.environ.setdefault(name, _SHAPES)
