"""Refuses what Whisper makes up: over silence, over music, and text that repeats itself.

Thresholds of compression, log-probability and silence are those of OpenAI's own decoder (`whisper/transcribe.py`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.speech.pieces import Unit

_MOST_COMPRESSED = 2.4
"""Bytes of a text for each byte it compresses to; more is a text that repeats itself."""
_LEAST_MEAN_LOG = -1.0
"""Of the pieces' log-probabilities; less is a guess."""
_SILENCE = 0.6
"""Probability of "no speech" from which a guess is silence."""
_LEAST_WORD_P = 0.15
_SHORTEST_WORD_S = 0.133
_LONGEST_WORD_S = 2.0
"""A word below the first, shorter than the second or longer than the third is odd: faster-whisper's rule for made-up words."""
_LEAST_LETTERS_S = 1.0
"""Letters (or ideographs) a second of the slowest speech."""
_PADDING_S = 0.3
"""Of a window, around its speech."""
_LONGEST_REST_S = 1.5
"""Of speech after the last word: pauses in a window are shorter than 0.5 s, and few words are longer."""
_ODD_SHARE = 0.7
"""Share of odd words from which a window's text is made up."""
_CREDIT_P = 0.8
"""Mean probability from which a credit (see `_CREDITS`) is believed where speech was found."""
_CREDITS = re.compile(
    r"thanks? (you )?for watching|(please )?subscribe|subtitles? by|amara\.org|transcri(bed|ption) by|"
    r"sous-titr|untertitel|subtítulos|sottotitoli|legendas|napisy|ondertitel|субтитр|редактор|"
    r"ご視聴ありがとう|チャンネル登録|字幕|請不吝|请不吝|點贊|点赞|訂閱|订阅|谢谢观看|謝謝觀看|시청해\s*주셔서|구독",
    re.IGNORECASE,
)
"""What stood at the ends of the videos that Whisper was trained on, and what it hears where nobody speaks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model made of a pack, as a whole."""

    text: str
    mean_log: float
    """Mean log-probability of its pieces."""
    no_speech: float
    """The model's own probability that nobody speaks."""

    @property
    def repeats(self) -> bool:
        content = self.text.encode()
        return len(content) / len(zlib.compress(content)) > _MOST_COMPRESSED


def is_doubtful(reading: Reading) -> bool:
    """Whether it should be read again in smaller parts."""
    return bool(reading.text) and (reading.repeats or reading.mean_log < _LEAST_MEAN_LOG)


def is_silence(reading: Reading) -> bool:
    """Whether it is a guess where the model itself hears no speech."""
    return reading.no_speech > _SILENCE and reading.mean_log < _LEAST_MEAN_LOG


def is_skipped(units: Sequence[Unit], duration_s: float) -> bool:
    """Whether a window of speech has fewer letters than the slowest speaker says in its time."""
    letters = sum(map(str.isalnum, "".join(unit.text for unit in units)))
    return letters < _LEAST_LETTERS_S * (duration_s - _PADDING_S)


def is_cut_short(units: Sequence[Unit], duration_s: float) -> bool:
    """Whether the words of a window end long before its speech does: the model closed its last line there."""
    return bool(units) and units[-1].end < duration_s - _PADDING_S / 2 - _LONGEST_REST_S


def believed(units: Sequence[Unit], reading: Reading) -> list[Unit]:
    """The words of one window, without loops of the same words; none if they are made up."""
    kept = _without_loops(units)
    spoken = [unit for unit in kept if any(map(str.isalnum, unit.text))]
    if not spoken or sum(map(_is_odd, spoken)) >= _ODD_SHARE * len(spoken):
        return []
    if _CREDITS.search("".join(unit.text for unit in kept)) and _mean_p(spoken) < _CREDIT_P:
        return []
    return kept


def _is_odd(unit: Unit) -> bool:
    length_s = unit.end - unit.start
    return unit.confidence < _LEAST_WORD_P or not _SHORTEST_WORD_S / 4 <= length_s <= _LONGEST_WORD_S


def _mean_p(units: Sequence[Unit]) -> float:
    return sum(unit.confidence for unit in units) / len(units)


_LONGEST_LOOP = 12
"""Words of the longest phrase that is looked for."""
_TIMES = 4
"""A phrase said more often than this in a row is a loop of the decoder; people do say "no, no, no"."""


def _without_loops(units: Sequence[Unit]) -> list[Unit]:
    """The words, where a phrase that follows itself more than `_TIMES` times is kept once."""
    kept = list(units)
    for length in range(1, _LONGEST_LOOP + 1):
        at = 0
        while at + length * (_TIMES + 1) <= len(kept):
            phrase = [_plain(unit) for unit in kept[at : at + length]]
            until = at + length
            while [_plain(unit) for unit in kept[until : until + length]] == phrase:
                until += length
            if (until - at) // length > _TIMES:
                del kept[at + length : until]
            at += 1
    return kept


def _plain(unit: Unit) -> str:
    return "".join(filter(str.isalnum, unit.text)).lower()
