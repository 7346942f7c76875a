"""Plays a stored transcript: for demonstrations, to continue from an edited `transcript.json`, or from another tool's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import EngineIdentity, Transcript
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech import foreign
from video_pipeline.speech.base import Availability, Feature, Heard, SpeechOptions
from video_pipeline.speech.errors import BadTranscript, NoTranscript, OtherVideo

_AFTER_END_S = 1.0
"""Words may end this long after the sound: tracks end at slightly different times, and so do recognisers' last words."""
_PLAYED = "played"
"""Key in an engine's memory: the transcript was given at an earlier call."""


class ReplayEngine:
    """Returns the segments of `SpeechOptions.transcript`, whatever the sound is, and its events as tags.

    `events.detectors` decides whether tags count beside the detectors that analyse the sound.
    """

    lacks: tuple[str, ...] = ()
    concurrent = True

    def __init__(self, transcript: Transcript, identity: EngineIdentity) -> None:
        self._transcript = transcript
        self.draft = transcript.draft
        self.identity = identity

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """Everything that is stored, in order of time, at the first call for a file; nothing at later calls.

        The windows are drawn to their end, because the detectors receive the sound through them.
        """
        for _ in windows:
            continue
        if memory is not None:
            if memory.get(_PLAYED):
                return
            memory[_PLAYED] = "yes"
        said = [Heard(segment, segment) for segment in self._transcript.segments]
        heard = [Heard(event, sounds={event.label: event.score}) for event in self._transcript.events]
        yield from sorted([*said, *heard], key=lambda h: h.window.start_s)


class ReplayFactory:
    """Runs wherever the stored transcript is readable."""

    languages = frozenset(Language)
    gives: frozenset[Feature] = frozenset({"emotion", "events", "punctuation"})
    """Whatever the engine gave that made the transcript."""

    models = ""

    def reads(self, model: str) -> bool:
        return False

    def availability(self, options: SpeechOptions) -> Availability:
        if not options.transcript:
            return Availability(False, "no stored transcript was named")
        if not Path(options.transcript).is_file():
            return Availability(False, f"there is no file {options.transcript}")
        return Availability(True, f"plays {options.transcript}")

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        from blake3 import blake3

        path = self._path(options)
        return EngineIdentity("replay", path.name, blake3(path.read_bytes()).hexdigest()[:16], "cpu")

    def open(self, options: SpeechOptions) -> ReplayEngine:
        return ReplayEngine(_stored(self._path(options)), self.identify(options))

    def _path(self, options: SpeechOptions) -> Path:
        if not options.transcript:
            raise NoTranscript("replay", self.availability(options).reason)
        path = Path(options.transcript)
        if not path.is_file():
            raise NoSuchFile(path)
        return path


def check_source(options: SpeechOptions, digest: str, duration_s: float | None) -> None:
    """Raises OtherVideo if the stored transcript names another file by its digest, or has words after the end of the sound.

    A transcript without a digest belongs to any video that is long enough; `other_video` lets all pass.
    """
    if options.other_video:
        return
    path = Path(options.transcript)
    transcript = _stored(path)
    media = transcript.media
    if media.digest and digest and media.digest != digest:
        raise OtherVideo(path, f"it was made of another file ({media.name}, {media.duration_s:.1f} s)")
    last_s = max((segment.end_s for segment in transcript.segments), default=0.0)
    if duration_s is not None and last_s > duration_s + _AFTER_END_S:
        raise OtherVideo(path, f"its last words end at {last_s:.1f} s, the sound at {duration_s:.1f} s")


def _stored(path: Path) -> Transcript:
    found = foreign.decoded(path)
    if foreign.is_foreign(found):
        return foreign.read_foreign(path, found)
    if not isinstance(found, dict) or "segments" not in found:
        raise BadTranscript(path, foreign.why_not(found))
    try:
        return msgspec.convert(found, Transcript)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadTranscript(path, str(error)) from None


FACTORY = ReplayFactory()
