"""`process` and `Video`: what is asked for at the door, results that outlive upgrades, folders that are opened."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import video_pipeline
from tests.video.conftest import EXAMPLES, SAMPLE, Steps, replayed
from video_pipeline.core.errors import BadValue, NoSuchFile, UnknownKey, UnknownName
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Transcript
from video_pipeline.media.errors import NotMedia
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.process import process, results_of, transcribe
from video_pipeline.video.stages.clip_words import ClipWords
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.speakers import KnownVoices, Speakers
from video_pipeline.video.video import Video

OLD = Path(__file__).with_name("first_schema")
"""Results of the sample as version 0.1.0 wrote them."""


@pytest.fixture
def copied(finished: Video, tmp_path: Path) -> Path:
    """The finished folder, to be changed."""
    return shutil.copytree(finished.folder, tmp_path / "out" / "sample")


def test_a_misspelt_goal_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no goal 'subtitels' \\(did you mean 'subtitles'"):
        process(SAMPLE, ["subtitels"], replayed(), tmp_path)  # type: ignore[list-item]
    assert not list(tmp_path.iterdir())


def test_goals_may_be_any_collection_and_one_alone_stands_for_itself(tmp_path: Path) -> None:
    assert process(str(SAMPLE), "events", replayed(), str(tmp_path)).outputs("events")
    assert process(SAMPLE, {"subtitles": 1}, replayed(), tmp_path).outputs("subtitles")
    assert process(SAMPLE, iter(["timeline"]), replayed(), tmp_path).outputs("timeline")  # type: ignore[arg-type]


def test_what_is_wrong_with_a_call_is_the_documented_error(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"did you mean 'sample\.mp4'"):
        process(EXAMPLES / "sampel.mp4", out=tmp_path)
    with pytest.raises(UnknownKey, match=r"did you mean 'subtitles\.lines'"):
        process(SAMPLE, out=tmp_path, subtitles__line=1)
    with pytest.raises(BadValue, match="lines"):
        process(SAMPLE, out=tmp_path, subtitles__lines="two")
    with pytest.raises(TypeError, match="either options"):
        process(SAMPLE, "events", replayed(), tmp_path, subtitles__lines=1)
    with pytest.raises(NotMedia):
        process(EXAMPLES / "sample.truth.json", "events", replayed(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_video_is_asked_for_what_was_found(finished: Video) -> None:
    assert [str(event.label) for event in finished.events].count("laughter") == 3
    assert finished.cues[0].text.startswith("Good evening")
    assert finished.clips[0].score > 50
    assert finished.subtitles("vtt").startswith("WEBVTT")
    assert [path.suffix for _, path in finished.clip_files() if path] == [".mp4"]
    shown = finished._repr_html_()
    assert "<svg" in shown
    assert "data:image/jpeg" in shown


def test_transcribe_gives_the_words(tmp_path: Path) -> None:
    words = transcribe(SAMPLE, replayed(), tmp_path)
    assert isinstance(words, Transcript)
    assert words.segments[0].text.startswith("Good evening")


def test_a_finished_folder_opens_without_a_model_or_the_video(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> None:
        raise AssertionError("an engine was asked for")

    monkeypatch.setattr("video_pipeline.video.stages.recogniser.open_engine", nobody)
    monkeypatch.setattr("video_pipeline.video.stages.identify.file_digest", nobody)
    opened = Video.open(str(copied), video="gone.mp4")
    before = {path: path.stat().st_mtime_ns for path in copied.rglob("*")}
    assert (opened.path, opened.info.video is not None) == (Path("gone.mp4"), True)
    assert opened.cues[0].text.startswith("Good evening")
    assert opened.options.clips.cut.speed == "ultrafast"
    assert opened.clips[0].title
    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*")} == before


def test_a_folder_without_results_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFinished, match="holds no finished results"):
        Video.open(tmp_path)
    with pytest.raises(NoSuchFile):
        Video.open(tmp_path / "none")
    assert results_of(SAMPLE, tmp_path) is None


def test_a_new_version_of_the_program_makes_nothing_stale(finished: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_pipeline, "__version__", "9.9.9")
    steps = Steps()
    goals = ("events", "timeline", "subtitles", "highlights", "clips", "report")
    process(SAMPLE, goals, replayed(), finished.folder.parent, steps)
    assert steps.worked == ["identify"]


def test_a_raised_revision_makes_that_stage_again_and_what_changes_after_it(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Events, "revision", Events.revision + 1)
    steps = Steps()
    process(SAMPLE, ("subtitles", "highlights"), replayed(), copied.parent, steps)
    assert steps.worked == ["identify", "events"]  # the events are the same, so nothing after them is stale
    monkeypatch.setattr(Cues, "revision", Cues.revision + 1)
    steps = Steps()
    process(SAMPLE, ("subtitles", "highlights"), replayed(), copied.parent, steps)
    assert steps.worked == ["identify", "subtitles"]


def test_a_folder_of_the_first_version_is_read_and_not_listened_to_again(tmp_path: Path) -> None:
    shutil.copytree(OLD, tmp_path / "sample")
    assert Video.open(tmp_path / "sample").cues[0].text.startswith("Good evening")
    steps = Steps()
    video = process(SAMPLE, ("subtitles", "highlights"), replayed(), tmp_path, steps)
    assert video.folder == tmp_path / "sample"
    assert "listen" not in steps.worked
    assert "subtitles" in steps.worked
    again = Steps()
    process(SAMPLE, ("subtitles", "highlights"), replayed(), tmp_path, again)
    assert again.worked == ["identify"]


def test_a_folder_of_the_first_version_with_other_options_says_why_it_is_listened_to_again(tmp_path: Path) -> None:
    shutil.copytree(OLD, tmp_path / "sample")
    steps = Steps()
    process(SAMPLE, "subtitles", replayed(emotion=False), tmp_path, steps)
    assert "listen" in steps.worked
    assert any("earlier version" in notice for notice in steps.notices)


def test_a_correction_lasts_and_needs_no_listening(copied: Path) -> None:
    video = Video.open(copied)
    video.correct(0, "Good morning, and welcome.")
    assert video.transcript.segments[0].text == "Good morning, and welcome."
    video.write("subtitles")
    assert "Good morning" in (copied / "sample.srt").read_text(encoding="utf-8")
    steps = Steps()
    process(SAMPLE, "subtitles", replayed(), copied.parent, steps)
    assert "listen" not in steps.worked
    assert "Good morning" in (copied / "sample.srt").read_text(encoding="utf-8")


def test_writing_an_opened_folder_brings_its_files_up_to_date(copied: Path) -> None:
    video = Video.open(copied, options=replayed(subtitles__formats=["vtt"]))
    assert [path.suffix for path in video.write("subtitles").outputs("subtitles")] == [".vtt", ".json"]
    assert not (copied / "sample.srt").exists()


def test_clips_of_ones_own_go_into_a_folder_of_their_own(copied: Path, tmp_path: Path) -> None:
    video = Video.open(copied, video=SAMPLE)
    before = set(copied.rglob("*"))
    clip = video.clips[0]
    made = video.cut([type(clip)(12.0, 14.0, 10.0, "mine")], tmp_path / "mine")
    assert made[0].path is not None
    assert abs(made[0].span.start_s - 12.0) < 0.05
    assert Span(12.0, 14.0).duration_s == pytest.approx(made[0].span.duration_s, abs=0.05)
    assert set(copied.rglob("*")) == before


def test_the_file_is_read_once_where_its_digest_is_known(
    finished: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(path: Path) -> str:
        raise AssertionError("the file was read again")

    monkeypatch.setattr("video_pipeline.video.stages.identify.file_digest", never)
    digest = finished.transcript.media.digest
    assert process(SAMPLE, "events", replayed(), tmp_path, digest=digest).folder == tmp_path / "sample"


def test_only_listening_and_asking_a_translator_take_a_model() -> None:
    from video_pipeline.video import STAGES

    taking = [name for name in STAGES if getattr(STAGES.load(name), "takes_model", False)]
    assert taking == [Listen.name, Speakers.name, KnownVoices.name, "glossary", "translate", "opinion", ClipWords.name]
