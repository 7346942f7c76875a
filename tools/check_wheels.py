"""Looks up on the package index whether every compiled package has a wheel, for each Python and processor: nothing is installed.

    pip install uv; python tools/check_wheels.py                 the base and every extra
    python tools/check_wheels.py --extra web --python 3.14

Packages without any wheel are allowed where their source is plain Python (`PLAIN`): pip builds those without a compiler.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28")
PLAIN = ("pysrt", "antlr4-python3-runtime", "jieba", "oss2", "aliyun-python-sdk-core", "crcmod", "langdetect", "proglog")
"""Packages that the index has as source alone; crcmod leaves its compiled part out where there is no compiler."""
NOT_USERS = ("dev", "docs")
"""Extras for developers."""
LIMIT_S = 600


def lacking(uv: str, python: str, platform: str, extra: str) -> str:
    """What has no wheel, in the resolver's words; empty if everything has one."""
    command = [uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:", str(PROJECT)]
    command += ["--python-version", python, "--python-platform", platform]
    command += [part for name in PLAIN for part in ("--no-binary", name)] + (["--extra", extra] if extra else [])
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode == 0:
        return ""
    named = re.findall(r"Wheels are (?:required|available) for `([^`]+)`|(\S+) has no wheels", done.stderr)
    return ", ".join(sorted({first or second for first, second in named})) or " ".join(done.stderr.split())[-300:]


def extras() -> Sequence[str]:
    """Those for users."""
    found = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    return [name for name in found if name not in NOT_USERS]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--extra", action="append", help="only this one; 'base' for none")
    parser.add_argument("--python", action="append", help="only this version")
    arguments = parser.parse_args()
    uv = shutil.which("uv")
    if uv is None:
        print("uv is missing: pip install uv", file=sys.stderr)
        return 2
    for extra in arguments.extra or ("base", *extras()):
        for python in arguments.python or PYTHONS:
            for platform in PLATFORMS:
                missing = lacking(uv, python, platform, "" if extra == "base" else extra)
                print(
                    f"{extra:12} {python:5} {platform.split('-')[0]:8} {'no wheel: ' + missing if missing else 'all wheels'}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
