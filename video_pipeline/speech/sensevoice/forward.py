"""Features to what the model says: a token id and its probability per frame, and the answers of the query frames.

Windows are padded to the longest of a batch. The encoder masks the padding in attention and in its memory blocks, so a window's
output does not depend on its neighbours. The head runs window by window in chunks: its output has 25 055 numbers per frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import log_softmax
from torch.nn.utils.rnn import pad_sequence

from video_pipeline.speech.sensevoice.loading import Loaded

QUERIES = 4
"""Output frames before the speech: language, emotion, event, text norm."""

BLANK = 0
_HEAD_FRAMES = 512
_FULLEST = 0.8
"""Windows share a batch where the shortest has at least this share of the longest's frames: at most a fifth is padding."""
_MOST_PAIRS = 8_000_000
"""Windows times squared frames in one batch: attention over so many pairs takes 128 MB in four heads."""

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


def query_ids(loaded: Loaded, language: str, numerals: bool) -> tuple[int, int, int, int]:
    """Rows of the embedding that ask for language (`auto`: the model decides), emotion, event and text norm."""
    text_norm = loaded.model.textnorm_dict["withitn" if numerals else "woitn"]
    return loaded.model.lid_dict[language], 1, 2, text_norm


def run(loaded: Loaded, features: Sequence[torch.Tensor], queries: tuple[int, int, int, int]) -> list[Answer]:
    """One answer per entry of `features` ([frames, 560] each), in their order, each as if it had run alone."""
    answers: dict[int, Answer] = {}
    with torch.inference_mode():
        for group in _groups([len(one) for one in features]):
            encoded = _encode(loaded, [features[k] for k in group], queries)
            answers.update((k, _answer(loaded, one)) for k, one in zip(group, encoded, strict=True))
    return [answers[k] for k in range(len(features))]


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


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of windows that may share a batch, longest first."""
    group: list[int] = []
    for k in sorted(range(len(lengths)), key=lambda k: -lengths[k]):
        longest = lengths[group[0]] if group else 0
        if group and (lengths[k] < _FULLEST * longest or (len(group) + 1) * longest**2 > _MOST_PAIRS):
            yield group
            group = []
        group.append(k)
    if group:
        yield group


def _encode(loaded: Loaded, features: Sequence[torch.Tensor], queries: tuple[int, int, int, int]) -> list[torch.Tensor]:
    """The encoder's output [4 + frames, width] of each window, without padding."""
    lengths = torch.tensor([QUERIES + len(one) for one in features], device=loaded.device)
    asked = loaded.model.embed(torch.tensor(queries, device=loaded.device))
    rows = [torch.cat([asked, one.to(loaded.device)]) for one in features]
    padded, _ = loaded.model.encoder(pad_sequence(rows, batch_first=True), lengths)
    return [one[:length] for one, length in zip(padded, lengths.tolist(), strict=True)]


def _answer(loaded: Loaded, encoded: torch.Tensor) -> Answer:
    ids, values = [], []
    answers: list[Probabilities] = []
    vocabulary = loaded.vocabulary
    for start in range(0, len(encoded), _HEAD_FRAMES):
        chunk = encoded[start : start + _HEAD_FRAMES]
        # The same function on the same numbers as funasr, so that two equal logits are told apart the same way.
        scores = log_softmax(loaded.model.ctc.ctc_lo(chunk), dim=-1)
        best = scores.max(dim=-1)
        ids.append(scores.argmax(dim=-1))
        values.append(best.values.exp())
        if not answers:
            choices = (vocabulary.languages.ids, vocabulary.emotions.ids, vocabulary.events.ids)
            answers = [scores[row, list(wanted)].softmax(-1).cpu().numpy() for row, wanted in enumerate(choices)]
    return Answer(torch.cat(ids).cpu().numpy(), torch.cat(values).cpu().numpy(), *answers)
