"""Words cut out of the text, the crop moved by hand, clips of a selection: what the server keeps and makes of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pysrt
import pysubs2
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over
from video_pipeline.media.pictures import sampled
from video_pipeline.media.probe import probe

Own = tuple[TestClient, str, Path]


def sent(client: TestClient, job_id: str, what: str, status: int = 200, **request: Any) -> Any:
    answer = client.post(f"/api/jobs/{job_id}/{what}", json=request)
    assert answer.status_code == status, answer.text
    return answer.json()


def span(start_s: float, end_s: float) -> dict[str, float]:
    return {"start_s": start_s, "end_s": end_s}


def zipped(client: TestClient, job_id: str, folder: Path, **request: Any) -> Path:
    """An export, unpacked."""
    job = over(client, client.post(f"/api/jobs/{job_id}/export", json=request).json()["id"])
    assert job["state"] == "done", job["error"]
    zipfile.ZipFile(io.BytesIO(client.get(job["url"]).content)).extractall(folder)
    return folder


def test_stretches_are_cut_out_put_back_and_kept(own: Own) -> None:
    client, job_id, folder = own
    assert sent(client, job_id, "cut", take_out=[span(2, 3), span(8, 9)])["removed"] == [span(2, 3), span(8, 9)]
    answer = sent(client, job_id, "cut", take_out=[span(2.5, 4)], by="me")
    assert answer == {"removed": [span(2, 4), span(8, 9)], "took_out": [span(3, 4)], "put_back": []}
    assert client.get(f"/api/jobs/{job_id}/view").json()["removed"] == [span(2, 4), span(8, 9)]
    answer = sent(client, job_id, "cut", put_back=answer["took_out"])  # as undo does it
    assert answer["removed"] == [span(2, 3), span(8, 9)] and answer["put_back"] == [span(3, 4)]
    assert (folder / "edit_decisions.json").is_file()
    sent(client, job_id, "cut", put_back=[span(0, 60)])
    assert not (folder / "edit_decisions.json").exists()
    changes = client.app.state.services.edits.news.since(job_id, 0)  # type: ignore[attr-defined]
    assert changes[1]["by"] == "me" and changes[1]["removed"] == [span(2, 4), span(8, 9)]
    for wrong in ({"take_out": [span(3, 2)]}, {"take_out": [span(0, 999)]}, {"take_out": [{"start_s": "a"}]}, {"find": "all"}):
        sent(client, job_id, "cut", 400, **wrong)


def test_the_copy_without_them_is_shorter_and_its_subtitles_say_what_is_heard(own: Own, tmp_path: Path) -> None:
    client, job_id, _ = own
    lines = client.get(f"/api/jobs/{job_id}/view").json()["segments"]
    whole, part = lines[2], lines[4]
    words = part["words"]
    sent(client, job_id, "cut", take_out=[span(whole["start_s"], whole["end_s"]), span(words[1][0], words[3][0])])
    made = zipped(client, job_id, tmp_path / "zip", what="cut")
    gone_s = whole["end_s"] - whole["start_s"] + words[3][0] - words[1][0]
    assert probe(made / "sample.cut.mp4").duration_s == pytest.approx(60 - gone_s, abs=0.3)
    said = " ".join(cue.text.replace("\n", " ") for cue in pysrt.open(str(made / "sample.cut.srt")))
    assert whole["text"] not in said
    left = "".join(word for _, word in [*words[:1], *words[3:]]).split()
    assert " ".join(left[:3]).strip() in said
    assert pysrt.open(str(made / "sample.cut.srt"))[-1].end.ordinal / 1000 <= 60 - gone_s + 0.3
    events = [line for line in (made / "cut lists" / "highlights.edl").read_text().splitlines() if line[:3].isdigit()]
    assert len(events) >= 3
    assert (made / "cut lists" / "highlights.fcpxml").is_file()


def test_clips_go_without_them_where_that_is_asked_for(own: Own, tmp_path: Path) -> None:
    client, job_id, _ = own
    view = client.get(f"/api/jobs/{job_id}/view").json()
    clip = view["clips"][0]
    inside = [line for line in view["segments"] if clip["start_s"] <= line["start_s"] and line["end_s"] <= clip["end_s"]]
    gone, kept = inside[1], inside[2]
    sent(client, job_id, "cut", take_out=[span(gone["start_s"], gone["end_s"])])
    plain = zipped(client, job_id, tmp_path / "plain", clips=[0])
    cut = zipped(client, job_id, tmp_path / "cut", clips=[0], cut=True)
    (whole,), (shorter,) = plain.glob("*.mp4"), (cut / "tightened").glob("*.mp4")
    lengths_s = [probe(path).duration_s or 0 for path in (whole, shorter)]
    assert lengths_s[0] - lengths_s[1] == pytest.approx(gone["end_s"] - gone["start_s"], abs=0.1)
    (captions,) = (cut / "tightened").glob("*.ass")
    cues = [line for line in pysubs2.load(str(captions)) if line.type == "Dialogue"]
    said = " ".join(line.plaintext.replace("\n", " ") for line in cues)
    assert kept["text"][:20] in said and gone["text"][:20] not in said
    assert max(line.end for line in cues) / 1000 <= lengths_s[1] + 0.1
    assert not list(cut.glob("*.srt"))  # none on the clock of the whole clip


def test_everything_cut_out_is_said_and_makes_no_file(own: Own) -> None:
    client, job_id, folder = own
    sent(client, job_id, "cut", take_out=[span(0, 60.5)])
    job = over(client, client.post(f"/api/jobs/{job_id}/export", json={"what": "cut"}).json()["id"])
    assert job["state"] == "failed" and "nothing but what was cut out" in job["error"]
    assert not list((folder / "exports").iterdir())


def test_the_crop_goes_where_a_person_put_it(own: Own, tmp_path: Path) -> None:
    client, job_id, _ = own
    clip = client.get(f"/api/jobs/{job_id}/view").json()["clips"][0]
    start_s, end_s = clip["start_s"], clip["end_s"]
    answer = sent(client, job_id, "crop", set=[{"at_s": start_s, "x": 0.0}, {"at_s": start_s + 4, "x": 1.0}])
    assert [place["x"] for place in answer["crop"]] == [0.0, 1.0] == [place["x"] for place in answer["placed"]]
    moved = sent(client, job_id, "crop", set=[{"at_s": start_s + 4, "x": 0.9}])
    assert moved["released"][0]["x"] == 1.0 and len(moved["crop"]) == 2
    made = zipped(client, job_id, tmp_path / "zip", clips=[0], aspect="9:16")
    (path,) = made.glob("*.mp4")
    source = next((client.app.state.services.server.out / ".web").rglob("*.mp4"))  # type: ignore[attr-defined]
    tall = sampled(probe(path), own_span(0, 5), 4.0, 108)
    wide = sampled(probe(source), own_span(start_s, start_s + 5), 4.0, 341)
    places = [best_x(wide[number], tall[number]) for number in range(18)]
    assert places[0] == pytest.approx(108 / 341 / 2, abs=0.03)  # as far left as the picture goes
    assert places[8] == pytest.approx(0.5, abs=0.04)  # half way
    assert places[17] == pytest.approx(1 - 108 / 341 / 2, abs=0.03)
    sent(client, job_id, "crop", remove=[start_s, start_s + 4])
    assert client.get(f"/api/jobs/{job_id}/view").json()["crop"] == []
    assert end_s > start_s + 5
    for wrong in ({"set": [{"at_s": 1, "x": 2}]}, {"set": [{"at_s": -1, "x": 0.5}]}, {"set": [{"at_s": 1e9, "x": 0.5}]}):
        sent(client, job_id, "crop", 400, **wrong)


def own_span(start_s: float, end_s: float) -> Any:
    from video_pipeline.core.span import Span

    return Span(start_s, end_s)


def best_x(wide: np.ndarray, tall: np.ndarray) -> float:
    """Where in a wide picture a tall one was cut out of it: the share of the width at its centre."""
    height = min(wide.shape[0], tall.shape[0])
    a, b = wide[:height].astype(float).mean(axis=2), tall[:height].astype(float).mean(axis=2)
    errors = [np.abs(a[:, x : x + b.shape[1]] - b).mean() for x in range(a.shape[1] - b.shape[1] + 1)]
    return (int(np.argmin(errors)) + b.shape[1] / 2) / a.shape[1]


def test_a_clip_of_a_selection_gets_a_title_of_its_words_and_another_by_hand(own: Own) -> None:
    client, job_id, _ = own
    view = client.get(f"/api/jobs/{job_id}/view").json()
    seen, line = view["clips"], view["segments"][3]
    new = {"start_s": line["start_s"], "end_s": line["end_s"] + 2, "title": ""}
    answer = client.put(f"/api/jobs/{job_id}/clips", json={"clips": [*seen, new], "was": seen, "by": "me"}).json()
    made = answer["clips"][-1]
    said = " ".join(one["text"] for one in view["segments"] if one["start_s"] < new["end_s"] and one["end_s"] > new["start_s"])
    assert made["title"] and made["title"].strip(".…") in said
    stale = client.put(f"/api/jobs/{job_id}/clips", json={"clips": [], "was": seen})
    assert stale.status_code == 409 and len(stale.json()["clips"]) == len(seen) + 1
    named = [*answer["clips"][:-1], made | {"title": "My title"}]
    answer = client.put(f"/api/jobs/{job_id}/clips", json={"clips": named, "was": answer["clips"]}).json()
    assert answer["clips"][-1]["title"] == "My title"
    assert client.get(f"/api/jobs/{job_id}/view").json()["clips"][-1]["title"] == "My title"
    news = client.app.state.services.edits.news.since(job_id, 0)  # type: ignore[attr-defined]
    assert [change["by"] for change in news] == ["me", ""] and news[-1]["clips"][-1]["title"] == "My title"
