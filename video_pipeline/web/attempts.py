"""Wrong passwords: after a few from one address, nothing is asked of it any more for a while."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import OrderedDict, deque
from weakref import WeakValueDictionary

_MOST = 10
"""Wrong passwords from one address within the window."""
_WINDOW_S = 60.0
_ADDRESSES = 4096
"""Remembered at once; the one that was quiet for longest makes room."""
_SITE_BITS = 64
"""Of an IPv6 address: whoever has one has all that begin with the same bits (RFC 6177)."""


class Attempts:
    """Used from the event loop only."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def alone(self, address: str) -> asyncio.Lock:
        """One check of a password at a time for each address: many at once would all be made before the first is counted."""
        site = _site(address)
        turn = self._turns.get(site)
        if turn is None:
            turn = self._turns[site] = asyncio.Lock()
        return turn

    def wait_s(self, address: str) -> float:
        """How long an address has to wait until it may try again; 0 where it may at once."""
        times = self._recent(address)
        return _WINDOW_S - (time.monotonic() - times[0]) if len(times) >= _MOST else 0.0

    def failed(self, address: str) -> int:
        """Count a wrong password; gives how many there were of late."""
        times = self._recent(address)
        self._wrong[_site(address)] = times
        self._wrong.move_to_end(_site(address))
        times.append(time.monotonic())
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)
        return len(times)

    def succeeded(self, address: str) -> None:
        self._wrong.pop(_site(address), None)

    def _recent(self, address: str) -> deque[float]:
        times = self._wrong.get(_site(address), deque(maxlen=_MOST))
        while times and time.monotonic() - times[0] > _WINDOW_S:
            times.popleft()
        return times


def _site(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 4:
        return address
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, _SITE_BITS), strict=False))
