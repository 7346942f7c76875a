"""The whole way through, on the sample that comes with the project."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pysubs2
import pytest

from tests.overlap import iou
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe
from video_pipeline.options import load_options
from video_pipeline.video.goals import check_goals
from video_pipeline.video.process import process
from video_pipeline.video.records import Result

EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLE, STORED = EXAMPLES / "sample.mp4", EXAMPLES / "sample.transcript.json"
TRUTH = json.loads((EXAMPLES / "sample.truth.json").read_text(encoding="utf-8"))
PICTURE = re.compile(r'base64,[A-Za-z0-9+/=]+|"values": "[A-Za-z0-9+/=]*"')
GOALS = ("subtitles", "highlights", "clips", "report")
REPLAY = {"speech.engine": "replay", "speech.transcript": str(STORED)}


class Steps:
    """Remembers which stages did work."""

    def __init__(self) -> None:
        self.worked: list[str] = []

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage = stage

    def advance(self, done_s: float) -> None:
        pass

    def end(self, *, fresh: bool) -> None:
        if not fresh:
            self.worked.append(self._stage)

    def notice(self, text: str) -> None:
        pass


def run(out: Path, goals: tuple[str, ...] = GOALS, **said: object) -> tuple[Result, list[str]]:
    steps = Steps()
    options = load_options("default", {**REPLAY, **{key.replace("__", "."): value for key, value in said.items()}})
    return process(SAMPLE, check_goals(goals), options, out, steps).result(goals), steps.worked


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("out"))[0]


def shown_in(page: str) -> dict[str, Any]:
    """The data of a report."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_subtitles_say_what_was_said_and_heard(done: Result) -> None:
    subs = pysubs2.load(str(next(p for p in done.files["subtitles"] if p.suffix == ".srt")))
    shown = " ".join(event.plaintext.replace("\n", " ") for event in subs)
    for segment in TRUTH["segments"]:
        assert segment["text"].rstrip(".") in shown
    assert shown.count("[laughter]") == sum(e["label"] == "laughter" for e in TRUTH["events"])
    assert "[applause]" in shown
    assert not done.findings


def test_every_laugh_is_found_where_it_is(done: Result) -> None:
    for true in TRUTH["events"]:
        span = Span(true["start_s"], true["end_s"])
        assert max(iou(e, span) for e in done.events if e.label == true["label"]) > 0.7
    assert len(done.events) == len(TRUTH["events"])


def test_the_clip_holds_the_strongest_laugh_and_plays(done: Result) -> None:
    best = done.clips[0]
    laughs = [Span(e["start_s"], e["end_s"]) for e in TRUTH["events"] if e["label"] == "laughter"]
    longest = max(laughs, key=lambda laugh: laugh.duration_s)
    assert best.start_s < longest.start_s
    assert longest.end_s < best.end_s
    video = next(path for path in done.files["clips"] if path.suffix == ".mp4")
    info = probe(video)
    assert info.video is not None
    assert info.duration_s == pytest.approx(best.duration_s, abs=0.1)
    assert sum(block.duration_s for block in audio_blocks(video)) == pytest.approx(best.duration_s, abs=0.1)


def test_a_clips_subtitles_run_on_its_own_clock(done: Result) -> None:
    best = done.clips[0]
    whole = pysubs2.load(str(next(p for p in done.files["subtitles"] if p.suffix == ".ass")))
    own = pysubs2.load(str(next(p for p in done.files["clips"] if p.suffix == ".ass")))
    first = own[0]
    same = next(event for event in whole if event.text == first.text)
    assert first.start + best.start_s * 1000 == pytest.approx(max(same.start, best.start_s * 1000), abs=20)


def test_the_files_other_programs_read(done: Result) -> None:
    events = json.loads((done.folder / "events.json").read_text(encoding="utf-8"))
    assert events["schema_version"] == 1
    assert {"start_s", "end_s", "label", "score"} == set(events["events"][0])
    clips = json.loads((done.folder / "highlights.json").read_text(encoding="utf-8"))
    clip = clips["clips"][0]
    assert {"start_s", "end_s", "score", "title", "reasons"} <= set(clip)
    assert sum(reason["contribution"] for reason in clip["reasons"]) == pytest.approx(clip["score"], abs=0.01)
    assert {"signal", "value", "weight", "contribution"} == set(clip["reasons"][0])
    transcript = json.loads((done.folder / "transcript.json").read_text(encoding="utf-8"))
    assert {"tokens", "language", "emotion", "emotion_p", "speaker"} <= set(transcript["segments"][0])
    assert {"name", "model", "revision", "device"} == set(transcript["engine"])


def test_the_report_stands_alone(done: Result) -> None:
    page = (done.folder / "report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg;base64," in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert shown_in(page)["clips"][0]["why"] == done.clips[0].why


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    first, worked = run(tmp_path)
    assert {"listen", "events", "subtitles", "highlights", "clips", "report"} <= set(worked)
    kept = {path: path.stat().st_mtime_ns for paths in first.files.values() for path in paths}
    again, worked = run(tmp_path)
    assert worked == ["identify"]
    assert {path: path.stat().st_mtime_ns for paths in again.files.values() for path in paths} == kept
    _, worked = run(tmp_path, ("subtitles",), subtitles__labels="emoji")
    assert worked == ["identify", "subtitles"]
    _, worked = run(tmp_path, ("highlights",), highlights__top=1)
    assert worked == ["identify", "highlights"]
    _, worked = run(tmp_path, ("subtitles",), events__rules__laughter__onset=0.7)
    assert "listen" not in worked
    assert "events" in worked


def test_switching_emotions_off_removes_what_was_made_with_them(tmp_path: Path) -> None:
    run(tmp_path)
    result, _ = run(tmp_path, ("subtitles",), emotion=False)
    left = {path.name for path in result.folder.rglob("*") if path.is_file()}
    assert left == {"transcript.json", "posterior.npz", "events.json", "qc.json", "sample.srt", "sample.ass", ".stages.json"}


def test_a_clip_that_was_edited_is_kept(tmp_path: Path) -> None:
    first, _ = run(tmp_path)
    clip = next(path for path in first.files["clips"] if path.suffix == ".mp4")
    clip.write_bytes(b"edited by hand")
    again, _ = run(tmp_path, clips__cut__crf=30)
    (kept,) = again.kept
    assert kept.read_bytes() == b"edited by hand"
    assert clip.stat().st_size > 10_000


def test_the_page_plays_the_clips_beside_it(done: Result) -> None:
    data = shown_in((done.folder / "report.html").read_text(encoding="utf-8"))
    (clip,) = data["clips"]
    assert (done.folder / clip["file"]).is_file()
    assert (done.folder / data["media"][0]).samefile(SAMPLE)


def test_without_emotion_nothing_remembers_it(tmp_path: Path) -> None:
    result, _ = run(tmp_path, emotion=False)
    names = ("emotion", "happy", "sad", "angry", "surprised", "neutral")
    said = " ".join(s["text"] for s in TRUTH["segments"]).lower()
    for path in (p for paths in result.files.values() for p in paths if p.suffix in (".srt", ".ass", ".json", ".svg", ".html")):
        written = path.read_text(encoding="utf-8")
        text = PICTURE.sub("", json.dumps(shown_in(written)) if path.suffix == ".html" else written).lower()
        for name in names:
            if name not in said:
                assert name not in text, (path.name, name)


def test_cues_follow_the_pictures_cuts_where_that_is_asked_for(media: Any, tmp_path: Path) -> None:
    """The picture changes its colour at 2 s and at 4 s; the words begin a little after."""
    tokens = tuple(Token(2.3 + 0.5 * k, 2.7 + 0.5 * k, word) for k, word in enumerate(("Now", " it", " is", " green.")))
    said = Segment(2.3, 4.2, "Now it is green.", tokens=tokens, language=Language.EN)
    stored = tmp_path / "said.json"
    stored.write_bytes(msgspec.json.encode(Transcript(MediaIdentity("colours.mp4", 6.0), EngineIdentity("test"), (said,))))
    replay = {"speech.engine": "replay", "speech.transcript": str(stored)}

    def starts_s(name: str, steps: Steps) -> list[float]:
        options = load_options(name, {**replay, "events.detectors": []})
        result = process(media("colours"), ("subtitles",), options, tmp_path / "out", steps).result(("subtitles",))
        (written,) = (path for path in result.files["subtitles"] if path.suffix == ".srt")
        return [event.start / 1000 for event in pysubs2.load(str(written))]

    first, again, other = Steps(), Steps(), Steps()
    assert starts_s("netflix", first) == pytest.approx([2.0], abs=0.05)
    assert "shots" in first.worked
    assert starts_s("sdh", again) == pytest.approx([2.0], abs=0.05)
    assert "shots" not in again.worked  # found once for all profiles
    assert starts_s("default", other) == pytest.approx([2.3])
    assert "shots" not in other.worked
