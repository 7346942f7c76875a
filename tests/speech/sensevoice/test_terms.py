"""Expected terms in the model's frames: written where they are almost as likely as the greedy words, and only there."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import EXAMPLES
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.pieces import Piece, units
from video_pipeline.speech.sensevoice.engine import FACTORY
from video_pipeline.speech.sensevoice.term_search import Replaced, TermSearch
from video_pipeline.speech.terms import Term, TermFound, summary

PIECES = (
    "",
    "<unk>",
    "▁",
    "▁she",
    "▁von",
    "▁is",
    "▁here",
    "▁si",
    "ob",
    "han",
    "▁Si",
    "▁ann",
    "a",
    ".",
    "'",
    "s",
    "张",
    "三",
    "章",
    "伞",
    "好",
    "▁new",
    "▁york",
)
IDS = {piece: number for number, piece in enumerate(PIECES)}
LIKELY, ALIKE = 0.0, -2.0
"""Of the best piece of a frame, and of one that sounds like it, in nats less than the best."""
FAR = -12.0


def encode(text: str) -> list[int]:
    """Longest pieces first, as a tokenizer does."""
    rest, found = "▁" + text, list[int]()
    while rest:
        piece = max((p for p in PIECES if p and rest.startswith(p)), key=len, default=rest[0])
        found.append(IDS.get(piece, IDS["<unk>"]))
        rest = rest[len(piece) :]
    return found


def search(*terms: str, weight: float = 1.0) -> TermSearch:
    return TermSearch([Term(text, weight) for text in terms], encode, PIECES)


def heard(said: list[str], alike: list[str], by: TermSearch, alike_p: float = ALIKE) -> tuple[list[Piece], np.ndarray]:
    """The greedy path of one piece a frame, "" a blank, and the frames in which other pieces are nearly as likely."""
    relative = np.full((len(said), len(PIECES)), FAR, np.float32)
    for frame, (best, other) in enumerate(zip(said, alike, strict=True)):
        relative[frame, IDS[other]] = alike_p
        relative[frame, IDS[best]] = LIKELY
    path = [Piece(piece, frame, frame + 1, 0.9) for frame, piece in enumerate(said) if piece]
    return path, relative[:, list(by.kept)]


def text(path: list[Piece]) -> str:
    return "".join(unit.text for unit in units(path)).strip()


SAID = ["", "▁she", "▁von", "", "▁is", "", "▁here", "."]
ALIKE_SIOBHAN = ["", "▁si", "ob", "han", "", "", "", ""]


def test_a_name_replaces_what_sounds_alike_in_its_own_spelling() -> None:
    by = search("Siobhan")
    path, found = by.applied(*heard(SAID, ALIKE_SIOBHAN, by))
    assert text(path) == "Siobhan is here."
    assert found == [Replaced(1, "Siobhan", "she von")]
    assert (path[0].start, path[0].end) == (1, 4)
    assert path[0].p == pytest.approx(np.exp(ALIKE), abs=0.01)


def test_without_evidence_the_greedy_path_stays() -> None:
    by = search("Siobhan")
    path, relative = heard(SAID, ALIKE_SIOBHAN, by, alike_p=-6.0)
    assert by.applied(path, relative) == (path, [])


def test_a_higher_weight_takes_less_evidence() -> None:
    by = search("Siobhan", weight=3.0)
    path, _ = by.applied(*heard(SAID, ALIKE_SIOBHAN, by, alike_p=-6.0))
    assert text(path) == "Siobhan is here."


@pytest.mark.parametrize(
    ("said", "alike"),
    [
        (["▁ann", "a", "▁is"], ["▁ann", "", ""]),  # a term is a whole word
        (["▁ann", "'", "s"], ["▁ann", "", ""]),
        (["", "", "▁is"], ["▁ann", "", ""]),  # in place of nothing
    ],
)
def test_it_never_stands_inside_a_word_nor_in_silence(said: list[str], alike: list[str]) -> None:
    by = search("Ann", weight=5.0)
    path, relative = heard(said, alike, by)
    assert by.applied(path, relative) == (path, [])


def test_chinese_names_are_found_character_by_character() -> None:
    by = search("张三")
    path, found = by.applied(*heard(["章", "", "伞", "好"], ["张", "", "三", ""], by))
    assert [unit.text for unit in units(path)] == ["张", "三", "好"]
    assert found == [Replaced(0, "张三", "章伞")]


def test_words_of_a_term_have_their_own_times() -> None:
    by = search("New York")
    path, _ = by.applied(*heard(["▁she", "", "", "▁von", ""], ["▁new", "", "", "▁york", ""], by))
    assert [(unit.text, unit.start, unit.end) for unit in units(path)] == [("New", 0, 1), (" York", 3, 4)]


def test_a_term_that_was_heard_anyway_is_written_as_its_file_writes_it() -> None:
    by = search("Ann")
    path, found = by.applied(*heard(["▁ann", "", "▁is"], ["", "", ""], by))
    assert text(path) == "Ann is"
    assert found == [Replaced(0, "Ann", "ann")]


def test_terms_that_the_model_cannot_write_are_named() -> None:
    assert search("Ann", "Łódź").unwritable == ("Łódź",)
    assert search("Łódź").applied([Piece("▁is", 0, 1, 0.9)], np.zeros((1, 1), np.float32))[1] == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES[3:]), min_size=1, max_size=12),
    st.lists(st.sampled_from(["Siobhan", "Ann", "Anna", "张三", "New York", "is"]), min_size=1, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_words_that_no_term_replaces_stay_as_they_are(said: list[str], terms: list[str], seed: int) -> None:
    by = search(*terms)
    rng = np.random.default_rng(seed)
    path, _ = heard(said, [""] * len(said), by)
    relative = rng.uniform(-9, 0, (len(said), len(by.kept))).astype(np.float32)
    changed, found = by.applied(path, relative)
    written = {text for one in found for text in one.term.split()}
    kept = [piece for piece in changed if piece.text.removeprefix("▁") not in written]
    assert all(piece in path for piece in kept)
    assert [piece.start for piece in changed] == sorted(piece.start for piece in changed)
    assert all(a.end <= b.start for a, b in pairwise(changed))


@pytest.fixture(scope="module")
def demo_sound() -> Waveform:
    """A sentence of the demo video: "We are going to talk about my robot tonight."."""
    return Waveform(np.concatenate([block.samples for block in audio_blocks(EXAMPLES / "demo.mp4", within=Span(4.4, 7.0))]))


def test_the_whole_engine_writes_terms_and_changes_no_other_word(tmp_path: Path, demo_sound: Waveform) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("ROBOT\nŁódź\n", encoding="utf-8")
    plain = FACTORY.open(SpeechOptions(engine="sensevoice", model="demo", device="cpu"))
    biased = FACTORY.open(SpeechOptions(engine="sensevoice", model="demo", device="cpu", terms=str(terms)))
    (before,), (after,) = plain.transcribe([demo_sound]), biased.transcribe([demo_sound])
    assert before.segment is not None and after.segment is not None
    assert "robot" in before.segment.text
    assert after.segment.text == before.segment.text.replace("robot", "ROBOT")
    assert [token.start_s for token in after.segment.tokens] == [token.start_s for token in before.segment.tokens]
    assert [(one.term, one.words) for one in after.terms] == [("ROBOT", "robot")]
    assert after.terms[0].start_s in [token.start_s for token in after.segment.tokens]
    assert any("Łódź" in words for words in biased.lacks)


def test_what_terms_changed_is_said_in_a_line() -> None:
    found = [TermFound(1.0, "Siobhan", "she von"), TermFound(2.0, "Siobhan", "shivon"), TermFound(3.0, "张三", "章伞")]
    assert summary(found) == "Siobhan 2 times (for she von, shivon); 张三 once (for 章伞)"
