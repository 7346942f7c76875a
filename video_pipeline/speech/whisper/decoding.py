"""Runs the model over packs of windows: languages, then words with their times and probabilities.

Everything is decided without sampling, so the same sound gives the same words: where a pack comes out badly (its text repeats
itself, or the model is unsure of it), its halves are read again, down to single windows, and these once more with repetition
forbidden. A window that the model skipped, as it does with what was said before, or left in its middle, is read again alone.

The model writes times between its lines, as it was mostly trained to, since its words are better then; they are not used.
Sometimes it stops after a line though speech goes on, and is then made to go on without times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from video_pipeline.core.labels import Language
from video_pipeline.core.waveform import Samples, Waveform
from video_pipeline.speech.pieces import Piece, Unit, units
from video_pipeline.speech.whisper import guards
from video_pipeline.speech.whisper.guards import Reading
from video_pipeline.speech.whisper.packing import PACK_S, Pack, shared_out

_FRAME_SAMPLES = 160
"""Of the features: 10 ms."""
_FRAMES = 3000
"""Of the model's window."""
_BEAMS = 5
"""Width of the search: what Whisper's own decoder and faster-whisper take."""
_NO_REPEAT = 3
"""Longest run of pieces that may occur twice, in the last attempt."""
_SURE_LANGUAGE = 0.9
"""Probability of a language from which a short reading is believed."""
_CODES = {"jw": "jv"}
"""Whisper's codes that are not ISO 639-1."""
_OWN_CODES = {iso: own for own, iso in _CODES.items()}


@dataclass(frozen=True, slots=True)
class Settings:
    """How the model is run."""

    hotwords: str = ""
    batch: int = 1
    """Packs at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What was said in one window: its words, their times from its start."""

    units: list[Unit] = field(default_factory=list)

    @property
    def confidence(self) -> float:
        """Mean probability of the words; 0 without any."""
        return sum(unit.confidence for unit in self.units) / len(self.units) if self.units else 0.0


class Decoder:
    """An open model. `model` is faster-whisper's `WhisperModel`."""

    def __init__(self, model: Any, settings: Settings) -> None:
        self._model, self._settings = model, settings
        self._tokenizers: dict[Language, Any] = {}

    @property
    def is_multilingual(self) -> bool:
        return bool(self._model.model.is_multilingual)

    @cached_property
    def languages(self) -> frozenset[Language]:
        """Those the model has a token for."""
        if not self.is_multilingual:
            return frozenset({Language.EN})
        return frozenset(_language(code) for code in self._known_codes())

    def language_probabilities(self, window: Waveform, *, thorough: bool) -> Mapping[Language, float]:
        """How likely each language is in one window.

        Only as much is read as there is sound, which takes a seventh of the time and mostly gives the same. Where the answer is
        not sure, `thorough` reads again, with silence up to the 30 s that the model was trained on.
        """
        if not self.is_multilingual:
            return {Language.EN: 1.0}
        features = self._features(window.samples)
        short = features[:, : min(_FRAMES, len(window.samples) // _FRAME_SAMPLES // 2 * 2 + 2)]
        found = self._detected(short)
        is_sure = not thorough or max(found.values()) >= _SURE_LANGUAGE
        return found if is_sure else self._detected(features)

    def _detected(self, features: Any) -> dict[Language, float]:
        found = self._model.model.detect_language(self._model.encode(np.ascontiguousarray(features)))[0]
        return {_language(token[2:-2]): float(p) for token, p in found}

    def said(self, packs: Sequence[Pack], language: Language) -> Iterator[tuple[int, Said]]:
        """The words of each window by its number, in any order."""
        waiting = list(packs)
        while waiting:
            batch, waiting = waiting[: self._settings.batch], waiting[self._settings.batch :]
            for pack, reading, found in self._read(batch, language):
                if guards.is_doubtful(reading) and len(pack.windows) > 1:
                    waiting += pack.halves()
                    continue
                if guards.is_doubtful(reading):
                    reading, found = self._again(pack, language, (reading, found))
                elif len(pack.windows) == 1 and guards.is_cut_short(found, pack.duration_s):
                    reading, found = self._to_its_end(pack, language, (reading, found))
                found = [] if guards.is_silence(reading) else found
                for number, window, share in zip(pack.numbers, pack.windows, shared_out(found, pack), strict=True):
                    is_left = guards.is_skipped(share, window.duration_s) or guards.is_cut_short(share, window.duration_s)
                    if len(pack.windows) > 1 and is_left:
                        waiting.append(Pack((number,), (window,)))
                    else:
                        yield number, Said(guards.believed(share, reading))

    def _again(self, pack: Pack, language: Language, first: tuple[Reading, list[Unit]]) -> tuple[Reading, list[Unit]]:
        """The better of the first reading of a window and one without repetition."""
        ((_, reading, found),) = self._read([pack], language, no_repeat=_NO_REPEAT)
        return max(first, (reading, found), key=lambda one: (not one[0].repeats, one[0].mean_log))

    def _to_its_end(self, pack: Pack, language: Language, first: tuple[Reading, list[Unit]]) -> tuple[Reading, list[Unit]]:
        """The first reading of a window that stops too early, or one without times if that is believed and goes further."""
        ((_, reading, found),) = self._read([pack], language, times=False)
        goes_on = bool(found) and found[-1].end > first[1][-1].end and not guards.is_doubtful(reading)
        return (reading, found) if goes_on else first

    def _read(
        self, packs: Sequence[Pack], language: Language, *, no_repeat: int = 0, times: bool = True
    ) -> Iterator[tuple[Pack, Reading, list[Unit]]]:
        model, tokenizer = self._model, self._tokenizer(language)
        encoded = model.encode(np.stack([self._features(pack.samples()) for pack in packs]))
        prompt = model.get_prompt(tokenizer, [], without_timestamps=not times, hotwords=self._settings.hotwords or None)
        results = model.model.generate(
            encoded,
            [prompt] * len(packs),
            beam_size=_BEAMS,
            max_length=model.max_length,
            no_repeat_ngram_size=no_repeat,
            suppress_tokens=[-1, *tokenizer.non_speech_tokens],
            return_scores=True,
            return_no_speech_prob=True,
        )
        texts = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
        frames = [min(_FRAMES, int(pack.duration_s * 100)) for pack in packs]
        words = self._aligned(tokenizer, texts, encoded, frames)
        for pack, result, text, found in zip(packs, results, texts, words, strict=True):
            length = len(result.sequences_ids[0])
            mean_log = result.scores[0] * length / (length + 1)
            yield pack, Reading(tokenizer.decode(text).strip(), mean_log, result.no_speech_prob), found

    def _aligned(self, tokenizer: Any, texts: Sequence[Sequence[int]], encoded: Any, frames: Sequence[int]) -> list[list[Unit]]:
        """The words of each text with their times in the pack, by the model's own attention to the sound."""
        if not any(texts):
            return [[] for _ in texts]
        found = self._model.find_alignment(tokenizer, list(texts), encoded, list(frames))
        return [
            units(Piece(word["word"], float(word["start"]), float(word["end"]), float(word["probability"])) for word in words)
            for words in found
        ]

    def _features(self, samples: Samples) -> Any:
        """Features [mels, 3000] of a sound of up to 30 s, with silence after it."""
        whole = np.zeros(round(PACK_S * 16_000), np.float32)
        whole[: len(samples)] = samples[: len(whole)]
        return self._model.feature_extractor(whole, padding=0)[:, :_FRAMES]

    def _tokenizer(self, language: Language) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            code = _OWN_CODES.get(str(language), str(language))
            self._tokenizers[language] = Tokenizer(self._model.hf_tokenizer, self.is_multilingual, "transcribe", code)
        return self._tokenizers[language]

    def _known_codes(self) -> Iterator[str]:
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        for code in _LANGUAGE_CODES:
            if self._model.hf_tokenizer.token_to_id(f"<|{code}|>") is not None:
                yield code


def _language(code: str) -> Language:
    return Language(_CODES.get(code, code))
