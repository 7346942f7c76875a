"""A draft in English by pocketsphinx, whose small model comes inside its wheel: works without downloading weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any

from video_pipeline.core.extras import absence, is_installed
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, Segment, Token
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import Availability, Feature, Heard, SpeechOptions, missing_features
from video_pipeline.speech.draft.decoding import FRAME_S, decoded
from video_pipeline.speech.draft.english import EnglishCheck, measured, shipped_judge, weights_digest
from video_pipeline.speech.errors import EngineUnavailable

_REVISION = 3
"""Of what this module makes of the decoder's words; raise it when the same words give another transcript."""
_VARIANT = re.compile(r"\(\d+\)$")
"""The dictionary's "use(2)" is the second pronunciation of "use"."""
_ALWAYS_CAPITAL = re.compile(r"^i(?='|$)")
"""The dictionary is in lower case: "i", "i'm"."""


class DraftEngine:
    """English words and their times; no punctuation, emotions or sound events, and more mistakes than a modern model."""

    concurrent = False
    draft = True
    lacks = ("any language but English", *missing_features(()), "the accuracy of SenseVoice and Whisper")

    def __init__(self, new_decoder: Callable[[], Any], identity: EngineIdentity, check: EnglishCheck | None = None) -> None:
        """`check`: refuses other languages; None takes all speech for English."""
        self._new_decoder = new_decoder
        self._check = check
        self.identity = identity

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """See the contract; in `memory` is whether the file was English so far. Raises OtherLanguage.

        A decoder answers a little differently after other sounds, so each call has one of its own.
        """
        memory, decoder = {} if memory is None else memory, self._new_decoder()
        for window in self._check.passing(windows, memory) if self._check else windows:
            yield Heard(window.span, self._segment(decoder, window))

    def doubt(self, memory: Mapping[str, str]) -> str:
        """See `DoubtsWords`: there may be too little speech to tell its language."""
        return self._check.doubt(memory) if self._check else ""

    def _segment(self, decoder: Any, window: Waveform) -> Segment | None:
        words = decoded(decoder, window)
        if not words:
            return None
        tokens = tuple(self._token(piece, k == 0, window) for k, piece in enumerate(words))
        text = "".join(token.text for token in tokens)
        return Segment(tokens[0].start_s, tokens[-1].end_s, text, tokens=tokens, language=Language.EN)

    def _token(self, piece: Any, first: bool, window: Waveform) -> Token:
        word = _ALWAYS_CAPITAL.sub("I", _VARIANT.sub("", piece.word))
        word = word[:1].upper() + word[1:] if first else " " + word
        start_s = round(window.start_s + piece.start_frame * FRAME_S, 3)
        span = Span(start_s, round(window.start_s + (piece.end_frame + 1) * FRAME_S, 3)).clipped(window.span)
        return Token(span.start_s, span.end_s, word, min(1.0, max(0.0, piece.prob)))


class DraftFactory:
    """Runs wherever pocketsphinx is installed."""

    languages = frozenset({Language.EN})
    gives: frozenset[Feature] = frozenset()

    models = ""

    def reads(self, model: str) -> bool:
        return False

    def availability(self, options: SpeechOptions) -> Availability:
        if not is_installed("pocketsphinx"):
            return Availability(False, absence("pocketsphinx"))
        if options.language not in ("auto", "mixed", *self.languages):
            return Availability(False, f"it knows English only, not {options.language!r}")
        return Availability(True, "its small English model comes with the installation")

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        return EngineIdentity("draft", "pocketsphinx en-us", f"{version('pocketsphinx')}-{_REVISION}-{weights_digest()}", "cpu")

    def open(self, options: SpeechOptions) -> DraftEngine:
        available = self.availability(options)
        if not available.ready:
            raise EngineUnavailable("draft", available.reason)
        if options.device not in ("auto", "cpu"):
            raise EngineUnavailable("draft", f"it runs on the CPU only, not on {options.device!r}")
        from pocketsphinx import Decoder

        check = None if options.language == Language.EN else EnglishCheck(measured, shipped_judge())
        return DraftEngine(partial(Decoder, samprate=RATE_HZ, loglevel="FATAL"), self.identify(options), check)


FACTORY = DraftFactory()
