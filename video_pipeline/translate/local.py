"""A translation model on this machine, run by CTranslate2: Opus-MT, M2M-100, NLLB-200 or one of Argos.

It knows no context, no names and no limits: sentences go in, sentences come out. What a model is, its files tell. A folder may
also hold one model for each direction, in folders such as `zh-en`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from video_pipeline.core.extras import MissingPackage, requirement
from video_pipeline.core.files import key_of
from video_pipeline.core.heartbeat import beat
from video_pipeline.core.hub_files import OnProgress
from video_pipeline.translate.base import Answer, TranslationOptions, Usage, Window
from video_pipeline.translate.errors import TranslatorUnavailable
from video_pipeline.translate.scripts import base
from video_pipeline.translate.weights import MODEL, WEIGHTS, fetch, located, missing

_BEAM = 4
_LONGEST = 256
"""Tokens of one sentence."""
_REPEATS = 6
"""Tokens in a row that the model may not say twice."""
_NLLB = {
    "en": "eng_Latn", "zh": "zho_Hans", "yue": "yue_Hant", "ja": "jpn_Jpan", "ko": "kor_Hang", "fr": "fra_Latn", "de": "deu_Latn",
    "es": "spa_Latn", "pt": "por_Latn", "it": "ita_Latn", "nl": "nld_Latn", "ru": "rus_Cyrl", "uk": "ukr_Cyrl", "pl": "pol_Latn",
    "cs": "ces_Latn", "tr": "tur_Latn", "ar": "arb_Arab", "fa": "pes_Arab", "he": "heb_Hebr", "hi": "hin_Deva", "id": "ind_Latn",
    "vi": "vie_Latn", "th": "tha_Thai", "sv": "swe_Latn", "da": "dan_Latn", "no": "nob_Latn", "fi": "fin_Latn", "el": "ell_Grek",
    "hu": "hun_Latn", "ro": "ron_Latn", "bg": "bul_Cyrl", "hr": "hrv_Latn", "sr": "srp_Cyrl", "sk": "slk_Latn", "sl": "slv_Latn",
    "ms": "zsm_Latn", "bn": "ben_Beng", "ta": "tam_Taml", "te": "tel_Telu", "ur": "urd_Arab", "ca": "cat_Latn", "tl": "tgl_Latn",
}  # fmt: skip
"""NLLB's names of languages (FLORES-200)."""
_NO_TEXT = re.compile(r"</?s>|<unk>|__\w{2,3}__|[a-z]{3}_[A-Z][a-z]{3}")
"""Tokens that are no part of the text: ends, and names of languages."""
_HANT = ("Hant", "TW", "HK", "MO")
_PIECE = "\u2581"
"""What SentencePiece writes for a space."""


class _Form(Protocol):
    """How a kind of model takes its sentences."""

    def pieces(self, text: str, source: str) -> list[str]: ...

    def prefix(self, target: str) -> list[str]: ...

    def text(self, pieces: Sequence[str]) -> str: ...


class LocalTranslator:
    """Loads one model for each direction it is asked for, and keeps it."""

    varies = False

    def __init__(self, options: TranslationOptions) -> None:
        self._model = options.model
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._loaded: dict[Path, _Model] = {}

    @property
    def identity(self) -> str:
        """The name of the model that is fetched; of a folder the sizes of the weights in it."""
        if not self._model:
            return f"local 1 {MODEL.repository}"
        folder = Path(self._model).expanduser()
        sizes = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in sorted(folder.rglob(WEIGHTS))]
        return f"local 1 {key_of(sizes)[:12] if sizes else MODEL.repository}"

    def prepare(self) -> None:
        """Raises TranslatorUnavailable, MissingPackage."""
        for module in ("ctranslate2", "sentencepiece"):
            try:
                __import__(module)
            except ImportError:
                raise MissingPackage(module, requirement("translate")) from None
        with self._lock:
            self._folder = self._folder or (Path(self._model).expanduser() if self._model else located())
        if self._folder is None:
            raise missing()
        if not self._folder.is_dir():
            raise TranslatorUnavailable("local", f"there is no folder {self._folder}")

    def lacks_model(self) -> bool:
        return not self._model and located() is None

    def fetch_model(self, on_progress: OnProgress, *, offline: bool = False) -> None:
        if not self._model:
            fetch(on_progress, offline=offline)

    def translate(self, window: Window) -> Answer:
        self.prepare()
        model = self._of_direction(window.source, window.target)
        texts = model.translated([asked.sentence.text for asked in window.asked], window.source, window.target)
        beat()
        return Answer({asked.number: text for asked, text in zip(window.asked, texts, strict=True)}, usage=Usage(requests=1))

    def _of_direction(self, source: str, target: str) -> _Model:
        """Raises TranslatorUnavailable."""
        assert self._folder is not None
        names = (f"{source}-{target}", f"{base(source)}-{base(target)}", f"{base(source)}_{base(target)}")
        folders = [self._folder, *(self._folder / name for name in names)]
        folder = next((one for one in folders if (one / WEIGHTS).is_file() or (one / "model" / WEIGHTS).is_file()), None)
        if folder is None:
            there = sorted(path.name for path in self._folder.iterdir() if path.is_dir())
            raise TranslatorUnavailable("local", f"{self._folder} holds no model from {source} into {target}, but {there}")
        with self._lock:
            if folder not in self._loaded:
                self._loaded[folder] = _Model(folder)
            return self._loaded[folder]


class _Model:
    def __init__(self, folder: Path) -> None:
        import ctranslate2

        weights = folder if (folder / WEIGHTS).is_file() else folder / "model"
        self._form = _form_of(folder, weights)
        try:
            self._translator = ctranslate2.Translator(
                str(weights), device="auto", compute_type="auto", intra_threads=os.cpu_count()
            )
        except RuntimeError as error:
            raise TranslatorUnavailable("local", f"the model in {weights} cannot be loaded: {error}") from None

    def translated(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        prefix = self._form.prefix(target)
        found = self._translator.translate_batch(
            [self._form.pieces(text, source) for text in texts],
            target_prefix=[prefix] * len(texts) if prefix else None,
            beam_size=_BEAM,
            max_decoding_length=_LONGEST,
            no_repeat_ngram_size=_REPEATS,
            replace_unknowns=True,
        )
        return [self._form.text(one.hypotheses[0][len(prefix) :]) for one in found]


@dataclass(frozen=True)
class _Opus:
    """Opus-MT (Marian), one direction each."""

    source: Any
    target: Any

    def pieces(self, text: str, source: str) -> list[str]:
        return [*self.source.encode(text, out_type=str), "</s>"]

    def prefix(self, target: str) -> list[str]:
        return []

    def text(self, pieces: Sequence[str]) -> str:
        return str(self.target.decode([piece for piece in pieces if piece != "</s>"]))


@dataclass(frozen=True)
class _Argos:
    """A package of Argos Translate, one direction each."""

    letters: Any

    def pieces(self, text: str, source: str) -> list[str]:
        return list(self.letters.encode(text, out_type=str))

    def prefix(self, target: str) -> list[str]:
        return []

    def text(self, pieces: Sequence[str]) -> str:
        return "".join(pieces).replace(_PIECE, " ").strip()


@dataclass(frozen=True)
class _Many:
    """M2M-100 and NLLB, which are told the languages by tokens."""

    letters: Any
    is_nllb: bool

    def pieces(self, text: str, source: str) -> list[str]:
        return [self._name(source), *self.letters.encode(text, out_type=str), "</s>"]

    def prefix(self, target: str) -> list[str]:
        return [self._name(target)]

    def text(self, pieces: Sequence[str]) -> str:
        return str(self.letters.decode([piece for piece in pieces if not _NO_TEXT.fullmatch(piece)]))

    def _name(self, tag: str) -> str:
        """Raises TranslatorUnavailable."""
        language = base(tag)
        if not self.is_nllb:
            return f"__{'zh' if language == 'yue' else language}__"
        if language == "zh" and any(part in tag for part in _HANT):
            return "zho_Hant"
        if language not in _NLLB:
            raise TranslatorUnavailable("local", f"no name of NLLB is known for the language {tag}")
        return _NLLB[language]


def _form_of(folder: Path, weights: Path) -> _Form:
    """Raises TranslatorUnavailable."""
    import sentencepiece

    def opened(name: str) -> Any:
        return sentencepiece.SentencePieceProcessor(model_file=str(folder / name))

    if (folder / "source.spm").is_file() and (folder / "target.spm").is_file():
        return _Opus(opened("source.spm"), opened("target.spm"))
    if (folder / "sentencepiece.model").is_file() and weights != folder:
        return _Argos(opened("sentencepiece.model"))
    if (folder / "sentencepiece.bpe.model").is_file():
        words = "".join(path.read_text(encoding="utf-8") for path in folder.glob("shared_vocabulary.*"))
        return _Many(opened("sentencepiece.bpe.model"), is_nllb="eng_Latn" in words)
    raise TranslatorUnavailable("local", f"{folder} has neither source.spm and target.spm nor sentencepiece.bpe.model")
