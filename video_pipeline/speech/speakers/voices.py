"""Known voices: prints of people's voices with their names, in one file that a person asked for.

Voice prints are personal data, in the EU biometric data (GDPR Art. 9): they are written only by `remember`, stay in the one file
named by its caller, and are gone when the file, or a name in it, is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.speech.speakers.own.fbank import centred, log_mel
from video_pipeline.speech.speakers.own.networks import voice_prints

ALIKE = 0.5
"""Cosine from which two voices are one. Measured: the same reader in other recordings 0.88 and more, others 0.22 and less; rooms
and telephones cost some of it, and a wrong name is worse than none."""
_CLEARER = 0.1
"""A voice that is less than this nearer to one name than to another keeps its number."""
_LEAST_S = 2.0
"""Of one stretch, and of all stretches of a voice."""
_LONGEST_S = 10.0
_MOST_S = 40.0
"""Sound of a voice that is listened to."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice as it was heard in one video."""

    name: str
    vector: tuple[float, ...]
    """Of length 1."""
    source: str = ""
    """Name of the video."""


@dataclass(frozen=True, slots=True)
class VoicesFile:
    """All known voices; a person may be there several times, from several videos."""

    voices: tuple[Voice, ...] = ()
    schema_version: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(voice.name for voice in self.voices))


def read_voices(path: Path) -> VoicesFile:
    """None are known where there is no file yet. Raises BadRecord."""
    if not path.is_file():
        return VoicesFile()
    try:
        return msgspec.json.decode(path.read_bytes(), type=VoicesFile)
    except (OSError, ValueError) as error:
        raise BadRecord(path, str(error)) from None


def write_voices(path: Path, voices: Iterable[Voice]) -> None:
    """The file is removed when no voice is left. Raises CannotWrite."""
    kept = tuple(voices)
    try:
        if not kept:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, msgspec.json.format(msgspec.json.encode(VoicesFile(kept)), indent=1) + b"\n")
        path.chmod(0o600)
    except OSError as error:
        raise CannotWrite(path, reason(error)) from None


def best_parts(turns: Sequence[Turn]) -> dict[str, list[Span]]:
    """Where each voice is heard alone for some seconds, the longest first, up to `_MOST_S` of each."""
    found: dict[str, list[Span]] = {}
    for turn in sorted(turns, key=lambda turn: -turn.duration_s):
        parts = found.setdefault(turn.speaker, [])
        alone = not any(turn.overlaps(other) for other in turns if other.speaker != turn.speaker)
        enough = sum(part.duration_s for part in parts) >= _MOST_S
        if alone and turn.duration_s >= _LEAST_S and not enough:
            parts.append(Span(turn.start_s, min(turn.end_s, turn.start_s + _LONGEST_S)))
    return {speaker: sorted(parts, key=lambda part: part.start_s) for speaker, parts in found.items() if parts}


class VoiceListener:
    """Takes the prints of voices from the blocks of a sound, given where each is heard."""

    def __init__(self, parts: Mapping[str, Sequence[Span]]) -> None:
        self._left = sorted(((span, speaker) for speaker, spans in parts.items() for span in spans), key=lambda one: one[0].end_s)
        self._sound: list[Waveform] = []
        self._vectors: dict[str, list[Vector]] = {}

    def hear(self, block: Waveform) -> None:
        self._sound.append(block)
        while self._left and self._left[0][0].end_s <= block.end_s:
            self._take(*self._left.pop(0))
        needed_s = min((span.start_s for span, _ in self._left), default=float("inf"))
        self._sound = [one for one in self._sound if one.end_s > needed_s]

    def finish(self) -> dict[str, Vector]:
        """A unit vector for each voice."""
        for span, speaker in self._left:
            self._take(span, speaker)
        sums = {speaker: np.sum(vectors, axis=0) for speaker, vectors in self._vectors.items()}
        return {speaker: np.asarray(one / max(1e-9, float(np.linalg.norm(one))), np.float32) for speaker, one in sums.items()}

    def _take(self, span: Span, speaker: str) -> None:
        parts = [_cut(block, span) for block in self._sound if block.end_s > span.start_s and block.start_s < span.end_s]
        sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        features = log_mel(sound)
        if len(sound) >= _LEAST_S / 2 * RATE_HZ:
            (vector,) = voice_prints(centred(features), np.zeros(1, np.int64), len(features))
            self._vectors.setdefault(speaker, []).append(vector)


def recognised(vectors: Mapping[str, Vector], known: VoicesFile) -> dict[str, tuple[str, float]]:
    """The name of each voice that is known, and how alike it is (cosine); each name once, the surest first."""
    if not known.voices:
        return {}
    sure = []
    for speaker, vector in vectors.items():
        alike: dict[str, float] = {}
        for voice in known.voices:
            alike[voice.name] = max(alike.get(voice.name, -1.0), float(vector @ np.asarray(voice.vector, np.float32)))
        best, *others = sorted(alike.items(), key=lambda one: -one[1])
        if best[1] >= ALIKE and (not others or best[1] - others[0][1] >= _CLEARER):
            sure.append((best[1], speaker, best[0]))
    found: dict[str, tuple[str, float]] = {}
    for score, speaker, name in sorted(sure, reverse=True):
        if name not in {one for one, _ in found.values()}:
            found[speaker] = (name, round(score, 3))
    return found


def _cut(block: Waveform, span: Span) -> Samples:
    first = max(0, round((span.start_s - block.start_s) * RATE_HZ))
    return block.samples[first : max(first, round((span.end_s - block.start_s) * RATE_HZ))]
