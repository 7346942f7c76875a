"""`events`: what was heard besides words, as a table, as `events.json` and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli import arguments as a

if TYPE_CHECKING:
    from video_pipeline.events.hysteresis import EventOptions
    from video_pipeline.video.base import Goal


def events(
    video: Annotated[Path, typer.Argument(help="A video or audio file.")],
    threshold: Annotated[
        list[str] | None,
        typer.Option("--threshold", "-t", help="SOUND=PROBABILITY from which it counts as heard, for instance laughter=0.4."),
    ] = None,
    plot: Annotated[
        bool, typer.Option("--plot", help="Also events.svg: sounds, speech, loudness and emotion over time.")
    ] = False,
    sliding: Annotated[
        bool | None,
        typer.Option(
            "--sliding/--no-sliding", help="The speech model listens again in short windows: slow on a CPU; default: no."
        ),
    ] = None,
    preset: a.Preset = "default",
    out: a.Out = a.OUT,
    engine: a.Engine = None,
    language: a.Language = None,
    device: a.Device = None,
    model: a.Model = None,
    exact: a.Exact = None,
    transcript: a.Stored = None,
    track: a.Track = None,
    emotion: a.Emotion = None,
    settings: a.Settings = None,
    again: a.Again = False,
    quiet: a.Quiet = False,
    json: a.Json = False,
) -> None:
    """Find laughter, applause, cheers, music and more. What was listened to before is not listened to again."""
    import dataclasses

    from video_pipeline.cli.show import shown
    from video_pipeline.video.video import process

    said = {
        **a.speech(engine, language, device, model, exact, transcript),
        "track": track,
        "emotion": emotion,
    }
    goals: tuple[Goal, ...] = ("events", "timeline") if plot else ("events",)
    with shown(quiet=quiet, as_json=json) as show:
        chosen = a.options(preset, said, settings)
        wanted = with_thresholds(with_sliding(chosen.events, sliding), threshold or ())
        chosen = dataclasses.replace(chosen, events=wanted)
        show.result(process(video, goals, chosen, out, show, again=again).result(goals), goals)


def with_sliding(options: EventOptions, wanted: bool | None) -> EventOptions:
    """Options with or without the sliding windows, which are trusted next to the first detector; None leaves them as they are."""
    import dataclasses

    if wanted is None or wanted == ("sliding" in options.detectors):
        return options
    others = tuple(name for name in options.detectors if name != "sliding")
    return dataclasses.replace(options, detectors=(*others[:1], "sliding", *others[1:]) if wanted else others)


def with_thresholds(options: EventOptions, said: Sequence[str]) -> EventOptions:
    """Options with each `SOUND=PROBABILITY`. Raises UnknownName for a sound that is none, BadValue for what is no probability."""
    from video_pipeline.core.errors import BadValue, UnknownName
    from video_pipeline.core.labels import Sound

    for text in said:
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
