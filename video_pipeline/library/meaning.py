"""What passages mean: their vectors by a small model for many languages, kept in the search index.

A vector is bytes of -127 to 127, one for each block of sentences; those of a video lie together. The signs of its components,
a bit each, tell which vectors of a large library are worth a closer look (Charikar, STOC 2002).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.extras import MissingPackage, requirement
from video_pipeline.core.files import key_of
from video_pipeline.core.hub_cache import offline_reason, snapshots
from video_pipeline.library.errors import NoEmbeddings
from video_pipeline.library.index import Index

REPOSITORY = "minishlab/potion-multilingual-128M"
"""Fetched where no model is named: a vector for each piece of a word (MIT), a hundred languages, half a gigabyte."""
MODEL = "VIDEO_PIPELINE_EMBEDDINGS"
"""Environment variable: the folder of another model that model2vec reads."""
_WEIGHTS = "model.safetensors"
_FILES = (_WEIGHTS, "tokenizer.json", "config.json", "modules.json")
_BLOCK_S = 20.0
"""Sentences that have one vector: a thought or two. Longer blocks mean a little of everything."""
_AT_ONCE = 2000
"""Videos whose signs are compared at once: some 12 MB."""
_CLOSER = 2000
"""Blocks whose vectors are looked at, at least."""
_LEAST = 0.1
"""Cosine of a block in which no sentence has anything to do with a question."""
_STEPS = 127
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Gives texts of one meaning vectors that lie near each other."""

    @property
    def name(self) -> str:
        """Another one for each model: vectors of two models do not compare."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """[texts, dimensions], each of length 1, or 0 where a text holds nothing that the model knows."""


class StaticEmbedder:
    """A model of model2vec: the mean of the vectors of a text's pieces, so that no GPU is needed."""

    def __init__(self, folder: Path) -> None:
        """Raises NoEmbeddings, MissingPackage."""
        try:
            from model2vec import StaticModel
        except ImportError:
            raise MissingPackage("model2vec", requirement("semantic")) from None
        if not (folder / _WEIGHTS).is_file():
            raise NoEmbeddings(folder, f"there is no {_WEIGHTS}")
        try:
            self._model: Any = StaticModel.from_pretrained(folder, force_download=False)
        except Exception as error:  # noqa: BLE001 - three libraries read the files, each with errors of its own
            raise NoEmbeddings(folder, str(error)) from None
        self.name = key_of([(name, (folder / name).stat().st_size) for name in _FILES if (folder / name).is_file()])[:16]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        found = np.asarray(self._model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / np.where(lengths == 0, 1, lengths)).astype(np.float32)


@functools.cache
def embedder() -> StaticEmbedder:
    """The model named in the environment, else the usual one, fetched on first use. Raises NoEmbeddings, MissingPackage."""
    named = os.environ.get(MODEL)
    return StaticEmbedder(Path(named).expanduser() if named else _fetched())


def _fetched() -> Path:
    known = next((folder for folder in snapshots(REPOSITORY) if (folder / _WEIGHTS).is_file()), None)
    if known is not None:
        return known
    if reason := offline_reason():
        raise NoEmbeddings(Path(REPOSITORY), reason)
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingPackage("huggingface_hub", requirement("semantic")) from None
    try:
        return Path(snapshot_download(REPOSITORY, allow_patterns=list(_FILES)))
    except Exception as error:  # noqa: BLE001 - the library raises errors of many types for one cause: the hub is not there
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NoEmbeddings(Path(REPOSITORY), f"it cannot be fetched ({why})") from None


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences of a video, `first` to `last`, that have one vector."""

    video: int
    first: int
    last: int
    text: str


def learn(index: Index, model: Embedder) -> None:
    """Take in the meaning of the videos whose vectors the index does not have; those of another model are dropped."""
    base = index.base
    base.execute("DELETE FROM meanings WHERE model != ?", (model.name,))
    missing = "SELECT id FROM videos WHERE id NOT IN (SELECT video FROM meanings) ORDER BY id"
    for (video,) in base.execute(missing).fetchall():
        texts = [block.text for block in blocks_of(index, video)]
        kept = np.round(model.vectors(texts) * _STEPS).astype(np.int8) if texts else np.zeros((0, 8), np.int8)
        base.execute("INSERT INTO meanings VALUES (?, ?, ?)", (video, model.name, kept.tobytes()))
        base.execute("INSERT OR REPLACE INTO signs VALUES (?, ?)", (video, np.packbits(kept > 0, axis=1).tobytes()))
    base.commit()


def blocks_of(index: Index, video: int) -> list[Block]:
    """In order of their times. What was translated is searched too, and stands after all that was said."""
    query = """SELECT said.id, start_s, end_s, text, language FROM videos JOIN said ON said.id BETWEEN first AND last
        WHERE videos.id = ? ORDER BY said.id"""
    blocks: list[Block] = []
    begun_s, spoken = 0.0, ""
    for number, start_s, end_s, text, language in index.base.execute(query, (video,)):
        if blocks and language == spoken and begun_s <= start_s and end_s - begun_s <= _BLOCK_S:
            blocks[-1] = Block(video, blocks[-1].first, number, f"{blocks[-1].text} {text}")
        else:
            blocks.append(Block(video, number, number, text))
            begun_s, spoken = start_s, language
    return blocks


def nearest(index: Index, asked: Vectors, videos: Sequence[int] | None, most: int) -> list[tuple[Block, float]]:
    """The blocks nearest to a vector, nearest first, with the cosine. `videos` are those that are allowed; None for all."""
    found: list[tuple[float, int, int]] = []
    for video, place in _likely(index, asked, videos, max(_CLOSER, 20 * most)):
        query = "SELECT substr(vectors, ?, ?) FROM meanings WHERE video = ?"
        (stored,) = index.base.execute(query, (1 + place * asked.size, asked.size, video)).fetchone()
        cosine = float(np.frombuffer(stored, dtype=np.int8).astype(np.float32) @ asked) / _STEPS
        if cosine > _LEAST:
            found.append((cosine, video, place))
    found = sorted(found, reverse=True)[:most]
    blocks = {video: blocks_of(index, video) for video in {video for _, video, _ in found}}
    return [(blocks[video][place], cosine) for cosine, video, place in found]


def _likely(index: Index, asked: Vectors, videos: Sequence[int] | None, most: int) -> list[tuple[int, int]]:
    """Video and place in it of the blocks with the most signs in common."""
    wanted = np.packbits(asked > 0)
    allowed = None if videos is None else np.array(videos, dtype=np.int64)
    others, numbers, places = (np.zeros(0, dtype=np.int64) for _ in range(3))
    rows = index.base.execute("SELECT video, bits FROM signs")
    while some := rows.fetchmany(_AT_ONCE):
        counts = np.array([len(bits) // wanted.size for _, bits in some])
        stored = np.frombuffer(b"".join(bits for _, bits in some), dtype=np.uint8).reshape(-1, wanted.size)
        video = np.repeat(np.array([video for video, _ in some], dtype=np.int64), counts)
        place = np.arange(video.size) - np.repeat(np.cumsum(counts) - counts, counts)
        differ = _ones(stored ^ wanted)
        if allowed is not None:
            kept = np.isin(video, allowed)
            video, place, differ = video[kept], place[kept], differ[kept]
        others, numbers, places = (np.concatenate(pair) for pair in ((others, differ), (numbers, video), (places, place)))
        best = np.argpartition(others, most)[:most] if others.size > most else slice(None)
        others, numbers, places = others[best], numbers[best], places[best]
    return list(zip(numbers.tolist(), places.tolist(), strict=True))


def _ones(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many bits are set in each row; in words of 64 where the length allows."""
    words: NDArray[Any] = bits.view(np.uint64) if bits.shape[1] % 8 == 0 else bits
    counted: NDArray[Any] = np.bitwise_count(words) if hasattr(np, "bitwise_count") else np.unpackbits(bits, axis=1)
    total: NDArray[np.int64] = counted.sum(axis=1, dtype=np.int64)
    return total
