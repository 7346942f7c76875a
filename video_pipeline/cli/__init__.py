"""The command line. Each command is a file here and a line in `app`; nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

DEBUG = "VIDEO_PIPELINE_DEBUG"
"""If set in the environment, unexpected errors end with their traceback."""

_stopped: list[int] = []


def main() -> NoReturn:
    """Run the command line and end the process with a code of `exit_codes.EXIT_CODES`."""
    import typer

    from video_pipeline.cli.app import app
    from video_pipeline.cli.exit_codes import exit_code, refusal
    from video_pipeline.cli.show import show_error
    from video_pipeline.cli.usage import commands_with, like_files, with_files_marked
    from video_pipeline.core.errors import PipelineError
    from video_pipeline.core.extras import missing_package

    # the base of usage errors: click's own class, or the copy of it in newer versions of typer
    wrong_usage: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
    interrupted = exit_code(KeyboardInterrupt())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    arguments = with_files_marked(sys.argv[1:])
    try:
        status = app(arguments, standalone_mode=False)
    except wrong_usage as error:
        error.show()
        if others := commands_with(getattr(error, "option_name", "")):
            typer.echo(f"{error.option_name} goes with: {', '.join(others)}", err=True)
        _advise_on_dashes(like_files(arguments))
        sys.exit(error.exit_code)
    except PipelineError as error:
        code = show_error(error, exit_code(error))
        _advise_on_dashes(like_files(arguments))
        sys.exit(code)
    except (KeyboardInterrupt, typer.Abort):
        status = interrupted
    except Exception as error:
        if _stopped:
            sys.exit(show_error(KeyboardInterrupt(), interrupted))  # C libraries turn an interruption into their own errors
        if os.environ.get(DEBUG):
            raise
        if isinstance(error, ImportError) and (missing := missing_package(error)):
            sys.exit(show_error(missing, exit_code(missing)))
        if isinstance(error, OSError) and (refused := refusal(error)):
            sys.exit(show_error(refused, exit_code(refused)))
        words = f"this is a bug in video-pipeline ({type(error).__name__}: {error}); {DEBUG}=1 shows its traceback"
        sys.exit(show_error(RuntimeError(words), exit_code(error)))
    if status == interrupted:  # typer itself turns Ctrl-C inside a command into this status
        show_error(KeyboardInterrupt(), interrupted)
    sys.exit(status if isinstance(status, int) else 0)


def _advise_on_dashes(names: Sequence[str]) -> None:
    for name in names:
        print(f"note: {name} is read as a flag and there is no such file here; a file is named as ./{name}", file=sys.stderr)


def _stop(number: int, frame: FrameType | None) -> None:
    """SIGTERM (`kill`, a stopping container) unwinds like Ctrl-C, so that no half-written file and no child process is left."""
    _stopped.append(number)
    raise KeyboardInterrupt
