"""Every format that is written is read back by an independent parser, by its own reader, and by FFmpeg if that can."""

import csv
import html
import io
import json
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pycaption
import pylrc
import pysrt
import pysubs2
import pytest
import ttconv.srt.writer
import ttconv.stl.reader
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import Token
from video_pipeline.media import ffmpeg
from video_pipeline.subtitles import FORMATS, WRITERS
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.read.reading import read_cues
from video_pipeline.subtitles.style import WORDS, StyleOptions

Shown = tuple[float, float, str]
"""Start and end in milliseconds, and text."""


def by_pysrt(text: str) -> list[Shown]:
    return [(item.start.ordinal, item.end.ordinal, item.text) for item in pysrt.from_string(text)]


def by_pysubs2(text: str) -> list[Shown]:
    return [(event.start, event.end, event.plaintext) for event in pysubs2.SSAFile.from_string(text, format_="ass")]


def by_webvtt(text: str) -> list[Shown]:
    cues = webvtt.from_string(text)
    return [
        (
            c.start_in_seconds * 1000 + c.start_time.milliseconds,
            c.end_time.in_seconds() * 1000 + c.end_time.milliseconds,
            html.unescape(c.text),
        )
        for c in cues
    ]


def by_xml(text: str) -> list[Shown]:
    name = "{http://www.w3.org/ns/ttml}"
    shown = []
    for p in ET.fromstring(text.encode()).iter(f"{name}p"):
        for line_break in p.iter(f"{name}br"):
            line_break.text = "\n"
        shown.append((clock_ms(p.attrib["begin"]), clock_ms(p.attrib["end"]), "".join(p.itertext())))
    return shown


def by_pylrc(text: str) -> list[Shown]:
    lines = list(pylrc.parse(text))
    ends = [line.time for line in lines[1:]] + [float("inf")]
    return [(line.time * 1000, end * 1000, line.text) for line, end in zip(lines, ends, strict=True) if line.text]


def by_csv(text: str) -> list[Shown]:
    rows = csv.DictReader(io.StringIO(text), dialect="excel-tab", quoting=csv.QUOTE_NONE)
    return [
        (int(row["start"]), int(row["end"]), row["text"].encode().decode("unicode_escape").encode("latin-1").decode())
        for row in rows
    ]


def by_json(text: str) -> list[Shown]:
    return [
        (cue["start_ms"], cue["end_ms"], " ".join(filter(None, [cue.get("label"), "\n".join(cue["lines"])])))
        for cue in json.loads(text)["cues"]
    ]


def by_eye(text: str) -> list[Shown]:
    return [(0, 0, text)]


def by_webvtt_of_sbv(text: str) -> list[Shown]:
    with tempfile.NamedTemporaryFile("w", suffix=".sbv", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return [(clock_ms(c.start), clock_ms(c.end), c.text) for c in webvtt.from_sbv(file.name)]


def by_pysubs2_of_microdvd(text: str) -> list[Shown]:
    return [(e.start, e.end, e.plaintext) for e in pysubs2.SSAFile.from_string(text, format_="microdvd")]


def by_csv_of_csv(text: str) -> list[Shown]:
    return [(clock_ms(row["Start"]), clock_ms(row["End"]), row["Text"]) for row in csv.DictReader(io.StringIO(text))]


def by_openpyxl(content: bytes) -> list[Shown]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))[1:]
    return [(clock_ms(row[0]), clock_ms(row[1]), row[3]) for row in rows]


def by_json_of_whisper(text: str) -> list[Shown]:
    return [(s["start"] * 1000, s["end"] * 1000, s["text"].strip()) for s in json.loads(text)["segments"]]


def by_json_of_json3(text: str) -> list[Shown]:
    events = json.loads(text)["events"]
    return [(e["tStartMs"], e["tStartMs"] + e["dDurationMs"], "".join(s["utf8"] for s in e["segs"])) for e in events]


def by_xml_of_srv3(text: str) -> list[Shown]:
    return [(int(p.attrib["t"]), int(p.attrib["t"]) + int(p.attrib["d"]), p.text or "") for p in ET.fromstring(text).iter("p")]


def by_json_of_bilibili(text: str) -> list[Shown]:
    return [(row["from"] * 1000, row["to"] * 1000, row["content"]) for row in json.loads(text)["body"]]


def by_eye_of_console(text: str) -> list[Shown]:
    found = re.findall(r"^\[(\S+) --> (\S+)\]  (.*)$", text, re.MULTILINE)
    return [(clock_ms(start), clock_ms(end), words) for start, end, words in found]


def by_ttconv(document: Any) -> list[Shown]:
    items = pysrt.from_string(ttconv.srt.writer.from_model(document))
    return [(item.start.ordinal, item.end.ordinal, re.sub(r"</?[biu]>|<font[^>]*>|</font>", "", item.text)) for item in items]


def by_pycaption(text: str) -> list[Shown]:
    return by_pysrt(pycaption.SRTWriter().write(pycaption.SCCReader().read(text)))


def by_ttconv_of_stl(content: bytes) -> list[Shown]:
    return by_ttconv(ttconv.stl.reader.to_model(io.BytesIO(content)))


def clock_ms(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000)


PARSERS: dict[str, Callable[[Any], list[Shown]]] = {
    "srt": by_pysrt,
    "ass": by_pysubs2,
    "vtt": by_webvtt,
    "ttml": by_xml,
    "lrc": by_pylrc,
    "txt": by_eye,
    "json": by_json,
    "tsv": by_csv,
    "sbv": by_webvtt_of_sbv,
    "microdvd": by_pysubs2_of_microdvd,
    "csv": by_csv_of_csv,
    "xlsx": by_openpyxl,
    "whisper": by_json_of_whisper,
    "json3": by_json_of_json3,
    "srv3": by_xml_of_srv3,
    "bilibili": by_json_of_bilibili,
    "console": by_eye_of_console,
    "scc": by_pycaption,
    "stl": by_ttconv_of_stl,
}
TIMED = [name for name in WRITERS if name not in ("txt", "scc", "stl")]
"""Of broadcasters' formats, whose characters are few, see `test_broadcast.py`."""
LINED = [name for name in TIMED if name not in ("lrc", "console", "whisper")]
READ_BY_FFMPEG = ["srt", "ass", "vtt", "lrc"]

CUES = [
    Cue(
        0.5,
        2.0,
        ("Hello there,", "how are you?"),
        language=Language.EN,
        emotion=Emotion.HAPPY,
        starts_emotion=True,
        speaker="Ann, the host",
    ),
    Cue(2.1, 3.6, (), language=Language.EN, sound=Sound.LAUGHTER),
    Cue(4.0, 5.999, ("今天天气很好",), language=Language.ZH, emotion=Emotion.SAD, starts_emotion=True),
    Cue(6.1, 8.0, ("a < b & c > d {hidden} \\N back --> [x]",), language=Language.EN),
]


def rendered(name: str, cues: list[Cue] = CUES, appearance: Appearance | None = None) -> Any:
    return FORMATS.load(name)().render(cues, appearance or Appearance())


def letters(text: str) -> list[str]:
    return [c for c in text if c.isalnum()]


def test_every_writer_has_an_independent_parser() -> None:
    assert set(PARSERS) == set(WRITERS)


@pytest.mark.parametrize("name", TIMED)
def test_times_and_words_come_back(name: str) -> None:
    shown = PARSERS[name](rendered(name))
    assert [letters(text.removeprefix(">> Ann, the host: ")) for _, _, text in shown] == [
        letters("happy Hello there how are you"),
        letters("laughter"),
        letters("悲伤今天天气很好"),
        letters(CUES[3].text),
    ]
    for (start_ms, end_ms, _), cue in zip(shown, CUES, strict=True):
        step_ms = 21 if name == "microdvd" else 10
        assert abs(cue.start_s * 1000 - start_ms) <= step_ms
        assert abs(end_ms - cue.end_s * 1000) <= step_ms or name == "lrc"  # a line of lyrics lasts until the next


@pytest.mark.parametrize("name", LINED)
def test_lines_come_back_as_they_were_broken(name: str) -> None:
    text = PARSERS[name](rendered(name))[0][2]
    assert text.removeprefix(">> Ann, the host: ") == "[happy] Hello there,\nhow are you?"


@pytest.mark.parametrize(
    ("labels", "first", "laugh"),
    [
        ("emoji", "😊 Hello there,", "😂"),
        ("none", "Hello there,", None),
        ("text+zh", "[happy 开心] Hello there,", "[laughter 笑声]"),
    ],
)
@pytest.mark.parametrize("name", ["srt", "ass", "vtt", "ttml", "tsv", "json"])
def test_labels_as_emoji_in_two_languages_or_not_at_all(name: str, labels: str, first: str, laugh: str | None) -> None:
    texts = [text.strip() for _, _, text in PARSERS[name](rendered(name, CUES, Appearance(labels)))]
    assert texts[0].split("\n")[0] == first
    assert (laugh in texts) if laugh else len(texts) == 3


@pytest.mark.parametrize("name", READ_BY_FFMPEG)
def test_ffmpeg_reads_every_cue(name: str, tmp_path: Path) -> None:
    written = tmp_path / f"cues.{name}"
    written.write_bytes(rendered(name).encode())
    line = [ffmpeg.find_ffmpeg(), "-v", "error", "-i", str(written), "-f", "srt", "-"]
    out, errors = ffmpeg.run(line, ffmpeg.Task("reading", written))
    assert not errors.strip()
    assert len(re.findall(r"^\d\d:\d\d:[\d,]+ --> [\d:,]+\n\S", out.decode(), re.MULTILINE)) == len(CUES)
    assert "hidden" in out.decode()
    assert "back" in out.decode()


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in ("xlsx", "stl")])
def test_a_byte_order_mark_on_request(name: str) -> None:
    assert rendered(name, CUES, Appearance(byte_order_mark=True)) == "\ufeff" + rendered(name)


@pytest.mark.parametrize("name", WRITERS)
def test_no_cue_makes_a_file(name: str) -> None:
    assert isinstance(rendered(name, []), str | bytes)


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("words", WORDS)
def test_the_own_reader_reads_what_was_written(name: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / f"talk.{FORMATS.load(name).suffixes[0]}"
    made = rendered(name, CUES, Appearance(style=StyleOptions(words=words)))
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    reading = read_cues(path)
    assert reading.format == name
    texts = [text.removeprefix(">> Ann, the host: ") for _, _, text in PARSERS[name](rendered(name))]
    assert [letters(cue.text) for cue in reading.cues] == [letters(text) for text in texts]
    if name in ("vtt", "ttml", "json", "ass", "tsv"):
        assert [cue.emotion for cue in reading.cues] == [cue.emotion for cue in CUES]
        assert reading.cues[0].speaker in ("Ann, the host", "Ann  the host")


anything = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=40)
hostile = st.one_of(
    anything,
    st.text(st.sampled_from("a1あ<>{}[]\\&;-/:.,|\"'\n\t\r #%♪😀\u0085\u2028\ufeff"), min_size=1, max_size=30),
    st.sampled_from(
        [
            "<i>",
            "</c>",
            "<v Bob>",
            "{\\an8}",
            "{\\p1}m 0 0",
            "\\N",
            "\\n",
            "\\h",
            "&lt;i&gt;",
            "&amp;",
            "-->",
            "00:00:01,000 --> 00:00:02,000",
            "NOTE x",
            "STYLE",
            "WEBVTT",
            "[00:01.00]",
            "[ti:x]",
            "]]>",
            "<!--",
            "<br/>",
            "7\n\n8",
            "{1}{2}",
            "Dialogue: 0,0:00:00.00",
        ]
    ),
)


@given(
    st.lists(hostile.map(lambda text: f"x{text}y"), min_size=1, max_size=2),
    st.integers(0, 3_500_000),  # pylrc does not support hours
    st.integers(900, 7000),
    st.sampled_from(WORDS),
)
@settings(max_examples=150, deadline=None)
def test_any_text_makes_one_cue_and_keeps_its_letters(lines: list[str], start_ms: int, length_ms: int, words: str) -> None:
    lines = [" ".join(line.split("\n")) for line in lines]
    start_s, end_s = start_ms / 1000, (start_ms + length_ms) / 1000
    cue = Cue(start_s, end_s, tuple(lines), language=Language.EN, tokens=(Token(start_s, end_s, " ".join(lines)),))
    said = [c for c in "".join(lines).translate(dict.fromkeys(range(0xD800, 0xE000))) if c.isalnum()]
    for name in TIMED:
        if name in ("xlsx", "sbv", "microdvd"):  # their parsers are slow, or take some of these texts for markup
            continue
        text = rendered(name, [cue], Appearance("none", style=StyleOptions(words=words)))
        text.encode()
        ((_, _, back),) = PARSERS[name](text)
        if words == "plain" or name not in ("lrc", "vtt"):  # their parsers return the stamps of words as text
            assert letters(back) == said, name
        if name in ("srt", "ass", "vtt", "ttml"):
            assert back.count("\n") == len(lines) - 1, name


def test_srt_is_what_people_expect() -> None:
    assert rendered("srt", CUES[:2]) == (
        "1\n00:00:00,500 --> 00:00:02,000\n[happy] Hello there,\nhow are you?\n\n2\n00:00:02,100 --> 00:00:03,600\n[laughter]\n"
    )


def test_lyrics_fall_silent_at_a_gap_and_not_between_lines() -> None:
    text = rendered(
        "lrc",
        [
            Cue(0, 2, ("One,", "two"), language=Language.EN),
            Cue(2.08, 4, ("three",), language=Language.EN),
            Cue(9, 10, ("end",), language=Language.EN),
        ],
    )
    assert text == "[00:00.00]One, two\n[00:02.08]three\n[00:04.00]\n[00:09.00]end\n[00:10.00]\n"


def test_a_text_to_read_has_paragraphs_by_speaker_and_pause() -> None:
    cues = [
        Cue(
            0, 2, ("Good evening,", "everyone."), language=Language.EN, emotion=Emotion.HAPPY, starts_emotion=True, speaker="Ann"
        ),
        Cue(2, 4, ("Welcome.",), language=Language.EN, speaker="Ann"),
        Cue(4, 6, (), language=Language.EN, sound=Sound.APPLAUSE),
        Cue(6, 8, ("Thank you.",), language=Language.EN, speaker="Bob"),
        Cue(12, 14, ("Well then.",), language=Language.EN, speaker="Bob"),
        Cue(20, 22, ("今天天气", "很好"), language=Language.ZH),
    ]
    assert rendered("txt", cues) == (
        "ANN: [happy] Good evening, everyone. Welcome.\n\n[applause]\n\nBOB: Thank you.\n\nWell then.\n\n今天天气很好\n"
    )


def test_tables_have_only_the_columns_that_are_needed() -> None:
    assert rendered("tsv", [Cue(0, 1, ("a\tb", "c\\n"), language=Language.EN)]).splitlines() == [
        "start\tend\ttext\tlanguage",
        "0\t1000\ta b\\nc\\\\n\ten",
    ]
    assert rendered("tsv").startswith("start\tend\ttext\tlanguage\tspeaker\temotion\tsound\n")


def test_json_keeps_all_that_is_known() -> None:
    cue = Cue(
        0.5,
        2.0,
        ("Hi",),
        language=Language.EN,
        emotion=Emotion.HAPPY,
        starts_emotion=True,
        speaker="Ann",
        tokens=(Token(0.6, 0.9, "Hi", 0.75),),
    )
    (record,) = json.loads(rendered("json", [cue]))["cues"]
    assert record == {
        "start_ms": 500,
        "end_ms": 2000,
        "lines": ["Hi"],
        "language": "en",
        "emotion": "happy",
        "starts_emotion": True,
        "speaker": "Ann",
        "label": "[happy]",
        "tokens": [{"start_ms": 600, "end_ms": 900, "text": "Hi", "confidence": 0.75}],
    }
    assert "emotion" not in rendered("json", [Cue(0, 1, ("Hi",), language=Language.EN)])
