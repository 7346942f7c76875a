"""Search by what words mean, with a made model in which words of several languages have one meaning."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.cli import main
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.errors import NoEmbeddings
from video_pipeline.library.hybrid import search_meaning
from video_pipeline.library.index import Contents, Index, Media, Said, Sentence
from video_pipeline.library.meaning import MODEL, StaticEmbedder, blocks_of, embedder, learn, nearest
from video_pipeline.library.question import Question
from video_pipeline.library.search import search

MEANINGS = {
    "car": ("car", "automobile", "voiture", "車", "자동차"),
    "fire": ("fire", "blaze", "incendie", "火"),
    "doctor": ("doctor", "physician", "médecin", "医者"),
    "money": ("money", "cash", "argent", "お金"),
}
FILLERS = ("we", "then", "saw", "the", "old", "a", "and", "it")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as model2vec stores it."""
    model2vec = pytest.importorskip("model2vec")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", *(word for group in MEANINGS.values() for word in group), *FILLERS]
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    chance = np.random.default_rng(1)
    vectors = 0.02 * chance.standard_normal((len(words), 16))
    for place, group in enumerate(MEANINGS.values()):
        for word in group:
            vectors[words.index(word), place] += 1.0
    target = tmp_path_factory.mktemp("model")
    model2vec.StaticModel(vectors.astype(np.float32), tokenizer).save_pretrained(target)
    return target


@pytest.fixture(scope="module")
def model(folder: Path) -> StaticEmbedder:
    return StaticEmbedder(folder)


def index_of(**films: Sequence[str]) -> Index:
    """A sentence every five seconds."""
    made = Index(None)
    for name, lines in films.items():
        said = [Sentence(5.0 * k, 5.0 * k + 4, line, language="en") for k, line in enumerate(lines)]
        made.add(f"/films/{name}.mp4", f"/out/{name}", Contents(Said(Media(600.0), tuple(said))))
    return made


def places(index: Index, query: str, model: StaticEmbedder, **more: Any) -> list[tuple[str, float]]:
    answer = search_meaning(index, Question(query, semantic=True, **more), model)
    return [(Path(moment.source).stem, moment.start_s) for moment in answer.moments]


def test_other_words_and_other_languages_are_found(model: StaticEmbedder) -> None:
    index = index_of(
        one=["we saw the old house", "then the automobile", "and it"], two=["the old voiture"], three=["a physician and the cash"]
    )
    assert not search(index, Question("car")).moments
    assert places(index, "car", model) == [("two", 0.0), ("one", 5.0)] or places(index, "car", model) == [
        ("one", 5.0),
        ("two", 0.0),
    ]
    assert places(index, "médecin", model) == [("three", 0.0)]
    assert places(index, "quetzalcoatl", model) == []


def test_a_sentence_among_others_is_found_by_itself(model: StaticEmbedder) -> None:
    """Its block means a little of everything."""
    other = "the cash the cash the physician the cash"
    index = index_of(one=[other, other, "the automobile", other], two=["an automobile and cash and cash and a physician"])
    assert places(index, "car", model)[0] == ("one", 10.0)


def test_what_words_and_meaning_find_comes_first_and_once(model: StaticEmbedder) -> None:
    index = index_of(one=["the blaze"], two=["the fire"], three=["fire", "the the the the the the the the the"])
    found = places(index, "fire", model)
    assert len(found) == 3 and found[-1] == ("one", 0.0)


def test_what_else_is_asked_for_holds_too(model: StaticEmbedder) -> None:
    from video_pipeline.core.transcript import AudioEvent

    index = Index(None)
    for name, emotion, language in (("a 2020", Emotion.HAPPY, "en"), ("b 2021", Emotion.SAD, "fr")):
        said = Said(Media(60.0), (Sentence(0, 4, "a voiture", language=language, emotion=emotion, emotion_p=0.9, speaker=name),))
        heard = [AudioEvent(3, 6, Sound.LAUGHTER, 0.9)] if emotion is Emotion.HAPPY else []
        index.add(f"/films/{name}.mp4", f"/out/{name}", Contents(said, heard))
    both = {"a 2020", "b 2021"}
    assert {name for name, _ in places(index, "car", model)} == both
    for asked in (
        {"emotions": ("happy",)},
        {"events": ("laughter",)},
        {"before": "2021"},
        {"speakers": ("a 2020",)},
        {"within": "a 2"},
    ):
        assert [name for name, _ in places(index, "car", model, **asked)] == ["a 2020"], asked


def test_vectors_are_kept_and_follow_the_videos(model: StaticEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(one=["the car"], two=[], three=["it"] * 20)
    learn(index, model)
    asked: list[int] = []
    vectors = model.vectors
    monkeypatch.setattr(model, "vectors", lambda texts: asked.append(len(texts)) or vectors(texts))
    learn(index, model)
    assert asked == []
    index.remove("/films/one.mp4")
    index.add("/films/four.mp4", "/out/four", Contents(Said(Media(9.0), (Sentence(0, 4, "a car", language="en"),))))
    learn(index, model)
    assert asked == [1]
    (found,) = [block.text for block, cosine in nearest(index, vectors(["automobile"])[0], None, 5) if cosine > 0.9]
    assert found == "a car"


def test_another_model_learns_anew(model: StaticEmbedder) -> None:
    class Other:
        name = "other"

        def vectors(self, texts: Sequence[str]) -> Any:
            return np.eye(8, dtype=np.float32)[: len(texts)]

    index = index_of(one=["the car"])
    learn(index, model)
    learn(index, Other())
    assert index.base.execute("SELECT model, length(vectors) FROM meanings").fetchall() == [("other", 8)]


def test_blocks_are_short_and_hold_every_sentence_once(model: StaticEmbedder) -> None:
    index = index_of(one=[f"word {k}" for k in range(50)])
    blocks = blocks_of(index, 1)
    assert " ".join(block.text for block in blocks) == " ".join(f"word {k}" for k in range(50))
    assert {block.last - block.first + 1 for block in blocks} <= {1, 2, 3, 4}


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """The exit code, and all that is shown."""

    def run(*words: Any) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["video-pipeline", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    embedder.cache_clear()
    terminate = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, terminate)
    embedder.cache_clear()


def test_the_command(cli: Any, made: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODEL, str(folder))
    made.add("a.mp4", [(0, 2, "the old automobile", Language.EN, None)])
    assert "no moments" in cli("library", "search", "car", "-o", made.out)[1]
    found = cli("library", "search", "car", "--semantic", "--save", "cars", "-o", made.out)
    assert found[0] == 0 and "the old automobile" in found[1]
    assert "the old automobile" in cli("library", "search", "--saved", "cars", "-o", made.out)[1]
    with catalogue(made.out) as book:
        book.forget(list(book.sources()))
    assert "no moments" in cli("library", "search", "car", "--semantic", "-o", made.out)[1]


def test_without_a_model_one_sentence_says_so(cli: Any, talks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("model2vec")
    monkeypatch.setenv(MODEL, str(tmp_path))
    found = cli("library", "search", "climate", "--semantic", "-o", talks.out)
    assert found[0] == 8 and "there is no model.safetensors" in found[1] and "VIDEO_PIPELINE_EMBEDDINGS" in found[1]
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(NoEmbeddings):
        StaticEmbedder(tmp_path)
    monkeypatch.delenv(MODEL)
    monkeypatch.setenv("VIDEO_PIPELINE_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert "offline mode" in cli("library", "search", "climate", "--semantic", "-o", talks.out)[1]
