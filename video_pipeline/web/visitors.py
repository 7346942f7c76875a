"""Who asks, and under which name: as the connection says, or as a proxy says that we were told to believe."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from video_pipeline.web.settings import ServerOptions


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    """Of the client, or of the proxy where that one does not say."""
    host: str
    """The name under which the server was asked, with its port."""
    scheme: str


class Visitors:
    """Reads `X-Forwarded-For`, `-Host` and `-Proto` of the named proxies only: anybody can send them."""

    def __init__(self, server: ServerOptions) -> None:
        self._proxies = tuple(ipaddress.ip_network(address, strict=False) for address in server.proxies)

    def seen(self, scope: Scope, headers: Headers) -> Visitor:
        peer = (scope.get("client") or ("",))[0]
        host, scheme = headers.get("host", ""), scope.get("scheme", "http")
        if not self.is_proxy(peer):
            return Visitor(peer, host, scheme)
        host = _last(headers.get("x-forwarded-host", "")) or host
        scheme = _last(headers.get("x-forwarded-proto", "")) or scheme
        return Visitor(self._client(peer, headers.getlist("x-forwarded-for")), host, scheme)

    def _client(self, peer: str, lines: list[str]) -> str:
        """The last address that is not a proxy's: those before it could be made up."""
        for address in reversed([part.strip() for line in lines for part in line.split(",")]):
            if not self.is_proxy(address):
                return address if _is_address(address) else peer
        return peer

    def is_proxy(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self._proxies)


def _last(values: str) -> str:
    """What the nearest proxy said."""
    return values.rpartition(",")[2].strip()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
