"""Signatures of webhooks, as Standard Webhooks (standardwebhooks.com) describes them, so that its libraries check them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from video_pipeline.core.errors import BadValue

_PREFIX = "whsec_"
_LEAST_BYTES = 24
"""Shortest and longest key that Standard Webhooks allows."""
_MOST_BYTES = 64
_MADE_BYTES = 32


def signed_headers(message_id: str, at_s: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers that tell a receiver who sent this, and when: `at_s` in seconds since 1970."""
    signature = hmac.digest(key, f"{message_id}.{at_s}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def key_of(text: str) -> bytes:
    """The key in `whsec_...`. Raises BadValue, which does not repeat it."""
    try:
        key = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise BadValue("--webhook-secret", f"a secret is {_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64")
    return key


def key_in(path: Path) -> bytes:
    """The key in a file, made where there is none yet. Raises BadValue."""
    try:
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_PREFIX + base64.b64encode(secrets.token_bytes(_MADE_BYTES)).decode() + "\n")
        return key_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue("--webhook-secret", f"{path} cannot be used: {error}") from None
