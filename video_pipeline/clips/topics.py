"""Which words are typical of a part of a video: what tells its topics apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from video_pipeline.core.topic_words import terms

Depths = npt.NDArray[np.float64]

_COMMON_SHARE = 0.35
"""Words in more than this share of all parts tell nothing."""


def weights(parts: Sequence[Iterable[str]]) -> list[dict[str, float]]:
    """Per part its terms with tf-idf (Spärck Jones 1972), without those that most parts have."""
    counts = [Counter(part) for part in parts]
    spread = Counter(term for count in counts for term in count)
    most = max(1.0, _COMMON_SHARE * len(parts))
    rarity = {term: math.log((1 + len(parts)) / number) for term, number in spread.items() if number <= most}
    return [{term: number * rarity[term] for term, number in count.items() if term in rarity} for count in counts]


def depths(texts: Sequence[str], around: int) -> Depths:
    """[len(texts) - 1] how much the words before and after each joint differ, 0 to 1: TextTiling (Hearst 1997).

    Args:
        around: texts on either side that are compared.
    """
    weighed = weights([terms(text) for text in texts])
    same = np.array([_cosine(weighed[max(0, k - around) : k], weighed[k : k + around]) for k in range(1, len(texts))])
    if not len(same):
        return np.zeros(0)
    left, right = np.maximum.accumulate(same), np.maximum.accumulate(same[::-1])[::-1]
    return np.asarray(np.clip((left + right - 2 * same) / 2, 0.0, 1.0))


def _cosine(before: Iterable[dict[str, float]], after: Iterable[dict[str, float]]) -> float:
    one, other = _total(before), _total(after)
    lengths = math.sqrt(sum(value * value for value in one.values()) * sum(value * value for value in other.values()))
    return sum(value * other.get(term, 0.0) for term, value in one.items()) / lengths if lengths else 0.0


def _total(parts: Iterable[dict[str, float]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        for term, value in part.items():
            total[term] += value  # type: ignore[assignment]
    return total
