"""SenseVoiceSmall as a speech engine. Importing this file imports neither torch nor funasr: `open` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.core.extras import absence, is_installed
from video_pipeline.core.labels import Language
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import Availability, Feature, Heard, SpeechOptions
from video_pipeline.speech.chinese import in_script
from video_pipeline.speech.errors import EngineUnavailable
from video_pipeline.speech.folders import model_folder
from video_pipeline.speech.hardware import give_back_memory, keep_few_shapes, sleep_soon, threads
from video_pipeline.speech.language import SETTLING_WINDOWS, FileLanguage
from video_pipeline.speech.sensevoice import fetching, hubs, weights
from video_pipeline.speech.sensevoice.devices import likely_device
from video_pipeline.speech.sensevoice.fetching import OnProgress
from video_pipeline.speech.stream import batches
from video_pipeline.speech.terms import TermFound, read_terms

if TYPE_CHECKING:
    from video_pipeline.speech.sensevoice.forward import Answer
    from video_pipeline.speech.sensevoice.listener import Listener

_LIBRARIES = ("torch", "funasr", "sentencepiece", "omegaconf")
_FEATURE_LIBRARIES = ("kaldi_native_fbank", "torchaudio")
"""funasr computes features with either of them."""
OLDEST_TORCH = (2, 10)
"""The first with `torch.nn.attention.varlen`; see `gpu_layers`."""

_DEMO_LACKS = ("real voices (the demo model recognises only the synthesised ones of the demo video)",)


class SenseVoiceEngine:
    """Chinese, Cantonese, English, Japanese and Korean, with emotions and sound events. Any number of threads may use it."""

    lacks: tuple[str, ...] = ()
    concurrent = True

    def __init__(self, listener: Listener, options: SpeechOptions, identity: EngineIdentity) -> None:
        self.identity = identity
        self.listener, self.vad = listener, listener.vad
        self._options = options
        if weights.locate(options) == weights.demo_folder():
            self.lacks = _DEMO_LACKS
        if listener.terms and listener.terms.unwritable:
            self.lacks += (f"letters of the terms {', '.join(listener.terms.unwritable)}",)

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """See the contract. With `auto`, the first windows are held back until they have settled the file's language.

        `memory` keeps the settled language, so that later stretches of the file are held to it too.
        """
        windows, chosen = iter(windows), self._options.language
        held_to = FileLanguage({} if memory is None else memory)
        settled: Language | None = None
        if chosen == "auto":
            if not held_to.is_settled:
                yield from self._settle(windows, held_to)
            settled = held_to.language
        asked = "auto" if chosen == "mixed" else chosen
        for batch in batches(windows, max(self._options.batch_s, self.listener.batch_s)):
            yield from self._hear(batch, self._answers(batch, asked), settled)
            give_back_memory()

    def _settle(self, windows: Iterator[Waveform], held_to: FileLanguage) -> Iterator[Heard]:
        """Transcribe the first windows of a file and remember the language they settle.

        A stretch with fewer windows than it takes, or without speech, settles it for itself only.
        """
        from video_pipeline.speech.sensevoice import language

        first = list(islice(windows, SETTLING_WINDOWS))
        answers = self._answers(first, "auto")
        settled = language.dominant(first, answers, self.listener.vocabulary)
        if len(first) == SETTLING_WINDOWS and any(answer is not None for answer in answers):
            held_to.settle(settled)
        yield from self._hear(first, answers, settled)

    def event_posterior(self, waveform: Waveform, window_s: float = 2.0, hop_s: float = 0.5) -> Posterior:
        """Probabilities of sounds along any audio, spoken or not; see `Listener.event_posterior`."""
        return self.listener.event_posterior(waveform, window_s, hop_s)

    def _hear(self, batch: list[Waveform], answers: list[Answer | None], settled: Language | None) -> Iterator[Heard]:
        """Answers as segments; windows that stray from a settled language are asked again in it."""
        from video_pipeline.speech.sensevoice import decoding, language

        vocabulary, pinned = self.listener.vocabulary, set[int]()
        if settled is not None:
            pinned = {k for k, answer in enumerate(answers) if language.strays(answer, settled, vocabulary)}
            again = self._answers([batch[k] for k in sorted(pinned)], str(settled))
            for k, answer in zip(sorted(pinned), again, strict=True):
                answers[k] = answer
        asked = self._options.language if self._options.language != "mixed" else "auto"
        for k, (window, answer) in enumerate(zip(batch, answers, strict=True)):
            if answer is None:
                yield Heard(window.span)
                continue
            spoken = str(settled) if settled is not None and k in pinned else asked
            path, found = None, list[TermFound]()
            if self.listener.terms is not None:
                path, found = decoding.with_terms(answer, vocabulary, self.listener.terms, window.span)
            segment = decoding.segment(answer, window.span, vocabulary, spoken, self._options.emotions, path)
            if self._options.script != "auto":
                segment = in_script(segment, self._options.script)
            yield Heard(window.span, segment, decoding.sounds(answer, vocabulary), tuple(found))

    def _answers(self, batch: list[Waveform], language: str) -> list[Answer | None]:
        for window in batch:
            if window.rate_hz != RATE_HZ:
                raise ValueError(f"the speech model takes {RATE_HZ} Hz, not {window.rate_hz} Hz")
        return self.listener.answers([window.samples for window in batch], language, self._options.numerals)


class SenseVoiceFactory:
    """Runs wherever funasr, torch and the weights are installed."""

    languages = frozenset({Language.ZH, Language.YUE, Language.EN, Language.JA, Language.KO})
    gives: frozenset[Feature] = frozenset({"emotion", "events", "punctuation", "terms"})
    models = f"a folder with {hubs.WEIGHTS}, or {weights.DEMO}: the small one of the demo video"

    def availability(self, options: SpeechOptions) -> Availability:
        lacking = _lacking()
        if lacking:
            return Availability(False, lacking)
        folder = weights.locate(options)
        if folder is None:
            return Availability(False, weights.absence(options))
        return Availability(True, f"the weights are in {folder}")

    def reads(self, model: str) -> bool:
        return model == weights.DEMO or (model_folder(model, hubs.WEIGHTS) / hubs.WEIGHTS).is_file()

    def lacks_weights(self, options: SpeechOptions) -> bool:
        """Whether only the weights are missing, and nobody named a folder for them."""
        return not _lacking() and not weights.is_named(options) and weights.locate(options) is None

    def fetch_weights(self, options: SpeechOptions, on_progress: OnProgress, *, again: bool = False) -> None:
        """Raises FetchFailed."""
        fetching.fetch(offline=options.offline, again=again, on_progress=on_progress)

    def folder(self, options: SpeechOptions) -> Path:
        """Raises WeightsMissing."""
        found = weights.locate(options)
        if found is None:
            raise weights.missing(options)
        return found

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        """Raises like `open` if a library or the weights are missing; does not check the device or read the weights."""
        folder = _ready_folder(options)
        return _identity(folder, likely_device(options.device))

    def open(self, options: SpeechOptions) -> SenseVoiceEngine:
        """Load the model. Sets torch's number of threads to the cores this process may use.

        Raises:
            EngineUnavailable: a library is not installed, or the device lacks the precision that was asked for.
            DeviceMissing: the named device is not available.
            NoSuchFile, BadRecord: the terms cannot be read.
            WeightsMissing: no weights were found; lists where.
            WeightsDamaged: the weights cannot be used; names the file.
        """
        folder = _ready_folder(options)
        sleep_soon()
        keep_few_shapes()
        import torch

        from video_pipeline.speech.sensevoice import loading
        from video_pipeline.speech.sensevoice.listener import Listener

        device = loading.resolve_device(options.device)
        torch.set_num_threads(threads())  # more threads than cores cost up to 23 times the time
        listener = Listener(folder, device, exact=options.exact, precision=options.precision, terms=read_terms(options.terms))
        return SenseVoiceEngine(listener, options, _identity(folder, str(device)))


FACTORY = SenseVoiceFactory()


def _ready_folder(options: SpeechOptions) -> Path:
    """The checkpoint's folder, after checking that everything else that `open` needs is installed."""
    lacking = _lacking()
    if lacking:
        raise EngineUnavailable("sensevoice", lacking)
    folder = weights.locate(options)
    if folder is None:
        raise weights.missing(options)
    return folder


def _identity(folder: Path, device: str) -> EngineIdentity:
    return EngineIdentity("sensevoice", weights.model_name(folder), weights.revision(folder), device)


def _lacking() -> str:
    """The first package that is missing or too old, found without importing any; empty if all can be used."""
    for name in _LIBRARIES:
        if not is_installed(name):
            return absence(name)
    if not any(map(is_installed, _FEATURE_LIBRARIES)):
        return absence(_FEATURE_LIBRARIES[0])
    found = version("torch")
    if tuple(map(int, found.split(".")[:2])) < OLDEST_TORCH:
        return f"torch {found} is installed, {'.'.join(map(str, OLDEST_TORCH))} or newer is needed"
    return ""
