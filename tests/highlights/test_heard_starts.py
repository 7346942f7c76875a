"""A clip that begins in a pause inside a sentence begins with the sentence, once its words are heard."""

from __future__ import annotations

import dataclasses

import pytest

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.heard_starts import HEARD_BEFORE_S, heard_for, with_whole_sentences

OPTIONS = HighlightOptions()


def spoken(start_s: float, *words: str, pauses: dict[int, float] | None = None) -> Segment:
    """Words of 0.4 s, one after the other, with pauses before some."""
    tokens, now_s = [], start_s
    for k, word in enumerate(words):
        now_s += (pauses or {}).get(k, 0.0)
        tokens.append(Token(now_s, now_s + 0.4, (" " if k else "") + word))
        now_s += 0.4
    return Segment(start_s, now_s, "".join(token.text for token in tokens), tokens=tuple(tokens), language=Language.EN)


SAID = [
    spoken(96.0, "This", "was", "before."),
    spoken(98.0, "They", "are", "from", "Robert", "Howard's", "stories", "of", "Conan.", pauses={5: 0.7}),
    spoken(104.0, "He", "laughed", "at", "them", "and", "at", "us."),
    spoken(110.0, "So", "did", "we", "all."),
]
LAUGH = AudioEvent(114.0, 116.0, Sound.LAUGHTER, 0.9)
CLIP = Clip(100.6, 117.0, 50.0, "")
EVIDENCE = Evidence(duration_s=200.0, segments=SAID, events=[LAUGH])
"""The clip begins in the pause before "stories"."""


def test_a_clip_begins_with_its_sentence() -> None:
    (moved,) = with_whole_sentences([CLIP], EVIDENCE, OPTIONS)
    assert moved == dataclasses.replace(CLIP, start_s=97.9)


def test_one_that_begins_with_a_sentence_stays() -> None:
    clip = dataclasses.replace(CLIP, start_s=103.9)
    assert with_whole_sentences([clip], EVIDENCE, OPTIONS) == (clip,)


@pytest.mark.parametrize(
    ("events", "options", "others"),
    [
        ([AudioEvent(98.5, 99.5, Sound.LAUGHTER, 0.9)], {}, []),
        ([], {"longest_s": 17.0, "aim_most_s": 17.0, "aim_least_s": 16.0}, []),
        ([], {}, [Clip(60.0, 99.0, 60.0, "")]),
    ],
    ids=["a reaction before", "too long", "another clip"],
)
def test_where_there_is_no_room_before_the_next_sentence_is_taken(
    events: list[AudioEvent], options: dict[str, float], others: list[Clip]
) -> None:
    options = {"least_s": 10.0, **options}
    evidence = dataclasses.replace(EVIDENCE, events=[LAUGH, *events])
    *_, moved = with_whole_sentences([*others, CLIP], evidence, HighlightOptions(**options))  # type: ignore[arg-type]
    assert moved.start_s == pytest.approx(103.9)


def test_neither_set_up_nor_length_is_given_up_for_it() -> None:
    evidence = dataclasses.replace(EVIDENCE, events=[LAUGH, AudioEvent(98.5, 99.5, Sound.LAUGHTER, 0.9)])
    assert with_whole_sentences([CLIP], evidence, OPTIONS) == (CLIP,)


def test_a_sentence_that_began_before_listening_did_is_not_guessed() -> None:
    words = [f"word{k}" for k in range(40)]
    evidence = dataclasses.replace(EVIDENCE, segments=[spoken(CLIP.start_s - HEARD_BEFORE_S, *words)])
    assert with_whole_sentences([CLIP], evidence, OPTIONS) == (CLIP,)


def test_what_is_heard_begins_before_each_clip() -> None:
    spans = heard_for([CLIP, Clip(3.0, 30.0, 9.0, "")])
    assert [(span.start_s, span.end_s) for span in spans] == [(0.0, 30.0), (CLIP.start_s - HEARD_BEFORE_S, CLIP.end_s)]
