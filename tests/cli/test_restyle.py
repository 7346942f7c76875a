"""`subtitles --from FILE`: from an existing file to the files that are written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pysrt
import pysubs2
import pytest

from video_pipeline.core.errors import BadRecord, BadValue
from video_pipeline.options import Options, load_options
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.video.records import QualityFile
from video_pipeline.video.restyle import Existing, RepairsFile, restyle

BROKEN = """1
00:00:01.000 -> 00:00:03,500
[laughter] Good evening, and
welcome to our &quot;little&quot; show tonight, everybody.

00:00:03,000 --> 00:00:05,000
Très bien.
7
00:00:06,000 --> 00:00:08,000
[happy] And now the news.
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "old.en.srt"
    path.write_bytes(BROKEN.encode("cp1252"))
    return path


def options(**overrides: object) -> Options:
    return load_options("default", {key.replace("__", "."): value for key, value in overrides.items()})


def test_cues_keep_their_times_and_every_repair_is_reported(broken: Path, tmp_path: Path) -> None:
    result, record = restyle(Existing(broken), options(), tmp_path / "out")
    assert result.folder == tmp_path / "out" / "old.en"
    subs = pysrt.open(str(result.folder / "old.en.srt"))
    assert [(item.start.ordinal, item.end.ordinal, item.text) for item in subs] == [
        (1000, 3000, '[laughter] Good evening, and\nwelcome to our "little" show tonight, everybody.'),
        (3000, 5000, "Très bien."),
        (6000, 8000, "[happy] And now the news."),
    ]
    assert (record.encoding, record.format) == ("cp1252", "srt")
    assert {repair.what for repair in record.repairs} == {
        "encoding guessed",
        "malformed timing line",
        "HTML entities",
        "missing number",
        "missing empty line",
        "number out of order",
        "overlapping cues",
    }
    assert msgspec.json.decode((result.folder / "repairs.json").read_bytes(), type=RepairsFile) == record
    checked = msgspec.json.decode((result.folder / "qc.json").read_bytes(), type=QualityFile)
    assert ("line_width", 1) in {(finding.rule, finding.cue) for finding in checked.findings}
    assert broken.read_bytes() == BROKEN.encode("cp1252")


def test_resplit_keeps_every_word_and_every_rule(broken: Path, tmp_path: Path) -> None:
    broken.write_text(BROKEN.replace("Good evening, and", "Good evening and a very warm"), "utf-8")
    result, _ = restyle(Existing(broken, resplit=True), options(subtitles__labels="emoji"), tmp_path / "out")
    text = " ".join(item.text for item in pysrt.open(str(result.folder / "old.en.srt")))
    assert (
        "".join(c for c in text if c.isalpha())
        == "GoodeveningandaverywarmwelcometoourlittleshowtonighteverybodyTrèsbienAndnowthenews"
    )
    assert "😂" in text
    assert not [finding for finding in result.findings if finding.hard]


def test_a_label_without_room_is_reported(broken: Path, tmp_path: Path) -> None:
    _, record = restyle(Existing(broken, resplit=True), options(subtitles__line_width=20), tmp_path / "out")
    assert "label left out" in {repair.what for repair in record.repairs}


def test_restyling_uses_the_chosen_picture_size_and_language(broken: Path, tmp_path: Path) -> None:
    more = {"subtitles.labels": "text+ja", "subtitles.formats": ["ass"], "subtitles.style.backdrop": "box"}
    result, _ = restyle(Existing(broken, size_px=(1080, 1920)), load_options("default", more), tmp_path / "out")
    subs = pysubs2.load(str(result.folder / "old.en.ass"))
    assert (subs.info["PlayResX"], subs.info["PlayResY"]) == ("1080", "1920")
    assert subs[0].plaintext.startswith("[laughter 笑い声] Good")
    assert subs[2].style == "Happy"
    assert subs.styles["Happy"].borderstyle == 3


def test_no_emotion_leaves_no_trace_of_it(broken: Path, tmp_path: Path) -> None:
    result, _ = restyle(Existing(broken), options(emotion=False, subtitles__formats=["json", "ass", "vtt"]), tmp_path / "out")
    for path in result.files["subtitles"]:
        assert "happy" not in path.read_text(encoding="utf-8").lower()


def test_a_corrected_text_is_timed_by_the_transcript(sample_transcript: Path, tmp_path: Path) -> None:
    edited = tmp_path / "edited.srt"
    edited.write_text(
        "1\n00:00:00,000 --> 00:00:09,000\nMy new doctor told me to start jogging every morning. So I ran to a different one.\n",
        "utf-8",
    )
    result, record = restyle(Existing(edited, sample_transcript), options(), tmp_path / "out")
    subs = pysrt.open(str(result.folder / "edited.srt"))
    assert [item.text.replace("\n", " ") for item in subs] == [
        "My new doctor told me to start jogging every morning.",
        "So I ran to a different one.",
    ]
    assert abs(subs[0].start.ordinal - 12_003) < 100
    assert abs(subs[1].start.ordinal - 15_216) < 100
    assert record.found_in_transcript is not None
    assert record.found_in_transcript > 0.8


def test_a_text_of_another_recording_is_refused(broken: Path, sample_transcript: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.srt"
    other.write_text("1\n00:00:00,000 --> 00:00:09,000\nQuite unrelated sentences mention nobody.\n", "utf-8")
    with pytest.raises(BadValue, match="another recording"):
        restyle(Existing(other, sample_transcript), options(), tmp_path / "out")
    with pytest.raises(BadRecord):
        restyle(Existing(broken, broken), options(), tmp_path / "out")
    (tmp_path / "none.vtt").write_text("WEBVTT\n", "utf-8")
    with pytest.raises(NotSubtitles, match="no cue"):
        restyle(Existing(tmp_path / "none.vtt"), options(), tmp_path / "out")


def test_at_the_command_line(cli: Callable[..., Any], broken: Path, tmp_path: Path) -> None:
    ran = cli("subtitles", "--from", broken, "--out", tmp_path / "out", "--labels", "none")
    assert ran.code == 0, ran.err
    assert "read as srt, encoding cp1252" in ran.err
    assert "overlapping cues" in ran.err
    assert str(tmp_path / "out" / "old.en" / "old.en.srt") in ran.out
    assert "heard" not in ran.out


def test_a_video_gives_its_picture_and_its_words(cli: Callable[..., Any], replayed: list[Any], tmp_path: Path) -> None:
    edited = tmp_path / "edited.srt"
    edited.write_text("1\n00:00:01,000 --> 00:00:05,000\nThe parrot flew into the bakery one morning.\n", "utf-8")
    first = cli("subtitles", replayed[0], "--from", edited, "--out", tmp_path / "out")
    assert "there is no transcript of long.mp4" in first.err
    assert cli("transcribe", *replayed).code == 0
    ran = cli("subtitles", replayed[0], "--from", edited, "--out", tmp_path / "out")
    assert "timed by the transcript, which contains 88% of the words" in ran.err
    assert "PlayResX: 96" in (tmp_path / "out" / "edited" / "edited.ass").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("subtitles",), "name a video"),
        (("process", "x.mp4", "--from", "x.srt"), "--from goes with: subtitles"),
        (("subtitles", "--from", "x.srt", "--burn"), "name the video too"),
    ],
)
def test_impossible_combinations_are_errors(words: tuple[str, ...], says: str, cli: Callable[..., Any]) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert says in ran.err
