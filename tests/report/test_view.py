"""What the viewer is given, and the one file that it becomes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.report.viewer import View, packed, render_page, view_data


def test_everything_is_plain_json(evening: View) -> None:
    data = json.loads(json.dumps(view_data(evening)))
    assert data["duration_s"] == 40.0
    assert data["segments"][1]["felt"] == "happy"
    assert data["segments"][0]["felt"] is None
    assert "".join(text for _, text in data["segments"][1]["words"]) == data["segments"][1]["text"]
    assert data["events"] == [{"start_s": 25.0, "end_s": 27.0, "label": "laughter", "score": 0.97, "marks": []}]
    (clip,) = data["clips"]
    assert sum(reason["contribution"] for reason in clip["reasons"]) == clip["score"]
    assert set(data["curves"]) == {"laughter", "loudness"}
    assert set(base64.b64decode(data["curves"]["loudness"]["values"])) == {128}  # -30 dB is half way down to the floor


def test_without_emotion_the_data_does_not_know_the_word(evening: View, unfeeling: Callable[[View], View]) -> None:
    text = json.dumps(view_data(unfeeling(evening)))
    assert not re.search("emotion|happy|angry|neutral", text)


def test_an_english_page_carries_no_east_asian_letters(evening: View) -> None:
    data = view_data(evening)
    assert data["names"]["ja"] and "letters" not in data


@given(st.lists(st.floats(0, 1, width=32), max_size=60), st.floats(0.01, 2))
def test_a_curve_keeps_its_length_and_its_peaks(values: list[float], hop_s: float) -> None:
    curve = packed(np.array(values, np.float32), hop_s)
    steps = base64.b64decode(curve["values"])
    assert len(steps) == len(values)
    assert steps == bytes(np.rint(np.array(values, np.float32) * 255).astype(np.uint8))


def test_a_long_curve_keeps_a_short_peak() -> None:
    values = np.zeros(1_000_000, np.float32)
    values[654_321] = 1.0
    curve = packed(values, 0.05)
    steps = np.frombuffer(base64.b64decode(curve["values"]), np.uint8)
    assert len(steps) <= 20_000
    assert len(steps) * curve["hop_s"] == pytest.approx(50_000)
    assert int(steps.argmax()) * curve["hop_s"] == pytest.approx(654_321 * 0.05, abs=curve["hop_s"])


class _Scripts(HTMLParser):
    """Counts what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "onload", "onerror"} & {name for name, _ in attrs}


def test_the_report_is_one_file_that_loads_nothing(evening: View) -> None:
    page = render_page(view_data(evening))
    parser = _Scripts()
    parser.feed(page)
    assert parser.tags.count("script") == 2
    assert "b" not in parser.tags
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"^(?:import|export)\b", page, re.MULTILINE)
