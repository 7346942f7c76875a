"""What a page of ours may do in a browser: run the scripts and styles that stand in it, known by their hashes, and no others."""

from __future__ import annotations

import base64
import hashlib
import re

_PARTS = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)


def hashes(html: str) -> tuple[str, str]:
    """The sources that `script-src` and `style-src` allow for one document, each perhaps `'none'`."""
    found: dict[str, list[str]] = {"script": [], "style": []}
    for kind, content in _PARTS.findall(html):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        found[kind.lower()].append(f"'sha256-{digest}'")
    scripts, styles = (" ".join(sources) or "'none'" for sources in found.values())
    return scripts, styles
