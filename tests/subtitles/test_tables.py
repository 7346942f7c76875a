"""Tables and other engines' files: columns by name, by place or as told; times in any form; words and speakers."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from video_pipeline.subtitles.read.reading import Known, Reading, read_cues


def read(tmp_path: Path, content: str | bytes, name: str, known: Known | None = None) -> Reading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_cues(path, known=known)


def shown(reading: Reading) -> list[tuple[float, float, str]]:
    return [(round(cue.start_s, 3), round(cue.end_s, 3), cue.text) for cue in reading.cues]


TWO = [(1, 3, "First line"), (4, 6, "Second, line")]
TABLES = {
    "commas": 'Start,End,Text\n00:00:01.000,00:00:03.000,First line\n00:00:04.000,00:00:06.000,"Second, line"\n',
    "semicolons": "In;Out;Subtitle\n00:00:01,000;00:00:03,000;First line\n00:00:04,000;00:00:06,000;Second, line\n",
    "tabs and frames": "TC In\tTC Out\tDialogue\n00:00:01:00\t00:00:03:00\tFirst line\n00:00:04:00\t00:00:06:00\tSecond, line\n",
    "seconds": 'start (s),end (s),text\n1.0,3.0,First line\n4,6,"Second, line"\n',
    "milliseconds": 'start_ms,end_ms,text\n1000,3000,First line\n4000,6000,"Second, line"\n',
    "a duration": 'Start Time,Duration,Character,Text\n0:01,2,Ann,First line\n0:04,2,Bob,"Second, line"\n',
    "no header": '1,00:00:01.000,00:00:03.000,First line\n2,00:00:04.000,00:00:06.000,"Second, line"\n',
    "a title above": 'My film\nStart,End,Text\n00:00:01.000,00:00:03.000,First line\n00:00:04.000,00:00:06.000,"Second, line"\n',
    "a hint for Excel": "sep=;\nStart;End;Text\n00:00:01;00:00:03;First line\n00:00:04;00:00:06;Second, line\n",
    "Chinese names": '开始,结束,字幕\n00:00:01.000,00:00:03.000,First line\n00:00:04.000,00:00:06.000,"Second, line"\n',
}


@pytest.mark.parametrize("kind", TABLES)
def test_columns_are_found(kind: str, tmp_path: Path) -> None:
    reading = read(tmp_path, TABLES[kind], "talk.csv")
    assert shown(reading) == TWO
    assert [cue.speaker for cue in reading.cues] == (["Ann", "Bob"] if "duration" in kind else [None, None])


def test_columns_may_be_told(tmp_path: Path) -> None:
    text = 'Von wo,Bis wo,English,Deutsch\n0:01,0:03,First,First line\n0:04,0:06,Second,"Second, line"\n'
    told = Known(columns={"start": "Von wo", "end": "bis wo", "text": "Deutsch"})
    reading = read(tmp_path, text, "talk.csv", told)
    assert shown(reading) == TWO
    assert [repair.detail for repair in reading.repairs] == ["English"]


@pytest.mark.parametrize("kind", ["texts", "times of Excel", "numbers"])
def test_excel_tables(kind: str, tmp_path: Path) -> None:
    times: dict[str, list[Any]] = {
        "texts": ["00:00:01.000", "00:00:03.000", "00:00:04.000", "00:00:06.000"],
        "times of Excel": [datetime.time(0, 0, 1), datetime.time(0, 0, 3), datetime.time(0, 0, 4), datetime.time(0, 0, 6)],
        "numbers": [1, 3.0, 4, 6],
    }
    a, b, c, d = times[kind]
    book = openpyxl.Workbook()
    for row in (["Start", "End", "Text"], [a, b, "First line"], [c, d, "Second, line"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    reading = read(tmp_path, out.getvalue(), "talk.xlsx")
    assert (reading.format, shown(reading)) == ("xlsx", TWO)


WORDS = [("Hello", 1.0, 1.5), (" there.", 1.5, 2.0)]
ENGINES: dict[str, Any] = {
    "whisper": {
        "text": " Hello there.",
        "language": "en",
        "segments": [
            {
                "id": 0,
                "start": 1.0,
                "end": 3.0,
                "text": " Hello there.",
                "words": [{"word": w, "start": a, "end": b, "probability": 0.9} for w, a, b in WORDS],
            }
        ],
    },
    "whisperx": {
        "segments": [
            {
                "start": 1.0,
                "end": 3.0,
                "text": "Hello there.",
                "speaker": "SPEAKER_00",
                "words": [{"word": "Hello", "start": 1.0, "end": 1.5, "score": 0.9}, {"word": "there."}],
            }
        ]
    },
    "whisper.cpp": {
        "result": {"language": "en"},
        "transcription": [
            {
                "timestamps": {"from": "00:00:01,000", "to": "00:00:03,000"},
                "offsets": {"from": 1000, "to": 3000},
                "text": " Hello there.",
            }
        ],
    },
    "openai": {
        "task": "transcribe",
        "language": "english",
        "duration": 3.0,
        "text": "Hello there.",
        "segments": [{"id": 0, "seek": 0, "start": 1.0, "end": 3.0, "text": " Hello there.", "tokens": [1, 2]}],
    },
    "insanely fast": {"speakers": [], "chunks": [{"timestamp": [1.0, 3.0], "text": " Hello there."}], "text": " Hello there."},
    "a list": [{"start": 1, "end": 3, "text": "Hello there."}],
    "milliseconds": {"utterances": [{"start_ms": 1000, "end_ms": 3000, "text": "Hello there."}]},
}


@pytest.mark.parametrize("engine", ENGINES)
def test_json_of_recognisers(engine: str, tmp_path: Path) -> None:
    reading = read(tmp_path, json.dumps(ENGINES[engine]), "talk.json")
    assert shown(reading) == [(1, 3, "Hello there.")]
    if engine in ("whisper", "whisperx"):
        assert [token.text.strip() for token in reading.cues[0].tokens] == ["Hello", "there."]
        assert reading.cues[0].tokens[1].start_s == 1.5
    assert reading.cues[0].speaker == ("SPEAKER_00" if engine == "whisperx" else None)


CONSOLES = {
    "whisper.cpp": "[00:00:01.000 --> 00:00:03.000]   First line\n[00:00:04.000 --> 00:00:06.000]   Second, line\n",
    "whisper": "Detected language: English\n[00:01.000 --> 00:03.000]  First line\n[00:04.000 --> 00:06.000]  Second, line\n",
    "faster-whisper": "[1.00s -> 3.00s] First line\n[4.00s -> 6.00s] Second, line\n",
    "with speakers": "[00:01.000 --> 00:03.000] [SPEAKER_00]: First line\n[00:04.000 --> 00:06.000] [SPEAKER_01]: Second, line\n",
}


@pytest.mark.parametrize("kind", CONSOLES)
def test_what_recognisers_print(kind: str, tmp_path: Path) -> None:
    reading = read(tmp_path, CONSOLES[kind], "talk.txt")
    assert shown(reading) == TWO
    assert [cue.speaker for cue in reading.cues] == (["SPEAKER_00", "SPEAKER_01"] if "speakers" in kind else [None, None])


def test_automatic_captions_of_youtube(tmp_path: Path) -> None:
    events = [
        {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
        {"tStartMs": 1000, "dDurationMs": 4000, "segs": [{"utf8": "hello"}, {"utf8": " there", "tOffsetMs": 400}]},
        {"tStartMs": 2990, "dDurationMs": 10, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 3000, "dDurationMs": 3000, "segs": [{"utf8": "and"}, {"utf8": " goodbye", "tOffsetMs": 500}]},
    ]
    reading = read(tmp_path, json.dumps({"wireMagic": "pb3", "events": events}), "talk.json3")
    assert shown(reading) == [(1, 3, "hello there"), (3, 6, "and goodbye")]
    assert [token.start_s for token in reading.cues[1].tokens] == [3.0, 3.5]
    srv = (
        '<timedtext format="3"><head><pen id="1" i="1"/></head><body>'
        '<p t="1000" d="4000"><s>hello</s><s t="400"> there</s></p>'
        '<p t="3000" d="3000"><s p="1">and</s><s t="500"> goodbye</s></p>'
        "</body></timedtext>"
    )
    reading = read(tmp_path, srv, "talk.srv3")
    assert shown(reading) == [(1, 3, "hello there"), (3, 6, "and goodbye")]
    assert reading.cues[1].runs[0][0].look.italic
    old = '<transcript><text start="1" dur="2">First line</text><text start="4" dur="2">Second, line</text></transcript>'
    assert shown(read(tmp_path, old, "talk.xml")) == TWO


MICRODVD = {
    "{1}{1}25\n": 25.0,
    "{0}{0}25.000\n": 25.0,
    "{1}{1}23,976\n": 23.976,
    "{1}{1}29.97 fps\n": 29.97,
    "{DEFAULT}{}{C:$00ffff}\n{1}{1}25\n": 25.0,
    "": 23.976,
}


@pytest.mark.parametrize("head", MICRODVD)
def test_rates_of_microdvd(head: str, tmp_path: Path) -> None:
    reading = read(tmp_path, head + "{250}{300}1984\n{500}{}No end\n", "talk.sub")
    assert [cue.text for cue in reading.cues] == ["1984", "No end"]
    assert reading.cues[0].start_s == pytest.approx(250 / MICRODVD[head])
    given = read(tmp_path, head + "{250}{300}1984\n", "talk.sub", Known(rate_fps=50))
    assert given.cues[0].start_s == pytest.approx(250 / (MICRODVD[head] if head else 50))


SAMI = """<SAMI><HEAD><STYLE TYPE="text/css"><!--
.KRCC {Name:Korean; lang:ko-KR;} .ENCC {Name:English; lang:en-US;} --></STYLE></HEAD><BODY>
<SYNC Start=1000 End=3000><P Class=KRCC>안녕하세요<br><i>여러분</i><P Class=ENCC>Hello
<SYNC Start=10000 End=12000><P Class=KRCC>또 만나요
</BODY></SAMI>
"""


def test_ends_and_languages_of_sami(tmp_path: Path) -> None:
    reading = read(tmp_path, SAMI, "talk.smi")
    assert shown(reading) == [(1, 3, "안녕하세요\n여러분"), (10, 12, "또 만나요")]
    assert reading.cues[0].runs[1][0].look.italic
    assert shown(read(tmp_path, SAMI, "talk.smi", Known(language="en"))) == [(1, 3, "Hello")]
