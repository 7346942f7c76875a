"""Speech about what the video is about: words that it comes back to, without a list of any language's grammar.

Weight 0 by default: it counts where nobody reacts and the best passages of speech are looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from video_pipeline.core.posterior import Curve
from video_pipeline.core.topic_words import terms
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted
from video_pipeline.highlights.sentences import sentences

_SPOKEN = 0.4
"""Strength of speech whose words say nothing about the topic, or are not known."""
_FULL_SHARE = 0.3
"""Of a sentence's words, the share of the topic's from which its strength is 1: the others are grammar."""
_MOST_SENTENCES_SHARE = 0.15
"""Words in more of the sentences are grammar, or the name of everything."""
_LEAST_COMMON = 4
"""... but in fewer sentences than this a word is never common."""


class Topic:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        said = sentences(evidence.segments)
        words = [terms(sentence.text) for sentence in said]
        topical = _topical(words)
        strengths = [_strength(found, topical) for found in words]
        return painted(evidence.frames(), list(zip(said, strengths, strict=True)))


def _topical(said: Sequence[Sequence[str]]) -> frozenset[str]:
    """Words of several sentences, but not of many."""
    counts = Counter(word for words in said for word in set(words))
    most = max(_LEAST_COMMON, _MOST_SENTENCES_SHARE * len(said))
    return frozenset(word for word, count in counts.items() if 2 <= count <= most)


def _strength(words: Sequence[str], topical: frozenset[str]) -> float:
    share = sum(word in topical for word in words) / len(words) if words else 0.0
    return _SPOKEN + (1 - _SPOKEN) * min(1.0, share / _FULL_SHARE)
