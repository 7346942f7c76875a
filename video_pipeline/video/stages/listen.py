"""Listening once: the transcript, and what the detectors heard. The only stage that takes a model."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import MediaIdentity, Segment, Transcript
from video_pipeline.core.waveform import Waveform
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import EventDetector, HearsAgain
from video_pipeline.events.candidates import candidates
from video_pipeline.events.fusion import fuse
from video_pipeline.events.sliding import SCALES_S
from video_pipeline.events.store import Hearing, load_hearing, store_hearing
from video_pipeline.events.traits import Traits, TraitStream
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import Options
from video_pipeline.speech.base import Heard, HearsEvents, SpeechEngine, doubt, is_draft
from video_pipeline.speech.edges import transcribed
from video_pipeline.speech.replay import check_source
from video_pipeline.speech.sliding import Slider
from video_pipeline.speech.spans import NONE
from video_pipeline.speech.stream import ahead
from video_pipeline.speech.terms import TermFound, read_terms, summary
from video_pipeline.speech.windows import SpokenWindow
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.journal import Journal
from video_pipeline.video.records import EMOTION_KEYS, TRANSCRIPT_OPTIONAL_KEYS
from video_pipeline.video.stages.channels import spoken_windows
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.put_right import put_right, storable
from video_pipeline.video.stages.recogniser import Recogniser

TRANSCRIPT_FILE = "transcript.json"
HEARD_FILE = ".heard.json"
"""What was heard, before words were given to speakers; only where `transcript.json` names those."""
HEARING_FILE = "posterior.npz"
JOURNAL_FILE = ".listened.jsonl"
STRETCH_S = 300.0
"""Of sound, after which the engine's answers are stored: what a run that is stopped loses at most."""
_WINDOWS_AHEAD = 32
"""Decoded while the model works; some minutes of speech."""
_BLOCK_S = 30.0
"""Sound decoded at a time when places are listened to again."""


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """All that was heard in a video."""

    transcript: Transcript
    """Without events: those are found in `hearing`, under options of their own."""
    hearing: Hearing


class Listen(BaseStage[Listened]):
    """Decodes the sound once; the speech engine and all detectors hear it on the way."""

    name = "listen"
    needs = ("identify", "recogniser")
    phases = ("load", "listen", "listen again")
    takes_model = True
    clears = True
    reloads = True

    def reads(self, options: Options) -> tuple[str, ...]:
        """Of the speech options those that the engine's identity says nothing of."""
        speech = (
            "speech.language",
            "speech.numerals",
            "speech.exact",
            "speech.precision",
            "speech.batch_s",
            "speech.emotions",
            "speech.terms",
            "speech.script",
        )
        again = ("events.sliding", "events.weights") if "sliding" in options.events.detectors else ()
        return ("track", "emotion", "mask", "windows", "speakers.channels", *speech, "events.detectors", *again)

    def depends_on(self, given: Given) -> object:
        detectors = [DETECTORS.load(name)().identity for name in given.options.events.detectors]
        terms = read_terms(given.options.speech.terms)
        return [*detectors, {"terms": terms}] if terms else detectors

    def make(self, given: Given, progress: StageProgress) -> Listened:
        chosen = given.of(Recogniser)
        engine = chosen.open()
        if engine.identity.name == "replay":
            source = given.of(Identify)
            check_source(chosen.options, source.digest, source.info.duration_s)
        progress.notice(f"engine: {engine.identity.name} on {engine.identity.device}, since {chosen.why}")
        if engine.lacks and engine.identity.name != NONE:
            kind = "this is a draft: " if is_draft(engine) else ""
            progress.notice(f"{kind}the engine {engine.identity.name} lacks {', '.join(engine.lacks)}")
        if chosen.options.terms and not chosen.takes_terms:
            progress.notice(
                f"the engine {engine.identity.name} does not use the terms in {chosen.options.terms}; {chosen.terms_takers} do"
            )
        try:
            return _Listening(given, progress, engine).all()
        except _OtherWindows:  # another FFmpeg or speech detector than that of the run that was stopped
            given.space.path(JOURNAL_FILE).unlink(missing_ok=True)
            return _Listening(given, progress, engine).all()

    def save(self, value: Listened, given: Given) -> Sequence[Path]:
        space = given.space
        space.write(space.path(HEARING_FILE), store_hearing(value.hearing))
        written = save_transcript(value.transcript, given)
        space.path(JOURNAL_FILE).unlink(missing_ok=True)
        return written

    def load(self, given: Given) -> Listened:
        space = given.space
        heard = space.path(HEARD_FILE)
        transcript = space.read_json(heard if heard.is_file() else space.path(TRANSCRIPT_FILE), Transcript)
        return Listened(transcript, load_hearing(space.path(HEARING_FILE)))


def save_transcript(transcript: Transcript, given: Given) -> Sequence[Path]:
    """The transcript alone, for instance a corrected one; gives all files of the stage."""
    written = write_transcript(TRANSCRIPT_FILE, transcript, given)
    given.space.path(HEARD_FILE).unlink(missing_ok=True)
    return [written, given.space.path(HEARING_FILE)]


def write_transcript(name: str, transcript: Transcript, given: Given) -> Path:
    """A transcript as a file of that name, without emotions where those are switched off."""
    path = given.space.path(name)
    leave_out = () if given.options.emotion else EMOTION_KEYS
    given.space.write_json(path, transcript, leave_out=leave_out, where_empty=TRANSCRIPT_OPTIONAL_KEYS)
    return path


class _OtherWindows(Exception):
    """The windows found now are not those that were answered in an earlier run."""


class _Listening:
    """One listening, from the first block of sound to the last."""

    def __init__(self, given: Given, progress: StageProgress, engine: SpeechEngine) -> None:
        self._given, self._progress, self._engine = given, progress, engine
        self._source, self._options = given.of(Identify), given.options
        self._ear = _Ear(self._options.events.detectors, progress)
        self._spoken: list[Span] = []
        self._terms: list[TermFound] = []
        self._memory: dict[str, str] = {}

    def all(self) -> Listened:
        options, ear = self._options, self._ear
        journal = Journal(self._given.space.path(JOURNAL_FILE), self._given.key())
        if len(journal):
            self._progress.notice(f"resuming: {journal.end_s / 60:.0f} min were recognised in an earlier run")
        self._progress.phase("listen", self._source.info.duration_s)
        segments = self._segments(journal)
        if why := doubt(self._engine, self._memory):
            self._progress.notice(f"{why}: its words are left out unless the language is named")
            segments = []
        if self._terms:
            self._progress.notice(f"terms written: {summary(self._terms)}")
        again = {name: detector for name, detector in ear.detectors.items() if isinstance(detector, HearsAgain)}
        heard = {name: detector.finish(ear.end_s) for name, detector in ear.detectors.items() if name not in again}
        traits = ear.traits.finish(ear.end_s)
        if again:
            self._listen_again(list(again.values()), fuse(heard, options.events.weights, ear.end_s), traits)
            heard |= {name: ear.detectors[name].finish(ear.end_s) for name in again}
        media = MediaIdentity(self._source.info.name, round(ear.end_s, 3), self._source.digest, self._source.track)
        transcript = Transcript(media, self._engine.identity, tuple(segments), draft=is_draft(self._engine), left_out=why)
        hearing = Hearing({name: heard[name] for name in ear.detectors}, traits, ear.end_s)
        return Listened(put_right(transcript, self._given), hearing)

    def _segments(self, journal: Journal) -> list[Segment]:
        """In order of their start; on the way all detectors hear the sound."""
        segments: list[Segment] = []
        for heard in self._heard(journal):
            self._spoken.append(heard.window)
            if heard.segment is not None:
                segments.append(heard.segment)
            self._terms += heard.terms
            for detector in self._ear.detectors.values():
                detector.tag(heard.window, heard.sounds)
        return sorted(segments, key=lambda segment: segment.start_s)

    def _heard(self, journal: Journal) -> Iterator[Heard]:
        """The engine's answers in order: those of an earlier run from the journal, further ones as they are made."""
        blocks = self._ear.listening(audio_blocks(self._source.info.path, self._source.track))
        found = spoken_windows(self._given, blocks, self._engine, self._progress)
        with closing(ahead(found, _WINDOWS_AHEAD)) as stream:
            for stretch in _stretches(stream):
                known = journal.known()
                if known is None:
                    seen: list[Span] = []
                    answers = [self._kept(heard) for heard in transcribed(self._engine, _noted(stretch, seen), self._memory)]
                    self._given.space.claim()
                    known = journal.append(seen, answers, self._memory)
                elif tuple(window.span for window in stretch) != known.windows:
                    raise _OtherWindows
                self._memory = dict(known.memory)
                yield from known.heard

    def _kept(self, heard: Heard) -> Heard:
        """Without emotions where they are switched off, and what is masked: these are never stored, for however short a time."""
        segment = None if heard.segment is None else storable(heard.segment, self._options)
        sounds = {sound: float(probability) for sound, probability in heard.sounds.items()}
        return Heard(Span(heard.window.start_s, heard.window.end_s), segment, sounds, heard.terms)

    def _listen_again(self, detectors: Sequence[HearsAgain], before: Posterior, traits: Traits) -> None:
        """The engine's sliding windows, where they are worth it.

        The places are known only when all has been heard, for the doubts of the whole file compete for one allowance. So their
        sound is decoded again, by seeking: keeping it would take memory that grows with the file.
        """
        engine = self._engine
        if not isinstance(engine, HearsEvents):
            self._progress.notice(f"the engine {engine.identity.name} has no ear for sounds: nothing is listened to again")
            return
        options, end_s = self._options.events.sliding, self._ear.end_s
        everywhere = options.where == "everywhere" or (options.where == "auto" and engine.identity.device != "cpu")
        doubtful = [] if everywhere else candidates(before, self._spoken, traits.level_db, end_s, options)
        spans = [Span(0.0, end_s)] if everywhere else doubtful
        self._progress.phase("listen again", sum(span.duration_s for span in spans) or None)
        done_s = 0.0
        for span in spans:
            sliders = [Slider(engine, window_s, hop_s) for window_s, hop_s in SCALES_S]
            for block in audio_blocks(self._source.info.path, self._source.track, None if everywhere else span, _BLOCK_S):
                _hand_on((heard for slider in sliders for heard in slider.hear(block)), detectors)
                done_s += block.duration_s
                self._progress.advance(done_s)
            _hand_on((heard for slider in sliders for heard in slider.finish()), detectors)


class _Ear:
    """Lets the detectors hear every block on its way to the speech engine."""

    def __init__(self, names: Iterable[str], progress: StageProgress) -> None:
        self.detectors: Mapping[str, EventDetector] = {name: DETECTORS.load(name)() for name in names}
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


def _stretches(found: Iterable[SpokenWindow]) -> Iterator[Iterable[SpokenWindow]]:
    """Windows in groups by the place of their start, always at the same places; an empty group where there is no window at all.

    The places do not depend on where a run was stopped, so what the engine gets at once, and so its answers, do not either.
    """
    none = True
    for _, group in itertools.groupby(found, key=lambda window: int(window.start_s // STRETCH_S)):
        none = False
        yield group
    if none:
        yield ()


def _noted(found: Iterable[SpokenWindow], seen: list[Span]) -> Iterator[SpokenWindow]:
    """The same windows; where they lie is added to `seen`."""
    for window in found:
        seen.append(window.span)
        yield window


def _hand_on(stretches: Iterable[Posterior], detectors: Sequence[HearsAgain]) -> None:
    for heard in stretches:
        for detector in detectors:
            detector.hear_again(heard)
