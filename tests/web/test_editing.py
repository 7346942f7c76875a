"""Correcting, weighing, choosing, restyling, exporting: what a person does with a video that is processed."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pysrt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from starlette.testclient import TestClient

from tests.web.conftest import over
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.snap import REACH_S, snapped
from video_pipeline.media.probe import probe
from video_pipeline.subtitles import FORMATS, WRITERS
from video_pipeline.video.corrections import CorrectionsFile, corrected, one_line, replaced

Shown = tuple[TestClient, str]


def subtitles(folder: Path) -> dict[str, str]:
    return {
        path.suffix: path.read_text(encoding="utf-8-sig") for path in folder.glob("sample.*") if path.suffix in (".srt", ".ass")
    }


def test_a_corrected_word_is_in_every_file_and_stays_there(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, folder = own
    before = client.get(f"/api/jobs/{job_id}/view").json()["segments"][3]
    assert "doctor" in before["text"]
    text = before["text"].replace("doctor", "veterinarian")
    answer = client.put(f"/api/jobs/{job_id}/segments/3", json={"text": text})
    assert answer.status_code == 200, answer.text
    after = answer.json()["segments"][3]
    assert after["text"] == text and answer.json()["transcript_edited"]
    assert (after["start_s"], after["end_s"]) == (before["start_s"], before["end_s"])
    times = [at_s for at_s, _ in after["words"]]
    assert times == sorted(times) and "".join(word for _, word in after["words"]).split() == text.split()
    # words that were heard keep their times
    assert {at_s for at_s, word in before["words"] if "doctor" not in word} <= set(times)
    assert all("veterinarian" in written for written in subtitles(folder).values())
    assert "veterinarian" in (folder / "transcript.json").read_text()
    assert "veterinarian" in (folder / "report.html").read_text()
    assert not list(folder.glob("*.edited-*"))
    # the same video again, and with other options: the correction is still there
    assert over(client, client.post(f"/api/jobs/{job_id}/retry").json()["id"])["state"] == "done"
    client.post(f"/api/jobs/{job_id}/retry", json={"options": {"speech.numerals": False}})
    assert over(client, job_id)["state"] == "done"
    assert client.get(f"/api/jobs/{job_id}/view").json()["segments"][3]["text"] == text
    assert all("veterinarian" in written for written in subtitles(folder).values())


def test_many_look_and_change_at_once(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, folder = own

    def ask(number: int) -> int:
        if number % 3 == 0:
            return client.put(f"/api/jobs/{job_id}/segments/{number}", json={"text": f"number {number}"}).status_code
        if number % 3 == 1:
            return client.get(f"/api/jobs/{job_id}/poster?at_s=7").status_code
        return client.get(f"/api/jobs/{job_id}/view").status_code

    with ThreadPoolExecutor(6) as people:
        assert set(people.map(ask, range(12))) == {200}
    texts = [segment["text"] for segment in client.get(f"/api/jobs/{job_id}/view").json()["segments"]]
    assert [texts[number] for number in (0, 3, 6, 9)] == [f"number {number}" for number in (0, 3, 6, 9)]
    assert not list(folder.glob("*.edited-*")) and not list(folder.glob(".*.part"))


def test_a_segment_can_be_taken_out(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, _ = own
    before = client.get(f"/api/jobs/{job_id}/view").json()["segments"]
    after = client.put(f"/api/jobs/{job_id}/segments/0", json={"text": "  "}).json()["segments"]
    assert [segment["text"] for segment in after] == [segment["text"] for segment in before[1:]]


@pytest.mark.parametrize(
    ("number", "body", "status"),
    [(9999, {"text": "x"}, 404), (0, {"text": 5}, 400), (0, {}, 400), (0, {"text": "x" * 5000}, 400), (-1, {"text": "x"}, 404)],
)
def test_a_correction_that_makes_no_sense_is_refused(shown: Shown, number: int, body: Any, status: int) -> None:
    client, job_id = shown
    assert client.put(f"/api/jobs/{job_id}/segments/{number}", json=body).status_code == status


def transcript(*texts: str) -> Transcript:
    segments = []
    for number, text in enumerate(texts):
        words = text.split()
        tokens = [
            Token(number * 5 + k * 0.4, number * 5 + k * 0.4 + 0.3, (" " if k else "") + word) for k, word in enumerate(words)
        ]
        segments.append(Segment(number * 5.0, tokens[-1].end_s, text, tokens=tuple(tokens)))
    return Transcript(MediaIdentity("x", 60.0), EngineIdentity("draft"), tuple(segments))


def changed(record: CorrectionsFile, said: Transcript, was: list[Segment], *lines: Segment) -> tuple[CorrectionsFile, Transcript]:
    """What `Video.edit` keeps, and the transcript with it."""
    timed = record.timed(lines, was)
    return record.with_change(was, timed), dataclasses.replace(said, segments=replaced(said.segments, was, timed))


@given(st.lists(st.text("ab é字!\n", min_size=1, max_size=30), min_size=1, max_size=4))
def test_tokens_stay_in_order_and_inside_their_segment(texts: list[str]) -> None:
    heard = said = transcript("one two three", "four five", "six")
    record = CorrectionsFile()
    for number, text in enumerate(texts[:3]):
        if words := one_line(text):
            was = next(segment for segment in said.segments if segment.start_s == heard.segments[number].start_s)
            record, said = changed(record, said, [was], dataclasses.replace(was, text=words))
    assert corrected(heard, record) == said and corrected(said, record) == said
    for segment in said.segments:
        assert segment.text.strip()
        for before, token in zip((None, *segment.tokens), segment.tokens, strict=False):
            assert segment.start_s <= token.start_s <= token.end_s <= segment.end_s
            assert before is None or before.start_s <= token.start_s


def test_a_second_correction_replaces_the_first_and_remembers_what_was_heard() -> None:
    heard = transcript("one two three")
    (was,) = heard.segments
    once, said = changed(CorrectionsFile(), heard, [was], dataclasses.replace(was, text="one too three"))
    twice, said = changed(once, said, list(said.segments), dataclasses.replace(was, text="one to three"))
    assert [([h.text for h in c.heard], [line.text for line in c.lines]) for c in twice.changes] == [
        (["one two three"], ["one to three"])
    ]
    back, said = changed(twice, said, list(said.segments), was)
    assert back.is_empty and back.version == 3 and said == heard  # as it was heard: no change at all


LINES = ("one two three", "four five", "six seven eight", "nine")


@settings(deadline=None)
@given(st.data())
def test_any_edits_are_kept_through_another_listening_and_taken_back(data: st.DataObject) -> None:
    """Splits, joins, removals and additions in any order; then each undone, last first."""
    heard = said = transcript(*LINES)
    record, done = CorrectionsFile(), []
    for step in range(data.draw(st.integers(1, 6))):
        if not said.segments:
            break
        first = data.draw(st.integers(0, len(said.segments) - 1))
        count = data.draw(st.integers(0, min(2, len(said.segments) - first)))
        was = list(said.segments[first : first + count])
        span = Span(was[0].start_s, was[-1].end_s) if was else Span(30.0 + 5 * step, 31.0 + 5 * step)
        pieces = data.draw(st.integers(0 if was else 1, 3))
        width_s = span.duration_s / max(1, pieces)
        lines = [
            Segment(round(span.start_s + k * width_s, 3), round(span.start_s + (k + 1) * width_s, 3), f"line {step} {k}")
            for k in range(pieces)
        ]
        record, after = changed(record, said, was, *lines)
        new = [segment for segment in after.segments if segment not in said.segments]
        done.append((new, was))
        said = after
        texts = [segment.text for segment in said.segments]
        assert [segment.text for segment in corrected(heard, record).segments] == texts
        assert [segment.text for segment in corrected(said, record).segments] == texts
    for new, was in reversed(done):
        record, said = changed(record, said, new, *was)
    assert [segment.text for segment in said.segments] == list(LINES)
    assert record.changes == ()


def test_a_correction_of_words_that_are_no_more_is_kept_and_not_used() -> None:
    gone = Segment(40.0, 42.0, "gone")
    record = CorrectionsFile().with_change([gone], [dataclasses.replace(gone, text="back")])
    said = transcript("one two three")
    assert corrected(said, record) == said


def test_corrections_of_the_first_version_are_still_read() -> None:
    said = transcript("one two three", "four five")
    stored = b'{"corrections": [{"start_s": 0.0, "end_s": 1.1, "text": "one to three", "heard": "x"}], "schema_version": 1}'
    record = msgspec.json.decode(stored, type=CorrectionsFile)
    assert [segment.text for segment in corrected(said, record).segments] == ["one to three", "four five"]


def test_other_weights_give_other_scores_at_once_and_write_nothing(shown: Shown) -> None:
    client, job_id = shown
    folder = client.app.state.services.server.out / "sample"  # type: ignore[attr-defined]
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file() and not path.is_symlink()}
    scores = []
    for weight in (0.5, 1.0, 2.0):
        answer = client.post(f"/api/jobs/{job_id}/rank", json={"weights": {"laughter": weight}}).json()
        scores.append(answer["clips"][0]["score"])
        assert answer["explanation"]
    assert scores == sorted(scores) and scores[0] < scores[-1]
    none = client.post(f"/api/jobs/{job_id}/rank", json={"weights": dict.fromkeys(("laughter", "applause", "cheer"), 0)}).json()
    assert none["clips"] == [] and none["explanation"]
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize("weights", [{"laughtre": 1}, {"laughter": "much"}, {"laughter": None}, {"laughter": 1e9}, [1]])
def test_weights_that_are_none_are_refused(shown: Shown, weights: Any) -> None:
    answer = shown[0].post(f"/api/jobs/{shown[1]}/rank", json={"weights": weights})
    assert answer.status_code == 400 and answer.json()["error"]


def test_a_choice_is_kept_scored_and_taken_back(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, folder = own
    best = client.get(f"/api/jobs/{job_id}/view").json()["clips"][0]
    moved = {"start_s": best["start_s"] + 1.0, "end_s": best["end_s"], "title": "mine"}
    kept = client.put(f"/api/jobs/{job_id}/clips", json={"clips": [moved], "weights": {"laughter": 2.0}}).json()["clips"]
    assert [clip["title"] for clip in kept] == ["mine"] and kept[0]["reasons"]
    data = client.get(f"/api/jobs/{job_id}/view").json()
    assert data["clips"][0]["start_s"] == pytest.approx(moved["start_s"], abs=0.001)
    assert data["clips"][0]["score"] == kept[0]["score"] and data["weights"]["laughter"] == 2.0
    assert over(client, client.post(f"/api/jobs/{job_id}/retry").json()["id"])["state"] == "done"
    assert client.get(f"/api/jobs/{job_id}/view").json()["clips"][0]["title"] == "mine"
    assert client.put(f"/api/jobs/{job_id}/clips", json={"clips": [], "weights": {}}).json()["clips"] == []
    assert client.get(f"/api/jobs/{job_id}/view").json()["clips"] == []  # the last one can be taken out, too
    assert client.post(f"/api/jobs/{job_id}/export", json={}).status_code == 400
    back = client.put(f"/api/jobs/{job_id}/clips", json={"clips": None}).json()
    assert back["clips"][0]["title"] == best["title"] and back["explanation"]
    assert not (folder / "choice.json").exists()


@pytest.mark.parametrize(
    "clip",
    [
        {"start_s": 5, "end_s": 4},
        {"start_s": -1, "end_s": 4},
        {"start_s": 1, "end_s": 1e6},
        {"start_s": "a", "end_s": 4},
        {"end_s": 4},
        7,
    ],
)
def test_a_clip_that_cannot_be_is_refused(shown: Shown, clip: Any) -> None:
    answer = shown[0].put(f"/api/jobs/{shown[1]}/clips", json={"clips": [clip]})
    assert answer.status_code == 400 and answer.json()["error"]


@given(st.floats(-10, 70), st.sampled_from(["start", "end"]))
def test_a_point_snaps_to_a_clean_place_near_it(at_s: float, edge: str) -> None:
    said = transcript("one two three four five", "six seven eight", "nine")
    edges = Edges.of(Evidence(60.0, said.segments, (), cuts_s=(4.2, 30.0)))
    found = snapped(at_s, edge, edges)
    inside = min(max(at_s, 0.0), 60.0)
    assert 0 <= found <= 60 and abs(found - inside) <= REACH_S + 0.2
    assert found == round(inside, 3) or not edges.inside_word(found) or any(abs(found - e) < 0.001 for e in edges.word_edges_s)


def test_snapping_prefers_the_picture_and_keeps_words_whole() -> None:
    said = transcript("one two three", "four five")
    edges = Edges.of(Evidence(60.0, said.segments, (), cuts_s=(4.2,)))
    assert snapped(4.5, "start", edges) == 4.2
    assert snapped(5.15, "start", edges) == pytest.approx(4.9)
    assert snapped(1.3, "end", edges) > 1.1


def test_a_point_snaps_through_the_server(shown: Shown) -> None:
    client, job_id = shown
    answer = client.post(f"/api/jobs/{job_id}/snap", json={"at_s": 4.3, "edge": "start"}).json()
    assert abs(answer["at_s"] - 4.3) <= 1.5
    for body in ({"at_s": 1.0, "edge": "middle"}, {"at_s": "x", "edge": "start"}, {"edge": "start"}):
        assert client.post(f"/api/jobs/{job_id}/snap", json=body).status_code == 400


def picture(content: bytes) -> Any:
    return Image.open(io.BytesIO(content)).convert("L")


def test_a_style_is_shown_on_a_frame_before_it_is_taken(shown: Shown) -> None:
    client, job_id = shown
    at_s = client.get(f"/api/jobs/{job_id}/view").json()["segments"][1]["start_s"] + 0.5

    def shown_as(**style: Any) -> Any:
        body = {"preset": None, "subtitles": {"labels": "text", "style": style}, "at_s": at_s}
        answer = client.post(f"/api/jobs/{job_id}/style", json=body)
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg", answer.text
        return picture(answer.content)

    plain, large = shown_as(), shown_as(size=0.15)
    assert plain.size == large.size == (probe_size(client, job_id))
    bright = [sum(frame.point(lambda v: 255 * (v > 240)).histogram()[255:]) for frame in (plain, large)]
    assert bright[1] > bright[0] * 1.2
    for wrong, word in (
        ({"style": {"backdrop": "glass"}}, "glass"),
        ({"style": 7}, "style"),
        (7, "section"),
        ({"linse": 1}, "lines"),
    ):
        answer = client.post(f"/api/jobs/{job_id}/style", json={"subtitles": wrong, "at_s": at_s})
        assert answer.status_code == 400 and word in answer.json()["error"]
    assert client.post(f"/api/jobs/{job_id}/style", json={"subtitles": {}, "at_s": "now"}).status_code == 400


def probe_size(client: TestClient, job_id: str) -> tuple[int, int]:
    video = client.get(f"/api/jobs/{job_id}/view").json()["video"]
    return video["width_px"], video["height_px"]


def test_restyling_writes_all_files_anew_and_stays(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, folder = own
    assert "[laughter]" in subtitles(folder)[".srt"]
    style = {"words": "karaoke", "colours": {"happy": "#12AB9F"}}
    answer = client.post(f"/api/jobs/{job_id}/restyle", json={"preset": None, "subtitles": {"labels": "none", "style": style}})
    assert answer.json()["style"]["words"] == "karaoke" and answer.json()["style"]["labels"] == "none"
    assert client.get(f"/api/jobs/{job_id}").json()["options"]["subtitles.style.colours.happy"] == "#12AB9F"
    assert "[laughter]" not in subtitles(folder)[".srt"] and "\\k" in subtitles(folder)[".ass"]
    assert client.get(f"/api/jobs/{job_id}").json()["options"]["subtitles.style.words"] == "karaoke"
    preset = client.post(f"/api/jobs/{job_id}/restyle", json={"preset": "short-form", "subtitles": {"labels": "emoji"}})
    assert preset.status_code == 200
    longest = max(len(line) for cue in pysrt.from_string(subtitles(folder)[".srt"]) for line in cue.text.splitlines())
    assert longest < 30
    assert client.get(f"/api/jobs/{job_id}/qc").status_code == 200


def finished(client: TestClient, job_id: str, **asked: Any) -> dict[str, Any]:
    answer = client.post(f"/api/jobs/{job_id}/export", json=asked)
    assert answer.status_code == 201, answer.text
    return over(client, answer.json()["id"])


def test_chosen_clips_come_as_one_zip(own: tuple[TestClient, str, Path], tmp_path: Path) -> None:
    client, job_id, folder = own
    clips = [{"start_s": 2.0, "end_s": 5.0, "title": "first"}, {"start_s": 20.0, "end_s": 22.0, "title": "second"}]
    client.put(f"/api/jobs/{job_id}/clips", json={"clips": clips, "weights": {}})
    made = finished(client, job_id, clips=[1], timelines=True)
    assert made["state"] == "done" and made["kind"] == "export" and made["video"] == job_id, made
    answer = client.get(made["url"])
    assert answer.headers["content-type"] == "application/zip" and "attachment" in answer.headers["content-disposition"]
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert bundle.testzip() is None
    videos = [name for name in bundle.namelist() if name.endswith(".mp4")]
    assert len(videos) == 1 and "second" in videos[0]
    bundle.extract(videos[0], tmp_path)
    assert probe(tmp_path / videos[0]).duration_s == pytest.approx(2.0, abs=0.2)
    assert not [path for path in (folder / "exports").iterdir() if path.suffix != ".zip"]
    assert client.get("/api/jobs").json()[0]["id"] == job_id and len(client.get("/api/jobs").json()) == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"clips": [99]}, "no clip 99"), ({"clips": "all"}, "export"), ({"aspect": "3:7"}, "3:7"), ({"clips": [-1]}, "no clip -1")],
)
def test_an_export_that_makes_no_sense_is_refused_at_once(shown: Shown, asked: Any, words: str) -> None:
    answer = shown[0].post(f"/api/jobs/{shown[1]}/export", json=asked)
    assert answer.status_code == 400 and words in answer.json()["error"]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_can_be_downloaded_under_a_name_that_programs_know(shown: Shown, name: str) -> None:
    client, job_id = shown
    answer = client.get(f"/api/jobs/{job_id}/subtitles/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.content
    end = FORMATS.load(name).suffixes[0]
    assert answer.headers["content-disposition"].endswith(f"sample.{end}")


def test_nothing_is_changed_while_the_video_is_worked_on(own: tuple[TestClient, str, Path]) -> None:
    client, job_id, _ = own
    client.app.state.services.store.change(job_id, state="running")  # type: ignore[attr-defined]
    for method, path, body in (
        ("PUT", "segments/0", {"text": "x"}),
        ("PUT", "clips", {"clips": []}),
        ("POST", "restyle", {"subtitles": {}}),
        ("POST", "export", {}),
    ):
        answer = client.request(method, f"/api/jobs/{job_id}/{path}", json=body)
        assert answer.status_code == 409, path
    client.app.state.services.store.change(job_id, state="done")  # type: ignore[attr-defined]
