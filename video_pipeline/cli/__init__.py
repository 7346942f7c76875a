"""The command line. Every command is a file here and a line in `app`; nothing heavy is imported before a command runs."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with a code of `core.errors.EXIT_CODES`."""
    import click

    from video_pipeline.cli.app import app
    from video_pipeline.cli.show import show_error
    from video_pipeline.core.errors import PipelineError, exit_code

    signal.signal(signal.SIGTERM, _stop)
    try:
        status = app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (PipelineError, KeyboardInterrupt, click.Abort) as error:
        stopped = isinstance(error, click.Abort)
        sys.exit(show_error(KeyboardInterrupt() if stopped else error, exit_code(KeyboardInterrupt() if stopped else error)))
    sys.exit(status if isinstance(status, int) else 0)


def _stop(number: int, frame: FrameType | None) -> None:
    """A polite end (`kill`, a closing container) unwinds like Ctrl-C, so that no half-written file and no child is left."""
    raise KeyboardInterrupt
