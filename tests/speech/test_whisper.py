"""Packing windows into the model's 30 s, refusing what it makes up, and the real model where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.errors import BadRecord, NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.choose import open_here
from video_pipeline.speech.errors import EngineUnavailable, FetchFailed, WeightsDamaged, WeightsMissing
from video_pipeline.speech.pieces import Piece, Unit, units
from video_pipeline.speech.terms import Term, read_terms
from video_pipeline.speech.whisper import weights
from video_pipeline.speech.whisper.decoding import Decoder, Said, Settings
from video_pipeline.speech.whisper.engine import FACTORY, WhisperEngine, hotwords
from video_pipeline.speech.whisper.guards import Reading, believed, is_cut_short, is_doubtful, is_silence
from video_pipeline.speech.whisper.packing import GAP_S, PACK_S, Pack, packed, shared_out

GOOD = Reading("Good evening and welcome to the show", -0.2, 0.01)


def window(duration_s: float, start_s: float = 0.0) -> Waveform:
    return Waveform(np.full(round(duration_s * RATE_HZ), 0.1, np.float32), RATE_HZ, start_s)


def words(*timed: tuple[str, float, float]) -> list[Unit]:
    return units(Piece(text, start, end, 0.9) for text, start, end in timed)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.2, 20.0), min_size=1, max_size=30))
def test_every_window_is_in_one_pack_that_fits_the_model(lengths_s: list[float]) -> None:
    windows = [window(length_s) for length_s in lengths_s]
    packs = packed(range(len(windows)), windows)
    assert [number for pack in packs for number in pack.numbers] == list(range(len(windows)))
    assert all(pack.duration_s <= PACK_S + 1e-6 for pack in packs)
    assert all(len(pack.samples()) == pytest.approx(pack.duration_s * RATE_HZ, abs=len(pack.windows)) for pack in packs)
    joined_s = [a.duration_s + GAP_S + b.windows[0].duration_s for a, b in pairwise(packs)]
    assert all(length_s > PACK_S - 0.01 for length_s in joined_s)


def test_words_go_back_to_their_windows() -> None:
    pack = Pack((4, 7), (window(2.0), window(2.0)))
    said = words((" Good", 0.1, 0.4), (" night.", 0.5, 1.9), (" And", 2.5, 2.8), (" bye", 3.0, 4.4))
    first, second = shared_out(said, pack)
    assert ["".join(unit.text for unit in part).strip() for part in (first, second)] == ["Good night.", "And bye"]
    assert (second[0].start, second[1].end) == pytest.approx((0.0, 1.9))


def test_a_word_that_the_model_starts_in_the_pause_belongs_to_the_window_it_ends_in() -> None:
    pack = Pack((0, 1), (window(2.0), window(2.0)))
    said = words((" Good", 0.1, 0.4), (" night.", 0.5, 1.4), (" One", 1.4, 2.9), (" two", 3.0, 3.4))
    first, second = shared_out(said, pack)
    assert [len(first), len(second)] == [2, 2]


def test_a_word_that_the_model_ends_in_the_pause_belongs_to_the_window_before_it() -> None:
    pack = Pack((0, 1), (window(7.34), window(4.2)))
    said = words((" one", 6.4, 6.8), (" two", 6.8, 7.74), (" three", 8.0, 8.4))
    assert [[unit.text for unit in share] for share in shared_out(said, pack)] == [["one", " two"], [" three"]]


def test_terms_are_told_as_a_sentence() -> None:
    """After a list without a full stop the model writes none itself."""
    assert hotwords([Term("Siobhan"), Term("Ljubljana")]) == "Siobhan, Ljubljana."
    assert hotwords([]) == ""


def test_a_piece_of_two_characters_is_not_divided_by_a_pause() -> None:
    """Its time is stretched over the pause before it, and half of that lies in the window before."""
    pack = Pack((0, 1), (window(2.0), window(2.0)))
    said = words(("我", 0.1, 0.6), ("听", 0.6, 1.5), ("其实", 1.5, 3.3), ("是", 3.3, 3.6))
    first, second = shared_out(said, pack)
    assert ["".join(unit.text for unit in part) for part in (first, second)] == ["我听", "其实是"]
    assert [round(unit.start, 3) for unit in second] == [0.0, 0.4, 0.8]


class TwoLanguages:
    """A decoder that takes the second window for Greek, and reads it worse in Greek than in `better`."""

    languages = frozenset(Language)
    is_multilingual = True

    def __init__(self, better: Language) -> None:
        self.better = better

    def language_probabilities(self, heard: Waveform, *, thorough: bool) -> dict[Language, float]:
        return {Language.EL: 1.0} if heard.start_s == 3.0 else {Language.CA: 1.0}

    def said(self, packs: list[Pack], language: Language) -> Iterator[tuple[int, Said]]:
        for pack in packs:
            for number in pack.numbers:
                p = 0.9 if language is self.better else 0.5
                yield number, Said(units([Piece(f" {language}", 0.1, 0.9, p)]))


@pytest.mark.parametrize("better", [Language.CA, Language.EL])
def test_a_window_in_another_language_is_read_in_the_files_own_too(better: Language) -> None:
    engine = WhisperEngine(cast(Decoder, TwoLanguages(better)), SpeechOptions(engine="whisper"), EngineIdentity("whisper"))
    heard = list(engine.transcribe([window(2.0, 0.0), window(1.0, 3.0), window(2.0, 5.0)]))
    assert [one.segment.language for one in heard if one.segment] == [Language.CA, better, Language.CA]


class SeveralLanguages(TwoLanguages):
    """One window of Spanish and one of Catalan for certain, and one that may be Greek."""

    def language_probabilities(self, heard: Waveform, *, thorough: bool) -> dict[Language, float]:
        if heard.start_s == 3.0:
            return {Language.EL: 0.6, Language.CA: 0.3, Language.ES: 0.1}
        return {Language.ES if heard.start_s else Language.CA: 0.95, Language.EL: 0.05}


def test_a_doubtful_window_among_several_languages_is_in_one_that_is_certain_elsewhere() -> None:
    engine = WhisperEngine(
        cast(Decoder, SeveralLanguages(Language.CA)), SpeechOptions(engine="whisper"), EngineIdentity("whisper")
    )
    heard = list(engine.transcribe([window(2.0, 0.0), window(1.0, 3.0), window(2.0, 5.0)]))
    assert [one.segment.language for one in heard if one.segment] == [Language.CA, Language.CA, Language.ES]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.3, 6.0), min_size=1, max_size=4), st.lists(st.floats(0, 30), max_size=30))
def test_sharing_out_loses_no_word_and_keeps_their_order(lengths_s: list[float], starts_s: list[float]) -> None:
    pack = Pack(tuple(range(len(lengths_s))), tuple(window(length_s) for length_s in lengths_s))
    said = words(*((f" w{k}", at_s, at_s + 0.3) for k, at_s in enumerate(sorted(starts_s))))
    shares = shared_out(said, pack)
    assert [unit.text for share in shares for unit in share] == [unit.text for unit in said]


def test_a_reading_is_doubted_for_repeating_itself_or_for_being_a_guess() -> None:
    assert not is_doubtful(GOOD)
    assert is_doubtful(Reading("no no no no no " * 20, -0.2, 0.0))
    assert is_doubtful(Reading("something", -1.4, 0.0))
    assert is_silence(Reading("something", -1.4, 0.8))
    assert not is_silence(Reading("something", -0.3, 0.8))


def test_words_that_stop_long_before_the_speech_are_cut_short() -> None:
    said = words((" But", 0.2, 0.4), (" thou", 0.4, 0.9))
    assert is_cut_short(said, 3.0)
    assert not is_cut_short(said, 2.5)
    assert not is_cut_short([], 9.0), "that is for others to judge"


def test_a_window_that_the_model_leaves_in_its_middle_is_read_to_its_end() -> None:
    class Leaves(Decoder):
        def _read(self, packs: Any, language: Language, *, no_repeat: int = 0, times: bool = True) -> Any:
            for pack in packs:
                found = [(" one", 0.2, 0.6), (" two", 0.6, 1.0)] + ([] if times else [(" three", 4.0, 4.6)])
                yield pack, GOOD, words(*found)

    ((number, said),) = Leaves(None, Settings()).said([Pack((7,), (window(5.0),))], Language.EN)
    assert (number, [unit.text for unit in said.units]) == (7, ["one", " two", " three"])


def test_a_loop_is_cut_to_one_turn_and_a_triple_no_stays() -> None:
    loop = words(*((" Okay.", k * 0.5, k * 0.5 + 0.4) for k in range(9)))
    assert [unit.text for unit in believed(loop, GOOD)] == ["Okay."]
    triple = words(*((" No,", k * 0.5, k * 0.5 + 0.4) for k in range(3)))
    assert len(believed(triple, GOOD)) == 3


def test_credits_of_videos_are_believed_only_from_a_sure_model() -> None:
    said = ((" Thanks", 0.0, 0.4), (" for", 0.4, 0.6), (" watching!", 0.6, 1.2))
    assert believed(words(*said), GOOD)
    assert not believed(units(Piece(text, a, b, 0.5) for text, a, b in said), GOOD)


def test_words_without_time_or_probability_are_made_up() -> None:
    assert not believed(words(*((f" w{k}", 1.0, 1.0) for k in range(5))), GOOD)
    assert not believed(units(Piece(f" w{k}", k, k + 0.3, 0.05) for k in range(5)), GOOD)


def test_a_folder_or_size_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    options = SpeechOptions(engine="whisper", model=str(tmp_path))
    assert "model.bin" in FACTORY.availability(options).reason
    assert not FACTORY.lacks_weights(options)
    with pytest.raises(WeightsMissing):
        FACTORY.open(options)
    named = SpeechOptions(engine="whisper", model="small")
    assert FACTORY.lacks_weights(named)
    with pytest.raises(FetchFailed, match="offline"):
        FACTORY.fetch_weights(named, lambda done, total: None)
    snapshot = tmp_path / "models--Systran--faster-whisper-small" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for name in ("model.bin", "config.json"):
        (snapshot / name).write_bytes(b"x" * 10)
    assert weights.locate(named, "cpu") == snapshot
    assert weights.locate(SpeechOptions(engine="whisper"), "cpu") == snapshot
    assert FACTORY.identify(named).model == "Systran/faster-whisper-small"
    with pytest.raises(WeightsDamaged):
        FACTORY.open(named)


@pytest.fixture(scope="module")
def engine(whisper_folder: Path) -> WhisperEngine:
    return FACTORY.open(SpeechOptions(engine="whisper", model=str(whisper_folder)))


def opened(whisper_folder: Path, language: str) -> WhisperEngine:
    options = SpeechOptions(engine="whisper", model=str(whisper_folder), language=language)
    engine = open_here(options, FACTORY.identify(options))
    assert isinstance(engine, WhisperEngine)
    return engine


def test_it_understands_plain_english(engine: WhisperEngine, speech: Waveform) -> None:
    (heard,) = engine.transcribe([speech])
    assert heard.segment is not None
    assert heard.segment.language is Language.EN
    said = set(heard.segment.text.lower().replace(",", "").replace(".", "").split())
    assert len(said & {"good", "evening", "welcome", "show", "tonight", "are", "going", "to", "talk", "about", "subtitles"}) >= 8
    assert len({token.confidence for token in heard.segment.tokens}) > 3
    assert all(isinstance(token.start_s, float) and type(token.start_s) is float for token in heard.segment.tokens)


def test_packed_windows_say_what_each_says_alone(whisper_folder: Path, speech: Waveform) -> None:
    """Each window has its words again, though all are read as one."""
    engine = opened(whisper_folder, language="en")
    parts = [Waveform(speech.samples, RATE_HZ, 20.0 * k) for k in range(3)]
    (alone,) = engine.transcribe(parts[:1])
    together = list(engine.transcribe(parts))
    assert alone.segment is not None
    for heard, part in zip(together, parts, strict=True):
        assert heard.window == part.span
        assert heard.segment is not None
        assert plain(heard.segment.text) == plain(alone.segment.text)
        assert heard.segment.start_s >= part.start_s


def plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def test_nothing_is_made_up_where_nobody_speaks(engine: WhisperEngine) -> None:
    random = np.random.default_rng(1)
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6)) * np.exp(-(time_s % 0.5) * 4) * 0.2
    sounds = [np.zeros(4 * RATE_HZ), random.normal(0, 0.003, 4 * RATE_HZ), random.normal(0, 0.1, 4 * RATE_HZ), chord]
    windows = [Waveform(sound.astype(np.float32), RATE_HZ, 10.0 * k) for k, sound in enumerate(sounds)]
    assert [heard.segment.text for heard in engine.transcribe(windows) if heard.segment] == []


def test_a_language_that_the_model_does_not_know_is_named(whisper_folder: Path) -> None:
    with pytest.raises(EngineUnavailable, match="does not know Cantonese"):
        opened(whisper_folder, language="yue")


def test_terms_are_read_once_each_without_comments(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("\ufeff# people\nSiobhan  Ng\n\n  Quilter \nSiobhan Ng\n", encoding="utf-8")
    assert read_terms(str(path)) == (Term("Siobhan Ng"), Term("Quilter"))
    assert read_terms("") == ()
    path.write_text("Quilter\t2.5\nNg\n", encoding="utf-8")
    assert read_terms(str(path)) == (Term("Quilter", 2.5), Term("Ng"))
    path.write_text("Ng\nQuilter\tmuch\n", encoding="utf-8")
    with pytest.raises(BadRecord, match="line 2"):
        read_terms(str(path))
    with pytest.raises(NoSuchFile):
        read_terms(str(tmp_path / "none.txt"))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecord, match="UTF-8"):
        read_terms(str(path))


def test_terms_do_not_disturb_other_words(whisper_folder: Path, speech: Waveform, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("Siobhan\nQuilter\n", encoding="utf-8")
    engine = FACTORY.open(SpeechOptions(engine="whisper", model=str(whisper_folder), language="en", terms=str(path)))
    (heard,) = engine.transcribe([speech])
    (plainly,) = opened(whisper_folder, "en").transcribe([speech])
    assert heard.segment is not None and plainly.segment is not None
    assert plain(heard.segment.text) == plain(plainly.segment.text)
