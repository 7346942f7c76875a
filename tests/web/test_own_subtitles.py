"""Subtitles that somebody has are put in the place of the lines, and the work goes on from there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysrt
import pytest
from starlette.testclient import TestClient

from tests.web.test_editing import Shown
from tests.web.test_lines import Own, edited, line, segments, srt

SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\nMy own first line.\r\n\r\n2\r\n00:00:10,000 --> 00:00:12,000\r\nAnd a\r\nsecond.\r\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.500\n<v Ann>My own first line.\n\n00:10.000 --> 00:12.000\n[laughter]\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,40\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:03.50,Default,,0,0,0,,{\\i1}My own{\\i0} first line.\n"
)


def put(client: TestClient, job_id: str, name: str, content: str | bytes) -> Any:
    return client.put(f"/api/jobs/{job_id}/subtitles/{name}", content=content)


@pytest.mark.parametrize(("name", "content", "count"), [("a.srt", SRT, 2), ("a.vtt", VTT, 1), ("a.ass", ASS, 1), ("a", SRT, 2)])
def test_the_lines_of_a_file_stand_in_the_place_of_all(own: Own, name: str, content: str, count: int) -> None:
    client, job_id, _ = own
    answer = put(client, job_id, name, content)
    assert answer.status_code == 200, answer.text
    assert answer.json()["lines"] == count and answer.json()["left_out"] == 0
    rows = segments(client, job_id)
    assert len(rows) == count
    assert (rows[0]["start_s"], rows[0]["end_s"], rows[0]["text"]) == (1.0, 3.5, "My own first line.")
    assert "My own first line." in srt(client, job_id)
    changed = edited(client, job_id, [rows[0]], [line(rows[0], text="My corrected line.")])  # and the work goes on
    assert changed["edits"][0]["lines"][0]["text"] == "My corrected line."


def test_what_the_program_wrote_itself_changes_nothing_but_where_lines_were_divided(own: Own) -> None:
    client, job_id, _ = own
    before = " ".join(row["text"] for row in segments(client, job_id))
    written = client.get(f"/api/jobs/{job_id}/subtitles/srt").content
    assert put(client, job_id, "sample.srt", written).status_code == 200
    spoken = " ".join(row["text"] for row in segments(client, job_id))
    assert [w.strip("[]()!?.,") for w in spoken.split()][:5] == [w.strip("[]()!?.,") for w in before.split()][:5]
    again = client.get(f"/api/jobs/{job_id}/subtitles/srt").text
    assert len(pysrt.from_string(again)) >= 5


def test_all_of_it_is_taken_back_at_once(own: Own) -> None:
    client, job_id, _ = own
    before = [row["text"] for row in segments(client, job_id)]
    edits = put(client, job_id, "a.srt", SRT).json()["edits"]
    back = [{"was": [line(row) for row in edit["lines"]], "lines": edit["was"]} for edit in reversed(edits)]
    assert client.post(f"/api/jobs/{job_id}/lines", json={"edits": back}).status_code == 200
    assert [row["text"] for row in segments(client, job_id)] == before


def test_lines_behind_the_end_are_counted_and_left_out(own: Own) -> None:
    client, job_id, _ = own
    late = SRT + "\r\n3\r\n09:00:00,000 --> 09:00:02,000\r\nFar away.\r\n"
    assert put(client, job_id, "a.srt", late).json()["left_out"] == 1
    refused = put(client, job_id, "a.srt", SRT.replace("00:00:", "05:00:"))
    assert refused.status_code == 400 and "behind the end" in refused.json()["error"]


@pytest.mark.parametrize(
    "content", [b"", b"no subtitles at all", bytes(range(256)) * 40, b"#EXTM3U\nfile:///etc/passwd\n", b"%PDF-1.7"]
)
def test_what_is_no_subtitle_file_is_refused_by_its_own_name(shown: Shown, content: bytes) -> None:
    client, job_id = shown
    answer = put(client, job_id, "mine.srt", content)
    assert answer.status_code == 400, answer.text
    assert "mine.srt" in answer.json()["error"] and "/tmp" not in answer.text


def test_a_file_larger_than_any_subtitles_is_refused(shown: Shown) -> None:
    client, job_id = shown
    assert put(client, job_id, "a.srt", b"x" * (9 << 20)).status_code == 413


def test_long_subtitles_pass(own: Own, tmp_path: Path) -> None:
    client, job_id, _ = own
    rows = [f"{n}\n00:00:{n % 60:02},{n // 60:03} --> 00:00:{n % 60:02},{n // 60 + 1:03}\nx{'y' * 900}\n" for n in range(1600)]
    assert put(client, job_id, "a.srt", "\n".join(rows)).status_code in (200, 400)
