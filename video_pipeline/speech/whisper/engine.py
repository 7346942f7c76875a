"""Whisper as a speech engine. Importing this file does not import faster-whisper: `open` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from video_pipeline.core.extras import absence, is_installed
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import NAMES
from video_pipeline.core.transcript import EngineIdentity, Segment, Token
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import LANGUAGES, Availability, Feature, Heard, SpeechOptions, missing_features
from video_pipeline.speech.chinese import in_script
from video_pipeline.speech.errors import DeviceMissing, EngineUnavailable, WeightsDamaged
from video_pipeline.speech.hardware import driver_has_gpu, sleep_soon, threads
from video_pipeline.speech.language import SETTLING_WINDOWS, FileLanguage, dominant, is_certain
from video_pipeline.speech.pieces import Unit
from video_pipeline.speech.stream import batches
from video_pipeline.speech.terms import Term, read_terms
from video_pipeline.speech.whisper import fetching, weights
from video_pipeline.speech.whisper.packing import PACK_S, packed

if TYPE_CHECKING:
    from video_pipeline.speech.whisper.decoding import Decoder, Said

_REVISION = 7
"""Of what this package makes of the model's words; raise it when the same sound gives another transcript."""
_LIBRARIES = ("faster_whisper", "ctranslate2")
_LEAST_S = 0.1
"""A shorter window holds no word."""
_SILENT = 1e-5
"""Largest sample of digital silence."""

_Probabilities = Mapping[Language, float]


_COMPUTE_TYPES = {"fp32": "float32", "bf16": "bfloat16", "int8": "int8"}
"""CTranslate2's names. What a device lacks it replaces by what comes nearest."""


class WhisperEngine:
    """99 languages, with punctuation; no emotions or sound events. Any number of threads may use it."""

    concurrent = True

    def __init__(self, decoder: Decoder, options: SpeechOptions, identity: EngineIdentity) -> None:
        self.identity = identity
        self._decoder, self._options = decoder, options
        english = () if decoder.is_multilingual else ("any language but English",)
        self.lacks: tuple[str, ...] = (*english, *missing_features(WhisperFactory.gives))

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """See the contract. With `auto`, the first windows are held back until they have settled the file's language.

        `memory` keeps the settled language, so that later stretches of the file are held to it too.
        """
        windows = iter(windows)
        held_to = FileLanguage({} if memory is None else memory)
        if self._options.language == "auto" and not held_to.is_settled:
            yield from self._settle(list(islice(windows, SETTLING_WINDOWS)), held_to)
        for batch in batches(windows, self._options.batch_s):
            yield from self._hear(batch, self._probabilities(batch, held_to.language), held_to.language)

    def _settle(self, first: list[Waveform], held_to: FileLanguage) -> Iterator[Heard]:
        """Transcribe the first windows of a file and remember the language they settle; fewer settle it for themselves only."""
        probabilities = self._probabilities(first, None)
        settled = dominant((window.duration_s, likely) for window, likely in zip(first, probabilities, strict=True))
        if len(first) == SETTLING_WINDOWS and any(probabilities):
            held_to.settle(settled)
        yield from self._hear(first, probabilities, settled)

    def _probabilities(self, windows: Sequence[Waveform], settled: Language | None) -> list[_Probabilities]:
        """How likely each language is in each window: empty for one without sound, certain where one was named."""
        if self._options.language not in ("auto", "mixed"):
            named = {Language(self._options.language): 1.0}
            return [named if _has_sound(window) else {} for window in windows]
        likely = self._decoder.language_probabilities
        return [likely(window, thorough=settled is None) if _has_sound(window) else {} for window in windows]

    def _hear(self, windows: list[Waveform], likely: list[_Probabilities], settled: Language | None) -> Iterator[Heard]:
        by_language: dict[Language, list[int]] = {}
        certain = {language for probabilities in likely for language, p in probabilities.items() if is_certain(p)}
        for number, probabilities in enumerate(likely):
            if probabilities:
                by_language.setdefault(_spoken(probabilities, settled, certain), []).append(number)
        segments: dict[int, Segment | None] = {}
        for language, numbers in by_language.items():
            for number, (own, said) in self._read(windows, numbers, language, settled).items():
                segments[number] = in_script(_segment(windows[number], said.units, own), self._options.script)
        for number, window in enumerate(windows):
            yield Heard(window.span, segments.get(number))

    def _read(
        self, windows: list[Waveform], numbers: list[int], language: Language, settled: Language | None
    ) -> dict[int, tuple[Language, Said]]:
        """What was said in the windows of a language, by their numbers.

        Where it is not the file's language, the window is read in that too, and the model believes one of the two more: a short
        window may sound like another language with certainty.
        """
        found = {number: (language, said) for number, said in self._decoder.said(packed(numbers, windows), language)}
        if settled is None or settled is language:
            return found
        for number, said in self._decoder.said(packed(numbers, windows), settled):
            if said.confidence >= found[number][1].confidence:
                found[number] = settled, said
        return found


class WhisperFactory:
    """Runs wherever faster-whisper and a model are installed."""

    languages = frozenset(Language) - {Language.UNKNOWN}
    gives: frozenset[Feature] = frozenset({"punctuation", "terms"})
    pad_s = 0.25
    """Of sound beside speech: with 0.15 s a short first or last word is more often lost."""
    models = f"a size ({', '.join(weights.SIZES)}) or a folder with {weights.WEIGHTS} and {weights.CONFIG}"

    def reads(self, model: str) -> bool:
        return weights.reads(model)

    def availability(self, options: SpeechOptions) -> Availability:
        if lacking := _lacking():
            return Availability(False, lacking)
        folder = weights.locate(options, _likely_device(options.device))
        if folder is None:
            return Availability(False, weights.absence(options))
        return Availability(True, f"the weights are in {folder}")

    def lacks_weights(self, options: SpeechOptions) -> bool:
        """Whether only the weights are missing, and nobody named a folder for them."""
        if _lacking() or not weights.is_fetchable(options):
            return False
        return weights.locate(options, _likely_device(options.device)) is None

    def fetch_weights(self, options: SpeechOptions, on_progress: Callable[[int, int], None], *, again: bool = False) -> None:
        """Raises FetchFailed."""
        size = weights.size_of(options, _likely_device(options.device))
        fetching.fetch(size, offline=options.offline, again=again, on_progress=on_progress)

    def folder(self, options: SpeechOptions) -> Path:
        """Raises WeightsMissing."""
        device = _likely_device(options.device)
        found = weights.locate(options, device)
        if found is None:
            raise weights.missing(options, device)
        return found

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        """Raises like `open` if a library or the weights are missing; does not check the device or read the weights."""
        device = _likely_device(options.device)
        return _identity(_ready_folder(options, device), device)

    def open(self, options: SpeechOptions) -> WhisperEngine:
        """Load the model: int8 on a processor, fp16 on a GPU, fp32 with `exact`.

        Raises:
            EngineUnavailable: a library is not installed, or the model does not know the language.
            DeviceMissing: the named device is not available.
            WeightsMissing: no weights were found; lists where.
            WeightsDamaged: the weights cannot be used.
            NoSuchFile, BadRecord: the terms cannot be read.
        """
        device = _likely_device(options.device)
        folder = _ready_folder(options, device)
        sleep_soon()
        import ctranslate2
        from faster_whisper import WhisperModel

        from video_pipeline.speech.whisper.decoding import Decoder, Settings

        kind, _, number = device.partition(":")
        if kind == "cuda" and ctranslate2.get_cuda_device_count() <= int(number or 0):
            raise DeviceMissing(device, "CTranslate2 finds no such GPU here")
        named = "fp32" if options.exact else options.precision
        precision = _COMPUTE_TYPES.get(named) or ("float16" if kind == "cuda" else "int8")
        try:
            model = WhisperModel(
                str(folder), device=kind, device_index=int(number or 0), compute_type=precision, cpu_threads=threads()
            )
        except (RuntimeError, ValueError) as error:
            raise WeightsDamaged(folder, str(error).strip().splitlines()[0]) from None
        packs = max(1, int(options.batch_s // PACK_S)) if kind == "cuda" else 1
        decoder = Decoder(model, Settings(hotwords(read_terms(options.terms)), packs))
        _require_language(options.language, decoder, folder)
        return WhisperEngine(decoder, options, _identity(folder, device))


FACTORY = WhisperFactory()


def _spoken(probabilities: _Probabilities, settled: Language | None, certain: Set[Language]) -> Language:
    """The language of a window: its own if that is certain, else that of the file; in a file of several the likeliest of those
    that other windows are `certain` of."""
    best = max(probabilities, key=lambda language: probabilities[language])
    if is_certain(probabilities[best]):
        return best
    return settled or max(certain or probabilities, key=lambda language: probabilities.get(language, 0.0))


def _has_sound(window: Waveform) -> bool:
    if window.rate_hz != RATE_HZ:
        raise ValueError(f"the speech model takes {RATE_HZ} Hz, not {window.rate_hz} Hz")
    return window.duration_s >= _LEAST_S and float(np.max(np.abs(np.nan_to_num(window.samples)))) > _SILENT


def _segment(window: Waveform, units: Sequence[Unit], language: Language) -> Segment | None:
    """The words of a window on the media clock, in order and inside it."""
    tokens: list[Token] = []
    for unit in units:
        start_s = max(window.start_s + unit.start, tokens[-1].end_s if tokens else window.start_s)
        start_s = min(start_s, window.end_s)
        end_s = min(max(window.start_s + unit.end, start_s), window.end_s)
        text = unit.text if tokens else unit.text.lstrip()
        tokens.append(Token(round(start_s, 3), round(end_s, 3), text, unit.confidence).clipped(window.span))
    text = "".join(token.text for token in tokens).strip()
    if not any(map(str.isalnum, text)):
        return None
    return Segment(tokens[0].start_s, tokens[-1].end_s, text, tokens=tuple(tokens), language=language)


def _require_language(wanted: str, decoder: Decoder, folder: Path) -> None:
    if wanted in LANGUAGES[:2] or Language(wanted) in decoder.languages:
        return
    name = NAMES[Language(wanted)].english
    raise EngineUnavailable("whisper", f"the model {weights.model_name(folder)} does not know {name}; larger ones may")


def _ready_folder(options: SpeechOptions, device: str) -> Path:
    if lacking := _lacking():
        raise EngineUnavailable("whisper", lacking)
    folder = weights.locate(options, device)
    if folder is None:
        raise weights.missing(options, device)
    return folder


def _identity(folder: Path, device: str) -> EngineIdentity:
    own = f"{version('faster-whisper')}-{_REVISION}-{weights.revision(folder)}"
    return EngineIdentity("whisper", weights.model_name(folder), own, device)


def _lacking() -> str:
    """The first package that is missing, found without importing any; empty if all can be used."""
    return next((absence(name) for name in _LIBRARIES if not is_installed(name)), "")


def hotwords(terms: Sequence[Term]) -> str:
    """What the model is told to expect: a sentence, since it writes no full stops after a list that has none."""
    return ", ".join(term.text for term in terms) + "." if terms else ""


def _likely_device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    return "cuda" if driver_has_gpu() else "cpu"
