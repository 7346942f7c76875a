"""Subtitle files that are made to keep a parser busy for hours, or to unfold in memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.web.test_own_subtitles import Own
from video_pipeline.core.labels import Language
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.video.lines_in import lines_in
from video_pipeline.web import apart
from video_pipeline.web.apart import lines_apart

_CUE = "1\n00:00:01,000 --> 00:00:02,000\n"
LONG = {
    "empty lines": "WEBVTT\n\nNOTE " + "\n" * 200_000,
    "times without words": "00:00:01,000 --> 00:00:02,000\n" * 20_000,
    "numbers": "1\n" * 100_000,
    "open brackets": "[" * 200_000,
    "open braces": '{"a":' * 40_000,
    "open tags": _CUE + "<font color=" * 20_000,
    "open overrides": _CUE + "{\\p1" * 50_000,
    "nested paragraphs": '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>' + "<p>" * 50_000,
    "nested spans": '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">'
    + "<span>" * 20_000
    + "</span>" * 20_000
    + "</p></div></body></tt>",
}


@pytest.mark.parametrize("kind", LONG)
def test_a_parser_is_not_kept_busy_nor_broken(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.srt"
    path.write_text(LONG[kind])
    began_s = time.process_time()
    with contextlib.suppress(NotSubtitles):
        lines_in(path, Language.EN)
    assert time.process_time() - began_s < 8  # some would take hours


ENTITIES = (
    "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 20}'>" for n in range(9))
    + "]><tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='2s'>&j;</p></div></body></tt>"
)
FILE = (
    "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='2s'>A &x; B</p></div></body></tt>"
)


@pytest.mark.parametrize("text", [ENTITIES, FILE], ids=["entities", "a file"])
def test_what_a_document_refers_to_is_not_put_in(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttml"
    path.write_text(text)
    try:
        found = " ".join(line.text for line in lines_apart(path, Language.EN, emotion=True))
    except NotSubtitles:
        found = ""
    assert "root:" not in found and len(found) < 1000


def test_a_parser_does_not_end(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads in a process of its own, which has so much time and memory."""
    client, job_id, _ = own
    monkeypatch.setattr(apart, "_LONGEST_S", 0.001)
    answer = client.put(f"/api/jobs/{job_id}/subtitles/a.srt", content=_CUE.encode() + b"x\n")
    assert answer.status_code == 400 and "too long" in answer.json()["error"] and "/tmp" not in answer.json()["error"]
    assert client.get(f"/api/jobs/{job_id}/view").status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of this kind")
@pytest.mark.parametrize(("limit", "work"), [("_PROCESSOR_S", "while True: pass"), ("_MEMORY_BYTES", "bytearray(4 << 30)")])
def test_the_process_holds_to_its_limits(limit: str, work: str) -> None:
    program = f"from video_pipeline.web import apart; apart._PROCESSOR_S = 2; apart._bound(); {work}"
    if "while" in work:
        program = program.replace("; while", "\nwhile")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert done.returncode != 0, limit


def test_a_parser_ends_without_a_word(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    client, job_id, _ = own
    answer = client.put(f"/api/jobs/{job_id}/subtitles/a.srt", content=b"1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert answer.status_code == 400 and "too long" in answer.json()["error"]
