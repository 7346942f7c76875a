"""Who speaks when, and the words with their speakers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import msgspec

from video_pipeline.core.transcript import Transcript
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import Options
from video_pipeline.speech.speakers import DIARIZERS
from video_pipeline.speech.speakers.assign import Called
from video_pipeline.speech.speakers.assign import attributed as with_names
from video_pipeline.speech.speakers.base import Diarizer, Turn
from video_pipeline.speech.speakers.voices import VoiceListener, VoicesFile, best_parts, read_voices, recognised
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import KnownVoicesFile, SpeakersFile
from video_pipeline.video.stages.channels import channels_apart, turns_apart
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.put_right import put_right

SPEAKERS_FILE = "speakers.json"
KNOWN_FILE = "known_voices.json"


class Speakers(BaseStage[Sequence[Turn]]):
    """The turns of everybody who speaks, by number; names are put to them later."""

    name = "speakers"
    needs = ("identify",)
    takes_model = True
    reloads = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "windows", "speakers.diarizer", "speakers.count", "speakers.channels")

    def depends_on(self, given: Given) -> object:
        return DIARIZERS.load(given.options.speakers.diarizer).identity

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Sequence[Turn]:
        if channels_apart(given):
            return turns_apart(given.of(Identify).info.path, given.of(Identify).track, given.options.windows)
        diarizer: Diarizer = DIARIZERS.load(given.options.speakers.diarizer)()
        for block in audio_blocks(given.of(Identify).info.path, given.of(Identify).track):
            diarizer.hear(block)
            progress.advance(block.end_s)
        return diarizer.finish(given.options.speakers.count_range)

    def save(self, value: Sequence[Turn], given: Given) -> Sequence[Path]:
        path = given.space.path(SPEAKERS_FILE)
        rounded = (Turn(round(turn.start_s, 3), round(turn.end_s, 3), turn.speaker) for turn in value)
        given.space.write_json(path, SpeakersFile(tuple(rounded)))
        return [path]

    def load(self, given: Given) -> Sequence[Turn]:
        return given.space.read_json(given.space.path(SPEAKERS_FILE), SpeakersFile).turns


class KnownVoices(BaseStage[KnownVoicesFile]):
    """Which speakers are known from a person's file of voices. Their own prints are compared and forgotten."""

    name = "known_voices"
    needs = ("identify", "speakers")
    takes_model = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "speakers.voices")

    def depends_on(self, given: Given) -> object:
        path = given.options.speakers.voices
        return msgspec.to_builtins(read_voices(Path(path))) if path else None

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> KnownVoicesFile:
        path = given.options.speakers.voices
        known = read_voices(Path(path)) if path else VoicesFile()
        if not known.voices:
            return KnownVoicesFile()
        listener = VoiceListener(best_parts(given.of(Speakers)))
        for block in audio_blocks(given.of(Identify).info.path, given.of(Identify).track):
            listener.hear(block)
            progress.advance(block.end_s)
        found = recognised(listener.finish(), known)
        return KnownVoicesFile({who: name for who, (name, _) in found.items()}, {who: p for who, (_, p) in found.items()})

    def save(self, value: KnownVoicesFile, given: Given) -> Sequence[Path]:
        path = given.space.path(KNOWN_FILE)
        given.space.write_json(path, value)
        return [path]

    def load(self, given: Given) -> KnownVoicesFile:
        return given.space.read_json(given.space.path(KNOWN_FILE), KnownVoicesFile)


def attributed(transcript: Transcript, given: Given) -> Transcript:
    """A transcript with its speakers, and a person's corrections."""
    known = given.of(KnownVoices).names if given.needs(KnownVoices) else {}
    called = Called(given.options.speakers.names, known, transcript.language)
    segments = with_names(transcript.segments, given.of(Speakers), called)
    return put_right(dataclasses.replace(transcript, segments=tuple(segments)), given)
