"""The first half of one video's way: identify it, listen to it once, find the sounds in what was heard.

Only `listened` needs a model. It stores words, and probabilities of sounds; all else is made again from these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

from video_pipeline import __version__
from video_pipeline.core.files import file_digest, key_of
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.core.waveform import Waveform
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import EventDetector, HearsAgain
from video_pipeline.events.candidates import candidates
from video_pipeline.events.find import events_of, fused
from video_pipeline.events.fusion import fuse
from video_pipeline.events.sliding import SCALES_S
from video_pipeline.events.store import Hearing, load_hearing, store_hearing
from video_pipeline.events.traits import Traits, TraitStream
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options
from video_pipeline.speech.base import DetectsSpeech, HearsEvents, SpeechEngine
from video_pipeline.speech.choose import Choice, choose, chosen_class, open_engine
from video_pipeline.speech.sliding import Slider
from video_pipeline.speech.stream import ahead
from video_pipeline.speech.vad import on_processor
from video_pipeline.speech.windows import windows
from video_pipeline.video.corrections import CorrectionsFile, corrected
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.records import EMOTION_KEYS, OPTIONAL_KEYS, EventsFile
from video_pipeline.video.workspace import Workspace

REVISION = 4
"""Raised whenever a stage would give something else for the same input, so that old results are made again."""
_WINDOWS_AHEAD = 32
_STRETCH_S = 30.0


class ListeningRun:
    """One video, one set of options. Each stage gives its result, from the workspace where that is fresh."""

    def __init__(
        self, video: Path, options: Options, out: Path, progress: Progress | None = None, *, again: bool = False
    ) -> None:
        self.options = options
        self.progress = progress or Silent()
        self.again = again
        self.info: MediaInfo = probe(video)
        heard = self.info.audio_track(options.track)
        if len(self.info.audio) > 1:
            self.progress.notice(f"listening to audio track {heard}, of {len(self.info.audio)}; --track chooses another")
        self._stage("identify", None)
        self.digest = file_digest(video)
        self.progress.end(fresh=False)
        self.workspace = Workspace.of(video, self.digest, out)

    @cached_property
    def choice(self) -> Choice:
        return choose(self.options.speech)

    @cached_property
    def identity(self) -> EngineIdentity:
        return chosen_class(self.options.speech).identify(self.options.speech)

    @cached_property
    def listened(self) -> tuple[Transcript, Hearing]:
        """The transcript without events, and what the detectors heard."""
        space, key = self.workspace, self.listen_key
        if self._fresh("listen", key):
            return space.read_json(space.transcript, Transcript), load_hearing(space.posterior)
        transcript, hearing = self._listen()
        transcript = corrected(transcript, self.corrections)
        if not transcript.segments and not events_of(hearing, self.options.events):
            raise NothingHeard(self.info.path, transcript.media.duration_s)
        if not space.is_fresh("listen", key):  # what was made of other words, or with emotions, must not stand beside these
            space.forget()
        self._write_transcript(transcript)
        space.write(space.posterior, store_hearing(hearing))
        self._finish("listen", key, [space.transcript, space.posterior])
        return transcript, load_hearing(space.posterior)  # as stored, so that a second run sees the very same numbers

    @cached_property
    def corrections(self) -> CorrectionsFile:
        """What a person corrected in the words, in any earlier run."""
        path = self.workspace.corrections
        return self.workspace.read_json(path, CorrectionsFile) if path.is_file() else CorrectionsFile()

    def correct(self, number: int, text: str) -> None:
        """Put another text into segment `number` of the transcript. A new run makes everything else of it."""
        space, (transcript, _) = self.workspace, self.listened
        record = self.corrections.with_text(transcript.segments[number], text)
        space.write_json(space.corrections, record)
        self._write_transcript(corrected(transcript, record))
        space.finish("listen", self.listen_key, [space.transcript, space.posterior])

    def _write_transcript(self, transcript: Transcript) -> None:
        leave_out = () if self.options.emotion else EMOTION_KEYS
        self.workspace.write_json(self.workspace.transcript, transcript, leave_out=leave_out)

    @cached_property
    def listen_key(self) -> str:
        speech = dataclasses.replace(self.options.speech, engine="auto", model="", transcript="")
        events = self.options.events
        detectors = [DETECTORS.load(name)().identity for name in events.detectors]
        where = events.sliding if "sliding" in events.detectors else None
        options = (self.options.track, self.options.emotion, self.options.windows, speech)
        return self._key(self.digest, *options, self.identity, detectors, where)

    @cached_property
    def posterior(self) -> Posterior:
        """The probabilities of all sounds, and of speech."""
        return fused(self.listened[1], self.options.events)

    @cached_property
    def events_key(self) -> str:
        options = self.options.events
        return self._key(
            self.listen_key, self.corrections.corrections, options.detectors, options.weights, options.rules, options.guards
        )

    @cached_property
    def events(self) -> tuple[AudioEvent, ...]:
        space = self.workspace
        if self._fresh("events", self.events_key):
            return space.read_json(space.events, EventsFile).events
        _, hearing = self.listened
        self._stage("events", None)
        events = events_of(hearing, self.options.events)
        space.write_json(space.events, EventsFile(events), where_empty=OPTIONAL_KEYS)
        self._finish("events", self.events_key, [space.events])
        return events

    def events_from(self, onsets: Mapping[Sound, float]) -> tuple[AudioEvent, ...]:
        """The events if these sounds counted from these probabilities on, where that is less than now."""
        options = self.options.events
        for sound, onset in onsets.items():
            if options.rules[sound].onset > onset:
                options = options.with_threshold(sound, onset)
        return events_of(self.listened[1], options)

    def _listen(self) -> tuple[Transcript, Hearing]:
        """Leaves its last stage open, for whoever stores the result."""
        self._stage("load", None)
        engine = open_engine(self.options.speech, self.identity)
        self.progress.notice(f"engine: {engine.identity.name} on {engine.identity.device}, since {self.choice.why}")
        if engine.lacks:
            self.progress.notice(f"this is a draft: the engine {engine.identity.name} lacks {', '.join(engine.lacks)}")
        self.progress.end(fresh=False)
        self._stage("listen", self.info.duration_s)
        ear = _Ear(self.options.events.detectors, self.progress)
        segments, spoken = self._transcribe(engine, ear)
        again = {name: detector for name, detector in ear.detectors.items() if isinstance(detector, HearsAgain)}
        heard = {name: detector.finish(ear.end_s) for name, detector in ear.detectors.items() if name not in again}
        traits = ear.traits.finish(ear.end_s)
        if again:
            first = fuse(heard, self.options.events.weights, ear.end_s)
            self._listen_again(engine, list(again.values()), _Before(first, spoken, traits, ear.end_s))
            heard |= {name: ear.detectors[name].finish(ear.end_s) for name in again}
        media = MediaIdentity(self.info.path.name, round(ear.end_s, 3), self.digest, self.options.track)
        ordered = {name: heard[name] for name in ear.detectors}
        return Transcript(media, engine.identity, tuple(segments)), Hearing(ordered, traits, ear.end_s)

    def _transcribe(self, engine: SpeechEngine, ear: _Ear) -> tuple[list[Segment], list[Span]]:
        """Segments in order of their start, and where people spoke; on the way all detectors hear the sound."""
        segments: list[Segment] = []
        spoken: list[Span] = []
        blocks = ear.listening(audio_blocks(self.info.path, self.options.track))
        vad = engine.vad if isinstance(engine, DetectsSpeech) else on_processor
        found = windows(blocks, self.options.windows, vad)
        with closing(found if engine.identity.device == "cpu" else ahead(found, _WINDOWS_AHEAD)) as said:
            for heard in engine.transcribe(said):
                spoken.append(heard.window)
                if heard.segment is not None:
                    segments.append(heard.segment if self.options.emotion else heard.segment.without_emotion())
                for detector in ear.detectors.values():
                    detector.tag(heard.window, heard.sounds)
        return sorted(segments, key=lambda segment: segment.start_s), spoken

    def _listen_again(self, engine: SpeechEngine, detectors: Sequence[HearsAgain], before: _Before) -> None:
        """The engine's sliding windows, where they are worth it.

        The places are known only when all has been heard, for the doubts of the whole file compete for one allowance. So their
        sound is decoded again, by seeking: keeping it would take memory that grows with the file.
        """
        if not isinstance(engine, HearsEvents):
            self.progress.notice(f"the engine {engine.identity.name} has no ear for sounds: nothing is listened to again")
            return
        options = self.options.events.sliding
        everywhere = options.where == "everywhere" or (options.where == "auto" and engine.identity.device != "cpu")
        whole = Span(0.0, before.duration_s)
        spans = (
            [whole]
            if everywhere
            else candidates(before.posterior, before.spoken, before.traits.level_db, before.duration_s, options)
        )
        self.progress.end(fresh=False)
        self._stage("listen again", sum(span.duration_s for span in spans) or None)
        done_s = 0.0
        for span in spans:
            sliders = [Slider(engine, window_s, hop_s) for window_s, hop_s in SCALES_S]
            for block in audio_blocks(self.info.path, self.options.track, None if everywhere else span, _STRETCH_S):
                _hand_on((heard for slider in sliders for heard in slider.hear(block)), detectors)
                done_s += block.duration_s
                self.progress.advance(done_s)
            _hand_on((heard for slider in sliders for heard in slider.finish()), detectors)

    def _key(self, *parts: object) -> str:
        return key_of(__version__, REVISION, *parts)

    def _fresh(self, stage: str, key: str) -> bool:
        if self.again or not self.workspace.is_fresh(stage, key):
            return False
        self._stage(stage, None)
        self.progress.end(fresh=True)
        return True

    def _stage(self, stage: str, total_s: float | None) -> None:
        self.progress.begin(stage, total_s)

    def _finish(self, stage: str, key: str, outputs: list[Path]) -> None:
        self.workspace.finish(stage, key, outputs)
        self.progress.end(fresh=False)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """What is known when the second listening begins."""

    posterior: Posterior
    spoken: Sequence[Span]
    traits: Traits
    duration_s: float


class _Ear:
    """Lets the detectors hear every block on its way to the speech engine."""

    def __init__(self, names: Iterable[str], progress: Progress) -> None:
        self.detectors: dict[str, EventDetector] = {name: DETECTORS.load(name)() for name in names}
        self.traits = TraitStream()
        self.end_s = 0.0
        self._progress = progress

    def listening(self, blocks: Iterable[Waveform]) -> Iterator[Waveform]:
        for block in blocks:
            for detector in self.detectors.values():
                detector.hear(block)
            self.traits.hear(block)
            self.end_s = block.end_s
            yield block
            self._progress.advance(block.end_s)


def _hand_on(stretches: Iterable[Posterior], detectors: Sequence[HearsAgain]) -> None:
    for heard in stretches:
        for detector in detectors:
            detector.hear_again(heard)
