"""What the first requests could do to each other."""

from __future__ import annotations

import subprocess
import sys

_AT_ONCE = """
import dataclasses, sys, threading
import msgspec

def kind(number):
    names = [f"field_{k}" for k in range(12)]
    annotations = {name: "int | None" for name in names}
    return dataclasses.dataclass(type(f"Record{number}", (), {"__annotations__": annotations, **dict.fromkeys(names)}))

def read(kinds, barrier):
    barrier.wait()
    for one in kinds:
        assert msgspec.json.decode(b'{"field_1": 3}', type=one).field_1 == 3

sys.setswitchinterval(1e-6)
for _ in range(12):
    kinds, barrier = [kind(number) for number in range(60)], threading.Barrier(6)
    threads = [threading.Thread(target=read, args=(kinds, barrier)) for _ in range(6)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_threads_may_read_a_kind_of_record_for_the_first_time_at_once() -> None:
    """Before 0.23 msgspec ended the process there, and with it the server: why that is the least version."""
    done = subprocess.run([sys.executable, "-c", _AT_ONCE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
