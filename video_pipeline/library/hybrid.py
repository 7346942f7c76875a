"""Moments by words and by meaning together: what both find comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from video_pipeline.library.index import Index
from video_pipeline.library.meaning import Embedder, Vectors, learn, nearest
from video_pipeline.library.question import Answer, Moment, Question
from video_pipeline.library.search import Group, SaidSentence, allowed, is_asked_for, is_whole, moment_of, search, sentences_of

_NEAREST = 100
"""Moments that are compared with those found by words, unless more are asked for."""
_LOOKED_AT = 3
"""Blocks that are looked into for each of them: one sentence among others says little of its block."""
_LEAST = 0.25
"""Cosine of a sentence that has hardly anything to do with a question."""
_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): how little the very first places count more."""
_SHARE = 0.8
"""Sentences beside the nearest one belong to a moment that are nearly as near."""


def search_meaning(index: Index, question: Question, model: Embedder) -> Answer:
    """The moments that answer by their words or by what they mean, in whatever language. Without words as `search`."""
    if not question.text.strip():
        return search(index, question)
    learn(index, model)
    wide = replace(question, most=max(question.most, _NEAREST))
    by_words, by_meaning = search(index, wide), _near(index, wide, model)
    moments = _fused(by_words.moments, by_meaning)
    return Answer(tuple(moments[: question.most]), max(len(moments), by_words.found), by_words.more, by_words.corrected)


def _near(index: Index, question: Question, model: Embedder) -> list[Moment]:
    """The moments with the nearest sentences; their blocks are only where to look for them."""
    (asked,) = model.vectors([question.text])
    videos = allowed(index, question)
    blocks = nearest(index, asked, None if videos is None else [video for video, *_ in videos], _LOOKED_AT * question.most)
    found = [sentences_of(index, "id BETWEEN ? AND ?", (block.first, block.last)) for block, _ in blocks]
    found = [[sentence for sentence in said if is_asked_for(question, sentence)] for said in found]
    if not any(found):
        return []
    cosines = model.vectors([sentence.text for said in found for sentence in said]) @ asked
    groups: list[Group] = []
    for said in found:
        own, cosines = cosines[: len(said)], cosines[len(said) :]
        if said and own.max() >= _LEAST:
            groups.append(Group.of(_nearest_of(said, own), float(own.max())))
    groups.sort(key=lambda group: -group.score)
    whole = (group for group in groups if is_whole(index, question, group))
    return [moment_of(index, group) for group in islice(whole, question.most)]


def _nearest_of(said: Sequence[SaidSentence], cosines: Vectors) -> list[SaidSentence]:
    """The sentence of a block that means most of what is asked, with those beside it that mean nearly as much."""
    first = last = int(cosines.argmax())
    enough = _SHARE * cosines[first]
    while first and cosines[first - 1] >= enough:
        first -= 1
    while last + 1 < len(said) and cosines[last + 1] >= enough:
        last += 1
    return list(said[first : last + 1])


def _fused(by_words: Sequence[Moment], by_meaning: Sequence[Moment]) -> list[Moment]:
    """Ranks count, since scores of two kinds do not compare. What both find is shown as the words found it."""
    scores = [(1 / (_CONSTANT + place), moment) for place, moment in enumerate(by_words, 1)]
    for place, moment in enumerate(by_meaning, 1):
        score = 1 / (_CONSTANT + place)
        at = next((k for k, (_, known) in enumerate(scores) if _is_same(known, moment)), None)
        if at is None:
            scores.append((score, moment))
        else:
            scores[at] = (scores[at][0] + score, scores[at][1])
    return [moment for _, moment in sorted(scores, key=lambda pair: -pair[0])]


def _is_same(one: Moment, other: Moment) -> bool:
    return one.source == other.source and one.start_s < other.end_s and other.start_s < one.end_s
