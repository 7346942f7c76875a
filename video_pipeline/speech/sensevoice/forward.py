"""Features to what the model says: a token id and its probability per frame, and the answers of the query frames.

Windows are packed into batches of a number of frames, those of like length together; none knows of its neighbours. The head runs
over all rows of a batch in chunks, since its output has 25 055 numbers per frame: of those, one id and one probability are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import torch

from video_pipeline.speech.sensevoice.encoder import PackedEncoder
from video_pipeline.speech.sensevoice.layers import Linear
from video_pipeline.speech.sensevoice.loading import Loaded

QUERIES = 4
"""Output frames before the speech: language, emotion, event, text norm."""

BLANK = 0
_HEAD_FRAMES, _GPU_HEAD_FRAMES = 512, 8_192
"""Rows that the head takes at once: its output has 50 kB per row in bf16."""

Ids = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the model says about one window.

    Attributes:
        ids: [4 + frames] the most probable piece of each output frame, blanks and repeats included.
        probabilities: [4 + frames] how probable it is.
        languages, emotions, events: [choices] probabilities of the vocabulary's choices, each adding up to 1.
    """

    ids: Ids
    probabilities: Probabilities
    languages: Probabilities
    emotions: Probabilities
    events: Probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One window's `features` [frames, 560], and what the model is told: the language to expect (`auto` lets it decide), and
    whether digits and punctuation are wanted."""

    features: torch.Tensor
    language: str = "auto"
    numerals: bool = True


class Forward:
    """The model in one precision, ready for any number of windows. Not for several threads at once.

    Args:
        dtype: float32 gives funasr's tokens; bfloat16 is faster where the processor has it.
        batch_frames: rows that go through the layers together. Halved for good where a GPU's memory does not hold them.
    """

    def __init__(self, loaded: Loaded, dtype: torch.dtype, batch_frames: int) -> None:
        model, vocabulary = loaded.model, loaded.vocabulary
        self.dtype, self.device = dtype, loaded.device
        self._queries = model.embed.weight.detach().clone()  # a copy: nothing here keeps the mapped checkpoint in memory
        self._language_rows, self._text_norm_rows = dict(model.lid_dict), dict(model.textnorm_dict)
        self._encoder = PackedEncoder(model, dtype, loaded.mapped)
        self._head = Linear(model.ctc.ctc_lo, dtype)
        self._choices = (vocabulary.languages.ids, vocabulary.emotions.ids, vocabulary.events.ids)
        self._batch_frames = batch_frames

    def run(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer per question, in their order, each as if it had been asked alone."""
        answers: dict[int, Answer] = {}
        waiting = sorted(range(len(questions)), key=lambda k: len(questions[k].features))
        with torch.inference_mode():
            while waiting:
                group = self._group(waiting, questions)
                try:
                    answers.update(zip(group, self._answers([questions[k] for k in group]), strict=True))
                except torch.OutOfMemoryError:
                    if len(group) == 1:
                        raise
                    self._batch_frames = max(1, self._batch_frames // 2)
                    torch.cuda.empty_cache()
                    continue
                del waiting[: len(group)]
        return [answers[k] for k in range(len(questions))]

    def _asked(self, question: Question) -> torch.Tensor:
        """[4, 560]: the vectors put before the speech, for language, emotion, event and text norm."""
        norm = self._text_norm_rows["withitn" if question.numerals else "woitn"]
        asked: torch.Tensor = self._queries[[self._language_rows[question.language], 1, 2, norm]]
        return asked

    def _group(self, waiting: Sequence[int], questions: Sequence[Question]) -> list[int]:
        """The next windows of a batch: at least one."""
        group, frames = [waiting[0]], len(questions[waiting[0]].features) + QUERIES
        for k in islice(waiting, 1, None):
            frames += len(questions[k].features) + QUERIES
            if frames > self._batch_frames:
                break
            group.append(k)
        return group

    def _answers(self, questions: Sequence[Question]) -> Iterator[Answer]:
        told = {(one.language, one.numerals): one for one in questions}
        asked = {key: self._asked(one) for key, one in told.items()}
        parts = [torch.cat([asked[one.language, one.numerals], one.features.to(self.device)]) for one in questions]
        encoded = self._encoder(parts)
        lengths = [len(one) for one in encoded]
        rows = torch.cat(encoded)
        ids, probabilities = self._best(rows)
        firsts = torch.tensor([0, *lengths[:-1]]).cumsum(0).to(rows.device)
        said = [self._choice(rows[firsts + query], wanted) for query, wanted in enumerate(self._choices)]
        at = 0
        for number, length in enumerate(lengths):
            own = slice(at, at + length)
            yield Answer(ids[own], probabilities[own], *(answer[number] for answer in said))
            at += length

    def _best(self, rows: torch.Tensor) -> tuple[Ids, Probabilities]:
        """The most probable piece of each row and its probability; blanks, most of the rows, are not weighed: they count 1."""
        on_gpu = rows.is_cuda
        found = [self._weighed(chunk, on_gpu) for chunk in torch.split(rows, _GPU_HEAD_FRAMES if on_gpu else _HEAD_FRAMES)]
        ids, probabilities = (torch.cat(part).cpu().numpy() for part in zip(*found, strict=True))
        return ids, probabilities

    def _weighed(self, chunk: torch.Tensor, on_gpu: bool) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self._head(chunk)
        best = logits.max(dim=-1).indices  # four times as fast as argmax in bf16
        if on_gpu:  # weighing all rows is cheaper than asking the GPU which were spoken
            return best, torch.where(best == BLANK, 1.0, _chance(logits))
        spoken = (best != BLANK).nonzero().squeeze(1)
        chances = torch.ones(len(chunk), device=chunk.device)
        if len(spoken):
            chances[spoken] = _chance(logits[spoken])
        return best, chances

    def _choice(self, rows: torch.Tensor, wanted: Sequence[int]) -> Probabilities:
        """[windows, choices]: the softmax of each row over a few pieces only."""
        scores = self._head(rows)[:, list(wanted)].float()
        return scores.softmax(-1).cpu().numpy()


def _chance(logits: torch.Tensor) -> torch.Tensor:
    """The softmax of each row's best entry."""
    weighed = logits.float()
    return (weighed.amax(dim=-1) - weighed.logsumexp(dim=-1)).exp()


def collapsed(ids: Ids) -> list[int]:
    """The token ids of a greedy path: repeats once, blanks not at all."""
    changed = np.diff(ids, prepend=-1) != 0
    return [int(number) for number in ids[changed] if number != BLANK]


def joined(parts: Sequence[Answer]) -> Answer:
    """The answers about the parts of one long window as one; the query answers are means over time."""
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
    )
