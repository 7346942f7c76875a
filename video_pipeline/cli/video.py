"""The commands on one video: the same options, other goals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli import arguments as a

if TYPE_CHECKING:
    from video_pipeline.video.base import Goal

COMMANDS: dict[str, tuple[tuple[Goal, ...], str]] = {
    "transcribe": (("transcript",), "Write transcript.json: who said what, when, and how it sounded."),
    "subtitles": (("subtitles",), "Write subtitles (SRT and ASS) with emotions and sounds."),
    "process": (("subtitles", "highlights", "clips", "report"), "Everything: transcript, subtitles, highlights, clips, report."),
}


def register(app: typer.Typer) -> None:
    for name, (goals, summary) in COMMANDS.items():
        app.command(name, help=summary)(_command(goals))


def _command(goals: tuple[Goal, ...]) -> Callable[..., None]:
    def run(
        video: Annotated[Path | None, typer.Argument(help="A video or audio file.")] = None,
        preset: a.Preset = "default",
        out: a.Out = a.OUT,
        engine: a.Engine = None,
        language: a.Language = None,
        device: a.Device = None,
        model: a.Model = None,
        exact: a.Exact = None,
        transcript: a.Stored = None,
        track: a.Track = None,
        labels: a.Labels = None,
        mux: a.Mux = None,
        burn: a.Burn = None,
        container: a.Container = None,
        fonts: a.Fonts = None,
        cut: a.Cut = None,
        aspect: a.Aspect = None,
        captions: a.Captions = None,
        exports: a.Exports = None,
        emotion: a.Emotion = None,
        top: a.Top = None,
        source: a.From = None,
        resplit: a.Resplit = False,
        settings: a.Settings = None,
        again: a.Again = False,
        quiet: a.Quiet = False,
        json: a.Json = False,
    ) -> None:
        from video_pipeline.cli.show import shown
        from video_pipeline.core.errors import BadValue
        from video_pipeline.video.video import process

        said = {
            **a.speech(engine, language, device, model, exact, transcript),
            **a.clips(cut, aspect, captions, exports),
            "track": track,
            "subtitles.labels": labels,
            "video.mux": True if container and mux is None else mux,
            "video.burn": burn,
            "video.container": container,
            "video.fonts": fonts,
            "emotion": emotion,
            "highlights.top": top,
        }
        with shown(quiet=quiet, as_json=json) as show:
            if (mux or burn or container) and "subtitles" not in goals:
                raise BadValue("--mux, --burn", "these go with the commands `subtitles` and `process`")
            if (source or resplit) and goals != ("subtitles",):
                raise BadValue("--from, --resplit", "these go with the command `subtitles`")
            if video is None and source is None:
                raise BadValue("VIDEO", "name a video or audio file")
            chosen = a.options(preset, said, settings)
            if source is not None:
                from video_pipeline.cli.existing import restyled

                show.result(restyled(source, video, chosen, out, show, resplit=resplit), goals)
            elif video is not None:
                show.result(process(video, goals, chosen, out, show, again=again).result(goals), goals)

    return run
