"""Speakers of a finished video are renamed, merged, separated and given lines, and stay so when speakers are found again."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.video.conftest import SAMPLE, Steps, replayed
from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.video.naming import by_speaker, renamed, with_names, without_name
from video_pipeline.video.people import assign, merge, people_of, rename, separate
from video_pipeline.video.process import process
from video_pipeline.video.stages.speakers import Speakers, Turn
from video_pipeline.video.video import Video


@pytest.fixture
def copied(finished: Video, tmp_path: Path) -> Video:
    """The sample, whose stored transcript knows its speakers; to be changed."""
    return Video.open(shutil.copytree(finished.folder, tmp_path / "out" / "sample"), video=SAMPLE)


def names(video: Video) -> list[str]:
    return [person.name for person in people_of(video)]


def srt(video: Video) -> str:
    video.write("subtitles")
    return (video.folder / "sample.srt").read_text(encoding="utf-8")


def shown(video: Video) -> Video:
    return Video.open(video.folder, video=SAMPLE, options=replayed(subtitles__style__speakers=True))


def test_a_speaker_is_known_by_time_lines_and_samples(finished: Video) -> None:
    people = people_of(finished)
    assert len(people) == 3
    for person in people:
        own = [line for line in finished.transcript.segments if line.speaker == person.name]
        assert person.lines == len(own)
        assert person.speech_s == pytest.approx(sum(line.duration_s for line in own), abs=0.01)
        assert set(person.samples) <= set(own)
        assert 1 <= len(person.samples) <= 3


def test_a_result_says_who_talks_how_much(finished: Video) -> None:
    rows = finished.result(("subtitles",)).speakers
    assert [(row.name, row.lines) for row in rows] == [(person.name, person.lines) for person in people_of(finished)]
    assert sum(row.share for row in rows) == pytest.approx(1.0, abs=1e-3)


def test_a_rename_is_in_all_files_and_outlives_another_run(copied: Video) -> None:
    first, second, third = names(copied)
    rename(copied, first, "Ann Lee")
    assert names(copied) == ["Ann Lee", second, third]
    assert "ANN LEE:" in srt(shown(copied))
    steps = Steps()
    again = process(SAMPLE, "subtitles", replayed(), copied.folder.parent, steps, again=True)
    assert "listen" in steps.worked
    assert names(again) == ["Ann Lee", second, third]
    rename(again, "Ann Lee", first)
    assert names(again) == [first, second, third]
    assert people_of(again)[0].parts == ()


def test_a_name_that_is_taken_is_no_rename_but_a_merge_which_can_be_taken_back(copied: Video) -> None:
    first, second, third = names(copied)
    before = copied.transcript
    with pytest.raises(BadValue, match="merge"):
        rename(copied, second, first)
    merge(copied, second, first)
    assert names(copied) == [first, third]
    assert people_of(copied)[0].parts == (second,)
    rename(copied, first, "Both")
    assert names(copied) == ["Both", third]
    separate(copied, second)
    assert names(copied) == ["Both", second, third]
    separate(copied, first)
    assert copied.transcript == before


def test_lines_are_given_to_somebody_else_and_follow_the_name(copied: Video) -> None:
    first, *_ = names(copied)
    line = next(line for line in copied.transcript.segments if line.speaker == first)
    assert assign(copied, Span(line.start_s, line.end_s), "Third") == 1
    assert "Third" in names(copied)
    rename(copied, "Third", "Guest")
    assert [one.text for one in copied.transcript.segments if one.speaker == "Guest"] == [line.text]
    assert assign(copied, Span(line.start_s, line.end_s), first) == 1
    assert "Guest" not in names(copied)


def test_a_corrected_line_follows_its_speaker(copied: Video) -> None:
    first, second, third = names(copied)
    copied.correct(0, "Good morning.")
    rename(copied, first, "Zoe")
    assert (copied.transcript.segments[0].text, copied.transcript.segments[0].speaker) == ("Good morning.", "Zoe")
    separate(copied, first)
    assert copied.transcript.segments[0].speaker == first
    assert names(copied) == [first, second, third]


def test_who_is_not_there_is_named(copied: Video) -> None:
    first, *_ = names(copied)
    with pytest.raises(UnknownName, match="no speaker"):
        rename(copied, first + "x", "Zoe")
    with pytest.raises(UnknownName):
        merge(copied, first, "nobody")
    with pytest.raises(UnknownName):
        separate(copied, first)
    with pytest.raises(BadValue, match="characters"):
        rename(copied, first, " \n ")
    with pytest.raises(BadValue, match="nobody speaks"):
        assign(copied, Span(9000.0, 9001.0), "Zoe")


def test_names_hold_for_times_when_speakers_are_found_again(
    copied: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers of the second search are swapped, and one speaker falls into two: the names stay with the voices."""
    plain = tmp_path / "plain.json"
    stored = msgspec.json.decode(Path(str(copied.options.speech.transcript)).read_bytes(), type=Transcript)
    voices = [line.speaker for line in stored.segments]
    segments = tuple(dataclasses.replace(one, speaker=None) for one in stored.segments)
    plain.write_bytes(msgspec.json.encode(Transcript(stored.media, stored.engine, segments, stored.events)))
    options = replayed(speech__transcript=str(plain), speakers__find=True)
    called: dict[str | None, str] = {}
    for voice in voices:
        called.setdefault(voice, str(len(called) + 1))
    turns = [Turn(one.start_s, one.end_s, called[voice]) for one, voice in zip(stored.segments, voices, strict=True)]
    monkeypatch.setattr(Speakers, "make", lambda *_: turns)
    out = tmp_path / "found"
    video = process(SAMPLE, "subtitles", options, out)
    assert names(video) == ["Speaker 1", "Speaker 2", "Speaker 3"]
    rename(video, "Speaker 1", "Zoe")
    assert names(video) == ["Zoe", "Speaker 2", "Speaker 3"]

    line = video.transcript.segments[-1]
    assign(video, Span(line.start_s, line.end_s), "Guest")
    assert names(video)[-1] == "Guest"
    assert names(Video.open(video.folder, video=SAMPLE))[-1] == "Guest"

    swapped = {"1": ["7", "8"], "2": ["5", "5"], "3": ["9", "9"]}
    again = [Turn(turn.start_s, turn.end_s, swapped[turn.speaker][k % 2]) for k, turn in enumerate(turns)]
    again.insert(0, Turn(0.0, 0.01, "5"))  # now the other one is heard first
    monkeypatch.setattr(Speakers, "make", lambda *_: again)
    other = process(SAMPLE, "subtitles", options, out, again=True)
    assert [line.speaker == "Zoe" for line in other.transcript.segments] == [
        line.speaker == "Zoe" for line in video.transcript.segments
    ]


@given(
    st.lists(st.tuples(st.floats(0.1, 5), st.sampled_from(["A", "B", "C", None])), min_size=1, max_size=30),
    st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABCXY")), max_size=5),
)
def test_names_taken_back_one_after_another_leave_nothing(
    parts: list[tuple[float, str | None]], changes: list[tuple[str, str]]
) -> None:
    at_s, segments = 0.0, []
    for length_s, speaker in parts:
        segments.append(Segment(at_s, at_s + length_s, "a", speaker=speaker))
        at_s += length_s + 0.1
    base, named, now = segments, (), segments
    for old, new in changes:
        if old in by_speaker(now) and old != new:
            named = renamed(named, now, old, new)
            now = with_names(base, named)
            assert old not in by_speaker(now) or old == new
    assert with_names(now, named) == now
    assert without_name(now, named) == base
