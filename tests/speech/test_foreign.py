"""Transcripts of other tools play like our own."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import BadTranscript
from video_pipeline.speech.replay import FACTORY

WHISPER = {
    "text": " Good evening. How are you?",
    "language": "en",
    "segments": [
        {
            "id": 0,
            "start": 0.5,
            "end": 2.0,
            "text": " Good evening.",
            "words": [
                {"word": " Good", "start": 0.5, "end": 0.9, "probability": 0.8},
                {"word": " evening.", "start": 0.9, "end": 1.7, "probability": 0.9},
            ],
        },
        {"id": 1, "start": 2.5, "end": 3.5, "text": " How are you?"},
    ],
}
WHISPERX = {
    "segments": [
        {
            "start": 1.0,
            "end": 4.0,
            "text": "It costs 12 dollars.",
            "speaker": "SPEAKER_01",
            "words": [
                {"word": "It", "start": 1.0, "end": 1.2, "score": 0.9},
                {"word": "costs", "start": 1.3, "end": 1.8, "score": 0.7},
                {"word": "12"},
                {"word": "dollars.", "start": 2.6, "end": 3.4, "score": 0.6},
            ],
        }
    ],
    "word_segments": [],
    "language": "de",
}
OPENAI = {
    "task": "transcribe",
    "language": "english",
    "duration": 3.0,
    "text": "Hello there, friend.",
    "segments": [{"id": 0, "start": 0.0, "end": 2.0, "text": " Hello there, friend.", "avg_logprob": -0.2}],
    "words": [
        {"word": "Hello", "start": 0.1, "end": 0.5},
        {"word": "there", "start": 0.5, "end": 0.8},
        {"word": "friend", "start": 1.0, "end": 1.6},
    ],
}
WHISPER_CPP = {
    "result": {"language": "ja"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"},
            "offsets": {"from": 0, "to": 2000},
            "text": "今日は。",
            "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
                {"text": "今日", "offsets": {"from": 100, "to": 900}, "p": 0.6},
                {"text": "は", "offsets": {"from": 900, "to": 1300}, "p": 0.8},
                {"text": "。", "offsets": {"from": 1300, "to": 1400}, "p": 0.7},
            ],
        }
    ],
}


def played(content: Any, folder: Path) -> list[Segment]:
    path = folder / "other.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    engine = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path)))
    return [heard.segment for heard in engine.transcribe([]) if heard.segment]


@pytest.mark.parametrize("content", [WHISPER, WHISPERX, OPENAI, WHISPER_CPP, {"words": OPENAI["words"], "language": "english"}])
def test_the_words_are_the_text_and_lie_in_order(content: Any, tmp_path: Path) -> None:
    segments = played(content, tmp_path)
    assert segments
    for segment in segments:
        edges = [segment.start_s, *(edge for token in segment.tokens for edge in (token.start_s, token.end_s)), segment.end_s]
        assert edges == sorted(edges)
        if segment.tokens:
            assert "".join(token.text for token in segment.tokens).strip() == segment.text


def test_whisper(tmp_path: Path) -> None:
    first, second = played(WHISPER, tmp_path)
    assert (first.text, first.end_s, first.language) == ("Good evening.", 1.7, Language.EN)
    assert [token.confidence for token in first.tokens] == [0.8, 0.9]
    assert (second.tokens, second.text) == ((), "How are you?")


def test_whisperx_speakers_and_words_without_times(tmp_path: Path) -> None:
    (segment,) = played(WHISPERX, tmp_path)
    assert (segment.speaker, segment.language) == ("SPEAKER_01", Language.DE)
    assert [(token.text, token.start_s, token.end_s) for token in segment.tokens[2:]] == [
        (" 12", 1.8, 2.6),
        (" dollars.", 2.6, 3.4),
    ]


def test_openai_words_beside_the_segments_get_the_marks_of_the_text(tmp_path: Path) -> None:
    (segment,) = played(OPENAI, tmp_path)
    assert [token.text for token in segment.tokens] == ["Hello", " there,", " friend."]
    assert segment.language is Language.EN


def test_whisper_cpp_pieces_become_characters(tmp_path: Path) -> None:
    (segment,) = played(WHISPER_CPP, tmp_path)
    assert [(token.text, token.start_s) for token in segment.tokens] == [("今", 0.1), ("日", 0.5), ("は。", 0.9)]
    assert segment.language is Language.JA


@pytest.mark.parametrize(
    "content", [{"segments": [{"text": "no times"}]}, {"segments": 3}, {"x": 1}, [], {"transcription": [{}]}]
)
def test_other_json_is_refused_with_the_forms_that_are_read(content: Any, tmp_path: Path) -> None:
    with pytest.raises(BadRecord):
        played(content, tmp_path)


HEARD = [("Good", 0.5, 0.9), ("evening,", 0.9, 1.5), ("friends.", 1.5, 2.2)]
"""What each of the files below says, as far as its form can."""


def with_words(**names: str) -> list[dict[str, Any]]:
    """The words with the form's names of the text, its start and its end, in seconds."""
    text, start, end = (names.get(key, key) for key in ("word", "start", "end"))
    return [{text: word, start: start_s, end: end_s} for word, start_s, end_s in HEARD]


MILLISECONDS = [{"text": word, "start": a * 1000, "end": b * 1000, "confidence": 0.5, "speaker": "B"} for word, a, b in HEARD]
TEXT = "Good evening, friends."
TICKS = [{"word": w.strip(",.").lower(), "offsetInTicks": a * 1e7, "durationInTicks": (b - a) * 1e7} for w, a, b in HEARD]
NBEST = [{"confidence": 0.9, "lexical": "good evening friends", "display": TEXT, "words": TICKS}]
SPEECH_MARKS = [
    {
        "type": "word",
        "start_time": a,
        "end_time": b,
        "alternatives": [{"content": w.strip(",."), "language": "en", "speaker": "S1"}],
    }
    for w, a, b in HEARD
]
AMAZON_ITEMS = [
    {
        "type": "pronunciation",
        "start_time": str(a),
        "end_time": str(b),
        "alternatives": [{"confidence": "0.9", "content": w.strip(",.")}],
    }
    for w, a, b in HEARD
]
AMAZON_MARKS = [{"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": mark}]} for mark in ",."]
FORMS: dict[str, Any] = {
    "whisper, the segments alone": [{"start": 0.5, "end": 2.2, "text": " " + TEXT, "words": with_words()}],
    "faster-whisper, tuples": [[1, 0, 0.5, 2.2, " " + TEXT, [50364], -0.2, 1.1, 0.01, None, 0.0]],
    "OpenAI, diarised": {
        "task": "transcribe",
        "text": TEXT,
        "segments": [{"type": "transcript.text.segment", "id": "seg_1", "start": 0.5, "end": 2.2, "text": TEXT, "speaker": "A"}],
        "usage": {"type": "duration", "seconds": 3},
    },
    "pipeline, segments": {"text": TEXT, "chunks": [{"timestamp": [0.5, None], "text": " " + TEXT}]},
    "pipeline, words": {"text": TEXT, "chunks": [{"timestamp": [a, b], "text": " " + word} for word, a, b in HEARD]},
    "podcast": {"version": "1.0.0", "segments": [{"speaker": "Ann", "startTime": 0.5, "endTime": 2.2, "body": TEXT}]},
    "AssemblyAI": {
        "id": "x",
        "language_model": "assemblyai_default",
        "language_code": "en_us",
        "text": TEXT,
        "words": MILLISECONDS,
    },
    "AssemblyAI, utterances": {
        "audio_url": "https://example.org/a.mp3",
        "language_code": "en",
        "words": MILLISECONDS,
        "utterances": [{"start": 500, "end": 2200, "text": TEXT, "speaker": "B", "words": MILLISECONDS}],
    },
    "Deepgram": {
        "metadata": {},
        "results": {
            "channels": [
                {
                    "detected_language": "en",
                    "alternatives": [
                        {
                            "transcript": TEXT,
                            "words": [
                                {**row, "word": row["punctuated_word"].strip(",.").lower(), "speaker": 0}
                                for row in with_words(word="punctuated_word")
                            ],
                        }
                    ],
                }
            ]
        },
    },
    "Google 1": {
        "results": [
            {"resultEndTime": "0.1s"},
            {
                "languageCode": "en-us",
                "alternatives": [
                    {"transcript": TEXT, "words": [{"word": w, "startTime": f"{a}s", "endTime": f"{b}s"} for w, a, b in HEARD]}
                ],
            },
        ]
    },
    "Google 2, without words": {"results": [{"alternatives": [{"transcript": TEXT}], "resultEndOffset": "2.200s"}]},
    "AWS": {
        "jobName": "x",
        "results": {
            "language_code": "en-US",
            "items": [*AMAZON_ITEMS[:2], *AMAZON_MARKS[:1], AMAZON_ITEMS[2], *AMAZON_MARKS[1:]],
        },
    },
    "Azure, batch": {
        "recognizedPhrases": [{"offset": "PT0.5S", "duration": "PT1.7S", "locale": "en-US", "speaker": 1, "nBest": NBEST}]
    },
    "Azure, fast": {
        "combinedPhrases": [{"text": TEXT}],
        "phrases": [
            {
                "offsetMilliseconds": 500,
                "durationMilliseconds": 1700,
                "text": TEXT,
                "locale": "en-US",
                "words": [
                    {"text": w, "offsetMilliseconds": a * 1000, "durationMilliseconds": (b - a) * 1000} for w, a, b in HEARD
                ],
            }
        ],
    },
    "Azure, detailed": {
        "RecognitionStatus": "Success",
        "Offset": 5_000_000,
        "Duration": 17_000_000,
        "NBest": [{"Display": TEXT, "Words": [{"Word": w, "Offset": a * 1e7, "Duration": (b - a) * 1e7} for w, a, b in HEARD]}],
    },
    "ElevenLabs": {
        "language_code": "eng",
        "words": [{**row, "type": "word", "speaker_id": "speaker_0"} for row in with_words(word="text")]
        + [{"text": "(laughter)", "start": 2.3, "end": 2.9, "type": "audio_event"}],
    },
    "Rev": {
        "monologues": [
            {
                "speaker": 0,
                "elements": [
                    element
                    for w, a, b in HEARD
                    for element in (
                        {"type": "text", "value": w.strip(",."), "ts": a, "end_ts": b},
                        {"type": "punct", "value": w[len(w.strip(",.")) :] or " "},
                    )
                ],
            }
        ]
    },
    "Speechmatics": {
        "format": "2.9",
        "results": [
            *SPEECH_MARKS[:2],
            {
                "type": "punctuation",
                "start_time": 1.5,
                "end_time": 1.5,
                "attaches_to": "previous",
                "alternatives": [{"content": ","}],
            },
            SPEECH_MARKS[2],
            {
                "type": "punctuation",
                "start_time": 2.2,
                "end_time": 2.2,
                "attaches_to": "previous",
                "alternatives": [{"content": "."}],
            },
        ],
    },
    "Gladia": {
        "result": {
            "transcription": {
                "utterances": [{"start": 0.5, "end": 2.2, "text": TEXT, "language": "en", "speaker": 0, "words": with_words()}]
            }
        }
    },
    "Vosk": {"result": [{**row, "conf": 0.9} for row in with_words()], "text": TEXT},
    "Vosk, a stream": [{"text": ""}, {"result": [{**row, "conf": 0.9} for row in with_words()], "text": TEXT}],
    "NeMo": {"timestamp": {"word": with_words(), "segment": [{"start": 0.5, "end": 2.2, "segment": TEXT}]}, "text": TEXT},
    "FunASR": [{"key": "a", "text": TEXT, "timestamp": [[int(a * 1000), int(b * 1000)] for _, a, b in HEARD]}],
    "FunASR, sentences": [
        {
            "key": "a",
            "text": TEXT,
            "sentence_info": [
                {
                    "text": TEXT,
                    "start": 500,
                    "end": 2200,
                    "spk": 1,
                    "timestamp": [[int(a * 1000), int(b * 1000)] for _, a, b in HEARD],
                }
            ],
        }
    ],
    "YouTube": {
        "wireMagic": "pb3",
        "events": [
            {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
            {
                "tStartMs": 500,
                "dDurationMs": 4000,
                "segs": [
                    {"utf8": ("" if k == 0 else " ") + w, "tOffsetMs": (a - 0.5) * 1000} for k, (w, a, _) in enumerate(HEARD)
                ],
            },
            {"tStartMs": 2200, "dDurationMs": 900, "aAppend": 1, "segs": [{"utf8": "\n"}]},
            {"tStartMs": 2200, "dDurationMs": 900, "segs": [{"utf8": "[Music]"}]},
        ],
    },
    "Gentle": {"transcript": TEXT, "words": [{**row, "case": "success"} for row in with_words()]},
    "aeneas": {"fragments": [{"begin": "0.500", "end": "2.200", "id": "f1", "language": "eng", "lines": [TEXT]}]},
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_text_and_its_times(name: str, tmp_path: Path) -> None:
    (segment,) = played(FORMS[name], tmp_path)
    assert segment.text == TEXT
    assert segment.end_s == pytest.approx(2.2, abs=0.5)
    assert segment.start_s == (0.0 if "without words" in name else 0.5)
    if segment.tokens:
        assert [token.text for token in segment.tokens] == ["Good", " evening,", " friends."]
        assert [token.start_s for token in segment.tokens] == [start_s for _, start_s, _ in HEARD]


def test_most_forms_give_times_of_words(tmp_path: Path) -> None:
    without = {name for name in FORMS if not played(FORMS[name], tmp_path)[0].tokens}
    assert without == {
        "faster-whisper, tuples",
        "OpenAI, diarised",
        "pipeline, segments",
        "podcast",
        "Google 2, without words",
        "aeneas",
    }


@pytest.mark.parametrize(
    "name, speaker",
    [
        ("OpenAI, diarised", "A"),
        ("AssemblyAI", "B"),
        ("Deepgram", "SPEAKER_00"),
        ("Azure, batch", "SPEAKER_01"),
        ("podcast", "Ann"),
    ],
)
def test_speakers_are_kept(name: str, speaker: str, tmp_path: Path) -> None:
    assert played(FORMS[name], tmp_path)[0].speaker == speaker


@pytest.mark.parametrize("name", ["AssemblyAI", "Deepgram", "Google 1", "AWS", "ElevenLabs", "Speechmatics", "Gladia"])
def test_languages_are_kept(name: str, tmp_path: Path) -> None:
    assert played(FORMS[name], tmp_path)[0].language is Language.EN


def test_a_ctm_file_and_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "other.ctm"
    path.write_text("".join(f"talk 1 {a} {b - a:.2f} {word} 0.9\n" for word, a, b in HEARD), encoding="utf-8")
    (segment,) = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path))).transcribe([])
    assert segment.segment is not None and segment.segment.text == TEXT
    rows = [{"result": [row], "text": row["word"]} for row in with_words()]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-16")
    heard = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path))).transcribe([])
    assert [one.segment.text for one in heard if one.segment] == [word for word, _, _ in HEARD]


def test_letters_that_whisper_cpp_divides_are_whole_again(tmp_path: Path) -> None:
    first, second = "犬".encode()[:2], "犬".encode()[2:]
    path = tmp_path / "other.json"
    path.write_bytes(
        b'{"result": {"language": "ja"}, "transcription": [{"offsets": {"from": 0, "to": 900}, "text": " '
        + "犬だ".encode()
        + b'", "tokens": [{"text": "'
        + first
        + b'", "p": 0.5, "offsets": {"from": 0, "to": 200}}, {"text": "'
        + second
        + b'", "p": 0.5, "offsets": {"from": 200, "to": 400}}, {"text": "'
        + "だ".encode()
        + b'", "p": 0.9, "offsets": {"from": 400, "to": 800}}]}]}'
    )
    (heard,) = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path))).transcribe([])
    assert heard.segment is not None
    assert [(token.text, token.start_s, token.end_s) for token in heard.segment.tokens] == [("犬", 0.0, 0.4), ("だ", 0.4, 0.8)]


def test_words_of_several_characters_are_divided_like_the_engines(tmp_path: Path) -> None:
    words = [{"word": "今日は", "start": 0.0, "end": 0.6}, {"word": "晴れです。", "start": 0.8, "end": 1.6}]
    (segment,) = played(
        {"language": "ja", "segments": [{"start": 0, "end": 2, "text": "今日は晴れです。", "words": words}]}, tmp_path
    )
    assert [token.text for token in segment.tokens] == ["今", "日", "は", "晴", "れ", "で", "す。"]


def test_sensevoice_tags_are_no_text(tmp_path: Path) -> None:
    row = {"key": "a", "text": "<|ja|><|HAPPY|><|Speech|><|withitn|>犬だ。", "timestamp": [[0, 400], [400, 800]]}
    (segment,) = played([row], tmp_path)
    assert (segment.text, segment.language, len(segment.tokens)) == ("犬だ。", Language.JA, 2)


def test_channels_of_a_call_are_speakers(tmp_path: Path) -> None:
    channel = FORMS["Deepgram"]["results"]["channels"][0]
    plain = {"alternatives": [{"words": with_words()}]}
    segments = played({"results": {"channels": [channel, plain]}}, tmp_path)
    assert {segment.speaker for segment in segments} == {"SPEAKER_00", "SPEAKER_01"}


@pytest.mark.parametrize(
    "content, reason",
    [
        ('{"text": "no times at all"}', "no times of its words"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "subtitles"),
        ("SPEAKER talk 1 0.5 1.7 <NA> <NA> A <NA> <NA>\n", "who speaks when"),
        ('{"recognizedPhrases": [{"nBest": [{"display": "x"}]}]}', "Azure"),
        ('{"key": 3}', "FunASR"),
        ("", "empty"),
    ],
)
def test_what_cannot_be_played_is_named(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadTranscript, match=reason):
        FACTORY.open(SpeechOptions(engine="replay", transcript=str(path)))


ALL = {"Whisper": WHISPER, "WhisperX": WHISPERX, "OpenAI": OPENAI, "whisper.cpp": WHISPER_CPP, **FORMS}


def played_bytes(data: bytes, folder: Path) -> list[Segment]:
    path = folder / "other.json"
    path.write_bytes(data)
    engine = FACTORY.open(SpeechOptions(engine="replay", transcript=str(path)))
    return [heard.segment for heard in engine.transcribe([]) if heard.segment]


def everywhere(found: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(found, dict):
        return {key: everywhere(value, change) for key, value in found.items()}
    return [everywhere(value, change) for value in found] if isinstance(found, list) else change(found)


@pytest.mark.parametrize("name", ALL)
def test_numbers_as_text_and_other_encodings_change_nothing(name: str, tmp_path: Path) -> None:
    expected = played(ALL[name], tmp_path)
    texts = everywhere(ALL[name], lambda value: str(value) if isinstance(value, int | float) else value)
    assert played(texts, tmp_path) == expected
    for encoding in ("utf-8-sig", "utf-16", "utf-16-be"):
        assert played_bytes(json.dumps(ALL[name], ensure_ascii=False).encode(encoding), tmp_path) == expected


def _places(found: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from _places(value, (*at, key))


ODD = (None, [], {}, "x", "", -5, float("nan"), 1e308)


@pytest.mark.parametrize("name", ALL)
def test_whatever_is_missing_or_odd_is_played_in_order_or_refused_in_words(name: str, tmp_path: Path) -> None:
    places = list(_places(ALL[name]))
    for number, at in enumerate(places):
        content = copy.deepcopy(ALL[name])
        parent = functools.reduce(lambda found, key: found[key], at[:-1], content)
        for odd in (None, ODD[1 + number % (len(ODD) - 1)], "nothing"):
            if odd == "nothing":
                del parent[at[-1]]
            else:
                parent[at[-1]] = odd
            try:
                segments = played(content, tmp_path)
            except BadRecord as error:
                assert not any(word in str(error) for word in ("NoneType", "zip()", "argument", "object")), (at, odd)
                continue
            for segment in segments:
                times = [edge for token in segment.tokens for edge in (token.start_s, token.end_s)]
                edges = [0.0, segment.start_s, *times, segment.end_s]
                assert edges == sorted(edges), (at, odd)
                assert "None" not in segment.text, (at, odd)


PREMIERE = {
    "language": "en-us",
    "segments": [
        {
            "duration": 1.7,
            "language": "en-us",
            "speaker": "u1",
            "start": 0.5,
            "words": [
                {"confidence": 1, "duration": b - a, "eos": False, "start": a, "tags": [], "text": w, "type": "word"}
                for w, a, b in HEARD
            ],
        }
    ],
    "speakers": [{"id": "u1", "name": "Ann"}],
}
SRV3 = (
    '<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><body><p t="500" d="4000"><s ac="200">Good</s>'
    '<s t="400"> evening,</s></p><p t="2000" d="10" a="1">\n</p><p t="2200" d="900">friends &amp; all</p></body></timedtext>'
)


def test_premieres_words_and_speakers(tmp_path: Path) -> None:
    (segment,) = played(PREMIERE, tmp_path)
    assert (segment.text, segment.speaker, segment.language, segment.start_s) == (TEXT, "Ann", Language.EN, 0.5)
    assert [round(token.end_s, 3) for token in segment.tokens] == [0.9, 1.5, 2.2]


@pytest.mark.parametrize(
    "text",
    [
        "Ann  0:05  \nGood evening,\nfriends.\n\nSpeaker 2  1:02:10\nFine: yes.\n\nTranscribed by https://otter.ai\n",
        "[00:00:05] Ann: Good evening, friends.\n\n[01:02:10] Speaker 2: Fine: yes.\n",
        "Ann: [00:00:05] Good evening, friends.\nSpeaker 2: [01:02:10] Fine: yes.\n",
    ],
)
def test_text_by_turns(text: str, tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16"):
        first, second = played_bytes(text.encode(encoding), tmp_path)
        assert (first.text, first.speaker, first.start_s, first.end_s) == (TEXT, "Ann", 5.0, 3730.0)
        assert (second.text, second.speaker) == ("Fine: yes.", "Speaker 2")


def test_youtubes_xml(tmp_path: Path) -> None:
    first, second = played_bytes(SRV3.encode(), tmp_path)
    assert [(token.text, token.start_s) for token in first.tokens] == [("Good", 0.5), (" evening,", 0.9)]
    assert (second.text, second.start_s, second.end_s) == ("friends & all", 2.2, 3.1)


def test_a_segment_without_an_end_lasts_to_the_next_one(tmp_path: Path) -> None:
    rows = [{"start": 1, "end": None, "text": "Good evening.", "words": None}, {"start": "2.5", "end": None, "text": "Fine."}]
    first, second = played({"language": None, "segments": rows}, tmp_path)
    assert (first.start_s, first.end_s, second.start_s) == (1.0, 2.5, 2.5)
    assert second.end_s == pytest.approx(2.8)
