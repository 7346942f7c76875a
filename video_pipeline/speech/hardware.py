"""What this machine has for a model, found in milliseconds without any library."""

from __future__ import annotations

import ctypes
import os


def driver_has_gpu() -> bool:
    """Whether NVIDIA's driver reports a GPU visible to this process: the same call that torch makes."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
        count = ctypes.c_int(0)
        return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    except (OSError, AttributeError):
        return False


def usable_cores() -> int:
    """The number that the environment sets (clusters set it for each worker), else all cores that this process may use."""
    limit = os.environ.get("OMP_NUM_THREADS", "")
    if limit.isdigit() and int(limit):
        return int(limit)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
