"""How figures moved between two runs of a benchmark: `python -m benchmarks.compare OLD.json NEW.json`.

Ratios hold on any machine; seconds only where machine and load are the same, so what differs of these is said first.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.results import read

_CONDITIONS = ("machine", "processor", "system", "cores", "load", "versions")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    options = parser.parse_args()
    print("\n".join(compared(read(options.old), read(options.new))))


def compared(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Lines of text: other conditions, then a table of all figures that both have, then what only one has."""
    for name in _CONDITIONS:
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name)} then, {new.get(name)} now"
    yield from ("", "| what | figure | then | now | change |", "|---|---|---|---|---|")
    then, now = old["figures"], new["figures"]
    for what in (name for name in now if name in then):
        for figure in (name for name in now[what] if name in then[what]):
            before, after = then[what][figure], now[what][figure]
            change = f"{after / before - 1:+.0%}" if before else "-"
            yield f"| {what} | {figure} | {before:.4g} | {after:.4g} | {change} |"
    for name in sorted(then.keys() ^ now.keys()):
        yield f"only {'then' if name in then else 'now'}: {name}"


if __name__ == "__main__":
    main()
