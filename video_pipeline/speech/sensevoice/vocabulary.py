"""The pieces of the tokenizer and the meanings of the special ones. Ids are looked up, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.speech.errors import WeightsDamaged
from video_pipeline.speech.sensevoice import hubs

Label = TypeVar("Label")

LANGUAGE_PIECES: Mapping[str, Language | None] = {
    **{f"<|{code}|>": Language(code) for code in ("zh", "en", "yue", "ja", "ko")},
    "<|nospeech|>": None,
}
EMOTION_PIECES: Mapping[str, Emotion | None] = {
    **{f"<|{emotion.name}|>": emotion for emotion in Emotion},
    "<|EMO_UNKNOWN|>": None,
}
EVENT_PIECES: Mapping[str, Sound | None] = {
    "<|Speech|>": None,
    "<|BGM|>": Sound.MUSIC,
    "<|Laughter|>": Sound.LAUGHTER,
    "<|Applause|>": Sound.APPLAUSE,
    "<|Cry|>": Sound.CRY,
    "<|Sneeze|>": Sound.SNEEZE,
    "<|Breath|>": Sound.BREATH,
    "<|Breathe|>": Sound.BREATH,
    "<|Cough|>": Sound.COUGH,
    "<|Sing|>": Sound.MUSIC,
    "<|Speech_Noise|>": None,
    "<|GBG|>": None,
    "<|Event_UNK|>": None,
}
"""The meaning of each piece; None if it has no label here. Checkpoints differ in the spelling and in the last ones."""

_OPTIONAL = {"<|Breath|>", "<|Breathe|>", "<|Sing|>", "<|Speech_Noise|>", "<|GBG|>", "<|Event_UNK|>"}
"""Pieces that not all checkpoints have."""


@dataclass(frozen=True, slots=True)
class Choices(Generic[Label]):
    """The possible answers of one query: piece `ids[k]` means `labels[k]`; a label may have several pieces."""

    ids: tuple[int, ...]
    labels: tuple[Label | None, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`pieces[id]` is the text of a piece; the choices are the answers of query frames 0, 1 and 2."""

    pieces: tuple[str, ...]
    languages: Choices[Language]
    emotions: Choices[Emotion]
    events: Choices[Sound]


def read_vocabulary(tokenizer: Any, folder: Path) -> Vocabulary:
    """The vocabulary of a sentencepiece processor.

    Raises:
        WeightsDamaged: a special piece is not among its pieces: it is another model's tokenizer.
    """
    pieces = tuple(tokenizer.id_to_piece(number) for number in range(tokenizer.get_piece_size()))
    number_of = {piece: number for number, piece in enumerate(pieces)}

    def choices(meanings: Mapping[str, Label | None]) -> Choices[Label]:
        lacking = [piece for piece in meanings if piece not in number_of and piece not in _OPTIONAL]
        if lacking:
            raise WeightsDamaged(folder, f"{hubs.TOKENIZER} has no piece {lacking[0]}: it is not SenseVoice's tokenizer")
        present = [piece for piece in meanings if piece in number_of]
        return Choices(tuple(number_of[piece] for piece in present), tuple(meanings[piece] for piece in present))

    return Vocabulary(pieces, choices(LANGUAGE_PIECES), choices(EMOTION_PIECES), choices(EVENT_PIECES))
