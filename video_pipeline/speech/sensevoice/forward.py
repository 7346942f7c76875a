"""From features to the model's answers: a token id and its probability per frame, and the answers of the query frames.

Windows are packed into batches by number of frames, those of similar length together; they do not influence each other. On a CPU
every core computes batches of its own. The head runs over the rows of a batch in chunks, because its output has 25 055 numbers
per frame: one id and one probability are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from video_pipeline.speech.sensevoice.encoder import PackedEncoder
from video_pipeline.speech.sensevoice.layers import Linear, native_float
from video_pipeline.speech.sensevoice.loading import Loaded
from video_pipeline.speech.sensevoice.packing import packed
from video_pipeline.speech.sensevoice.single_threads import SingleThreads

QUERIES = 4
"""Output frames before the speech: language, emotion, event, text norm."""
BLANK = 0
"""Id of the CTC blank."""
_HEAD_ROWS = 512
"""Rows that the head takes at once on a CPU: its output has 50 kB per row in bf16, so these are 26 MB."""
_GPU_HEAD_ROWS = 8_192
"""The same on a GPU: 410 MB."""
_SOFTMAX_ROWS = 64
"""Rows that are weighed at once, in fp32: 6 MB, which stay in a cache."""

Ids = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The model's answer for one window."""

    ids: Ids
    """[4 + frames] the most probable piece of each output frame, including blanks and repeats."""
    probabilities: Probabilities
    """[4 + frames] of these pieces."""
    languages: Probabilities
    """[choices] of the vocabulary's languages; they add up to 1."""
    emotions: Probabilities
    """[choices] likewise."""
    events: Probabilities
    """[choices] likewise."""
    relative: Probabilities = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """[4 + frames, kept pieces] how much less likely each kept piece is than the frame's best, in nats, at most 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One window and the model's settings for it."""

    features: torch.Tensor
    """[frames, 560]"""
    language: str = "auto"
    """The language to expect; `auto` lets the model decide."""
    numerals: bool = True
    """Whether to write digits and punctuation."""


class Forward:
    """The model in one precision, for any number of windows. Only one thread may use it at a time; it may use several itself.

    Args:
        dtype: float32 gives funasr's tokens; bfloat16 is faster if the device supports it.
        batch_frames: rows that go through the layers together. Halved permanently if a GPU's memory does not hold them.
        kept: pieces whose likelihood in every frame is part of the answers.
        threads: of a CPU, each of which computes batches, of `batch_frames` rows in all.
    """

    def __init__(self, loaded: Loaded, dtype: torch.dtype, batch_frames: int, kept: Sequence[int] = (), threads: int = 1) -> None:
        model, vocabulary = loaded.model, loaded.vocabulary
        self.dtype, self.device = dtype, loaded.device
        self._queries = model.embed.weight.detach().clone()  # a copy, so that the mapped checkpoint is not kept in memory
        self._language_rows, self._text_norm_rows = dict(model.lid_dict), dict(model.textnorm_dict)
        self._encoder = PackedEncoder(model, dtype, loaded.mapped)
        # The head stays out of the integers: what it rounds would change the choice itself, and it is 6 % of the work.
        self._head = Linear(model.ctc.ctc_lo, native_float() if dtype is torch.int8 else dtype)
        self._weighed = _weighed
        if dtype is torch.int8 and self._head.dtype is torch.bfloat16:
            from video_pipeline.speech.sensevoice import int8_layer  # imports Numba

            self._weighed = int8_layer.weighed
        self._choices = (vocabulary.languages.ids, vocabulary.emotions.ids, vocabulary.events.ids)
        self._batch_frames = batch_frames // threads
        self._threads = SingleThreads(threads)
        self._kept = list(kept)

    def run(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer per question, in order, each the same as if it were asked alone."""
        groups = packed([len(one.features) + QUERIES for one in questions], self._batch_frames, len(self._threads))
        made = self._threads.map(partial(self._answered, questions), groups)
        answers = dict(zip((k for group in groups for k in group), (answer for part in made for answer in part), strict=True))
        return [answers[k] for k in range(len(questions))]

    def _answered(self, questions: Sequence[Question], group: Sequence[int]) -> list[Answer]:
        """In two halves, then and from now on, where the memory of a GPU does not hold a batch."""
        try:
            with torch.inference_mode():
                return list(self._answers([questions[k] for k in group]))
        except torch.OutOfMemoryError:
            if len(group) == 1:
                raise
        self._batch_frames = max(1, self._batch_frames // 2)
        torch.cuda.empty_cache()
        middle = len(group) // 2
        return [*self._answered(questions, group[:middle]), *self._answered(questions, group[middle:])]

    def _query_rows(self, language: str, numerals: bool) -> torch.Tensor:
        """[4, 560]: the vectors put before the speech, for language, emotion, event and text norm."""
        norm = self._text_norm_rows["withitn" if numerals else "woitn"]
        rows: torch.Tensor = self._queries[[self._language_rows[language], 1, 2, norm]]
        return rows

    def _answers(self, questions: Sequence[Question]) -> Iterator[Answer]:
        settings = {(one.language, one.numerals) for one in questions}
        queries = {setting: self._query_rows(*setting) for setting in settings}
        parts = [torch.cat([queries[one.language, one.numerals], one.features.to(self.device)]) for one in questions]
        encoded = self._encoder(parts)
        lengths = [len(one) for one in encoded]
        rows = torch.cat(encoded).to(self._head.dtype)
        ids, probabilities, relative = self._best(rows)
        firsts = torch.tensor([0, *lengths[:-1]]).cumsum(0).to(rows.device)
        choices = [self._choice(rows[firsts + query], wanted) for query, wanted in enumerate(self._choices)]
        at = 0
        for number, length in enumerate(lengths):
            own = slice(at, at + length)
            languages, emotions, events = (choice[number] for choice in choices)
            yield Answer(ids[own], probabilities[own], languages, emotions, events, relative[own])
            at += length

    def _best(self, rows: torch.Tensor) -> tuple[Ids, Probabilities, Probabilities]:
        """The most probable piece of each row, its probability, and how the kept ones compare.

        The probability of blanks (most rows) is not computed and set to 1.
        """
        on_gpu = rows.is_cuda
        found = [self._best_of(chunk, on_gpu) for chunk in torch.split(rows, _GPU_HEAD_ROWS if on_gpu else _HEAD_ROWS)]
        ids, probabilities, relative = (torch.cat(part).cpu().numpy() for part in zip(*found, strict=True))
        return ids, probabilities, relative

    def _best_of(self, chunk: torch.Tensor, on_gpu: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        logits = self._head(chunk)
        best, probabilities = _weighed_on_gpu(logits) if on_gpu else self._weighed(logits, BLANK)
        relative = logits[:, self._kept].float() - logits.gather(1, best.unsqueeze(1)).float()
        return best, probabilities, relative

    def _choice(self, rows: torch.Tensor, wanted: Sequence[int]) -> Probabilities:
        """[windows, choices]: the softmax of each row over a few pieces only."""
        scores = self._head(rows)[:, list(wanted)].float()
        return scores.softmax(-1).cpu().numpy()


def _weighed(logits: torch.Tensor, blank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The best piece of each row, and its probability, which is 1 for the blank."""
    best = logits.max(dim=-1).indices  # four times as fast as argmax in bf16
    probabilities = torch.ones(len(logits))
    for rows in torch.split((best != blank).nonzero().squeeze(1), _SOFTMAX_ROWS):
        probabilities[rows] = _greatest_softmax(logits[rows])
    return best, probabilities


def _weighed_on_gpu(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The same: computing all rows is cheaper than waiting for the GPU to say which are not blank."""
    best = logits.max(dim=-1).indices
    return best, torch.where(best == BLANK, 1.0, _greatest_softmax(logits))


def _greatest_softmax(logits: torch.Tensor) -> torch.Tensor:
    """The softmax of each row's greatest entry."""
    precise = logits.float()
    return (precise.amax(dim=-1) - precise.logsumexp(dim=-1)).exp()


def collapsed(ids: Ids) -> list[int]:
    """The token ids of a greedy path, without repeats and blanks."""
    changed = np.diff(ids, prepend=-1) != 0
    return [int(number) for number in ids[changed] if number != BLANK]


def joined(parts: Sequence[Answer]) -> Answer:
    """Joins the answers for the parts of one long window; the answers of the queries are means over time."""
    if len(parts) == 1:
        return parts[0]
    shares = np.array([len(part.ids) - QUERIES for part in parts], np.float32)
    shares /= shares.sum()

    def mean(rows: list[Probabilities]) -> Probabilities:
        return np.asarray(shares @ np.stack(rows), np.float32)

    first, rest = parts[0], parts[1:]
    return Answer(
        np.concatenate([first.ids, *(part.ids[QUERIES:] for part in rest)]),
        np.concatenate([first.probabilities, *(part.probabilities[QUERIES:] for part in rest)]),
        mean([part.languages for part in parts]),
        mean([part.emotions for part in parts]),
        mean([part.events for part in parts]),
        np.concatenate([first.relative, *(part.relative[QUERIES:] for part in rest)]),
    )
