"""`demo`: the whole program on a video that comes with it."""

from __future__ import annotations

import shutil
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import ShowFlags
from video_pipeline.cli.flatten import flattened

if TYPE_CHECKING:
    from video_pipeline.video.base import Goal

_PACKAGE = Path(__file__).parents[1]
_GOALS: tuple[Goal, ...] = ("subtitles", "highlights", "clips", "report")


@dataclass(frozen=True, kw_only=True)
class DemoFlags:
    """Where results go, and whether they are shown."""

    panel: ClassVar[str | None] = None

    out: Annotated[Path, typer.Option("--out", "-o", help="Results go to OUT/demo/.")] = Path("demo-outputs")
    opens: Annotated[bool, typer.Option("--open/--no-open", help="Open the report in the browser.")] = True
    copy: Annotated[bool, typer.Option("--copy", help="Also put the demo video into OUT, to try other commands on it.")] = False


@dataclass(frozen=True, slots=True)
class Demo:
    """A video that comes with the program, and the options under which its words are understood."""

    video: Path
    overrides: Mapping[str, object]
    note: str = ""


def demo_folder() -> Path:
    """Where the demo videos are: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_demo"
    return installed if installed.is_dir() else _PACKAGE.parent / "examples"


def choose_demo() -> Demo:
    """The demo video with the model that understands it, or the sample with its stored transcript where no model can run."""
    from video_pipeline.speech.base import SpeechOptions
    from video_pipeline.speech.choose import availabilities

    folder = demo_folder()
    answer = availabilities(SpeechOptions(engine="sensevoice", model="demo"))["sensevoice"]
    if answer.ready:
        return Demo(folder / "demo.mp4", {"engine": "sensevoice", "model": "demo"})
    stored = {"engine": "replay", "transcript": str(folder / "sample.transcript.json")}
    return Demo(
        folder / "sample.mp4", stored, f"the demo model cannot run ({answer.reason}): a stored transcript is used instead"
    )


@flattened
def demo(flags: DemoFlags, show: ShowFlags) -> None:
    """Try everything on a two-minute demo video that comes along: subtitles, highlights, clips, and a report to look at."""
    from video_pipeline.options import load_options
    from video_pipeline.video.process import process

    with show.shown() as shown:
        chosen = choose_demo()
        if chosen.note:
            shown.notice(chosen.note)
        video = _copied(chosen.video, flags.out) if flags.copy else chosen.video
        finished = process(video, _GOALS, load_options("default", chosen.overrides), flags.out, shown)
        shown.result(finished.result(_GOALS), _GOALS)
    report = next(path for path in finished.outputs("report") if path.suffix == ".html").absolute()
    if show.json or show.quiet:
        return
    opened = flags.opens and webbrowser.open(report.as_uri())
    typer.echo(f"{'opened' if opened else 'open'} {report} to watch and read; next: video-pipeline process YOUR-VIDEO")


def _copied(video: Path, out: Path) -> Path:
    """Raises CannotWrite."""
    from video_pipeline.core.errors import CannotWrite
    from video_pipeline.core.files import reason

    try:
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(video, out))
    except OSError as error:
        raise CannotWrite(out, reason(error)) from None
