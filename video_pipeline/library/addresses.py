"""What tells one remote file from another: its address without the parts that are secret or that change from day to day."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

_WEB = ("http", "https")
_SECRET = re.compile(
    r"x-(amz|goog|oss|cos|ms|obs)-.*|(aws|google|oss)accesskeyid|googleaccessid|signature|sig|sign|expires?|policy|key-pair-id"
    r"|(access_?|auth_?|id_?|session_?|security_?|refresh_?|download_?)?token|auth|authorization|jwt|hdnea|hdnts|hmac|api_?key"
    r"|password|passwd|pwd|secret|client_secret|session(id)?|credentials?",
    re.IGNORECASE,
)
"""Query parameters that sign an address or let somebody in: of S3, Google, Azure, Akamai, CloudFront, and plain ones."""
_WITH_SIGNATURE = re.compile(r"s[eprtvik]|sk[etv]|skoid|sktid|spr|sip|srt|ss", re.IGNORECASE)
"""Names that are Azure's only beside a `sig`."""


def identity(url: str) -> str:
    """An address without passwords, tokens and signatures: equal for a file whose address is signed anew."""
    parts = urlsplit(url)
    if parts.scheme not in _WEB:
        return url if "@" not in parts.netloc else urlunsplit(parts._replace(netloc=_without_password(parts.netloc)))
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=_plain_query(parts), fragment=""))


def without_secrets(words: str, url: str) -> str:
    """A sentence about an address, with its identity in place of the address and of its query."""
    name, query = identity(url), urlsplit(url).query
    words = words.replace(url, name)
    return words.replace(f"?{query}", "") if query and query != urlsplit(name).query else words


def _plain_query(parts: SplitResult) -> str:
    pairs = parts.query.split("&")
    is_signed = any(pair.partition("=")[0].lower() == "sig" for pair in pairs)
    return "&".join(pair for pair in pairs if not _is_secret(pair.partition("=")[0], is_signed))


def _is_secret(name: str, is_signed: bool) -> bool:
    return _SECRET.fullmatch(name) is not None or (is_signed and _WITH_SIGNATURE.fullmatch(name) is not None)


def _without_password(netloc: str) -> str:
    user, _, host = netloc.rpartition("@")
    return f"{user.partition(':')[0]}@{host}"
