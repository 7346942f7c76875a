"""What the profiles write: emotions, sounds and speakers as their style guides want them."""

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.palette import EMOTION_COLOURS, SPOKEN_COLOUR
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.options import load_options
from video_pipeline.subtitles.files import appearance_of, rendered, text_formats
from video_pipeline.subtitles.labelling import with_labels, without_names
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.read.relabel import meant
from video_pipeline.subtitles.rules import SubtitleOptions

SEGMENTS = [
    Segment(
        0.0,
        2.0,
        "I won the race today!",
        language=Language.EN,
        emotion=Emotion.HAPPY,
        emotion_p=0.9,
        speaker="Tom Lee",
    ),
    Segment(2.2, 4.5, "I have lost it again.", language=Language.EN, emotion=Emotion.SAD, emotion_p=0.9, speaker="Ann"),
    Segment(8.0, 10.0, "それは本当ですか", language=Language.JA, emotion=Emotion.ANGRY, emotion_p=0.9, speaker="健"),
    Segment(11.0, 13.0, "他说的是真的", language=Language.ZH, speaker="李雷"),
]
EVENTS = [AudioEvent(5.0, 7.0, Sound.LAUGHTER, 0.9)]
RGB = {colour[1:].upper() for colour in EMOTION_COLOURS.values() if colour != SPOKEN_COLOUR}
COLOURS = RGB | {rgb[4:] + rgb[2:4] + rgb[:2] for rgb in RGB}
"""Colours of emotions as CSS and TTML write them, and as ASS does, with blue first. One is also that of the spoken word."""
LABELS = ("happy", "sad", "angry", "怒り")


def cues_of(options: SubtitleOptions) -> list[Cue]:
    return with_labels(make_cues(SEGMENTS, EVENTS, options, rate_fps=25.0), options)


def written(profile: str, **overrides: object) -> dict[str, str]:
    options = load_options(profile, {f"subtitles.{name}": value for name, value in overrides.items()}).subtitles
    appearance = appearance_of(options, (1920, 1080), "talk")
    return {name: rendered(name, cues_of(options), appearance) for name in text_formats() if name != "scc"}  # SCC is codes


@pytest.mark.parametrize("profile", ["netflix", "netflix-child", "youtube", "bbc"])
@pytest.mark.parametrize("words", ["plain", "highlight", "karaoke"])
def test_style_guides_without_emotions_get_none(profile: str, words: str) -> None:
    for name, text in written(profile, **{"style.words": words}).items():
        assert not [label for label in LABELS if label in text.lower()], name
        assert not [colour for colour in COLOURS if colour in text.upper()], name
        assert "laughter" in text, name


def test_other_profiles_have_emotions() -> None:
    files = written("default")
    assert "[happy]" in files["srt"]
    assert EMOTION_COLOURS[Emotion.HAPPY] in files["vtt"]


def test_without_emotions_two_of_them_share_a_cue() -> None:
    answers = [
        Segment(0.0, 0.4, "Yes.", language=Language.EN, emotion=Emotion.HAPPY, emotion_p=0.9),
        Segment(0.5, 1.0, "I know.", language=Language.EN, emotion=Emotion.SAD, emotion_p=0.9),
    ]
    apart, together = (make_cues(answers, [], SubtitleOptions(emotions=emotions)) for emotions in (True, False))
    assert [(cue.text, cue.emotion) for cue in apart] == [("Yes.", Emotion.HAPPY), ("I know.", Emotion.SAD)]
    assert [(cue.text, cue.emotion) for cue in together] == [("Yes. I know.", None)]


def test_emotions_of_an_existing_file_are_left_out_too() -> None:
    existing = meant([Cue(0.0, 2.0, ("[happy] Hello.",), language=Language.EN)])
    assert existing[0].emotion is Emotion.HAPPY
    options = load_options("netflix", {}).subtitles
    assert [labelled_lines(cue, "text") for cue in with_labels(existing, options)] == [("Hello.",)]
    assert with_labels(existing, options)[0].emotion is None


def test_netflix_gets_ttml() -> None:
    assert "ttml" in load_options("netflix", {}).subtitles.formats
    assert "ttml" in load_options("netflix-child", {}).subtitles.formats


def test_subtitles_for_the_deaf_name_speakers_in_brackets() -> None:
    options = load_options("sdh", {}).subtitles
    assert [labelled_lines(cue, options.labels) for cue in cues_of(options)] == [
        ("[Tom Lee] [happy] I won the race today!",),
        ("[Ann] [sad] I have lost it again.",),
        ("[laughter]",),
        ("（健） （怒り） それは本当ですか",),
        ("[李雷] 他说的是真的",),
    ]


def test_a_name_in_brackets_on_a_line_of_its_own_is_removed_with_the_labels() -> None:
    options = load_options("sdh", {}).subtitles
    cue = Cue(0.0, 3.0, ("This line has no room for any name at all",), language=Language.EN, speaker="Ann")
    (named,) = with_labels([cue], options)
    assert named.lines == ("[Ann]", *cue.lines)
    assert without_names(named) == cue
    (short,) = with_labels([Cue(0.0, 2.0, ("Hello.",), language=Language.EN, speaker="Ann")], options)
    assert labelled_lines(short, "text") == ("[Ann] Hello.",)
    assert labelled_lines(without_names(short), "text") == ("Hello.",)
