"""Markup in everything that somebody may name or write, and every page that shows it: none of it becomes an element or runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.library.conftest import MadeLibrary
from tests.library.test_report import written
from tests.report.test_conversation import CALL, heard, line
from tests.web.real_server import RealServer, listening, until
from video_pipeline.core.labels import Language, Sound
from video_pipeline.media.errors import NotMedia
from video_pipeline.report.conversation.measure import measure
from video_pipeline.report.conversation.options import ConversationOptions
from video_pipeline.report.conversation.page import conversation_page
from video_pipeline.report.conversation.wording import PhraseTable

MARK = "<img class=hostile src=x onerror=pwned=1>"
EVIL = f"</script><script>pwned=1</script>{MARK}<svg class=hostile onload=pwned=1>\"' onfocus=pwned=1 autofocus x='`${{pwned=1}}"
LINK = "javascript:pwned=1"
HOSTILE = """() => {
    const found = [];
    const look = (root) => {
        found.push(...root.querySelectorAll(".hostile, a[href^='javascript:' i], [onerror], [onload], [onfocus], [src=x]"));
        for (const one of root.querySelectorAll("*")) if (one.shadowRoot) look(one.shadowRoot);
    };
    look(document);
    return [...found.map((one) => one.outerHTML), ...("pwned" in window ? ["a script ran"] : [])];
}"""
SRT = f"1\n00:00:01,000 --> 00:00:03,000\n<b>{MARK}</b> {{\\p1}} {EVIL}\n\n2\n00:00:04,000 --> 00:00:06,000\n{LINK}\n"
VTT = f"WEBVTT\n\nSTYLE\n::cue {{ background: url({LINK}) }}\n\n00:01.000 --> 00:03.000\n<v {EVIL}>{EVIL}</v>\n"
TTML = (
    '<tt xmlns="http://www.w3.org/ns/ttml"><head><metadata><script xmlns="http://www.w3.org/1999/xhtml">pwned=1</script></metadata>'
    f'</head><body><div><p begin="1s" end="3s">&lt;img class=hostile src=x onerror=pwned=1&gt;<script>pwned=1</script>'
    f'<a href="{LINK}" xmlns="http://www.w3.org/1999/xhtml">x</a> words</p></div></body></tt>'
)
ASS = f"[Script Info]\nTitle: {EVIL}\n\n[Events]\nFormat: Start, End, Name, Text\nDialogue: 0:00:01.00,0:00:03.00,{MARK},{EVIL}\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[tuple[RealServer, str]]:
    """A server whose video, its lines, speakers, clips and presets are named by an attacker, and the video's id."""
    folder = tmp_path_factory.mktemp("hostile")
    token = {"start_s": 0.1, "end_s": 4.0, "text": EVIL}
    segments = [
        {
            "start_s": at,
            "end_s": at + 3.0,
            "text": EVIL,
            "tokens": [{**token, "start_s": at, "end_s": at + 3.0}],
            "language": "en",
            "speaker": speaker,
        }
        for at, speaker in ((1.0, MARK), (5.0, "<b class=hostile>"), (9.0, MARK))
    ]
    stored = folder / "transcript.json"
    media = {"name": MARK, "duration_s": 60.0}
    stored.write_text(json.dumps({"media": media, "engine": {"name": "draft"}, "segments": segments}))
    said = {"speech.engine": "replay", "speech.transcript": str(stored), "speech.other_video": True}
    out = folder / "out"
    (out / MARK.replace("/", "")).mkdir(parents=True)  # as another program may have left it
    shutil.copyfile(stored, out / MARK.replace("/", "") / "transcript.json")
    with listening(out, page=True, overrides=said) as server, httpx.Client(base_url=server.address, timeout=120) as client:
        job = client.post("/api/jobs", files={"file": (f"{MARK}.mp4", sample.read_bytes())}).json()
        broken = client.post("/api/jobs", files={"file": (f"{EVIL}.mp4", b"<svg onload=pwned=1>")})
        assert broken.status_code == 415
        until(lambda: client.get(f"/api/jobs/{job['id']}").json()["state"] in ("done", "failed"), 300)
        base = f"/api/jobs/{job['id']}"
        for number, name in enumerate((MARK, "<b class=hostile>")):
            client.post(f"{base}/speakers", json={"rename": f"Speaker {number + 1}", "to": name})
        clips = [{"start_s": 1.0, "end_s": 9.0, "title": EVIL}, {"start_s": 10.0, "end_s": 20.0, "title": LINK}]
        assert client.put(f"{base}/clips", json={"clips": clips}).status_code == 200
        assert client.put("/api/presets/own", json={"text": f"# {EVIL}\n"}).status_code == 200
        yield server, job["id"]


@pytest.fixture
def window(browser: Any) -> Iterator[Any]:
    """Without the page's policy, which would stop what a mistake let through."""
    context = browser.new_context(bypass_csp=True, locale="en-GB", viewport={"width": 1440, "height": 1200})
    context.set_default_timeout(60_000)
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert not dialogs


def look(page: Any, place: str) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate(HOSTILE) == [], place


def test_the_list_of_videos_and_the_viewer(window: Any, hostile: tuple[RealServer, str]) -> None:
    server, job_id = hostile
    window.goto(server.address)
    window.locator(".job").first.wait_for()
    assert MARK in window.locator(".jobs").inner_text()
    look(window, "start")
    window.goto(f"{server.address}/#/v/{job_id}")
    window.locator("video-moments .row.said").first.wait_for()
    assert MARK in window.locator("video-moments .row.said").first.inner_text()
    look(window, "viewer")
    window.locator("video-moments .row.said").first.dblclick(position={"x": 150, "y": 10})
    look(window, "a line that is edited")
    window.keyboard.press("Escape")
    for tab in window.get_by_role("tab").all():
        tab.click()
        look(window, f"tab {tab.inner_text()}")
    for name in ("Download", "Replace", "Export"):
        for button in window.get_by_role("button", name=name).all()[:1]:
            button.click()
            look(window, name)
            window.keyboard.press("Escape")


@pytest.mark.parametrize("address", [f"#/v/{MARK}", f"#/v/{LINK}", f"#{EVIL}", f"#/v/..%2f..%2f{MARK}", f"?{EVIL}#/"])
def test_an_address_that_somebody_is_led_to(window: Any, hostile: tuple[RealServer, str], address: str) -> None:
    window.goto(f"{hostile[0].address}/{address}")
    window.locator("h1, .drop").first.wait_for(state="attached")
    look(window, address)


@pytest.mark.parametrize(("name", "content"), [("a.srt", SRT), ("a.vtt", VTT), ("a.ttml", TTML), ("a.ass", ASS), (MARK, SRT)])
def test_subtitles_that_are_put_in_and_all_formats_that_come_out(
    window: Any, hostile: tuple[RealServer, str], name: str, content: str
) -> None:
    server, job_id = hostile
    base = f"{server.address}/api/jobs/{job_id}"
    answer = httpx.put(f"{base}/subtitles/{name}", content=content.encode(), timeout=60)
    assert answer.status_code in (200, 400, 415), answer.text
    window.goto(f"{server.address}/#/v/{job_id}")
    window.locator("video-moments .row").first.wait_for()
    window.evaluate("document.querySelector('video-moments').player.seek(2)")
    look(window, name)
    window.goto(f"{base}/files/report.html#t=2")
    window.locator("video-moments .row").first.wait_for()
    look(window, f"report after {name}")


def test_every_file_of_the_results_that_a_browser_opens(window: Any, hostile: tuple[RealServer, str]) -> None:
    server, job_id = hostile
    base = f"{server.address}/api/jobs/{job_id}"
    for file in httpx.get(f"{base}/files", timeout=60).json():
        answer = httpx.get(f"{base}/files/{file['path']}", timeout=60)
        assert answer.headers["x-content-type-options"] == "nosniff"
        shown = answer.headers["content-disposition"].startswith("inline")
        if shown and answer.headers["content-type"].partition(";")[0] in ("text/html", "image/svg+xml", "application/ttml+xml"):
            window.goto(f"{base}/files/{file['path']}")
            look(window, file["path"])
    for name in ("srt", "vtt", "ass", "ttml", "lrc", "txt"):
        answer = httpx.get(f"{base}/subtitles/{name}", timeout=60)
        assert answer.headers["content-disposition"].startswith("attachment")


def test_the_page_of_a_library(window: Any, tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path)
    name = f"{MARK}.mp4"
    made.add(name, [(0, 1, EVIL, Language.EN, None)], [(1, 2, Sound.LAUGHTER)], [(0, 9, 50.0, EVIL)])
    made.fail("b.mp4", NotMedia(Path(f"{MARK}.mp4"), EVIL))
    written(made)
    window.goto((made.out / "library.html").as_uri())
    window.get_by_text("onerror").first.wait_for()
    look(window, "library")


def test_the_report_of_a_conversation(window: Any, tmp_path: Path) -> None:
    lines = [line(f"{MARK}{speaker}", start_s, end_s, EVIL) for speaker, start_s, end_s, _ in CALL]
    page = conversation_page(measure(heard(lines, 60.0), ConversationOptions(kind="call"), PhraseTable.of()), [LINK, MARK])
    (tmp_path / "call.html").write_text(page, encoding="utf-8")
    window.goto((tmp_path / "call.html").as_uri())
    look(window, "conversation")
