"""The process that does the work: it keeps its model loaded, tells how far it is, and can be stopped at any time."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from video_pipeline.core.errors import INTERRUPTED, PipelineError
from video_pipeline.options import Options, load_options
from video_pipeline.video.base import Goal
from video_pipeline.web.errors import TooLarge
from video_pipeline.web.messages import Ended, Told, Work

GOALS: tuple[Goal, ...] = ("subtitles", "highlights", "report")
_TELL_EVERY_S = 0.2


@dataclass(slots=True)
class _Teller:
    """Progress as messages, a few a second."""

    pipe: Connection
    limit_s: float
    _stage: Told = field(default_factory=Told)
    _last_s: float = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage = Told(stage, 0.0, total_s)
        self._send(self._stage)

    def advance(self, done_s: float) -> None:
        if self._stage.stage == "listen" and done_s > self.limit_s + 60:  # whatever its header said
            raise TooLarge("its sound, longer than the header says,", f"{self.limit_s / 3600:g} h")
        if time.monotonic() - self._last_s > _TELL_EVERY_S:
            self._send(Told(self._stage.stage, done_s, self._stage.total_s))

    def end(self, *, fresh: bool) -> None:
        pass

    def notice(self, text: str) -> None:
        self._send(Told(notice=text))

    def _send(self, told: Told) -> None:
        self._last_s = time.monotonic()
        try:
            self.pipe.send(told)
        except OSError:
            sys.exit(0)  # the server is gone; the video will be done when it is back


def serve(pipe: Connection) -> None:
    """Do what comes through the pipe, one after the other, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's affair
    signal.signal(signal.SIGTERM, _unwind)
    while True:
        try:
            work: Work = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_ended(work, _Teller(pipe, work.limit_s)))


def _unwind(number: int, frame: object) -> None:
    """An order to stop unwinds the work in hand, so that nothing stays half-written and no child is left."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not disturb the tidying up
    sys.exit(INTERRUPTED)


def _ended(work: Work, told: _Teller) -> Ended:
    try:
        if work.export is not None:
            from video_pipeline.web.export import export

            return Ended(made=export(work, work.export, told))
        return _processed(work, load_options(work.preset, work.said), told)
    except PipelineError as error:
        return Ended(clean(str(error), work), type(error).__name__)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one video must not end the worker
        words = f"this is a defect of video-pipeline ({type(error).__name__}: {error})"
        return Ended(clean(words, work), type(error).__name__)


def _processed(work: Work, options: Options, told: _Teller) -> Ended:
    from video_pipeline.media.preview import plays, write_preview
    from video_pipeline.media.probe import probe
    from video_pipeline.video.process import process

    result = process(work.video, GOALS, options, work.folder.parent, told)
    info = probe(work.video)
    if not work.preview.exists() and not plays(info, options.track):
        told.begin("preview", info.duration_s)
        write_preview(info, options.track, work.preview, told.advance)
    return Ended(media_s=result.duration_s)


def clean(sentence: str, work: Work) -> str:
    """A message that names the video as people do, and no folder of this machine."""
    return sentence.replace(str(work.video.absolute()), work.name).replace(str(work.folder.absolute().parent) + os.sep, "")
