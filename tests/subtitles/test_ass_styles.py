"""An ASS file that becomes an ASS file keeps the styles, the fonts and the picture that a person gave it."""

from __future__ import annotations

from pathlib import Path

import pysubs2
import pytest

from video_pipeline.options import load_options
from video_pipeline.video.restyle import Existing, restyle

HEAD = """[Script Info]
Title: A film
ScriptType: v4.00+
WrapStyle: 0
PlayResX: 640
PlayResY: 360
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, \
ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Trebuchet MS,24,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,-1,0,0,0,100,100,0,0,1,2,1,2,40,40,20,1
Style: Thought,Gentium,24,&H0000FFFF,&H000000FF,&H00101010,&H80000000,-1,-1,0,0,90,100,1.5,0,1,2.5,1,2,40,40,20,1
Style: Sign,Impact,30.5,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,3,2,1,8,40,40,20,1

[Fonts]
fontname: own_0.ttf
!!!!"#$%&'()

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
EVENTS = [
    ("Default", r"Hello {\i1}there{\i0}, {\c&H0000FF&}red{\c} text.", "Hello there, red text."),
    ("Sign", "STATION", "STATION"),
    ("Thought", r"I {\i0}wonder{\i1} {\c&HFFFFFF&}now", "I wonder now"),
    ("Sign", r"{\an5\pos(100,50)}Placed", "Placed"),
    ("Nowhere", "No style", "No style"),
]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    rows = [
        f"Dialogue: 0,0:00:{2 * k:02d}.00,0:00:{2 * k + 1:02d}.50,{style},,0,0,0,,{text}"
        for k, (style, text, _) in enumerate(EVENTS, 1)
    ]
    path = tmp_path / "film.ass"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def written(path: Path, **more: object) -> str:
    set_ = {name.replace("__", "."): value for name, value in more.items() if name != "plain"}
    options = load_options("default", {"subtitles.formats": ["ass"], **set_})
    result, _ = restyle(Existing(path, plain=bool(more.get("plain"))), options, path.parent / "out")
    return (result.folder / f"{path.stem}.ass").read_text(encoding="utf-8")


def test_styles_fonts_and_picture_are_those_of_the_source(film: Path) -> None:
    text = written(film)
    before, after = pysubs2.load(str(film)), pysubs2.SSAFile.from_string(text)
    assert after.styles == before.styles
    assert [(event.style, event.plaintext) for event in after] == [
        (style if style != "Nowhere" else "Default", plain) for style, _, plain in EVENTS
    ]
    assert {name: after.info[name] for name in ("PlayResX", "PlayResY", "WrapStyle")} == {
        "PlayResX": "640",
        "PlayResY": "360",
        "WrapStyle": "0",
    }
    assert "[Fonts]\nfontname: own_0.ttf\n!!!!\"#$%&'()\n" in text


def test_tags_say_only_what_differs_from_the_style(film: Path) -> None:
    texts = [event.text for event in pysubs2.SSAFile.from_string(written(film))]
    assert texts[0] == r"Hello {\i1}there{\i0}, {\c&H0000ff&}red{\c} text."
    assert texts[1] == "STATION"
    assert texts[2].startswith(r"I {\i0}wonder{\i1} {\c&Hffffff&}now")
    assert texts[3] == r"{\an5\pos(100,50)}Placed"


def test_another_look_is_taken_where_it_is_asked_for(film: Path) -> None:
    for text in (written(film, plain=True), written(film, subtitles__style__size=0.05)):
        assert "Trebuchet" not in text
        assert "PlayResX: 1920" in text


def test_the_alignments_of_ssa_become_those_of_ass(tmp_path: Path) -> None:
    path = tmp_path / "old.ssa"
    path.write_text(
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, TertiaryColour, BackColour, Bold, Italic, "
        "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, AlphaLevel, Encoding\n"
        "Style: Default,Tahoma,22,16777215,65535,255,0,-1,0,1,2,0,2,30,30,10,0,0\n"
        "Style: Top,Tahoma,22,16777215,65535,255,0,-1,0,1,2,0,6,30,30,10,0,0\n\n[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Top,,0000,0000,0000,,Above\n"
        "Dialogue: Marked=0,0:00:03.00,0:00:04.00,Default,,0000,0000,0000,,Below\n"
    )
    after = pysubs2.SSAFile.from_string(written(path))
    assert {name: int(style.alignment) for name, style in after.styles.items()} == {"Default": 2, "Top": 8}
    assert {style.fontname for style in after.styles.values()} == {"Tahoma"}
    assert [(event.style, event.text) for event in after] == [("Top", "Above"), ("Default", "Below")]
    assert after.styles["Top"].outlinecolor == pysubs2.Color(255, 0, 0, 0)  # what SSA called tertiary


def test_files_of_our_own_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n", encoding="utf-8")
    own = tmp_path / "own.ass"
    own.write_text(written(path), encoding="utf-8")
    assert written(own).replace("Title: own", "Title: talk") == own.read_text(encoding="utf-8")
