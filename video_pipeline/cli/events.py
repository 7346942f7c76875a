"""`events`: what was heard besides words, as a table, as `events.json` and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import RecordingFlags, RunFlags, Videos
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.running import Request, run_videos

if TYPE_CHECKING:
    from video_pipeline.events.hysteresis import EventOptions
    from video_pipeline.video.base import Goal


@dataclass(frozen=True, kw_only=True)
class SoundFlags:
    """How sounds are found and shown."""

    panel: ClassVar[str | None] = "Sounds"

    threshold: Annotated[
        list[str] | None,
        typer.Option("--threshold", "-t", help="SOUND=PROBABILITY from which it is reported, for instance laughter=0.4."),
    ] = None
    plot: Annotated[bool, typer.Option("--plot", help="Also events.svg: sounds, speech, loudness and emotion over time.")] = False
    sliding: Annotated[
        bool | None,
        typer.Option("--sliding/--no-sliding", help="The speech model also analyses short windows: slow on a CPU. Default: no."),
    ] = None


@flattened
def events(videos: Videos, sounds: SoundFlags, recording: RecordingFlags, run: RunFlags) -> None:
    """Find laughter, applause, cheers, music and more. Sound that was analysed before is not analysed again."""
    import dataclasses

    goals: tuple[Goal, ...] = ("events", "timeline") if sounds.plot else ("events",)
    with run.shown() as show:
        options = run.options(recording)
        wanted = with_thresholds(with_sliding(options.events, sounds.sliding), sounds.threshold or ())
        run_videos(videos, Request(goals=goals, options=dataclasses.replace(options, events=wanted), run=run), show)


def with_sliding(options: EventOptions, wanted: bool | None) -> EventOptions:
    """Options with or without the sliding windows, second in trust to the first detector; None leaves them as they are."""
    import dataclasses

    if wanted is None or wanted == ("sliding" in options.detectors):
        return options
    others = tuple(name for name in options.detectors if name != "sliding")
    return dataclasses.replace(options, detectors=(*others[:1], "sliding", *others[1:]) if wanted else others)


def with_thresholds(options: EventOptions, thresholds: Sequence[str]) -> EventOptions:
    """Options with each `SOUND=PROBABILITY`. Raises UnknownName for an unknown sound, BadValue for a wrong probability."""
    from video_pipeline.core.errors import BadValue, UnknownName
    from video_pipeline.core.labels import Sound

    for text in thresholds:
        name, found, value = (part.strip() for part in text.partition("="))
        if not found:
            raise BadValue("--threshold", f"write SOUND=PROBABILITY, for instance laughter=0.4, not {text!r}")
        if name not in list(Sound):
            raise UnknownName("sound", name, tuple(sound.value for sound in Sound))
        try:
            onset = float(value)
        except ValueError:
            onset = float("nan")
        if not 0 < onset <= 1:
            raise BadValue(f"--threshold {name}", f"this must be more than 0 and at most 1, not {value!r}")
        options = options.with_threshold(Sound(name), onset)
    return options
