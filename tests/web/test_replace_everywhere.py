"""Find and replace in all videos: counted first, each video's change can be taken back, and what others changed is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, upload
from video_pipeline.core.errors import BadValue
from video_pipeline.core.transcript import Segment
from video_pipeline.video.replacing import Replacement, changed_lines


def replaced(client: TestClient, status: int = 200, **request: Any) -> Any:
    answer = client.post("/api/library/replace", json=request)
    assert answer.status_code == status, answer.text
    return answer.json()


def lines(client: TestClient, job_id: str) -> list[str]:
    return [one["text"] for one in client.get(f"/api/jobs/{job_id}/view").json()["segments"]]


@pytest.mark.parametrize(
    ("text", "asked", "due"),
    [
        ("Foo food FOO", {"find": "foo", "to": "bar"}, "bar bard bar"),
        ("Foo food FOO", {"find": "foo", "to": "bar", "whole_words": True}, "bar food bar"),
        ("Foo food FOO", {"find": "Foo", "to": "bar", "match_case": True}, "bar food FOO"),
        (r"a.b \1", {"find": "a.b", "to": r"\1"}, r"\1 \1"),
        ("我们去北京", {"find": "北京", "to": "上海", "whole_words": False}, "我们去上海"),
        ("C++ and c++", {"find": "c++", "to": "Rust", "whole_words": True}, "Rust and Rust"),
        ("only this", {"find": "only this", "to": ""}, ""),
    ],
)
def test_what_stands_there_then(text: str, asked: dict[str, Any], due: str) -> None:
    (line,) = changed_lines([Segment(0.0, 1.0, text), Segment(1.0, 2.0, "nothing here")], Replacement(**asked))
    assert line.text == due
    assert line.edit[1] == ([Segment(0.0, 1.0, due)] if due else [])


def test_nothing_to_look_for_and_nothing_to_change() -> None:
    with pytest.raises(BadValue):
        Replacement(find=" ")
    assert not list(changed_lines([Segment(0.0, 1.0, "same")], Replacement(find="same", to="same")))


def test_two_videos_are_counted_changed_and_taken_back(replaying: TestClient, tone: Callable[[int], Path]) -> None:
    client = replaying
    first, second = (over(client, upload(client, tone(number))["id"])["id"] for number in (1, 2))
    found = replaced(client, find="HELLO", to="good bye")
    assert found["places"] == 2 and {one["id"] for one in found["videos"]} == {first, second}
    assert found["videos"][0]["samples"] == [{"start_s": 0.1, "was": "hello", "text": "good bye"}]
    assert lines(client, first) == ["hello"]  # nothing was changed yet
    expected = [{"id": one["id"], "places": one["places"]} for one in found["videos"]]
    was = {"start_s": 0.1, "end_s": 0.9, "text": "hello"}
    edit = {"was": [was], "lines": [{**was, "text": "hello hello"}]}
    assert client.post(f"/api/jobs/{second}/lines", json={"edits": [edit]}).status_code == 200
    done = replaced(client, find="hello", to="good bye", apply=True, videos=expected)
    by_id = {one["id"]: one for one in done["videos"]}
    assert by_id[first]["places"] == 1 and "changed since" in by_id[second]["conflict"]
    assert lines(client, first) == ["good bye"] and lines(client, second) == ["hello hello"]
    parts = ("start_s", "end_s", "text")
    back = [
        {
            side: [{key: line[key] for key in parts} for line in edit[other]]
            for side, other in (("was", "lines"), ("lines", "was"))
        }
        for edit in by_id[first]["edits"]
    ]
    assert client.post(f"/api/jobs/{first}/lines", json={"edits": back}).status_code == 200
    assert lines(client, first) == ["hello"]
    replaced(client, 400, find="")
    replaced(client, 400, find="a", to=5)
    assert replaced(client, find="no such words at all")["videos"] == []
