"""Lines of the transcript are corrected, split, joined, added, removed and moved, by several people at once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pysrt
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over
from tests.web.real_server import RealServer

Own = tuple[TestClient, str, Path]


def segments(client: TestClient, job_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/jobs/{job_id}/view").json()["segments"]
    return found


def edited(client: TestClient, job_id: str, was: list[Any], lines: list[Any], status: int = 200) -> Any:
    seen = [{key: row[key] for key in ("start_s", "end_s", "text")} for row in was]
    answer = client.post(f"/api/jobs/{job_id}/lines", json={"edits": [{"was": seen, "lines": lines}], "by": "me"})
    assert answer.status_code == status, answer.text
    return answer.json()


def line(row: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"start_s": row["start_s"], "end_s": row["end_s"], "text": row["text"], **other}


def srt(client: TestClient, job_id: str) -> str:
    text = client.get(f"/api/jobs/{job_id}/files/sample.srt").text
    return " ".join(cue.text.replace("\n", " ") for cue in pysrt.from_string(text))


def test_a_word_is_changed_by_a_small_answer_and_is_in_the_files_that_are_asked_for(own: Own) -> None:
    client, job_id, _ = own
    row = segments(client, job_id)[3]
    text = row["text"].replace("doctor", "veterinarian")
    answer = edited(client, job_id, [row], [line(row, text=text)])
    assert len(json.dumps(answer)) < 4000
    assert answer["edits"][0]["lines"][0]["text"] == text and answer["edits"][0]["was"][0]["text"] == row["text"]
    shown = " ".join(word for cue in answer["cues"][0]["cues"] for words in cue["lines"] for _, word in words)
    assert "veterinarian" in shown
    assert "veterinarian" in srt(client, job_id)  # at once, though it is written later
    assert segments(client, job_id)[3]["text"] == text


def test_a_line_is_split_joined_and_as_before(own: Own) -> None:
    client, job_id, folder = own
    before = segments(client, job_id)
    row = before[3]
    words = row["words"]
    half = len(words) // 2
    at_s = words[half][0]
    first, second = ("".join(word for _, word in part).strip() for part in (words[:half], words[half:]))
    parts = [{**line(row), "end_s": at_s, "text": first}, {**line(row), "start_s": at_s, "text": second}]
    new = edited(client, job_id, [row], parts)["edits"][0]["lines"]
    assert [one["text"] for one in new] == [first, second]
    times = [at for one in new for at, _ in one["words"]]
    heard = [at for at, _ in words]
    assert times == pytest.approx(heard, abs=0.3) and len(times) == len(heard)
    assert len(segments(client, job_id)) == len(before) + 1
    joined = edited(client, job_id, new, [line(row)])["edits"][0]["lines"]
    assert joined[0]["text"] == row["text"]
    after = segments(client, job_id)
    assert [(one["start_s"], one["end_s"], one["text"], one["felt"]) for one in after] == [
        (one["start_s"], one["end_s"], one["text"], one["felt"]) for one in before
    ]
    srt(client, job_id)  # whoever asks for files has all of them written
    assert json.loads((folder / "corrections.json").read_text())["changes"] == []


def test_a_line_is_removed_and_put_back_and_another_added(own: Own) -> None:
    client, job_id, _ = own
    before = segments(client, job_id)
    edited(client, job_id, [before[2]], [])
    assert before[2]["text"] not in [row["text"] for row in segments(client, job_id)]
    edited(client, job_id, [], [line(before[2], language=before[2]["language"], felt=before[2]["felt"])])
    assert [row["text"] for row in segments(client, job_id)] == [row["text"] for row in before]
    edited(client, job_id, [], [{"start_s": 58.0, "end_s": 59.5, "text": "The end."}])
    assert segments(client, job_id)[-1]["text"] == "The end." and "The end." in srt(client, job_id)


def test_a_line_is_moved_and_says_how_and_by_whom_it_was_spoken(own: Own) -> None:
    client, job_id, _ = own
    row = segments(client, job_id)[3]
    new = {**line(row), "end_s": row["end_s"] - 0.5, "felt": "sad", "speaker": "Ann", "language": "yue"}
    (after,) = edited(client, job_id, [row], [new])["edits"][0]["lines"]
    assert (after["felt"], after["speaker"], after["language"]) == ("sad", "Ann", "yue")
    assert after["end_s"] == pytest.approx(row["end_s"] - 0.5, abs=0.01) and after["start_s"] == row["start_s"]
    assert all(after["start_s"] <= at_s <= after["end_s"] for at_s, _ in after["words"])
    (after,) = edited(client, job_id, [after], [line(after, felt=None)])["edits"][0]["lines"]
    assert after["felt"] is None and after["speaker"] == "Ann"  # what is left out stays


def test_edits_stay_through_another_run_with_other_options(own: Own) -> None:
    client, job_id, _ = own
    rows = segments(client, job_id)
    joined = {**line(rows[3]), "end_s": rows[4]["end_s"], "text": "Both in one."}
    edited(client, job_id, rows[3:5], [joined])
    client.post(f"/api/jobs/{job_id}/retry", json={"options": {"speech.numerals": False}})
    assert over(client, job_id)["state"] == "done"
    after = segments(client, job_id)
    assert len(after) == len(rows) - 1 and after[3]["text"] == "Both in one."


def test_nobody_writes_over_what_somebody_else_wrote(own: Own) -> None:
    client, job_id, _ = own
    row = segments(client, job_id)[3]
    edited(client, job_id, [row], [line(row, text="What the first wrote.")])
    answer = edited(client, job_id, [row], [line(row, text="What the second wrote.")], 409)
    assert [one["text"] for one in answer["lines"]] == ["What the first wrote."]
    assert segments(client, job_id)[3]["text"] == "What the first wrote."
    other = segments(client, job_id)[5]  # elsewhere there is nothing to disagree about
    edited(client, job_id, [other], [line(other, text="Elsewhere.")])


def test_many_edits_are_made_all_or_none(own: Own) -> None:
    client, job_id, _ = own
    rows = segments(client, job_id)
    seen = [{key: row[key] for key in ("start_s", "end_s", "text")} for row in rows]
    edits = [{"was": [row], "lines": [{**row, "text": row["text"].replace("e", "E")}]} for row in seen]
    broken = [*edits, {"was": [{**seen[0], "text": "never said"}], "lines": []}]
    assert client.post(f"/api/jobs/{job_id}/lines", json={"edits": broken}).status_code == 409
    assert [row["text"] for row in segments(client, job_id)] == [row["text"] for row in rows]
    assert client.post(f"/api/jobs/{job_id}/lines", json={"edits": edits}).status_code == 200
    assert [row["text"] for row in segments(client, job_id)] == [row["text"].replace("e", "E") for row in rows]


@pytest.mark.parametrize(
    "edits",
    [
        None,
        [],
        [{}],
        [7],
        [{"was": [], "lines": [{"start_s": 5, "end_s": 4, "text": "x"}]}],
        [{"was": [], "lines": [{"start_s": -1, "end_s": 4, "text": "x"}]}],
        [{"was": [], "lines": [{"start_s": 1, "end_s": 1e6, "text": "x"}]}],
        [{"was": [], "lines": [{"start_s": 1, "end_s": 2, "text": "x" * 3000}]}],
        [{"was": [], "lines": [{"start_s": 1, "end_s": 2, "text": "x", "felt": "hungry"}]}],
        [{"was": [], "lines": [{"start_s": 1, "end_s": 2, "text": "x", "language": "tlh"}]}],
        [{"was": [], "lines": [{"start_s": 1, "end_s": 2}]}],
        [{"was": [], "lines": [{"start_s": 10**400, "end_s": 2, "text": "x"}]}],
    ],
)
def test_edits_that_cannot_be_are_refused(shown: tuple[TestClient, str], edits: Any) -> None:
    answer = shown[0].post(f"/api/jobs/{shown[1]}/lines", json={"edits": edits})
    assert answer.status_code == 400 and answer.json()["error"]


def test_others_are_told_at_once(real: RealServer, tone: Any) -> None:
    with httpx.Client(base_url=real.address, timeout=60) as client:
        with tone(1).open("rb") as file:
            job = client.post("/api/jobs", files={"file": file}).json()
        while client.get(f"/api/jobs/{job['id']}").json()["state"] != "done":
            time.sleep(0.05)
        path = f"/api/jobs/{job['id']}"
        view = client.get(f"{path}/view").json()
        (row,) = view["segments"]
        seen = {key: row[key] for key in ("start_s", "end_s", "text")}
        with client.stream("GET", f"{path}/news?since={view['news']}") as answer:
            edit = {"was": [seen], "lines": [{**seen, "text": "good bye"}]}
            httpx.post(f"{real.address}{path}/lines", json={"edits": [edit], "by": "me"}).raise_for_status()
            told = next(json.loads(text[6:]) for text in answer.iter_lines() if text.startswith("data: "))
        assert told["by"] == "me" and told["edits"][0]["lines"][0]["text"] == "good bye"
        with client.stream("GET", f"{path}/news?since=99") as answer:  # after a restart the numbers begin again
            assert next(json.loads(text[6:]) for text in answer.iter_lines() if text.startswith("data: "))["reload"]
