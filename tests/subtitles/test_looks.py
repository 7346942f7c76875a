"""What subtitles look like: colours that everybody can tell apart, sizes that fit, words coloured while they are spoken."""

import itertools
import re

import numpy as np
import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language, Sound
from video_pipeline.core.palette import BACKDROP_COLOUR, EMOTION_COLOURS, PLAIN_COLOUR, SOUND_COLOUR, SPOKEN_COLOUR
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.files import files_of
from video_pipeline.subtitles.formats.ass import AssFormat
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.formats.vtt import VttFormat
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.labels import LABELS, emotion_label, labelled_lines, sound_label
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import SubtitleOptions, width
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.word_times import shown_words

SAYING = Cue(
    1.0,
    4.0,
    ("Good evening,", "everyone!"),
    language=Language.EN,
    emotion=Emotion.HAPPY,
    starts_emotion=True,
    tokens=(Token(1.2, 1.5, "Good"), Token(1.5, 1.8, " even"), Token(1.8, 2.0, "ing,"), Token(2.5, 3.3, " everyone!")),
)
ALL = [
    Cue(k, k + 0.9, ("word",), language=Language.EN, emotion=emotion, starts_emotion=True)
    for k, emotion in enumerate(SHOWN_EMOTIONS)
]


def ass(cues: list[Cue], **more: object) -> pysubs2.SSAFile:
    return pysubs2.SSAFile.from_string(AssFormat().render(cues, Appearance(**more)))


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2.1 contrast ratio."""
    dark, light = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (a, b))
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.0: without red, green or blue cones
SEEN = {
    "all colours": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb / (0.95047, 1, 1.08883)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", [*EMOTION_COLOURS.values(), PLAIN_COLOUR, SOUND_COLOUR, SPOKEN_COLOUR])
def test_colours_are_legible_on_their_backdrop(colour: str) -> None:
    assert contrast(colour, BACKDROP_COLOUR) >= 4.5


@pytest.mark.parametrize("eyes", SEEN)
def test_emotions_can_be_told_apart_by_colour_blind_people(eyes: str) -> None:
    seen = [lab(np.clip(SEEN[eyes] @ linear(colour), 0, 1)) for colour in (*EMOTION_COLOURS.values(), PLAIN_COLOUR)]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 24


def test_ass_has_a_style_per_emotion_in_the_size_of_the_picture() -> None:
    subs = ass([*ALL[:2], Cue(8, 9, (), language=Language.EN, sound=Sound.LAUGHTER)], width_px=1280, height_px=720, title="a\nb")
    assert (subs.info["PlayResX"], subs.info["PlayResY"], subs.info["WrapStyle"]) == ("1280", "720", "2")
    assert subs.info["ScaledBorderAndShadow"] == "yes"
    assert set(subs.styles) == {"Default", "Happy", "Sad", "Sound"}
    assert [event.style for event in subs] == ["Happy", "Sad", "Sound"]
    happy = subs.styles["Happy"].primarycolor
    assert f"#{happy.r:02X}{happy.g:02X}{happy.b:02X}" == EMOTION_COLOURS[Emotion.HAPPY]


def test_styles_in_ass_and_vtt_have_the_colours_of_the_palette() -> None:
    sheet = VttFormat().render(ALL, Appearance())
    for emotion, colour in EMOTION_COLOURS.items():
        assert re.search(rf"::cue\(\.{emotion}\) {{\s*color: {colour};", sheet)
        own = ass(ALL).styles[emotion.value.capitalize()].primarycolor
        assert f"#{own.r:02X}{own.g:02X}{own.b:02X}" == colour


def test_each_language_gets_its_own_font() -> None:
    cues = [
        Cue(0, 1, ("骨",), language=Language.ZH),
        Cue(1, 2, ("骨",), language=Language.ZH),
        Cue(2, 3, ("骨",), language=Language.JA),
    ]
    subs = ass(cues)
    assert subs.styles["Default"].fontname == "Noto Sans CJK SC"
    assert r"\fnNoto Sans CJK JP" in subs[2].text
    assert "fn" not in subs[0].text


def sizes(document: str) -> list[int]:
    return [int(found) for found in re.findall(r"\\fs(\d+)", document)]


def test_a_line_gets_smaller_letters_only_where_it_does_not_fit() -> None:
    lines = ("x" * 42, "i" * 42, "W" * 42, "字" * 16, "字" * 40)
    cues = [Cue(k, k + 1, (line,), language=Language.JA if "字" in line else Language.EN) for k, line in enumerate(lines)]
    events = [line for line in AssFormat().render(cues, Appearance("none")).splitlines() if line.startswith("Dialogue")]
    assert [bool(sizes(event)) for event in events] == [False, False, True, False, True]
    boxed = AssFormat().render(cues[2:3], Appearance("none", style=StyleOptions(backdrop="box")))
    assert not sizes(boxed)  # letters in a box are not bold, so they are narrower


def test_karaoke_times_add_up_to_the_cue_with_its_silences() -> None:
    (event,) = ass([SAYING], style=StyleOptions(words="karaoke"))
    assert event.text == (r"{\k0}[happy] {\k20}{\kf30}Good{\kf50} evening,\N{\k50}{\kf80}everyone!{\k70}")
    assert sum(map(int, re.findall(r"\\kf?(\d+)", event.text))) * 10 == event.end - event.start
    assert event.plaintext == "[happy] Good evening,\neveryone!"


def test_the_word_being_spoken_has_the_colour_of_its_emotion() -> None:
    (event,) = ass([SAYING], style=StyleOptions(words="highlight"))
    happy = EMOTION_COLOURS[Emotion.HAPPY]
    assert event.text.count(rf"\1c&H{happy[5:]}{happy[3:5]}{happy[1:3]}&") == 3
    assert [tuple(map(int, found)) for found in re.findall(r"\\t\((\d+),(\d+),", event.text)] == [
        (200, 201),
        (500, 501),
        (500, 501),
        (1500, 1501),
        (1500, 1501),
        (3000, 3001),
    ]
    assert event.plaintext == "[happy] Good evening,\neveryone!"


def test_vtt_stamps_increase_within_the_cue() -> None:
    text = VttFormat().render([SAYING], Appearance("none", style=StyleOptions(words="karaoke")))
    assert "<00:00:01.200>Good<00:00:01.500> evening,\n<00:00:02.500>everyone!" in text


times = st.floats(0, 8, allow_nan=False)


@given(
    st.lists(
        st.tuples(st.sampled_from(["Well", " well,", " ok", " don't", "今天", "天气", "，", " 42", "%", "!"]), times, times),
        max_size=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_words_joined_are_the_lines_and_their_times_never_decrease(said: list[tuple[str, float, float]]) -> None:
    tokens = tuple(Token(min(a, b), max(a, b), text) for text, a, b in said)
    cue = Cue(1.0, 6.0, ("".join(text for text, _, _ in said).strip() or "-",), language=Language.ZH, tokens=tokens)
    (line,) = shown_words(cue)
    assert "".join(word.text for word in line) == cue.lines[0]
    edges = [edge for word in line for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert cue.start_s <= edges[0] <= edges[-1] <= cue.end_s
    (event,) = ass([cue], style=StyleOptions(words="karaoke"))
    assert sum(map(int, re.findall(r"\\kf?(\d+)", event.text))) * 10 == event.end - event.start


def test_every_label_exists_in_every_language() -> None:
    for language in Language:
        assert len({sound_label(sound, language, "text") for sound in Sound}) == len(Sound)
        shown = [emotion_label(emotion, language, "text") for emotion in Emotion]
        assert shown.count("") == 2  # neutral, and an emotion without a name
    assert sound_label(Sound.LAUGHTER, Language.JA, "text") == "（笑い声）"
    assert sound_label(Sound.LAUGHTER, Language.ZH, "text") == "[笑声]"
    assert sound_label(Sound.LAUGHTER, Language.YUE, "text") == "[笑聲]"
    assert labelled_lines(Cue(0, 1, (), language=Language.EN, sound=Sound.LAUGHTER), "none") == ()


def test_labels_in_two_languages_repeat_nothing() -> None:
    assert sound_label(Sound.LAUGHTER, Language.JA, "text+en") == "（笑い声 laughter）"
    assert sound_label(Sound.COUGH, Language.ZH, "text+yue") == "[咳嗽]"
    assert emotion_label(Emotion.SAD, Language.EN, "text+en") == "[sad]"
    assert sound_label(Sound.MUSIC, Language.ZH, "text+en") == "♪"
    for labels in LABELS:
        assert SubtitleOptions(labels=labels)
    with pytest.raises(UnknownName, match="did you mean 'text"):
        SubtitleOptions(labels="text+fr")


def test_labels_have_a_file_of_their_own_on_request() -> None:
    cues = [SAYING, Cue(4.5, 6, (), language=Language.EN, sound=Sound.LAUGHTER)]
    made = files_of("srt", cues, Appearance(style=StyleOptions(separate_labels=True)))
    files = {end: content.decode() for end, content in made.items()}
    assert set(files) == {"srt", "sdh.srt"}
    assert "[" not in files["srt"]
    assert files["srt"].count("-->") == 1
    assert "[happy] Good evening," in files["sdh.srt"]
    assert "[laughter]" in files["sdh.srt"]
    assert set(files_of("srt", cues, Appearance())) == {"srt"}


def test_names_of_speakers_go_with_the_labels() -> None:
    options = SubtitleOptions(style=StyleOptions(speakers=True, separate_labels=True))
    said = [("Hello.", "Ann"), ("This line has no room for any name at all", "Bob")]
    cues = with_labels(
        [Cue(k, k + 1, (text,), language=Language.EN, speaker=name) for k, (text, name) in enumerate(said)], options
    )
    made = files_of("txt", cues, Appearance(style=options.style)) | files_of("srt", cues, Appearance(style=options.style))
    files = {end: content.decode() for end, content in made.items()}
    assert "ANN: Hello." in files["sdh.srt"]
    assert "BOB:\nThis line" in files["sdh.srt"]
    assert "ANN" not in files["srt"]
    assert "BOB" not in files["srt"]


def test_speakers_are_named_where_they_begin_and_where_there_is_room() -> None:
    options = SubtitleOptions(style=StyleOptions(speakers=True))
    said = [
        ("Hello.", "Ann"),
        ("How are you?", "Ann"),
        ("Fine.", "Bob"),
        ("This line has no room for any name at all", "Ann"),
        ("ok", "Ann"),
    ]
    cues = [Cue(k, k + 1, (text,), language=Language.EN, speaker=name) for k, (text, name) in enumerate(said)]
    shown = [labelled_lines(cue, "text") for cue in with_labels(cues, options)]
    assert shown == [
        ("ANN: Hello.",),
        ("How are you?",),
        ("BOB: Fine.",),
        ("ANN:", "This line has no room for any name at all"),
        ("ok",),
    ]
    tight = SubtitleOptions(lines=1, style=StyleOptions(speakers=True))
    later = [labelled_lines(cue, "text") for cue in with_labels(cues, tight)]
    assert later[3:] == [("This line has no room for any name at all",), ("ANN: ok",)]
    assert all(width(line, Language.EN) <= 42 for lines in shown + later for line in lines)
    assert with_labels(cues, SubtitleOptions()) == cues


@pytest.mark.parametrize(("option", "value"), [("words", "bouncing"), ("backdrop", "cloud")])
def test_looks_are_checked(option: str, value: str) -> None:
    with pytest.raises(UnknownName):
        StyleOptions(**{option: value})
    with pytest.raises(ValueError, match="size"):
        StyleOptions(size=2)


def test_clocks_round_once() -> None:
    assert (timecode.vtt(3599.9996), timecode.lrc(59.999), timecode.lrc(6000)) == ("01:00:00.000", "00:59.99", "100:00.00")


def test_words_of_a_clip_count_from_the_start_of_the_clip() -> None:
    (cue,) = retimed([SAYING], Span(1.6, 20))
    assert (cue.start_s, cue.end_s) == (0, pytest.approx(2.4))
    assert [round(word.start_s, 3) for line in shown_words(cue) for word in line] == [0, 0, 0.9]


def test_a_phrase_does_not_extend_across_hidden_punctuation() -> None:
    said = [Token(k, k + 1, c) for k, c in enumerate("講真，嗰晚我一個人行返屋企，")]
    cue = Cue(0, 14, ("講真", "嗰晚我一個人行返屋企"), language=Language.YUE, tokens=tuple(said))
    upper, lower = shown_words(cue)
    assert [(word.text, word.start_s) for word in upper] == [("講真", 0)]
    assert len(lower) > 3
    assert lower[0].start_s == 3
    assert max(len(word.text) for word in lower) <= 6
