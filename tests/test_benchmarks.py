"""What benchmarks keep of a run is compared with the last one, and drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.compare import compared
from benchmarks.plot import drawn
from benchmarks.results import read, save
from benchmarks.word_errors import described, edits, units


def test_two_runs_are_compared(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    save(old, {"ours": {"ratio": 4.0, "peak_mb": 0.0}, "gone": {"ratio": 1.0}})
    save(new, {"ours": {"ratio": 5.0, "peak_mb": 900.0}, "added": {"ratio": 1.0}})
    lines = list(compared({**read(old), "load": 1.0, "processor": "another"}, {**read(new), "load": 1.0}))
    assert lines[0].startswith("processor: another then, ")
    assert "| ours | ratio | 4 | 5 | +25% |" in lines
    assert "| ours | peak_mb | 0 | 900 | - |" in lines, "nothing to divide by"
    assert lines[-2:] == ["only now: added", "only then: gone"]


def test_figures_are_drawn_the_greatest_first(tmp_path: Path) -> None:
    save(tmp_path / "run.json", {"slow <1>": {"ratio": 1.0}, "ours": {"ratio": 5.22}, "not measured": {"peak_mb": 3.0}})
    root = ET.fromstring(drawn(read(tmp_path / "run.json"), "ratio"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:4] == ["ours", "5.22x", "slow <1>", "1.00x"]
    widths = [float(bar.get("width", "0")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[0] > 5 * widths[1]


def test_texts_are_made_alike_before_errors_are_counted() -> None:
    pytest.importorskip("whisper_normalizer")
    pytest.importorskip("cn2an")
    alike = [
        ("The colour isn't 20 pieces, Mr. Hill.", "the color is not twenty pieces mister hill", "en"),
        ("One, two. Three.", "one two three", "en"),
        ("體重三十多公斤，[laughing]早上九點", "体重30多公斤 早上9点", "zh"),
        ("L’été, déjà (rires)", "l'été déjà", "fr"),
    ]
    for wanted, found, language in alike:
        assert units(wanted, language) == units(found, language)
    assert described(units("a fat sorrow", "en"), units("that sorrow", "en"), "en") == ["a > that", "fat > -"]
    assert edits(units("没关系", "zh"), units("没有关心", "zh")) == 2
