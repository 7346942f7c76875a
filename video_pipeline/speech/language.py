"""Settles one language per file if one dominates: window by window, a model flips between languages on short windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from video_pipeline.core.labels import Language

SETTLING_WINDOWS = 16
"""Number of first windows that settle the language: fixed, so that the batch size does not change the result."""
_DOMINANT_SHARE = 0.7
"""Share of the pooled probability from which a language is the file's: high, because a bilingual file must stay mixed."""
_CERTAIN = 0.9
"""A window with at least this probability of another language keeps it: people quote and switch languages."""
_KEY = "language"
"""In an engine's memory of a file."""
_NO_DOMINANT = "mixed"
"""Its value where no language dominates: every window keeps its own."""


def dominant(heard: Iterable[tuple[float, Mapping[Language, float]]]) -> Language | None:
    """The language of most of the speech; None if none dominates, or nobody speaks.

    Args:
        heard: of each window its length in seconds and the probability of each language.
    """
    shares: dict[Language, float] = {}
    for duration_s, probabilities in heard:
        for language, p in probabilities.items():
            shares[language] = shares.get(language, 0.0) + p * duration_s
    total = sum(shares.values())
    best = max(shares, key=lambda language: shares[language], default=None)
    return best if best is not None and total > 0 and shares[best] >= _DOMINANT_SHARE * total else None


def is_certain(p: float) -> bool:
    """Whether a window with this probability of its language keeps it in a file of another."""
    return p >= _CERTAIN


class FileLanguage:
    """The language that a file is held to, in the engine's memory of the file."""

    def __init__(self, memory: dict[str, str]) -> None:
        self._memory = memory

    @property
    def is_settled(self) -> bool:
        return _KEY in self._memory

    @property
    def language(self) -> Language | None:
        """None before it is settled, and where no language dominates."""
        remembered = self._memory.get(_KEY, _NO_DOMINANT)
        return None if remembered == _NO_DOMINANT else Language(remembered)

    def settle(self, language: Language | None) -> None:
        self._memory[_KEY] = str(language) if language is not None else _NO_DOMINANT
