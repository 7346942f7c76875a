"""Every format of the table is read back by a parser that is not ours, and by FFmpeg."""

from pathlib import Path

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.palette import EMOTION_COLOURS, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.media import ffmpeg
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.base import Appearance
from video_pipeline.subtitles.labels import emotion_label, labelled_lines, sound_label

CUES = [
    Cue(0.5, 2.0, ("Hello there,", "how are you?"), Language.EN, Emotion.HAPPY, True, speaker="Ann, the host"),
    Cue(2.1, 3.6, (), Language.EN, sound=Sound.LAUGHTER),
    Cue(4.0, 5.999, ("今天天气很好",), Language.ZH, Emotion.SAD, True),
    Cue(6.1, 8.0, ("a < b & c > d {hidden} \\N back",), Language.EN),
]


@pytest.fixture(params=list(FORMATS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read_back(name: str, text: str) -> list[pysubs2.SSAEvent]:
    return list(pysubs2.SSAFile.from_string(text.lstrip("\ufeff"), format_=name))


def test_times_and_words_come_back(name: str) -> None:
    events = read_back(name, FORMATS.load(name)().render(CUES, Appearance()))
    assert [event.plaintext for event in events] == [
        "[happy] Hello there,\nhow are you?",
        "[laughter]",
        "[悲伤] 今天天气很好",
        events[3].plaintext,
    ]
    assert "hidden" in events[3].plaintext
    assert "\n" not in events[3].plaintext
    for event, cue in zip(events, CUES, strict=True):
        assert abs(event.start - cue.start_s * 1000) <= 10
        assert abs(event.end - cue.end_s * 1000) <= 10
        assert event.start <= cue.start_s * 1000


@pytest.mark.parametrize(
    ("labels", "first", "laugh"), [("emoji", "😊 Hello there,\nhow are you?", "😂"), ("none", "Hello there,\nhow are you?", None)]
)
def test_labels_as_emoji_or_not_at_all(name: str, labels: str, first: str, laugh: str | None) -> None:
    events = read_back(name, FORMATS.load(name)().render(CUES, Appearance(labels)))
    texts = [event.plaintext for event in events]
    assert texts[0] == first
    assert (laugh in texts) if laugh else len(texts) == 3


def test_ffmpeg_reads_every_cue(name: str, tmp_path: Path) -> None:
    written = tmp_path / f"cues.{name}"
    written.write_bytes(FORMATS.load(name)().render(CUES, Appearance()).encode())
    line = [ffmpeg.find_ffmpeg(), "-v", "error", "-i", str(written), "-f", "srt", "-"]
    out, errors = ffmpeg.run(line, ffmpeg.Task("reading", written))
    assert not errors.strip()
    assert out.decode().count("-->") == len(CUES)


plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)


def shows_letters(line: str) -> bool:
    """Not a number alone: the parser takes that for the next cue's number."""
    return bool(line.strip()) and not line.strip().isnumeric()


@given(st.lists(plain.filter(shows_letters), min_size=1, max_size=2), st.integers(0, 10**7), st.integers(900, 7000))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_one_cue_and_keeps_its_letters(lines: list[str], start_ms: int, length_ms: int) -> None:
    cue = Cue(start_ms / 1000, (start_ms + length_ms) / 1000, tuple(line.strip() for line in lines), Language.EN)
    for name in FORMATS:
        (event,) = read_back(name, FORMATS.load(name)().render([cue], Appearance("none")))
        letters = [c for c in event.plaintext if c.isalnum()]
        assert letters == [c for line in cue.lines for c in line if c.isalnum()]
        assert event.plaintext.count("\n") == len(lines) - 1


def test_srt_is_what_people_expect() -> None:
    text = FORMATS.load("srt")().render(CUES[:2], Appearance())
    assert text == (
        "1\n00:00:00,500 --> 00:00:02,000\n[happy] Hello there,\nhow are you?\n\n2\n00:00:02,100 --> 00:00:03,600\n[laughter]\n"
    )
    assert FORMATS.load("srt")().render(CUES[:1], Appearance(byte_order_mark=True)).startswith("\ufeff1")


def test_ass_has_a_style_per_emotion_in_the_size_of_the_picture() -> None:
    subs = pysubs2.SSAFile.from_string(FORMATS.load("ass")().render(CUES, Appearance(width_px=1280, height_px=720, title="a\nb")))
    assert (subs.info["PlayResX"], subs.info["PlayResY"], subs.info["WrapStyle"]) == ("1280", "720", "2")
    assert {"Default", "Happy", "Sad", "Sound"} == set(subs.styles)
    assert [event.style for event in subs] == ["Happy", "Sound", "Sad", "Default"]
    happy = subs.styles["Happy"].primarycolor
    assert f"#{happy.r:02X}{happy.g:02X}{happy.b:02X}" == EMOTION_COLOURS[Emotion.HAPPY]
    assert subs[0].name == "Ann  the host"


def test_a_narrow_picture_gets_smaller_letters() -> None:
    long = [Cue(0, 2, ("x" * 42,), Language.EN)]

    def size(width_px: int, height_px: int) -> float:
        subs = pysubs2.SSAFile.from_string(FORMATS.load("ass")().render(long, Appearance(width_px=width_px, height_px=height_px)))
        return float(subs.styles["Default"].fontsize)

    assert size(1920, 1080) == 56
    assert size(1080, 1920) * 42 * 0.53 <= 1080


def test_colours_can_be_read_on_black() -> None:
    for colour in (*EMOTION_COLOURS.values(), PLAIN_COLOUR, SOUND_COLOUR):
        assert contrast_on_black(colour) >= 7, colour


def contrast_on_black(colour: str) -> float:
    """WCAG 2.1 contrast ratio."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) / 0.05


def test_every_label_exists_in_every_language() -> None:
    for language in Language:
        assert len({sound_label(sound, language, "text") for sound in Sound}) == len(Sound)
        shown = [emotion_label(emotion, language, "text") for emotion in Emotion]
        assert shown.count("") == 2  # neutral, and an emotion without a name
    assert sound_label(Sound.LAUGHTER, Language.JA, "text") == "（笑い声）"
    assert sound_label(Sound.LAUGHTER, Language.ZH, "text") == "[笑声]"
    assert labelled_lines(CUES[1], "none") == ()
