"""Kinds of faults and dialects that real files have, several of each: what is understood, what is named, what is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.read.reading import Known, Reading, read_cues


def read(tmp_path: Path, content: str | bytes, name: str = "talk.srt", known: Known | None = None) -> Reading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_cues(path, known=known)


def shown(reading: Reading) -> list[tuple[float, float, str]]:
    return [(round(cue.start_s, 3), round(cue.end_s, 3), cue.text) for cue in reading.cues]


def what(reading: Reading) -> set[str]:
    return {repair.what for repair in reading.repairs}


FIRST = "1\n00:00:01,000 --> 00:00:03,000\nFirst line.\n\n2\n"
THIRD = "\nSecond line.\n\n3\n00:00:09,000 --> 00:00:11,000\nThird line.\n"
STAMPS = {
    "-00:00:02,000 --> 00:00:07,000": (0, 7),
    "00:00:05,249.0999999 --> 00:00:07,100.25": (5.249, 7.1),
    "00;00;05;12 --> 00;00;07;00": (5.405, 7.007),
    "00:01:00;02 --> 00:01:02;00": (60.06, 61.995),
    "00:00:05:12 --> 00:00:06:24": (5.48, 6.96),
    "00:00:05,000 -->": (5, 6),
    "00:00:05,000": (5, 6),
    "００：００：０５，０００ --> ００：００：０７，０００": (5, 7),
    "٠٠:٠٠:٠٥,٠٠٠ --> ٠٠:٠٠:٠٧,٠٠٠": (5, 7),
    "OO:00:05,000 --> 0O:00:07,OOO": (5, 7),
    "00:00:05,000 --> 00:00:l7,000": (5, 17),
    "00.00.05,000 --> 00.00.07,000": (5, 7),
    "00:00:05,000, --> 00:00:07,000": (5, 7),
    "00:00:05,000 --> 00:00:07,000,": (5, 7),
    "00:00:05,000 to 00:00:07,000": (5, 7),
    "00:00:05,000, 00:00:07,000": (5, 7),
    "00:00:05,000 - 00:00:07,000": (5, 7),
    "00:00:05,000 --> 00:00:07,000 X1:100 X2:200 Y1:20 Y2:40": (5, 7),
    "00:05:249 --> 00:07:100": (5.249, 7.1),
    "0:5 --> 0:7.5": (5, 7.5),
    "00:00:05,000 --> 00:00:xx,000": (5, 6),
    "19werwer,580 --> 00:00:07,000": (4, 7),
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_what_can_be_understood_of_a_timing_line_is(stamp: str, tmp_path: Path) -> None:
    reading = read(tmp_path, FIRST + stamp + THIRD)
    assert sorted(shown(reading)) == sorted([(1, 3, "First line."), (*STAMPS[stamp], "Second line."), (9, 11, "Third line.")])
    assert what(reading)


@pytest.mark.parametrize("stamp", ["xx:yy:05 --> 7h:00", "00:00:aa,000 --> 00:00:bb,000", "0_0:00:05,000 --> ??:??:07"])
def test_a_timing_line_that_cannot_be_read_is_named_and_never_text(stamp: str, tmp_path: Path) -> None:
    reading = read(tmp_path, FIRST + stamp + THIRD)
    assert shown(reading) == [(1, 3, "First line."), (9, 11, "Third line.")]
    told = [(repair.what, repair.line, repair.detail) for repair in reading.repairs if "left out" in repair.what]
    assert told == [("cue left out: its times cannot be read", 6, "Second line.")]


@pytest.mark.parametrize("line", ["a --> b", "Score 2:1 --> what a game", "10:30 - 11:45", "Call 5-4-3", "Solo 5: x --> y"])
def test_text_that_looks_like_a_timing_line_is_text(line: str, tmp_path: Path) -> None:
    reading = read(tmp_path, f"1\n00:00:01,000 --> 00:00:03,000\nLook:\n{line}\n")
    assert reading.cues[0].text == f"Look:\n{line}"


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("00:59:58,000 --> 00:00:01,000", (3598, 3601)),
        ("01:59:58,000 --> 01:00:01,500", (7198, 7201.5)),
        ("00:01:58,000 --> 00:01:01,000", (118, 121)),
        ("00:00:07,000 --> 00:00:05,000", (5, 7)),
        ("02:00:00,000 --> 00:30:00,000", (7200, 7201)),
    ],
)
def test_an_end_before_the_start(stamp: str, expected: tuple[float, float], tmp_path: Path) -> None:
    assert shown(read(tmp_path, f"1\n{stamp}\nThe line.\n")) == [(*expected, "The line.")]


def test_text_behind_the_times_is_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, "1\n00:00:01,000 --> 00:00:03,000 First\nline.\n\n2\n00:00:05,000 --> 00:00:07,000 Second line.\n")
    assert [cue.text for cue in reading.cues] == ["First\nline.", "Second line."]
    assert "text on the timing line" in what(reading)


TAGS = {
    "<i>all</i>": {"italic"},
    "{i}all{/i}": {"italic"},
    "< i >all</ i >": {"italic"},
    "<em>all</em>": {"italic"},
    r"{\i1}all{\i0}": {"italic"},
    "{y:i}all": {"italic"},
    "<b><u>all</u></b>": {"bold", "underline"},
    '<font color="#FFFF00">all</font>': {"#ffff00"},
    "<font color=yellow>all</font>": {"#ffff00"},
    r"{\c&H00FFFF&}all{\r}": {"#ffff00"},
    "{c:$00ffff}all": {"#ffff00"},
    "<s>all</s>": {"strike"},
}


def looks(cue: Cue) -> set[str]:
    names = ("italic", "bold", "underline", "strike")
    (look,) = {run.look for line in cue.runs for run in line}
    return {name for name in names if getattr(look, name)} | ({look.colour} - {""})


@pytest.mark.parametrize("tags", TAGS)
def test_every_kind_of_tag_is_a_look_and_never_text(tags: str, tmp_path: Path) -> None:
    (cue,) = read(tmp_path, f"1\n00:00:01,000 --> 00:00:03,000\n{tags}\n").cues
    assert cue.text == "all"
    assert looks(cue) == TAGS[tags]


@pytest.mark.parametrize(
    ("tag", "align", "x"),
    [
        (r"{\an8}", 8, None),
        (r"{\a6}", 8, None),
        (r"{\a1}", 1, None),
        (r"{\pos(192,40)}", 2, 0.5),
        (r"{\an7\pos(96,40)}", 7, 0.25),
    ],
)
def test_places_are_read(tag: str, align: int, x: float | None, tmp_path: Path) -> None:
    (cue,) = read(tmp_path, f"1\n00:00:01,000 --> 00:00:03,000\n{tag}Sign\n").cues
    assert (cue.text, cue.place.align, cue.place.x) == ("Sign", align, x)


@pytest.mark.parametrize(
    "text",
    [
        "<ruby>東京<rt>とうきょう</rt></ruby>へ",
        "<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>へ",
        "<ruby><rb>東京</rb><rt>とうきょう</rt></ruby>へ",
    ],
)
@pytest.mark.parametrize("head", ["1\n00:00:01,000 --> 00:00:03,000\n", "WEBVTT\n\n00:01.000 --> 00:03.000\n"])
def test_the_reading_is_never_part_of_the_text(head: str, text: str, tmp_path: Path) -> None:
    if "<rb>" in text and head.startswith("WEBVTT"):
        pytest.skip("WebVTT has no rb")
    (cue,) = read(tmp_path, head + text + "\n", "talk.vtt" if "VTT" in head else "talk.srt").cues
    if head.startswith("WEBVTT") and "<rp>" in text:
        assert "とうきょう" not in cue.text
        return
    assert cue.text == "東京へ"
    assert cue.runs[0][0].ruby == "とうきょう"


def test_no_break_spaces_stay_and_hard_spaces_of_ass_are_spaces(tmp_path: Path) -> None:
    reading = read(tmp_path, "1\n00:00:01,000 --> 00:00:03,000\nVraiment\u00a0? One\\htwo, C:\\home\n")
    assert reading.cues[0].text == "Vraiment\u00a0? One two, C:\\home"


VTT_CUES = [(1, 3, "Segment one"), (4, 6, "Segment two")]
MAP = "X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000"
ONE, TWO = "00:01.000 --> 00:03.000\nSegment one\n", "00:04.000 --> 00:06.000\nSegment two\n"
STREAMS = {
    "header without an empty line": f"WEBVTT\n{MAP}\n{ONE}\n{TWO}",
    "other header lines": f"WEBVTT\nKind: captions\nLanguage: en\n{ONE}\n{TWO}",
    "a cue right under the signature": f"WEBVTT\n{ONE}\n{TWO}",
    "segments one after another": f"WEBVTT\n{MAP}\n\n{ONE}\ufeffWEBVTT\n{MAP}\n\n{TWO}",
    "segments with empty lines between": f"WEBVTT\n{MAP}\n\n{ONE}\nWEBVTT\n{MAP}\n\n{TWO}",
    "a cue in both segments": f"WEBVTT\n{MAP}\n\n{ONE}\nWEBVTT\n{MAP}\n\n{ONE}\n{TWO}",
    "a style block with empty lines": f"WEBVTT\n\nSTYLE\n::cue {{\n\n  color: red;\n}}\n\n{ONE}\n{TWO}",
    "identifiers": f"WEBVTT\n\nfirst\n{ONE}\n2\n{TWO}",
    "the clock of the stream starts again": "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:8589034592,LOCAL:00:00:00.000\n\n"
    f"{ONE}\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:8589034592\n\n{TWO}",
}


@pytest.mark.parametrize("kind", STREAMS)
def test_segments_of_streams(kind: str, tmp_path: Path) -> None:
    reading = read(tmp_path, STREAMS[kind], "talk.vtt")
    if "starts again" in kind:
        assert [cue.text for cue in reading.cues] == ["Segment one", "Segment two"]
    else:
        assert shown(reading) == VTT_CUES


def test_the_time_map_moves_cues(tmp_path: Path) -> None:
    text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1260000,LOCAL:00:00:00.000\n\n" + ONE
    reading = read(tmp_path, text, "talk.vtt")
    assert shown(reading) == [(5, 7, "Segment one")]
    assert "time map" in what(reading)
    later = text + "\nWEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1800000,LOCAL:00:00:00.000\n\n" + TWO
    assert shown(read(tmp_path, later, "talk.vtt")) == [(5, 7, "Segment one"), (14, 16, "Segment two")]


def test_two_voices_are_two_speakers(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Fred>Where were you?</v>\n<v.loud Anna Maria>At home.</v>\n"
    (cue,) = read(tmp_path, text, "talk.vtt").cues
    assert cue.speaker is None
    assert [[(run.text, run.look.voice) for run in line] for line in cue.runs] == [
        [("Where were you?", "Fred")],
        [("At home.", "Anna Maria")],
    ]


TT = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
    'xmlns:tts="http://www.w3.org/ns/ttml#styling" {}><body><div>{}</div></body></tt>'
)
NTSC = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'
CLOCKS = {
    f'{NTSC} ttp:timeBase="smpte" ttp:dropMode="dropNTSC"|00:01:10;02': 70.07,
    f'{NTSC} ttp:timeBase="smpte" ttp:dropMode="dropNTSC"|00:01:10:02': 70.07,
    f'{NTSC} ttp:timeBase="smpte" ttp:dropMode="nonDrop"|00:10:30:00': 630.63,
    'ttp:frameRate="24" ttp:frameRateMultiplier="999 1000" ttp:timeBase="smpte" ttp:dropMode="nonDrop"|01:00:00:00': 3603.604,
    'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001" ttp:timeBase="smpte"|01:00:00:00': 3603.6,
    'ttp:frameRate="25"|00:00:10:10': 10.4,
    f"{NTSC}|00:00:10:15": 10.501,
    'ttp:tickRate="10000000"|105000000t': 10.5,
    "|10.5s": 10.5,
    "|10500ms": 10.5,
    "|00:10.5": 10.5,
    "|10.5": 10.5,
    "|3:20.029": 200.029,
    "|0:00:10,5": 10.5,
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_clocks_of_ttml(clock: str, tmp_path: Path) -> None:
    attributes, stamp = clock.split("|")
    reading = read(tmp_path, TT.format(attributes, f'<p begin="{stamp}" dur="2s">Line</p>'), "talk.ttml")
    assert [round(cue.start_s, 3) for cue in reading.cues] == [CLOCKS[clock]]


def test_a_clock_that_cannot_be_read_is_named_and_never_zero(tmp_path: Path) -> None:
    paragraphs = '<p begin="soon" end="later">Lost</p><p begin="5s" end="7s">Kept</p>'
    reading = read(tmp_path, TT.format("", paragraphs), "talk.ttml")
    assert shown(reading) == [(5, 7, "Kept")]
    assert [repair.detail for repair in reading.repairs] == ["soon, later: Lost"]


WORD = '<span begin="{}" end="{}">{}</span>'
LYRICS = {
    "absolute": ("17.861", "21.793", [("17.861", "18.184", "We "), ("18.184", "18.487", "went "), ("18.487", "21.793", "home")]),
    "relative": ("17.861s", "21.793s", [("0s", "0.323s", "We "), ("0.323s", "0.626s", "went "), ("0.626s", "3.932s", "home")]),
    "minutes": (
        "0:17.861",
        "0:21.793",
        [("0:17.861", "0:18.184", "We "), ("0:18.184", "0:18.487", "went "), ("0:18.487", "0:21.793", "home")],
    ),
}


@pytest.mark.parametrize("kind", LYRICS)
def test_lyrics_have_the_times_of_their_words(kind: str, tmp_path: Path) -> None:
    begin, end, words = LYRICS[kind]
    line = f'<p begin="{begin}" end="{end}">' + "".join(WORD.format(*word) for word in words) + "</p>"
    div = f'<div begin="{begin}" end="{end}">{line}</div>' if kind == "absolute" else line
    (cue,) = read(tmp_path, TT.format("", div), "talk.ttml").cues
    assert (cue.text, round(cue.start_s, 3), round(cue.end_s, 3)) == ("We went home", 17.861, 21.793)
    assert [round(token.start_s, 3) for token in cue.tokens] == [17.861, 18.184, 18.487]


def test_hidden_text_and_white_space(tmp_path: Path) -> None:
    body = (
        '<p begin="1s" end="2s" xml:space="preserve">a\nb</p><p begin="3s" end="4s" tts:display="none">no</p>'
        '<p begin="5s" end="6s">a\n  b</p>'
    )
    reading = read(tmp_path, TT.format("", body), "talk.ttml")
    assert [cue.text for cue in reading.cues] == ["a\nb", "a b"]
    assert "hidden text left out" in what(reading)


TIMES = "0:00:01.00,0:00:03.00"
ORDERS = {
    "Start, End, Style, Text": f"{TIMES},Default,",
    "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Text": f"0,{TIMES},Default,,0,0,0,",
    "Start, End, Text": f"{TIMES},",
    "Layer, Start, End, Name, Style, MarginL, MarginR, MarginV, Effect, Text": f"0,{TIMES},Ann,Default,0,0,0,,",
    "Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text": f"Marked=0,{TIMES},Default,Ann,0,0,0,,",
}


@pytest.mark.parametrize("order", ORDERS)
def test_ass_by_its_own_format_line(order: str, tmp_path: Path) -> None:
    text = f"[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: {order}\nDialogue: {ORDERS[order]}Wait, listen to me.\n"
    reading = read(tmp_path, text, "talk.ass")
    assert shown(reading) == [(1, 3, "Wait, listen to me.")]
    assert reading.cues[0].speaker == ("Ann" if "Ann" in ORDERS[order] else None)


SHORT = [
    ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
    ("Ještě ne.", "cp1250"),
    ("Cześć!", "cp1250"),
    ("Да.", "cp1251"),
    ("Привет, как дела?", "koi8-r"),
    ("نعم.", "cp1256"),
    ("שלום, מה שלומך?", "cp1255"),
    ("Γεια σου", "cp1253"),
    ("İstanbul'da güneşli bir gün", "cp1254"),
    ("Ačiū labai, šį vakarą", "cp1257"),
    ("Où êtes-vous ?", "cp1252"),
    ("Ja, på søndag", "cp1252"),
    ("Żółć", "cp1250"),
    ("Łódź", "cp1250"),
    ("你好", "gb18030"),
    ("謝謝", "big5"),
    ("はい", "cp932"),
    ("네", "cp949"),
    ("Мама", "cp1251"),
]


@pytest.mark.parametrize(("text", "encoding"), SHORT)
def test_one_line_in_an_old_code_page(text: str, encoding: str, tmp_path: Path) -> None:
    content = f"1\n00:00:01,000 --> 00:00:03,000\n{text}\n".encode(encoding)
    reading = read(tmp_path, content)
    assert reading.cues[0].text == text
    assert "encoding guessed" in what(reading)


AMONG_WORDS = [
    ("Tak.", "Już idę, nie wiem.", "cp1250"),
    ("Nie som tu.", "Niečo", "cp1250"),
    ("Nem vagyok itt.", "Hű", "cp1250"),
    ("Ja sam dobro.", "Želim", "cp1250"),
    ("Nu, asta este.", "Să", "cp1250"),
    ("Das ist gut.", "Hätte", "cp1252"),
]


@pytest.mark.parametrize(("plain", "text", "encoding"), AMONG_WORDS)
def test_words_without_accents_tell_the_language_of_those_with_them(plain: str, text: str, encoding: str, tmp_path: Path) -> None:
    content = f"1\n00:00:01,000 --> 00:00:03,000\n{plain}\n\n2\n00:00:04,000 --> 00:00:05,000\n{text}\n".encode(encoding)
    assert [cue.text for cue in read(tmp_path, content).cues] == [plain, text]


@pytest.mark.parametrize("text", ["Très bien.", "A café, señor?", "Déjà vu", "Björn and Zoë", "It costs £5 – no more"])
def test_english_around_a_foreign_word_is_no_language_of_its_letters(text: str, tmp_path: Path) -> None:
    """Words such as `to`, `a` and `on` are frequent in Polish and Czech too."""
    around = "I want to go to a show on my own, and do you know what it is? No, he did not see me in there."
    content = f"1\n00:00:01,000 --> 00:00:03,000\n{around}\n\n2\n00:00:04,000 --> 00:00:05,000\n{text}\n".encode("cp1252")
    assert read(tmp_path, content).cues[1].text == text


def test_the_language_in_the_name_or_the_encoding_that_is_stated_decides(tmp_path: Path) -> None:
    content = "1\n00:00:01,000 --> 00:00:03,000\nŻółć\n".encode("cp1250")
    assert read(tmp_path, content, "talk.pl.srt").cues[0].text == "Żółć"
    assert read(tmp_path, content, known=Known(language="pl")).cues[0].text == "Żółć"
    assert read(tmp_path, content, known=Known(encoding="cp1250")).cues[0].text == "Żółć"


@pytest.mark.parametrize(
    ("first", "second", "encoding"),
    [
        ("Où est le café ?", "Le garçon à côté", "cp1252"),
        ("Где ты был вчера?", "Я был дома", "cp1251"),
        ("Czy to źle?", "Zażółć gęślą jaźń", "cp1250"),
    ],
)
def test_files_in_two_encodings_joined_into_one(first: str, second: str, encoding: str, tmp_path: Path) -> None:
    """Each line is read as it was written, as when a person pasted one file behind another."""
    cues = [
        f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{text}\n\n" for number, text in enumerate((first, second, first))
    ]
    content = cues[0].encode() + cues[1].encode(encoding) + cues[2].encode()
    reading = read(tmp_path, content)
    assert [cue.text for cue in reading.cues] == [first, second, first]
    (mixed,) = [repair for repair in reading.repairs if repair.what == "mixed encodings"]
    assert mixed.line == 7


def test_lines_that_look_like_utf8_by_chance_do_not_split_a_file(tmp_path: Path) -> None:
    """The two characters are UTF-8 for others in this code page of two bytes each."""
    lines = ["联通", "我们今天去哪里吃饭", "他说他不知道这件事情", "请你再说一遍好吗"]
    cues = [f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{text}\n\n" for number, text in enumerate(lines)]
    assert [cue.text for cue in read(tmp_path, "".join(cues).encode("gbk")).cues] == lines


def test_a_doubtful_encoding_is_a_question(tmp_path: Path) -> None:
    reading = read(tmp_path, "1\n00:00:01,000 --> 00:00:03,000\nNão\n".encode("cp1252"))
    (doubt,) = [repair for repair in reading.repairs if repair.what == "encoding in doubt"]
    assert "cp1252 reads 'Não'" in doubt.detail


@pytest.mark.parametrize(
    ("name", "tag", "sdh"),
    [
        ("talk.fr.srt", "fr", False),
        ("talk.zh-TW.srt", "zh-TW", False),
        ("talk.pt-BR.forced.srt", "pt-BR", False),
        ("talk.eng.sdh.srt", "en", True),
        ("talk.en.hi.srt", "en", True),
        ("talk.hi.srt", "hi", False),
        ("talk.chs.srt", "zh-Hans", False),
        ("talk.German.srt", "de", False),
        ("talk.1080p.srt", "", False),
    ],
)
def test_tags_in_names(name: str, tag: str, sdh: bool, tmp_path: Path) -> None:
    reading = read(tmp_path, "1\n00:00:01,000 --> 00:00:03,000\n12\n", name)
    assert (reading.name_tags.language, reading.name_tags.is_sdh) == (tag, sdh)


@pytest.mark.parametrize(
    ("text", "tag"),
    [("今天天氣很好，我們出去走走吧。", "zh-Hant"), ("佢哋喺度做咩呀？唔好嘅。", "yue"), ("今天天气很好。", "zh")],
)
def test_traditional_chinese_is_not_cantonese(text: str, tag: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"1\n00:00:01,000 --> 00:00:03,000\n{text}\n").tag == tag


def test_an_end_that_gained_an_hour_among_other_cues(tmp_path: Path) -> None:
    text = "1\n00:00:05,000 --> 01:00:07,000\nC\n\n2\n00:00:08,000 --> 00:00:09,000\nD\n"
    assert shown(read(tmp_path, text)) == [(5, 7, "C"), (8, 9, "D")]
    watermark = "1\n00:00:00,000 --> 01:30:00,000\nMy channel\n\n2\n00:00:08,000 --> 00:00:09,000\nD\n"
    assert shown(read(tmp_path, watermark))[0] == (0, 5400, "My channel")


def test_a_broken_timing_line_of_webvtt_is_never_text(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:0x.000\nLost end\n\nzz:zz.000 --> yy\nLost all\n\n00:04.000 --> 00:06.000\nKept\n"
    reading = read(tmp_path, text, "talk.vtt")
    assert shown(reading) == [(1, 2, "Lost end"), (4, 6, "Kept")]
    told = [repair.detail for repair in reading.repairs if repair.what.startswith("cue left out")]
    assert told == ["Lost all"]


@pytest.mark.parametrize("settings", ["line:5% algn:left", "vertical;rl", "position: 42%", "regon:fred"])
def test_settings_with_mistakes_are_no_text(settings: str, tmp_path: Path) -> None:
    reading = read(tmp_path, f"WEBVTT\n\n00:01.000 --> 00:03.000 {settings}\nText\n", "talk.vtt")
    assert shown(reading) == [(1, 3, "Text")]


def test_voices_in_the_background_of_lyrics(tmp_path: Path) -> None:
    line = '<p begin="1:00.0" end="1:05.0">Late again<span><span begin="1:02.0" end="1:03.0">(ooh)</span></span></p>'
    reading = read(tmp_path, TT.format("", f'<div begin="10.0" end="1:05.0">{line}</div>'), "talk.ttml")
    assert shown(reading) == [(60, 65, "Late again"), (62, 63, "(ooh)")]


def test_elements_of_html_in_ttml_are_looks(tmp_path: Path) -> None:
    (cue,) = read(tmp_path, TT.format("", '<p begin="1s" end="2s">R&amp;D <i>now</i></p>'), "talk.ttml").cues
    assert [(run.text, run.look.italic) for run in cue.runs[0]] == [("R&D ", False), ("now", True)]


STYLED = """[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment
Style: Default,Arial,20,&H00FFFF00,-1,0,2
Style: Top,Arial,20,&H0000FFFF,0,-1,8

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Plain {\\i1}it{\\i0} {\\b0}thin{\\b1} {\\c&H0000FF&}red{\\c} back
Dialogue: 0,0:00:02.00,0:00:04.00,Top,,0,0,0,,Sign{\\rDefault} plain
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\fad(100,100)}Fade
"""


def test_looks_of_ass_are_what_differs_from_the_usual_style(tmp_path: Path) -> None:
    reading = read(tmp_path, STYLED, "talk.ass")
    first, sign, _ = reading.cues
    assert [(run.text, run.look.italic, run.look.colour) for run in first.runs[0]] == [
        ("Plain ", False, ""),
        ("it", True, ""),
        (" thin ", False, ""),
        ("red", False, "#ff0000"),
        (" back", False, ""),
    ]
    assert not any(run.look.bold for run in first.runs[0])
    assert (sign.place.align, sign.style) == (8, "Top")
    assert [(run.text, run.look.italic, run.look.colour) for run in sign.runs[0]] == [
        ("Sign", True, "#ffff00"),
        (" plain", False, ""),
    ]
    assert [repair.detail for repair in reading.repairs] == ["\\fad"]


def test_alignments_of_the_old_ssa(tmp_path: Path) -> None:
    text = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\nFormat: Name, Fontname, Italic, Alignment\nStyle: Top,Arial,-1,6\n\n"
        "[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:02.00,0:00:04.00,Top,,0000,0000,0000,,Up\n"
    )
    (cue,) = read(tmp_path, text, "talk.ssa").cues
    assert cue.place.align == 8


@pytest.mark.parametrize(
    ("raw", "shown_"),
    [
        ("<c.first That's awesome!</c>", "That's awesome!"),
        ("<i Never</i> again", "Never again"),
        ("a < b < c, <i>d</i> and x<y <b>e</b>", "a < b < c, d and x<y e"),
    ],
)
def test_a_tag_of_webvtt_without_its_end_is_not_shown(raw: str, shown_: str, tmp_path: Path) -> None:
    reading = read(tmp_path, f"WEBVTT\n\n00:01.000 --> 00:03.000\n{raw}\n", "talk.vtt")
    assert shown(reading) == [(1, 3, shown_)]
