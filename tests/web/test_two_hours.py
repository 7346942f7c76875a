"""A show of two hours and three thousand lines: a changed word costs little, and the list scrolls, by the processor's time."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pysrt
import pytest

from tests.web.real_server import RealServer, listening, until
from tests.web.test_editor_page import PATIENCE_MS, answered, opened
from video_pipeline.media.ffmpeg import find_ffmpeg

LINES = 3000
LENGTH_S = 7200.0
WORDS = "the show goes on and nobody knows what will happen when somebody laughs about words".split()
FRAME_MS = 1000 / 60
SCROLL = """async (step) => {
    const list = document.querySelector("video-moments").shadowRoot.querySelector(".rows");
    list.scrollTop = 0;
    for (let frame = 1; frame <= 120; frame++) {
        list.scrollTop = frame * step;
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return list.scrollTop;
}"""


def said(number: int) -> dict[str, Any]:
    start_s = number * LENGTH_S / LINES + 0.1
    words = [WORDS[(number * 7 + k) % len(WORDS)] for k in range(4 + number % 5)] + [f"{number}."]
    step_s = 2.1 / len(words)
    tokens = [
        {"start_s": start_s + k * step_s, "end_s": start_s + (k + 1) * step_s, "text": f"{' ' * bool(k)}{word}"}
        for k, word in enumerate(words)
    ]
    return {"start_s": start_s, "end_s": start_s + 2.1, "text": " ".join(words), "tokens": tokens, "language": "en"}


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealServer, str]]:
    """A server with the show on it, which is silent: only its words matter here."""
    folder = tmp_path_factory.mktemp("show")
    sound, stored = folder / "show.flac", folder / "transcript.json"
    silence = ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", f"{LENGTH_S:g}", "-c:a", "flac"]
    subprocess.run([find_ffmpeg(), "-v", "error", *silence, str(sound)], check=True)
    media = {"name": "show.flac", "duration_s": LENGTH_S}
    stored.write_text(json.dumps({"media": media, "engine": {"name": "draft"}, "segments": [said(n) for n in range(LINES)]}))
    chosen = {"speech.engine": "replay", "speech.transcript": str(stored), "events.detectors": ["tags"]}
    with listening(folder / "out", page=True, overrides=chosen) as server:
        with sound.open("rb") as file:
            job = httpx.post(f"{server.address}/api/jobs", files={"file": file}, timeout=120).json()
        address = f"{server.address}/api/jobs/{job['id']}"
        until(lambda: httpx.get(address, timeout=60).json()["state"] in ("done", "failed"), 600)
        yield server, job["id"]


@pytest.fixture
def window(browser: Any, show: tuple[RealServer, str]) -> Iterator[Any]:
    for page in opened(browser, *show, ready=".row.said"):
        page.context.set_default_timeout(PATIENCE_MS)
        yield page


def test_a_word_costs_little_on_the_server(show: tuple[RealServer, str]) -> None:
    server, job_id = show
    edits, job = server.services.edits, server.services.queue.job(job_id)
    rows = edits.view(job)["segments"]
    took_s = []
    for row in rows[50::300]:
        seen = {key: row[key] for key in ("start_s", "end_s", "text")}
        began_s = time.thread_time()
        answer = edits.edit_lines(job, {"edits": [{"was": [seen], "lines": [{**seen, "text": f"{row['text']} indeed"}]}]})
        took_s.append(time.thread_time() - began_s)
        assert len(json.dumps(answer)) < 4000
    assert sorted(took_s)[len(took_s) // 2] < 0.05


def test_scrolling_leaves_time_in_every_frame(window: Any) -> None:
    """By the processor's time, which a busy machine does not change."""
    assert window.locator(".row.said").count() == LINES
    measure = window.context.new_cdp_session(window)
    measure.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked_s() -> float:
        return next(one["value"] for one in measure.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration")

    for step in (40, 400):
        before_s = worked_s()
        assert window.evaluate(SCROLL, step) == pytest.approx(120 * step, abs=step)
        assert 1000 * (worked_s() - before_s) / 120 < FRAME_MS, step


STORED = "document.querySelector('video-moments').store.data.segments"
SHOWN = f"([start_s, end_s, text]) => {STORED}.some((one) => one.start_s === start_s && one.end_s === end_s && one.text === text)"
PLAYER = "document.querySelector('video-moments').player"


def press(window: Any, *keys: str) -> None:
    for key in keys:
        window.keyboard.press(key)


def saved(window: Any, key: str) -> list[dict[str, Any]]:
    """The lines that the server put in the place of others after a key, once the page shows them."""
    with answered(window) as answer:
        window.keyboard.press(key)
    assert answer.value.ok, answer.value.text()
    lines = [line for edit in answer.value.json()["edits"] for line in edit["lines"]]
    until(lambda: window.evaluate(SHOWN, [lines[-1]["start_s"], lines[-1]["end_s"], lines[-1]["text"]]))
    return lines


def find(window: Any, words: str) -> None:
    window.get_by_label("Find words").focus()
    press(window, "Control+a", "Delete")
    window.keyboard.type(words)


def words_of(lines: Iterable[str]) -> list[str]:
    return " ".join(lines).split()


def test_a_show_is_corrected_from_start_to_end_by_the_keyboard(window: Any) -> None:
    """Words, a split, a join, an edge, undo, redo, lines all through it, replacing, the last line; then the file has it all."""
    lines = [line["text"] for line in window.evaluate(STORED)]
    window.get_by_role("list", name="Transcript").focus()
    press(window, "Home", "e", "Control+Home")  # the first line: other words
    window.keyboard.type("Good evening: ")
    saved(window, "Alt+ArrowDown")
    assert window.evaluate(f"{PLAYER}.video.currentTime") == pytest.approx(2.5, abs=0.1)  # the picture came along
    press(window, "Control+Home", "Control+ArrowRight", "Control+ArrowRight")
    assert [line["text"].split() for line in saved(window, "Control+Enter")] == [lines[1].split()[:2], lines[1].split()[2:]]
    press(window, "ArrowDown", "ArrowDown", "e")
    (joined,) = saved(window, "Alt+j")
    assert joined["text"] == f"{lines[2]} {lines[3]}"
    press(window, "PageDown", "PageDown", "e")
    before = window.get_by_label("End").input_value()
    press(window, "Tab", "Tab", *["ArrowDown"] * 3)  # the end 0.3 s earlier
    assert window.get_by_label("End").input_value() != before
    (shortened,) = saved(window, "Enter")
    press(window, "Escape")
    for way in ("Control+z", "Control+z"):
        saved(window, way)
    assert saved(window, "Control+y") == [joined]
    assert saved(window, "Control+Shift+Z") == [shortened]
    for number in range(299, LINES - 1, 300):
        find(window, f"{number}.")
        press(window, "ArrowDown", "e", "Control+End")
        window.keyboard.type(f" Number {number}")
        (line,) = saved(window, "Enter")
        assert line["text"] == f"{lines[number]} Number {number}"
    find(window, "laughs")
    press(window, "Tab", "Enter")
    window.keyboard.type("giggles")
    assert len(saved(window, "Enter")) == sum("laughs" in line for line in lines)
    find(window, "")
    window.get_by_role("list", name="Transcript").focus()
    press(window, "End", "e", "Control+End")
    window.keyboard.type(" Good night!")
    saved(window, "Enter")
    expected = [f"Good evening: {lines[0]}", *lines[1:-1], f"{lines[-1]} Good night!"]
    for number in range(299, LINES - 1, 300):
        expected[number] += f" Number {number}"
    window.reload()
    window.locator("video-moments .row.said").first.wait_for(timeout=PATIENCE_MS)
    found = window.evaluate(STORED)
    assert words_of(line["text"] for line in found) == words_of(line.replace("laughs", "giggles") for line in expected)
    assert len(found) == LINES and shortened["end_s"] in {line["end_s"] for line in found}
    window.get_by_role("button", name="Download", exact=True).press("Enter")
    with window.expect_download(timeout=PATIENCE_MS) as arriving:
        window.get_by_role("link", name="SRT").press("Enter")
    cues = pysrt.open(str(arriving.value.path()))
    assert words_of(cue.text for cue in cues) == words_of(line["text"] for line in found)
    assert cues[-1].end.ordinal / 1000 > LENGTH_S - 5
