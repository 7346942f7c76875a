"""Requests from this server to addresses that people name: never into its own network, unless that is allowed.

A name is resolved once, every address that it has is checked, and the connection goes to a checked address: a name that points
elsewhere a moment later (DNS rebinding) changes nothing. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from video_pipeline.web.errors import Unreachable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that a gateway turns into the IPv4 address in their last 32 bits (RFC 6052)."""
_IPV4_BITS = 0xFFFF_FFFF
_LONGEST_URL = 2000
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def problem_of(url: str, *, allow_private: bool = False) -> str:
    """Why nothing can be sent to an address, as far as it shows without asking for its name; empty where it may be possible."""
    if len(url) > _LONGEST_URL or not _PRINTABLE.fullmatch(url):
        return f"write it as https://NAME/PATH, in ASCII and with {_LONGEST_URL} characters at most"
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        return "this is no address"
    if parts.scheme not in ("http", "https") or not name or parts.username or parts.password:
        return "write it as https://NAME/PATH, without a user"
    if not allow_private and (name == "localhost" or (_is_address(name) and not is_public(name))):
        return "it lies in a private network"
    return ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large, and not of this machine, its network or its provider."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & _IPV4_BITS)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool = False, timeout_s: float = 10.0) -> int:
    """Send `body`; gives the status of the answer, whose own body is not read.

    Raises Unreachable where the address may not be used, does not answer within `timeout_s` in all, or not in HTTP.
    """
    if problem := problem_of(url, allow_private=allow_private):
        raise Unreachable(problem)
    parts = urlsplit(url)
    try:
        address = _checked_address(parts, allow_private)
        connection = _connection(parts, address, timeout_s)
        is_late = threading.Event()
        deadline = threading.Timer(timeout_s, _break, (connection, is_late))  # a byte now and then would keep it for ever
        deadline.daemon = True
        deadline.start()
        try:
            target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            connection.request("POST", target, body=body, headers=dict(headers))
            status = connection.getresponse().status
        finally:
            deadline.cancel()
            connection.close()
        if is_late.is_set():  # headers that were cut off there are taken for whole ones by http.client
            raise TimeoutError
        return status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from None


def _checked_address(parts: SplitResult, allow_private: bool) -> Any:
    """The socket address to connect to. Raises Unreachable where any address of the name is private, and takes none then."""
    found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    addresses = [entry[4] for entry in found]
    if not allow_private and not all(is_public(str(address[0])) for address in addresses):
        raise Unreachable("it lies in a private network")
    return addresses[0]


def _connection(parts: SplitResult, address: Any, timeout_s: float) -> http.client.HTTPConnection:
    """To a checked address, under the name that was asked for: that is what TLS and the Host header need."""
    connection = http.client.HTTPConnection(str(parts.hostname), _port(parts), timeout=timeout_s)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(str(parts.hostname), _port(parts), timeout=timeout_s, context=context)
    raw = socket.create_connection(address[:2], timeout=timeout_s)
    connection.sock = raw
    if parts.scheme == "https":
        try:
            connection.sock = context.wrap_socket(raw, server_hostname=parts.hostname)
        except BaseException:
            raw.close()
            raise
    return connection


def _break(connection: http.client.HTTPConnection, is_late: threading.Event) -> None:
    is_late.set()
    if (open_socket := connection.sock) is not None:
        try:
            open_socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            open_socket.close()


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
