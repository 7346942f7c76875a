"""From sound to the model's answers, in the requested precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.gathered import Gathered
from video_pipeline.speech.sensevoice import decoding, fbank, features, loading
from video_pipeline.speech.sensevoice.forward import Answer, Forward, Question, joined
from video_pipeline.speech.sensevoice.gpu_vad import GpuVad
from video_pipeline.speech.sensevoice.precision import precision_of
from video_pipeline.speech.sensevoice.term_search import TermSearch
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary
from video_pipeline.speech.terms import Term
from video_pipeline.speech.vad import VadModel, on_processor

_CPU_ROWS = 2_500
"""Rows per batch on a CPU: more cost memory and are not faster."""
_GPU_ROWS = 20_000
"""Rows per batch on a GPU: enough to hide the start of 800 kernels."""
_WINDOWS_AT_ONCE = 256
"""Sliding windows per call: bounds the memory of their samples."""


class Listener:
    """The model with its features. Does not keep the checkpoint in memory.

    Requests of several threads go through the model together.

    Args:
        exact: fp32 on funasr's own features, which gives funasr's own tokens.
        precision: otherwise, a value of `SpeechOptions.precision`.
        terms: names and terms to expect.
    """

    def __init__(
        self, folder: Path, device: torch.device, *, exact: bool, precision: str = "auto", terms: Sequence[Term] = ()
    ) -> None:
        dtype = torch.float32 if exact else precision_of(precision, device)
        loaded = loading.load(folder, device)
        rows = _CPU_ROWS if device.type == "cpu" else _GPU_ROWS
        self.vocabulary: Vocabulary = loaded.vocabulary
        self.terms = TermSearch(terms, loaded.tokenizer.encode, self.vocabulary.pieces) if terms else None
        threads = torch.get_num_threads() if device.type == "cpu" else 1
        self._forward = Forward(loaded, dtype, rows, self.terms.kept if self.terms else (), threads)
        self._run = Gathered(self._forward.run)
        self._frontend = loaded.frontend if exact else None
        self._stacking = fbank.Stacking.of(loaded.frontend)
        self.batch_s = 0.0 if device.type == "cpu" else _GPU_ROWS * features.FRAME_S
        """Seconds of sound that one request should have at least."""
        if device.type == "cuda":  # else convolutions in fp32 are rounded to 10 bits, which moves where speech begins
            torch.backends.cudnn.allow_tf32 = False
        self.vad: VadModel = GpuVad(device) if device.type == "cuda" else on_processor

    @property
    def dtype(self) -> torch.dtype:
        return self._forward.dtype

    def answers(self, windows: Sequence[Samples], language: str = "auto", numerals: bool = True) -> list[Answer | None]:
        """The model's answer for each window; None for one that is too short, or digital silence."""
        pieces = [features.parts(samples) if not features.is_silent(samples) else [] for samples in windows]
        made = self._features([piece for window in pieces for piece in window])
        answers = iter(self._run([Question(one, language, numerals) for one in made]))
        return [joined([next(answers) for _ in window]) if window else None for window in pieces]

    def event_posterior(self, waveform: Waveform, window_s: float = 2.0, hop_s: float = 0.5) -> Posterior:
        """Probabilities of sounds along any audio, spoken or not, from short windows slid over it.

        Frame k is the answer for the window of `window_s` around its middle. The model gives one answer per window, so a window
        must be as short as the wanted sounds, but long enough to recognise them.
        """
        labels = tuple(sound for sound in Sound if sound in self.vocabulary.events.labels)
        frames = int(np.ceil(waveform.duration_s / hop_s - 1e-9))
        values = np.zeros((frames, len(labels)), np.float32)
        size, reach = round(window_s * RATE_HZ), round((window_s - hop_s) / 2 * RATE_HZ)
        for first in range(0, frames, _WINDOWS_AT_ONCE):
            numbers = range(first, min(frames, first + _WINDOWS_AT_ONCE))
            starts = [max(0, round(k * hop_s * RATE_HZ) - reach) for k in numbers]
            for k, answer in zip(numbers, self.answers([waveform.samples[s : s + size] for s in starts]), strict=True):
                if answer is not None:
                    heard = decoding.sounds(answer, self.vocabulary)
                    values[k] = [heard.get(label, 0.0) for label in labels]
        return Posterior(np.clip(values, 0.0, 1.0), labels, hop_s, waveform.start_s)

    def _features(self, pieces: list[Samples]) -> list[torch.Tensor]:
        if not pieces:
            return []
        if self._frontend is not None:
            return [features.stock_features(piece, self._frontend) for piece in pieces]
        return fbank.features(pieces, self._stacking, self._forward.device)
