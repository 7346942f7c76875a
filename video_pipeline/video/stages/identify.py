"""Which video it is: what the file holds, and the digest of its bytes."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from video_pipeline.core.files import file_digest
from video_pipeline.media.channels import mix_of
from video_pipeline.media.probe import AUTO_TRACK, MediaInfo, probe
from video_pipeline.media.sound_choice import chosen_track
from video_pipeline.options import Options
from video_pipeline.video.base import DerivedStage, Given, StageProgress


@dataclass(frozen=True, slots=True)
class Source:
    """A video's file. Later stages depend on its bytes alone, not on where it lies or what it is called."""

    info: MediaInfo
    digest: str
    """BLAKE3 of its bytes."""
    track: int = 0
    """Number of the audio track that is listened to."""

    @property
    def rate_fps(self) -> float | None:
        """Pictures per second; None where there is no picture."""
        return self.info.video.rate_fps if self.info.video else None

    @property
    def end_s(self) -> float:
        """Where it ends; infinite if that is not known."""
        return self.info.duration_s or math.inf

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture as shown; of a usual one where there is none."""
        return (self.info.video.width_px, self.info.video.height_px) if self.info.video else (1920, 1080)


class Identify(DerivedStage[Source]):
    """Looks into the file and reads it once. Made in every run: nothing else vouches for the content of a file."""

    name = "identify"
    phases = ("identify",)

    def __init__(self, digest: str = "", address: str = "") -> None:
        """`digest`, where it is known already, saves reading the file. `address` is where the file was fetched from."""
        self._digest, self._address = digest, address

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "speech.language")

    def make(self, given: Given, progress: StageProgress) -> Source:
        info = dataclasses.replace(probe(given.video), address=self._address)
        track = chosen_track(info, given.options.track, given.options.speech.language)
        if len(info.audio) > 1:
            marked = [sound for sound in info.audio if sound.is_default and sound.number != track.number]
            other = f"; the file marks track {marked[0]} as its default" if marked and not track.is_default else ""
            progress.notice(f"listening to audio track {track}, of {len(info.audio)}{other}; --track chooses another")
        if why := mix_of(info.path, track.number).why:
            progress.notice(why)
        return Source(info, self._digest or file_digest(given.video), track.number)

    def identity(self, given: Given) -> object:
        """A track that is chosen for other reasons than its number is part of what was identified."""
        source = given.of(Identify)
        return (source.digest, source.track) if given.options.track == AUTO_TRACK and source.track else source.digest
