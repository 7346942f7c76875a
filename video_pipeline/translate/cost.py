"""What a translation will cost, estimated before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from video_pipeline.translate.base import TranslationOptions, Usage
from video_pipeline.translate.prompts import SURVEY_CHARACTERS
from video_pipeline.translate.scripts import tokens_in

_INSTRUCTIONS = 520
"""Tokens of the instructions, with those on the target language."""
_PER_SENTENCE = 22
"""Tokens around a sentence in the request: number, speaker, feeling, limit."""
_PER_ANSWER = 12
_SURVEY_ANSWER = 400
_AGAIN = 0.12
"""Share that is asked for a second time: faults, and texts that are too long."""
_CHARACTERS_PER_S = 14.0
"""Of English speech, for videos that nobody has listened to yet (150 words a minute)."""
_SENTENCE_S = 5.0
_MILLION = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What translating into all languages will take."""

    sentences: int
    """Of one language."""
    cached: int
    """Of all languages, which need not be asked for."""
    languages: tuple[str, ...]
    usage: Usage
    price: float = 0.0
    """In the currency of the prices in the options; 0 where they are not known."""
    per_hour: Usage = field(default_factory=Usage)
    """The same for an hour of film."""


def estimated(texts: Sequence[Sequence[str]], duration_s: float, cached: int, options: TranslationOptions) -> Estimate:
    """The estimate for the sentences that are not cached.

    Args:
        texts: what is to be translated, by target language.
        duration_s: of the film.
        cached: sentences that need not be translated.
    """
    usage = sum((_of_language(one, options) for one in texts), Usage())
    hours = max(duration_s, 1.0) / 3600
    return Estimate(
        sentences=max(map(len, texts), default=0),
        cached=cached,
        languages=options.to,
        usage=usage,
        price=round(price(usage, options), 4),
        per_hour=Usage(round(usage.tokens_in / hours), round(usage.tokens_out / hours), round(usage.requests / hours)),
    )


def of_length(duration_s: float, options: TranslationOptions) -> Estimate:
    """The estimate for a video of which only the length is known: that of steady speech."""
    count = max(1, round(duration_s / _SENTENCE_S))
    texts = [["x" * int(_CHARACTERS_PER_S * _SENTENCE_S)] * count for _ in options.to]
    return estimated(texts, duration_s, 0, options)


def price(usage: Usage, options: TranslationOptions) -> float:
    """By the prices in the options."""
    return (usage.tokens_in * options.price_in + usage.tokens_out * options.price_out) / _MILLION


def _of_language(texts: Sequence[str], options: TranslationOptions) -> Usage:
    if not texts:
        return Usage()
    words = sum(map(tokens_in, texts))
    requests = -(-len(texts) // options.window)
    mean = words / len(texts)
    around = requests * options.around * 3 * mean  # before with its translation, and after
    sent = requests * _INSTRUCTIONS + words + _PER_SENTENCE * len(texts) + around
    received = words + _PER_ANSWER * len(texts)
    usage = Usage(round(sent * (1 + _AGAIN)), round(received * (1 + _AGAIN)), requests)
    if options.context:
        parts = max(1, -(-sum(map(len, texts)) // SURVEY_CHARACTERS))
        usage += Usage(words + 6 * len(texts) + parts * _INSTRUCTIONS // 2, parts * _SURVEY_ANSWER, parts)
    return usage
