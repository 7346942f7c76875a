"""Bars of one figure of a benchmark as an SVG: `python -m benchmarks.plot RESULTS.json OUT.svg [--figure ratio]`."""

from __future__ import annotations

import argparse
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.results import read

_WIDTH_PX = 640
_NAMES_PX = 260
_ROW_PX = 26
_LONGEST_PX = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--figure", default="ratio_processor", help="the figure of each contender that is drawn")
    options = parser.parse_args()
    options.out.write_text(drawn(read(options.results), options.figure), encoding="utf-8")


def drawn(results: dict[str, Any], figure: str) -> str:
    """The greatest first; what is ours in another colour. Legible on light and dark pages."""
    bars = sorted(((found[figure], name) for name, found in results["figures"].items() if figure in found), reverse=True)
    greatest = max(value for value, _ in bars)
    rows = []
    for k, (value, name) in enumerate(bars):
        y_px, length_px = 10 + k * _ROW_PX, max(1.0, value / greatest * _LONGEST_PX)
        colour = "#2f81f7" if name.startswith("ours") else "#8b949e"
        rows += [
            f'<text x="{_NAMES_PX - 8}" y="{y_px + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_NAMES_PX}" y="{y_px}" width="{length_px:.1f}" height="18" rx="3" fill="{colour}"/>',
            f'<text x="{_NAMES_PX + length_px + 6:.1f}" y="{y_px + 14}">{value:.2f}x</text>',
        ]
    below_px = 10 + len(bars) * _ROW_PX + 14
    cores = f"{results['cores']} core{'s' * (results['cores'] != 1)}"
    under = f"{results['processor']}, {cores}, torch {results['versions'].get('torch', '')}"
    rows.append(f'<text x="10" y="{below_px}" font-size="11">{escape(under)}</text>')
    size = f'width="{_WIDTH_PX}" height="{below_px + 12}"'
    style = 'font-family="sans-serif" font-size="13" fill="#6e7781"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n' + "\n".join(rows) + "\n</svg>\n"


if __name__ == "__main__":
    main()
