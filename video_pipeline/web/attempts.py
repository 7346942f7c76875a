"""Wrong passwords: after a few from one address, nothing is asked of it any more for a while."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

_MOST = 10
"""Wrong passwords from one address within the window."""
_WINDOW_S = 60.0
_ADDRESSES = 4096
"""Remembered at once; the one that was quiet for longest makes room."""


class Attempts:
    """Used from the event loop only."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """How long an address has to wait until it may try again; 0 where it may at once."""
        times = self._recent(address)
        return _WINDOW_S - (time.monotonic() - times[0]) if len(times) >= _MOST else 0.0

    def failed(self, address: str) -> int:
        """Count a wrong password; gives how many there were of late."""
        times = self._recent(address)
        self._wrong[address] = times
        self._wrong.move_to_end(address)
        times.append(time.monotonic())
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)
        return len(times)

    def succeeded(self, address: str) -> None:
        self._wrong.pop(address, None)

    def _recent(self, address: str) -> deque[float]:
        times = self._wrong.get(address, deque(maxlen=_MOST))
        while times and time.monotonic() - times[0] > _WINDOW_S:
            times.popleft()
        return times
