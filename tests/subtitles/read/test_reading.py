"""Subtitle files as they are found: every format, every encoding, intact and broken."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.errors import NoSuchFile, PipelineError
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.subtitles import READERS
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.read.reading import Reading, read_cues, suffixes

SAID = ["Good evening.", "It is the best\nof all the days."]
TWO = [(1.0, 2.5, ("Good evening.",)), (3.0, 4.0, ("It is the best", "of all the days."))]
SRT = """1
00:00:01,000 --> 00:00:02,500
Good <i>evening</i>.

2
00:00:03,000 --> 00:00:04,000
It is the best
of all the days.
"""
VTT = """WEBVTT

NOTE no text

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.500 align:start
<v Ann>Good <c.happy>evening</c>.

00:00:03.000 --> 00:00:04.000
It is the best
of all the days.
"""
SBV = """0:00:01.000,0:00:02.500
>> ANN: Good evening.

0:00:03.000,0:00:04.000
It is the best[br]of all the days.
"""
ASS = r"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,nobody sees this
Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{\p1}m 0 0 l 9 9{\p0}
Dialogue: 0,0:00:01.00,0:00:02.50,Happy,Ann,0,0,0,,{\i1}Good{\i0} evening.
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,It is the best\Nof all the days.
"""
SAMI = """<SAMI><HEAD><STYLE><!-- .EN { Name:English; lang: en-US; } .KR { lang: ko-KR; } --></STYLE></HEAD><BODY>
<SYNC Start=1000><P Class=EN>Good
<i>evening</i>.<P Class=KR>안녕
<SYNC Start=2500><P Class=EN>&nbsp;
<SYNC Start=3000><P Class=EN>It is the best<br>of all the days.
<SYNC Start=4000><P Class=EN>&nbsp;
</BODY></SAMI>
"""
TTML = """<?xml version="1.0"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en" ttp:frameRate="10">
<body><div begin="1s"><p begin="0s" dur="1500ms">Good <span>evening</span>.</p>
<p begin="00:00:02:00" end="00:00:03.000">It is the best<br/>of   all the days.</p></div></body></tt>
"""
RECORDS = [
    {"start_ms": 1000, "end_ms": 2500, "lines": ["Good evening."]},
    {"start_ms": 3000, "end_ms": 4000, "lines": ["It is the best", "of all the days."]},
]
TEXTGRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "speech"
        xmin = 0
        xmax = 5
        intervals: size = 3
        intervals [1]:
            xmin = 1
            xmax = 2.5
            text = "Good evening."
        intervals [2]:
            xmin = 2.5
            xmax = 3
            text = ""
        intervals [3]:
            xmin = 3
            xmax = 4
            text = "It is the best
of all the days."
    item [2]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 5
        intervals: size = 1
        intervals [1]:
            xmin = 1
            xmax = 2.5
            text = "g"
"""
SCC = """Scenarist_SCC V1.0

00:00:00:16\t94ae 94ae 9420 9420 9470 9470 c7ef efe4 20e5 76e5 6e6e 67ae 942f 942f

00:00:02:15\t942c 942c
"""
EXAMPLES = {
    "srt": SRT,
    "vtt": VTT,
    "sbv": SBV,
    "ass": ASS,
    "microdvd": "{1}{1}25.000\n{25}{62}Good evening.\n{75}{100}It is the best|of all the days.\n",
    "sami": SAMI,
    "ttml": TTML,
    "lrc": "[ti:x]\n[offset:0]\n[00:01.00]Good evening.\n[00:02.50]\n[00:03.00]It is the best of all the days.\n[00:04.00]\n",
    "tsv": "start\tend\ttext\n1000\t2500\tGood evening.\n3000\t4000\tIt is the best\\nof all the days.\n",
    "json": json.dumps({"cues": RECORDS}),
    "csv": 'Start,End,Text\n00:00:01.000,00:00:02.500,Good evening.\n3.0,4.0,"It is the best\nof all the days."\n',
    "json3": json.dumps(
        {
            "events": [
                {"tStartMs": 1000, "dDurationMs": 1500, "segs": [{"utf8": "Good "}, {"utf8": "evening."}]},
                {"tStartMs": 3000, "dDurationMs": 1000, "segs": [{"utf8": "It is the best\nof all the days."}]},
            ]
        }
    ),
    "srv3": '<timedtext format="3"><body><p t="1000" d="1500">Good evening.</p>'
    '<p t="3000" d="1000">It is the best\nof all the days.</p></body></timedtext>',
    "bilibili": json.dumps(
        {
            "body": [
                {"from": 1.0, "to": 2.5, "content": "Good evening."},
                {"from": 3, "to": 4, "content": "It is the best\nof all the days."},
            ]
        }
    ),
    "whisper": json.dumps(
        {
            "language": "en",
            "segments": [
                {"start": 1.0, "end": 2.5, "text": " Good evening."},
                {"start": 3.0, "end": 4.0, "text": "It is the best\nof all the days."},
            ],
        }
    ),
    "console": "[00:01.000 --> 00:02.500]  Good evening.\n[00:03.000 --> 00:04.000]  It is the best\nof all the days.\n",
    "spruce": "//Font\n00:00:01:00 , 00:00:02:12 , Good evening.\n"
    "00:00:03:00 , 00:00:04:00 , It is the best | of all the days.\n",
    "mpl2": "[10][25]Good evening.\n[30][40]It is the best|of all the days.\n",
    "tmplayer": "00:00:01:Good evening.\n00:00:03:It is the best|of all the days.\n",
    "avid": "<begin subtitles>\n00:00:01:00 00:00:02:12\nGood evening.\n\n"
    "00:00:03:00 00:00:04:00\nIt is the best\nof all the days.\n\n<end subtitles>\n",
    "textgrid": TEXTGRID,
    "scc": SCC,
}
BINARY = ("stl", "xlsx")
"""Their examples are written by `test_broadcast.py` and `test_formats.py`."""
OPEN_ENDED = ("tmplayer",)


def read(tmp_path: Path, content: str | bytes, name: str = "talk.srt") -> Reading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_cues(path)


def shown(reading: Reading) -> list[tuple[float, float, tuple[str, ...]]]:
    return [(round(cue.start_s, 3), round(cue.end_s, 3), cue.lines) for cue in reading.cues]


def what(reading: Reading) -> set[str]:
    return {repair.what for repair in reading.repairs}


def test_every_reader_has_an_example() -> None:
    assert {*EXAMPLES, *BINARY} == set(READERS)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("suffix", ["own", "txt"])
def test_a_format_is_known_by_its_content(name: str, suffix: str, tmp_path: Path) -> None:
    reading = read(tmp_path, EXAMPLES[name], f"talk.{name if suffix == 'own' else suffix}")
    assert reading.format == name
    if name == "scc":
        assert [(cue.text, pytest.approx(cue.end_s, abs=0.04)) for cue in reading.cues] == [("Good evenng.", 2.5)]
        return
    expected = [(a, b, (" ".join(lines),)) for a, b, lines in TWO] if name == "lrc" else TWO
    near_s = 1.1 if name in OPEN_ENDED else 0.03
    assert [(a, pytest.approx(b, abs=near_s), lines) for a, b, lines in expected] == shown(reading)
    assert what(reading) <= {"markup left out", "several languages", "frame rate unknown", "tier left out"}
    assert {cue.language for cue in reading.cues} <= {Language.EN, Language.UNKNOWN}


def test_speakers_and_emotions_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, EXAMPLES["vtt"]).cues[0].speaker == "Ann"
    assert read(tmp_path, EXAMPLES["vtt"]).cues[0].emotion is Emotion.HAPPY
    assert read(tmp_path, EXAMPLES["ass"]).cues[0].speaker == "Ann"
    assert read(tmp_path, EXAMPLES["ass"]).cues[0].emotion is Emotion.HAPPY
    assert read(tmp_path, EXAMPLES["sbv"]).cues[0].speaker == "ANN"


TEXTS = {
    "gb18030": ("今天天气很好，我们出去走走吧。", Language.ZH),
    "gbk": ("今天天气很好，我们出去走走吧。", Language.ZH),
    "big5": ("今天天氣很好，我們出去走走吧。", Language.YUE),
    "shift_jis": ("今日は天気がいいですね。散歩に行きましょう。", Language.JA),
    "euc_jp": ("今日は天気がいいですね。散歩に行きましょう。", Language.JA),
    "euc_kr": ("오늘은 날씨가 참 좋네요. 산책하러 갑시다.", Language.KO),
    "cp949": ("오늘은 날씨가 참 좋네요. 산책하러 갑시다.", Language.KO),
    "cp1252": ("Déjà vu – “naïve” café, señor, für Ägypten.", Language.UNKNOWN),
    "cp1251": ("Сегодня хорошая погода, пойдём гулять в парк.", Language.UNKNOWN),
    "utf-8": ("今日は天気がいいですね。", Language.JA),
    "utf-8-sig": ("今日は天気がいいですね。", Language.JA),
    "utf-16": ("今日は天気がいいですね。", Language.JA),
    "utf-16-le": ("今日は天気がいいですね。", Language.JA),
    "utf-16-be": ("今日は天気がいいですね。", Language.JA),
    "utf-32": ("今日は天気がいいですね。", Language.JA),
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_line_end(encoding: str, line_end: str, tmp_path: Path) -> None:
    text, language = TEXTS[encoding]
    content = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n\n2\n00:00:03,000 --> 00:00:04,000\n{text}\nok\n"
    reading = read(tmp_path, content.replace("\n", line_end).encode(encoding))
    assert shown(reading) == [(1, 2, (text,)), (3, 4, (text, "ok"))]
    assert [cue.language for cue in reading.cues] == [language, language]


def test_a_wrong_byte_order_mark(tmp_path: Path) -> None:
    reading = read(tmp_path, b"\xff\xfe" + EXAMPLES["srt"].encode("utf-16-be"))
    assert shown(reading) == TWO
    assert "byte order" in what(reading)


CUE = "00:00:01,000 --> 00:00:02,500\nGood evening.\n"
BROKEN = {
    "missing number": CUE + "\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "number out of order": "1\n" + CUE + "\n9\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "point instead of comma": "1\n00:00:01.000 --> 00:00:02.500\nGood evening.\n\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "malformed timing line": "1\n0:00:01,0-> 00:02,5\nGood evening.\n\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "times swapped": "1\n00:00:02,500 --> 00:00:01,000\nGood evening.\n\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "missing empty line": "1\n" + CUE + "2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "empty line inside a cue": "1\n" + CUE + "\n2\n00:00:03,000 --> 00:00:04,000\nIt is the best\n\nof all the days.",
    "byte order mark inside": "1\n" + CUE + "\n\ufeff2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "HTML entities": "1\n00:00:01,000 --> 00:00:02,500\nGood&nbsp;evening.\n\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "mixed line ends": "1\r\n" + CUE.replace("\n", "\r") + "\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "control characters": "1\n00:00:01,000 --> 00:00:02,500\nGood \x00evening\x1a.\n\n2\n00:00:03,000 --> 00:00:04,000\n"
    + SAID[1],
    "cue without text": "1\n" + CUE + "\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1] + "\n\n3\n00:00:05,000 --> 00:00:06,000\n",
    "text before the first cue": "Made with love\n\n1\n" + CUE + "\n2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1],
    "cues out of order": "2\n00:00:03,000 --> 00:00:04,000\n" + SAID[1] + "\n\n3\n" + CUE,
    "markup left out": "1\n"
    + CUE.replace("Good", "{\\fad(9,9)}<font face=Arial>Good</font>")
    + "\n2\n00:00:03,000 --> 00:00:04,000\n"
    + SAID[1],
}


@pytest.mark.parametrize("repair", BROKEN)
def test_faults_are_repaired_and_reported(repair: str, tmp_path: Path) -> None:
    reading = read(tmp_path, BROKEN[repair])
    assert sorted(shown(reading)) == TWO
    assert repair in what(reading)


def test_text_that_looks_like_markup_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\na < b & c > d {x} <3\n").cues[0].text == "a < b & c > d {x} <3"


def test_a_file_cut_off_keeps_what_is_there(tmp_path: Path) -> None:
    for name, text in EXAMPLES.items():
        if name in ("srt", "vtt", "sbv", "ass", "microdvd", "lrc", "tsv", "mpl2", "spruce", "avid", "console"):
            cut = read(tmp_path, text[: text.rindex("best") + 2], f"talk.{name}")
            assert cut.cues[0].text == "Good evening."
    text = EXAMPLES["ttml"]
    cut = read(tmp_path, text[: text.rindex("<p")], "talk.ttml")
    assert [cue.text for cue in cut.cues] == ["Good evening."]
    assert "broken XML" in what(cut)


def test_web_captions_are_repaired_too(tmp_path: Path) -> None:
    cue = "00:00:01,000 --> 00:00:02,500\nGood evening.\n"
    reading = read(tmp_path, cue + "00:03.000 --> 00:04.000\nIt is the best\n\nof all the days.\n", "talk.vtt")
    assert shown(reading) == TWO
    assert what(reading) == {"missing header", "comma instead of point", "missing empty line", "empty line inside a cue"}
    assert read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n<c Lost words\n", "x.vtt").cues[0].text == "Lost words"


def test_bare_ampersands_in_xml(tmp_path: Path) -> None:
    reading = read(tmp_path, '<tt><body><p begin="1s" end="2s">R&B</p></body></tt>', "x.ttml")
    assert reading.cues[0].text == "R&B"
    assert what(reading) == {"bare ampersands"}


def test_times_of_words_are_read(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:03.000\nGood<00:01.500><c> evening</c><00:02.000> all\n"
    ass = "[Events]\nDialogue: 0,0:00:01.00,0:00:03.00,X,,0,0,0,,{\\kf50}Good{\\k50} evening{\\k100} all\n"
    lrc = "[00:01.00]<00:01.00>Good <00:01.50>evening <00:02.00>all\n[00:03.00]\n"
    for name, text in (("vtt", vtt), ("ass", ass), ("lrc", lrc)):
        (cue,) = read(tmp_path, text, f"x.{name}").cues
        assert [(token.start_s, token.end_s) for token in cue.tokens] == [(1, 1.5), (1.5, 2), (2, 3)]
        assert "".join(token.text for token in cue.tokens).split() == ["Good", "evening", "all"]


def test_the_language_is_what_the_name_or_the_file_declares(tmp_path: Path) -> None:
    assert read(tmp_path, EXAMPLES["srt"], "talk.en.srt").cues[0].language is Language.EN
    assert read(tmp_path, EXAMPLES["srt"], "talk.ko.srt").cues[0].language is Language.KO
    assert read_cues(tmp_path / "talk.ko.srt", Language.JA).cues[0].language is Language.JA
    french = EXAMPLES["ttml"].replace('lang="en"', 'lang="fr"')
    assert read(tmp_path, french, "x.ttml").cues[0].language is Language.FR
    klingon = EXAMPLES["ttml"].replace('lang="en"', 'lang="tlh"')
    assert read(tmp_path, klingon, "x.ttml").cues[0].language is Language.UNKNOWN


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"hello", b"\x00\x01\x02" * 50, os.urandom(500), b"\x89PNG\r\n\x1a\n" + bytes(99)]
)
@pytest.mark.parametrize("suffix", ["srt", "vtt", "ass", "xyz"])
def test_other_files_give_one_clear_error(content: bytes, suffix: str, tmp_path: Path) -> None:
    with pytest.raises(NotSubtitles) as raised:
        read(tmp_path, content, f"x.{suffix}")
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "talk.srt").touch()
    with pytest.raises(NoSuchFile, match=r"did you mean 'talk\.srt'"):
        read_cues(tmp_path / "tlak.srt")


bits = st.lists(
    st.one_of(
        st.sampled_from([line + "\n" for text in EXAMPLES.values() for line in text.split("\n")]),
        st.text(max_size=12),
        st.sampled_from(
            ["\n", "\n\n", "-->", "WEBVTT", "<", ">", "&", "[Events]\n", "{", "\\k", "\r", "\x00", "99:99:99,999 --> 0:0:0"]
        ),
    ),
    max_size=12,
)


@given(bits, st.sampled_from(["utf-8", "utf-16", "utf-16-be", "gb18030"]), st.sampled_from([*EXAMPLES, "txt"]), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_no_content_makes_the_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], encoding: str, suffix: str, cut: int
) -> None:
    content = "".join(parts).encode(encoding, "replace")
    path = tmp_path_factory.mktemp("any", numbered=True) / f"x.{suffix}"
    path.write_bytes(content[: len(content) - cut])
    try:
        reading = read_cues(path)
    except PipelineError as error:
        assert "\n" not in str(error)
        return
    for cue in reading.cues:
        assert 0 <= cue.start_s <= cue.end_s
        assert cue.lines
        assert all(line.strip() for line in cue.lines)


FOLDER = os.environ.get("VIDEO_PIPELINE_CORPUS", "")
KINDS = suffixes().keys() - {"json", "tsv", "xml"}
FILES = sorted(p for p in Path(FOLDER).rglob("*") if p.suffix.lstrip(".").lower() in KINDS) if FOLDER else []


@pytest.mark.skipif(not FOLDER, reason="VIDEO_PIPELINE_CORPUS names no folder of subtitle files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_real_file_gives_its_text_or_one_clear_error(path: Path) -> None:
    try:
        reading = read_cues(path)
    except NotSubtitles as error:
        assert "\n" not in str(error)
        assert b"-->" not in path.read_bytes()
        return
    raw = path.read_bytes().decode(reading.encoding, "replace").replace("\0", "")
    for cue in reading.cues:
        longest = max(cue.text.replace("\n", " ").split(), key=len, default="")
        assert longest in raw or "&" in raw or "{" in raw or "<" in raw, longest


def test_english_sentences_in_a_chinese_file_are_english(tmp_path: Path) -> None:
    lines = ("大家好，今天我来到这里真高兴", "The words on the screen must be short", "我的手机每天也说笑话，真好", "OK")
    blocks = [f"{k + 1}\n00:00:{k * 3:02},000 --> 00:00:{k * 3 + 2:02},000\n{text}\n" for k, text in enumerate(lines)]
    path = tmp_path / "talk.srt"
    path.write_text("\n".join(blocks), encoding="utf-8")
    assert [cue.language for cue in read_cues(path).cues] == ["zh", "en", "zh", "zh"]
