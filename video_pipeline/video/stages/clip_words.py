"""The words of the chosen clips alone, where those of the whole video are not wanted: some minutes of sound instead of hours."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.highlights.heard_starts import heard_for
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import Options
from video_pipeline.speech.base import SpeechEngine, SpeechOptions, doubt, is_draft
from video_pipeline.speech.choose import prepare
from video_pipeline.speech.edges import transcribed
from video_pipeline.speech.margins import with_margins
from video_pipeline.speech.terms import read_terms
from video_pipeline.speech.vad import on_processor
from video_pipeline.speech.windows import windows
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.stages.choice import ClipChoice
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.listen import Listen, write_transcript
from video_pipeline.video.stages.put_right import put_right, storable
from video_pipeline.video.stages.recogniser import chosen_engine

WORDS_FILE = "clip_words.json"


class ClipWords(BaseStage[Transcript]):
    """Hears the chosen clips with the engine that would have heard the whole video."""

    name = "clip_words"
    revision = 2
    """2: also what is said just before a clip."""
    needs = ("identify", "listen", "choice")
    phases = ("load", "listen to the clips")
    takes_model = True
    reloads = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "emotion", "mask", "windows", "speech")

    def depends_on(self, given: Given) -> object:
        return chosen_engine(_full(given.options.speech)).identity, read_terms(given.options.speech.terms)

    def make(self, given: Given, progress: StageProgress) -> Transcript:
        options = _full(given.options.speech)
        prepare(options, progress)
        chosen = chosen_engine(options)
        engine = chosen.open()
        progress.notice(f"engine for the clips: {engine.identity.name} on {engine.identity.device}, since {chosen.why}")
        spans = merged(heard_for(given.of(ClipChoice).clips))
        progress.phase("listen to the clips", sum(span.duration_s for span in spans))
        memory: dict[str, str] = {}
        segments = tuple(_heard(engine, spans, given, progress, memory))
        if why := doubt(engine, memory):
            progress.notice(f"{why}: its words are left out unless the language is named")
            segments = ()
        media = given.of(Listen).transcript.media
        transcript = Transcript(media, engine.identity, segments, draft=is_draft(engine))
        return put_right(transcript, given)

    def save(self, value: Transcript, given: Given) -> Sequence[Path]:
        return save_clip_words(value, given)

    def load(self, given: Given) -> Transcript:
        return given.space.read_json(given.space.path(WORDS_FILE), Transcript)


def save_clip_words(transcript: Transcript, given: Given) -> Sequence[Path]:
    """The words of the clips, for instance corrected ones."""
    return [write_transcript(WORDS_FILE, transcript, given)]


def _full(options: SpeechOptions) -> SpeechOptions:
    return dataclasses.replace(options, clips_only=False)


def _heard(
    engine: SpeechEngine, spans: Sequence[Span], given: Given, progress: StageProgress, memory: dict[str, str]
) -> Iterator[Segment]:
    """In order of time. One file, one memory: its language is found once."""
    path, track, done_s = given.of(Identify).info.path, given.of(Identify).track, 0.0
    for span in spans:
        found = windows(audio_blocks(path, track, span), with_margins(given.options.windows, engine), on_processor)
        segments = [heard.segment for heard in transcribed(engine, found, memory) if heard.segment is not None]
        for segment in sorted(segments, key=lambda segment: segment.start_s):
            yield storable(segment, given.options)
        done_s += span.duration_s
        progress.advance(done_s)
