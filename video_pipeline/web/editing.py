"""What a person does with a video that is processed: look, correct, weigh, choose, restyle, export."""

from __future__ import annotations

import dataclasses
import logging
import math
import secrets
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import BadValue, PipelineError
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.highlights.snap import snapped
from video_pipeline.media.preview import write_styled_frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.options import Options, load_options
from video_pipeline.report.viewer import clip_rows, view_data
from video_pipeline.subtitles.files import appearance_of, files_of
from video_pipeline.video.base import Goal
from video_pipeline.video.corrections import corrections_in
from video_pipeline.video.lines_in import differences
from video_pipeline.video.people import people_of
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.view import finding_rows
from video_pipeline.video.workspace import Workspace
from video_pipeline.web.errors import NotNow, NotThere
from video_pipeline.web.export import export_request, picked
from video_pipeline.web.jobs import Queue
from video_pipeline.web.lines import Edit, edit_answer, found_edits, given_lines, line_edits
from video_pipeline.web.news import News, Settled
from video_pipeline.web.opened import OpenVideo, OpenVideos, weighted
from video_pipeline.web.people import change_people, person_row
from video_pipeline.web.pictures import Pictures
from video_pipeline.web.requested import kept_options, requested_options
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import EXPORT, StoredJob
from video_pipeline.web.translations import change_translation

_CLOSE_S = 5.0
"""At the end of the server, for files that are not written yet."""
_NEAR_S = 20.0
_LONGEST_TEXT = 2000
"""Characters of a corrected segment."""


_log = logging.getLogger(__name__)


class EditSession:
    """Answers for one server. Changes of one video happen one after another."""

    def __init__(self, queue: Queue, server: ServerOptions) -> None:
        self._queue = queue
        self._server = server
        self._videos = OpenVideos()
        self._locks: dict[str, threading.RLock] = {}
        self.settled = Settled(server.kept / "unwritten")
        self.news = News()
        self.pictures = Pictures(self.info, server)

    @contextmanager
    def opened(self, job: StoredJob) -> Iterator[OpenVideo]:
        """The results of a video, for one at a time, since what is not fresh is made while one looks.

        Raises NotNow where there are none yet.
        """
        with _lock(self._locks, job):
            yield self._results(job)

    @contextmanager
    def alone(self, job: StoredJob) -> Iterator[None]:
        """While nobody looks at a video or changes it, for instance to remove it."""
        with _lock(self._locks, job):
            yield
        if self._queue.store.get(job.id) is None:
            self._locks.pop(job.id, None)
            self.pictures.forget(job)
            self.settled.forget(job.id)

    def close(self) -> None:
        """Call when no request comes any more: writes what is not written yet, in a few seconds, or at the next start."""

        def write() -> None:
            for job in self.unwritten():
                with suppress(PipelineError):
                    self.settle(job, "subtitles")

        writing = threading.Thread(target=write, name="last files", daemon=True)
        writing.start()
        writing.join(_CLOSE_S)
        if writing.is_alive():
            names = ", ".join(job.name for job in self.unwritten())
            _log.warning("subtitle files are older than their corrections until the next start: %s", names)

    def unwritten(self) -> list[StoredJob]:
        """Videos whose subtitle files are older than their words."""
        found = [self._queue.store.get(job_id) for job_id in self.settled.left()]
        return [job for job in found if job is not None]

    def info(self, job: StoredJob) -> MediaInfo:
        """What the video's file holds. Raises NotThere where it is gone."""
        path = self._server.out / job.file
        if not path.is_file():
            raise NotThere("such video any more")
        return self._videos.info(path)

    def _results(self, job: StoredJob) -> OpenVideo:
        if not job.can_be_seen:
            raise NotNow(f"{job.name} is {job.state}: its results are not there yet")
        server = self._server
        return self._videos.opened(server.out / job.file, server.out / job.folder, kept_options(job.options))

    def view(self, job: StoredJob) -> dict[str, Any]:
        """What the viewer is given."""
        with self.opened(job) as run:
            return self._view(job, run)

    def _view(self, job: StoredJob, run: OpenVideo) -> dict[str, Any]:
        clips, choice = run.chosen(), run.choice
        base = f"/api/jobs/{job.id}"
        posters = [f"{base}/poster?at_s={clip.middle_s:.1f}" for clip in clips] if run.video.info.video else []
        weights = {**run.video.options.highlights.weights, **(choice.weights if choice else {})}
        view = dataclasses.replace(run.video.view(), clips=clips, media=[f"{base}/media"], posters=posters, weights=weights)
        data = view_data(view)
        data["name"] = job.name
        data["transcript_edited"] = not corrections_in(Workspace.at(run.video.folder)).is_empty
        data |= run.decided()
        data["news"] = self.news.last(job.id)
        return data

    def correct(self, job: StoredJob, number: int, text: str) -> dict[str, Any]:
        """Another text for a segment; all subtitle files are written again. Raises NotThere, BadValue."""
        if len(text) > _LONGEST_TEXT:
            raise BadValue("text", f"{_LONGEST_TEXT} characters are the limit of a segment")
        with self.changing(job) as run:
            if not 0 <= number < len(run.video.transcript.segments):
                raise NotThere(f"segment {number}")
            run.video.correct(number, text)
            self.settled.changed(job.id)
            run.video.write("subtitles")
            self.settled.written(job.id, "subtitles")
            self.news.add(job.id, None)
            return self.view(job)

    def edit_lines(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """Change lines of the transcript: correct, split, join, add, remove, move, or say how they were spoken and by whom.

        Gives, for each edit, where its lines stand now, and the subtitles around them; files are written when somebody asks for
        them, or soon. Raises BadValue, Changed.
        """
        asked = line_edits(request)
        with self.changing(job) as run:
            transcript = run.video.transcript
            edits = found_edits(asked, transcript.segments, run.video.duration_s)
            run.video.edit([(edit.was, edit.lines) for edit in edits], later=True)
            self.settled.changed(job.id)
            answer = edit_answer(run.video, edits)
        self.news.add(job.id, {**answer, "by": str(request.get("by") or "")[:40]})
        return answer

    def take_subtitles(self, job: StoredJob, name: str, content: bytes, by: str = "") -> dict[str, Any]:
        """Put the lines of a subtitle file in the place of all lines.

        Answers as `edit_lines`, with `lines`, how many the file holds, and `left_out`, how many of them lie behind the video's
        end. Raises NotSubtitles, BadValue where all do.
        """
        with self.changing(job) as run:
            video = run.video
            found = given_lines(name, content, video)
            inside = [line for line in found if line.start_s < video.duration_s]
            if not inside:
                raise BadValue("file", f"all of its lines lie behind the end of the video at {clock(video.duration_s)}")
            edits = [Edit(tuple(was), tuple(lines)) for was, lines in differences(video.transcript.segments, inside)]
            video.edit([(edit.was, edit.lines) for edit in edits], later=True)
            self.settled.changed(job.id)
            answer = edit_answer(video, edits)
        self.news.add(job.id, {**answer, "by": by[:40]} if answer["cues"] else None)
        return {**answer, "lines": len(found), "left_out": len(found) - len(inside)}

    def people(self, job: StoredJob) -> list[dict[str, Any]]:
        """Who speaks, in the order in which they are first heard."""
        with self.opened(job) as run:
            return [person_row(person) for person in people_of(run.video)]

    def change_people(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """Rename, merge, separate or assign; gives the whole view. Files follow as after `edit_lines`."""
        with self.changing(job) as run:
            change_people(run.video, request)
            self.settled.changed(job.id)
            self.news.add(job.id, None)
            return self.view(job) | {"speakers": self.people(job)}

    def change_translation(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """Another translation of a sentence, or the translator asked once more; gives the whole view. Files follow later."""
        with self.changing(job) as run:
            change_translation(run.video, request)
            self.settled.changed(job.id)
            self.news.add(job.id, None)
            return self.view(job)

    def is_settled(self, job: StoredJob, *goals: Goal) -> bool:
        """Whether `settle` would write nothing."""
        return not job.can_be_seen or self.settled.has(job.id, *goals)

    def settle(self, job: StoredJob, *goals: Goal) -> None:
        """Write the files of a video that are older than the last change of it; of one that is not done, nothing."""
        if self.is_settled(job, *goals):
            return
        with self.changing(job) as run:
            run.video.write(*goals)
            self.settled.written(job.id, *goals)

    def rank(self, job: StoredJob, weights: Mapping[str, float]) -> dict[str, Any]:
        """The clips under other weights, from stored signals; nothing is written."""
        with self.opened(job) as run:
            found = run.ranked(weighted(run.video.options.highlights, clip_weights(weights)))
        return {"clips": clip_rows(found.clips), "explanation": found.explanation}

    def snap(self, job: StoredJob, at_s: float, edge: str) -> dict[str, float]:
        """A point moved to a clean place near it."""
        if edge not in ("start", "end") or not math.isfinite(at_s):
            raise BadValue("snap", "write a time in seconds, and start or end for the edge")
        with self.opened(job) as run:
            return {"at_s": snapped(at_s, edge, run.edges)}

    def findings(self, job: StoredJob) -> list[dict[str, Any]]:
        with self.opened(job) as run:
            return finding_rows(run.video.findings)

    def subtitles(self, job: StoredJob, name: str) -> tuple[str, bytes]:
        """All subtitles in a format, and the end of the file's name. Raises UnknownName."""
        with self.opened(job) as run:
            video = run.video
            looks = appearance_of(video.options.subtitles, video.of(Identify).size_px, video.path.stem)
            *_, written = files_of(name, video.cues, looks).items()
            return written

    def styled(self, job: StoredJob, request: Mapping[str, Any], at_s: float) -> bytes:
        """A JPEG of a frame with the subtitles in another style; only the words around it are laid out."""
        subtitles = self._restyled(job, request).subtitles
        with self.opened(job) as run:
            last_s = max(0.0, run.video.duration_s - 0.1)
            at_s = min(max(0.0, at_s), last_s) if math.isfinite(at_s) else 0.0
            document, language = (
                run.document(subtitles, Span(max(0.0, at_s - _NEAR_S), at_s + _NEAR_S)),
                run.video.transcript.language,
            )
        with tempfile.TemporaryDirectory() as folder, self.pictures.alone(job):
            target = Path(folder) / "frame.jpg"
            write_styled_frame(run.video.info, at_s, document, language, target)
            return target.read_bytes()

    def restyle(self, job: StoredJob, request: Mapping[str, Any]) -> dict[str, Any]:
        """All subtitle files in another style, which stays with the video."""
        with self.changing(job):
            options = {**job.options, **_difference(self._restyled(job, request), kept_options(job.options))}
            job = self._queue.store.change(job.id, options=options, results=options if job.results is not None else None)
            self.settled.changed(job.id)
            self._results(job).video.write("subtitles")
            self.settled.written(job.id, "subtitles")
            self.news.add(job.id, None)
            return self.view(job)

    def export(self, job: StoredJob, request: Mapping[str, Any]) -> StoredJob:
        """A job that cuts and bundles. Raises an OptionError for what is not possible, before anything is begun."""
        asked = dataclasses.replace(export_request(request), id=secrets.token_hex(8))
        if asked.what == "clips":
            with self.opened(job) as run:
                picked(run.chosen(), asked.clips)
        elif asked.what == "burn" and self.info(job).video is None:
            raise BadValue("what", "there is no picture to draw subtitles into")
        elif asked.what == "files":
            self.settle(job, "subtitles", "report")
        load_options("default", asked.overrides())
        record: dict[str, Any] = msgspec.to_builtins(asked)
        stored = StoredJob(
            id=f"export-{asked.id}",
            kind=EXPORT,
            name=f"{asked.what} of {job.name}",
            file=job.file,
            folder=job.folder,
            digest=job.digest,
            options=record,
            parent=job.id,
        )
        return self._queue.add(stored)

    def _restyled(self, job: StoredJob, request: Mapping[str, Any]) -> Options:
        """The video's options, but for subtitles: those of a preset if one is named, with the request's laid over them."""
        now = kept_options(job.options)
        overrides = dict(_flat(request.get("subtitles") or {}, "subtitles"))
        if request.get("preset"):
            overrides["preset"] = request["preset"]
            return dataclasses.replace(now, subtitles=requested_options(overrides, self._server).options().subtitles)
        requested_options(overrides, self._server)  # checks that a request may set them at all
        return kept_options({**job.options, **overrides})

    @contextmanager
    def changing(self, job: StoredJob) -> Iterator[OpenVideo]:
        """The results of a video, to change them: one change at a time, and none while the video is worked on. Raises NotNow."""
        with _lock(self._locks, job):
            job = self._queue.job(job.id)
            if not job.can_be_seen:
                raise NotNow(f"{job.name} is being processed")
            yield self._results(job)


def _lock(locks: dict[str, threading.RLock], job: StoredJob) -> threading.RLock:
    """The one lock of a job, also where several ask for it at once: `setdefault` is one step, a `defaultdict` is not."""
    return locks.setdefault(job.id, threading.RLock())


def _flat(tree: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    """Nested options by dotted keys."""
    if not isinstance(tree, Mapping):
        raise BadValue(above, "this is a section, not a value")
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}.{key}")
        else:
            yield f"{above}.{key}", value


def _difference(new: Options, old: Options) -> dict[str, Any]:
    """The subtitle options that changed, by dotted keys."""
    before = dict(_flat(msgspec.to_builtins(old.subtitles), "subtitles"))
    after = dict(_flat(msgspec.to_builtins(new.subtitles), "subtitles"))
    return {key: value for key, value in after.items() if before.get(key) != value}


def clip_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Points per second of highlight signals, as a request gives them. Raises BadValue."""
    try:
        numbers = {str(name): float(value) for name, value in weights.items()}
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise BadValue("weights", 'write {"laughter": 1.5, ...}') from None
    if not all(math.isfinite(value) and abs(value) <= 100 for value in numbers.values()):
        raise BadValue("weights", "each is a number from -100 to 100")
    return numbers
