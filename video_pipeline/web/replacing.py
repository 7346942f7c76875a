"""Find and replace in all videos of a server: first what would change, then the change, and for each video what takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from video_pipeline.core.errors import BadValue, PipelineError
from video_pipeline.video.replacing import ChangedLine, Replacement, changed_lines
from video_pipeline.web.editing import EditSession
from video_pipeline.web.jobs import Queue
from video_pipeline.web.store import VIDEO, StoredJob

_SAMPLES = 3
"""Lines of a video that are shown before anything is changed."""
Json = dict[str, Any]


class ExpectedVideo(msgspec.Struct, frozen=True):
    """A video that is to be changed, and how many places were found in it."""

    id: str
    places: int


class ReplaceRequest(msgspec.Struct, frozen=True):
    """What to replace. Without `apply` nothing is changed; `videos` are those to change, null all. `by` is told to others."""

    find: str
    to: str = ""
    match_case: bool = False
    whole_words: bool = False
    apply: bool = False
    videos: tuple[ExpectedVideo, ...] | None = None
    by: str = ""

    @property
    def replacement(self) -> Replacement:
        return Replacement(find=self.find, to=self.to, match_case=self.match_case, whole_words=self.whole_words)


def replace_request(request: Mapping[str, Any]) -> ReplaceRequest:
    """Raises BadValue."""
    try:
        asked = msgspec.convert(dict(request), ReplaceRequest)
    except msgspec.ValidationError as error:
        raise BadValue("replace", str(error)) from None
    _ = asked.replacement.pattern
    return asked


class Replacing:
    """Answers for one server; a video at a time, so that others are served between them."""

    def __init__(self, queue: Queue, edits: EditSession) -> None:
        self._queue, self._edits = queue, edits

    def videos(self, asked: ReplaceRequest) -> list[StoredJob]:
        """Those to look through: all whose results can be seen, or those that the request names."""
        wanted = None if asked.videos is None else {one.id for one in asked.videos}
        jobs = [job for job in self._queue.store.all() if job.kind == VIDEO and job.can_be_seen]
        return [job for job in jobs if wanted is None or job.id in wanted]

    def found(self, job: StoredJob, asked: ReplaceRequest) -> Json | None:
        """What would change in a video, None if nothing would; `conflict` where it cannot be looked into."""
        try:
            lines = self._lines(job, asked)
        except PipelineError as error:
            return {"id": job.id, "name": job.name, "conflict": str(error)}
        if not lines:
            return None
        samples = [{"start_s": round(line.was.start_s, 2), "was": line.was.text, "text": line.text} for line in lines[:_SAMPLES]]
        return _counts(job, lines) | {"samples": samples}

    def replaced(self, job: StoredJob, asked: ReplaceRequest) -> Json:
        """Change a video. Gives what `found` counts and `edits`, which take it back when they are sent the other way round.

        Gives `conflict` instead where its lines are not those that were counted, or it cannot be changed now.
        """
        expected = {one.id: one.places for one in asked.videos or ()}.get(job.id)
        try:
            lines = self._lines(job, asked)
            if expected is not None and expected != sum(line.places for line in lines):
                return {"id": job.id, "name": job.name, "conflict": "its lines were changed since they were counted"}
            if not lines:
                return _counts(job, lines) | {"edits": []}
            answer = self._edits.edit_lines(job, {"edits": [_edit(line) for line in lines], "by": asked.by})
        except PipelineError as error:
            return {"id": job.id, "name": job.name, "conflict": str(error)}
        return _counts(job, lines) | {"edits": answer["edits"]}

    def _lines(self, job: StoredJob, asked: ReplaceRequest) -> list[ChangedLine]:
        with self._edits.opened(job) as run:
            return list(changed_lines(run.video.transcript.segments, asked.replacement))


def _counts(job: StoredJob, lines: list[ChangedLine]) -> Json:
    return {"id": job.id, "name": job.name, "places": sum(line.places for line in lines), "lines": len(lines)}


def _edit(line: ChangedLine) -> Json:
    times = {"start_s": line.was.start_s, "end_s": line.was.end_s}
    lines = [{**times, "text": line.text}] if line.text else []
    return {"was": [{**times, "text": line.was.text}], "lines": lines}
