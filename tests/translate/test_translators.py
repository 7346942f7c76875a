"""Every translator of the table keeps the contract; `local` with a tiny model of each kind, which speaks nonsense."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.translate.endpoint import Endpoint, served
from video_pipeline.core.errors import EngineError
from video_pipeline.core.labels import Language
from video_pipeline.translate import TRANSLATORS
from video_pipeline.translate.base import Asked, Sentence, TranslationOptions, Translator, Window
from video_pipeline.translate.errors import TranslatorUnavailable
from video_pipeline.translate.local import LocalTranslator

TEXTS = ["good evening to you all", "we talk about the weather", "thank you and good night"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with served(Endpoint(language="de")) as one:
        yield one


def window(source: str = "en", target: str = "de") -> Window:
    said = [Sentence(start_s=float(k), end_s=k + 1.0, text=text, language=Language(source)) for k, text in enumerate(TEXTS)]
    return Window(source=source, target=target, asked=[Asked(number=101 + 7 * k, sentence=one) for k, one in enumerate(said)])


def letters(folder: Path, name: str) -> list[str]:
    """A SentencePiece model of a few words; gives its pieces."""
    import sentencepiece

    (folder / "text.txt").write_text("\n".join(TEXTS * 20), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"), model_prefix=str(folder / "trained"), vocab_size=40, hard_vocab_limit=False, minloglevel=2
    )
    (folder / "trained.model").rename(folder / name)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / name))
    return [processor.id_to_piece(k) for k in range(processor.get_piece_size())]


def tiny(folder: Path, vocabulary: list[str]) -> None:
    """A transformer of one layer with random weights, as CTranslate2 stores it."""
    from ctranslate2.specs import TransformerSpec

    rng, size, words = np.random.default_rng(0), 16, list(dict.fromkeys(["<unk>", "<s>", "</s>", *vocabulary]))
    spec = TransformerSpec.from_config(num_layers=1, num_heads=2)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(size, np.float32), np.zeros(size, np.float32)

    def linear(layer: Any, out: int, into: int = size) -> None:
        layer.weight, layer.bias = rng.normal(0, 0.3, (out, into)).astype(np.float32), np.zeros(out, np.float32)

    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = rng.normal(0, 0.3, (len(words), size)).astype(np.float32)
        side.position_encodings.encodings = rng.normal(0, 0.1, (300, size)).astype(np.float32)
        norm(side.layer_norm)
        for layer in side.layer:
            norm(layer.self_attention.layer_norm)
            linear(layer.self_attention.linear[0], 3 * size)
            linear(layer.self_attention.linear[1], size)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, 32)
            linear(layer.ffn.linear_1, size, 32)
            if hasattr(layer, "attention"):
                norm(layer.attention.layer_norm)
                linear(layer.attention.linear[0], size)
                linear(layer.attention.linear[1], 2 * size)
                linear(layer.attention.linear[2], size)
    linear(spec.decoder.projection, len(words))
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.validate()
    spec.save(str(folder))


def opus(folder: Path) -> None:
    pieces = letters(folder, "source.spm")
    letters(folder, "target.spm")
    tiny(folder, pieces)


def argos(folder: Path) -> None:
    pieces = letters(folder, "sentencepiece.model")
    (folder / "model").mkdir()
    tiny(folder / "model", pieces)


def many(folder: Path) -> None:
    tiny(folder, [*letters(folder, "sentencepiece.bpe.model"), "__en__", "__de__"])


def nllb(folder: Path) -> None:
    tiny(folder, [*letters(folder, "sentencepiece.bpe.model"), "eng_Latn", "deu_Latn"])


@pytest.mark.parametrize("name", TRANSLATORS)
def test_a_translator_keeps_the_contract(name: str, endpoint: Endpoint, tmp_path: Path) -> None:
    pytest.importorskip("ctranslate2", reason="the extra translate is not installed")
    opus(tmp_path)
    model = {"model": str(tmp_path)} if name == "local" else {"url": endpoint.url}
    translator: Translator = TRANSLATORS.load(name)(TranslationOptions(to=("de",), **model))
    assert translator.varies in (True, False)
    before = translator.identity
    translator.prepare()
    asked = window()
    answer = translator.translate(asked)
    assert set(answer.texts) == {one.number for one in asked.asked} and not answer.doubled
    assert translator.identity == before and str(tmp_path) not in translator.identity
    assert [*inspect.signature(TRANSLATORS.load(name)).parameters] == ["options"]


@pytest.mark.parametrize("kind", [opus, argos, many, nllb])
def test_each_kind_of_model_is_told_by_its_files(kind: Any, tmp_path: Path) -> None:
    pytest.importorskip("ctranslate2", reason="the extra translate is not installed")
    folder = tmp_path / "en-de"  # one of several directions
    folder.mkdir()
    kind(folder)
    translator = LocalTranslator(TranslationOptions(to=("de",), translator="local", model=str(tmp_path)))
    first, second = (translator.translate(window()).texts for _ in range(2))
    assert first == second and len(first) == 3
    assert not any("</s>" in text or "__" in text or "_Latn" in text for text in first.values())
    with pytest.raises(TranslatorUnavailable, match="from ja into de"):
        translator.translate(window("ja"))


def test_what_cannot_run_says_why(tmp_path: Path) -> None:
    for options in ({"translator": "openai"}, {"translator": "local", "model": str(tmp_path / "none")}, {"translator": "local"}):
        translator: Translator = TRANSLATORS.load(options["translator"])(TranslationOptions(to=("de",), **options))
        with pytest.raises(EngineError, match="cannot run here"):
            translator.prepare()


def test_other_packages_add_translators(tmp_path: Path) -> None:
    (tmp_path / "loud-1.0.dist-info").mkdir()
    (tmp_path / "loud.py").write_text("class Loud:\n    varies = False\n", encoding="utf-8")
    (tmp_path / "loud-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    points = "[video_pipeline.translators]\nloud = loud:Loud\n"
    (tmp_path / "loud-1.0.dist-info" / "entry_points.txt").write_text(points, encoding="utf-8")
    code = (
        f"import sys, json; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from video_pipeline.translate.base import TranslationOptions\n"
        "from video_pipeline.translate import TRANSLATORS\n"
        "print(json.dumps([TranslationOptions(to=('de',), translator='loud').name, TRANSLATORS.load('loud').__name__]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["loud", "Loud"]
