"""Changes of what is shown: words cut out and put back, where the crop goes, which clips there are.

Each answer says what was really changed, so that whoever asked can take exactly that back whatever others changed meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from video_pipeline.clips.tighten.fillers import fillers
from video_pipeline.core.errors import BadValue
from video_pipeline.core.span import Span
from video_pipeline.media.framing import Place
from video_pipeline.report.viewer import clip_rows
from video_pipeline.video.decisions import cutting, decisions_in, difference, keep_decisions, placing, releasing, restoring
from video_pipeline.web.editing import EditSession, clip_weights
from video_pipeline.web.errors import Changed, NotThere
from video_pipeline.web.opened import ChoiceFile, ChosenClip, crop_rows, span_rows, weighted
from video_pipeline.web.store import StoredJob

_MOST_SPANS = 5000
"""Of one request, and of one video."""
_MOST_PLACES = 2000
"""Of the crop of one video."""
_MOST_CLIPS = 200
"""That a person may choose of one video."""
_LEAST_CLIP_S = 0.5
"""Shortest clip that a person may choose."""
_LONGEST_TITLE = 200
"""Characters of a clip's title."""
_EXAMPLE = 'each is {"start_s": ..., "end_s": ..., "title": ...}'
Json = dict[str, Any]
T = TypeVar("T")


class Stretch(msgspec.Struct, frozen=True):
    """A part of the video, in seconds."""

    start_s: float
    end_s: float


class CutRequest(msgspec.Struct, frozen=True):
    """What to put back and then what to cut out; `find` cuts out all filler words. `by` comes back in the news of it."""

    take_out: tuple[Stretch, ...] = ()
    put_back: tuple[Stretch, ...] = ()
    find: Literal["fillers", ""] = ""
    by: str = ""


class CropPlace(msgspec.Struct, frozen=True):
    """The centre of the crop at a time, in shares of the picture's width and height."""

    at_s: float
    x: float
    y: float = 0.5


class CropRequest(msgspec.Struct, frozen=True):
    """Places to take away, by their times, and then places to set."""

    set: tuple[CropPlace, ...] = ()
    remove: tuple[float, ...] = ()
    by: str = ""


class Montage:
    """Answers for one server, one change of a video after another."""

    def __init__(self, edits: EditSession) -> None:
        self._edits = edits

    def cut(self, job: StoredJob, request: Mapping[str, Any]) -> Json:
        """Cut words out of a video, or put them back.

        Gives `removed`, all that is cut out now, and `took_out` and `put_back`, what of it is new. Raises BadValue.
        """
        asked = _converted("cut", request, CutRequest)
        with self._edits.changing(job) as run:
            duration_s, folder = run.video.duration_s, run.video.folder
            before = decisions_in(folder)
            found = [Span(one.start_s, one.end_s) for one in fillers(run.video.transcript.segments)] if asked.find else []
            after = restoring(before, _spans("put_back", asked.put_back, duration_s))
            after = cutting(after, [*_spans("take_out", asked.take_out, duration_s), *found])
            if len(after.removed) > _MOST_SPANS:
                raise BadValue("cut", f"{_MOST_SPANS} stretches are the limit")
            keep_decisions(folder, after)
        answer = {
            "removed": span_rows(after.removed),
            "took_out": span_rows(difference(after.removed, before.removed)),
            "put_back": span_rows(difference(before.removed, after.removed)),
        }
        self._edits.news.add(job.id, {"removed": answer["removed"], "by": asked.by[:40]})
        return answer

    def crop(self, job: StoredJob, request: Mapping[str, Any]) -> Json:
        """Say where the crop is at some times, or leave it to the program again.

        Gives `crop`, all places that hold now, and `placed` and `released`, what was changed. Raises BadValue, NotThere for a
        video without a picture.
        """
        asked = _converted("crop", request, CropRequest)
        with self._edits.changing(job) as run:
            if run.video.info.video is None:
                raise NotThere("such picture")
            before = decisions_in(run.video.folder)
            places = [_place(one, run.video.duration_s) for one in asked.set]
            after = placing(releasing(before, asked.remove), places)
            if len(after.crop) > _MOST_PLACES:
                raise BadValue("crop", f"{_MOST_PLACES} places are the limit")
            keep_decisions(run.video.folder, after)
        answer = {
            "crop": crop_rows(after.crop),
            "placed": crop_rows([one for one in after.crop if one not in before.crop]),
            "released": crop_rows([one for one in before.crop if one not in after.crop]),
        }
        self._edits.news.add(job.id, {"crop": answer["crop"], "by": asked.by[:40]})
        return answer

    def choose(self, job: StoredJob, request: Mapping[str, Any]) -> Json:
        """Keep the request's `clips`, perhaps none, with the edges given; null goes back to the program's own choice.

        Raises Changed where the request says in `was` which clips it saw, and a person has chosen others; BadValue.
        """
        clips, weights = request.get("clips"), clip_weights(request.get("weights") or {})
        if clips is not None and (not isinstance(clips, list) or len(clips) > _MOST_CLIPS):
            raise BadValue("clips", f"this is a list of {_MOST_CLIPS} at most, or null for the program's own choice")
        with self._edits.changing(job) as run:
            if "was" in request and not _are(request["was"], run.choice):
                raise Changed(clips=tuple(clip_rows(run.chosen())))
            options = weighted(run.video.options.highlights, weights)
            answer: Json
            if clips is None:
                run.keep(None)
                answer = {"clips": clip_rows(run.video.clips), "explanation": run.video.explanation}
            else:
                kept = tuple(_chosen(clip, run.video.duration_s) for clip in clips)
                rated = run.rated(kept, options)
                run.keep(ChoiceFile(kept, weights))
                answer = {"clips": clip_rows(rated), "explanation": ""}
        self._edits.news.add(job.id, {**answer, "by": str(request.get("by") or "")[:40]})
        return answer


def _converted(name: str, request: Mapping[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(dict(request), kind)
    except (msgspec.ValidationError, OverflowError) as error:
        raise BadValue(name, str(error)) from None


def _spans(name: str, stretches: Sequence[Stretch], duration_s: float) -> list[Span]:
    if len(stretches) > _MOST_SPANS:
        raise BadValue(name, f"{_MOST_SPANS} are the limit")
    for one in stretches:
        if not (0 <= one.start_s < one.end_s <= duration_s + 1.0):  # written so that NaN fails too
            raise BadValue(name, f"{one.start_s:g} to {one.end_s:g} s is no part of a video of {duration_s:.1f} s")
    return [Span(one.start_s, min(one.end_s, duration_s + 1.0)) for one in stretches]


def _place(place: CropPlace, duration_s: float) -> Place:
    if not (0 <= place.at_s <= duration_s + 1.0 and 0 <= place.x <= 1 and 0 <= place.y <= 1) or math.isnan(place.at_s):
        raise BadValue("crop", "each has a time within the video, and shares from 0 to 1 of the picture")
    return Place(place.at_s, place.x, place.y)


def _are(was: object, choice: ChoiceFile | None) -> bool:
    """Whether the clips that a person chose are as somebody saw them.

    What the program chose is nobody's work, and moves when a line is corrected; so do titles that nobody wrote.
    """
    if not isinstance(was, list):
        raise BadValue("was", _EXAMPLE)
    try:
        seen = [(round(one["start_s"], 2), round(one["end_s"], 2), str(one["title"])) for one in was]
    except (TypeError, KeyError, ValueError, OverflowError):
        raise BadValue("was", _EXAMPLE) from None
    return choice is None or (
        len(seen) == len(choice.clips)
        and all(
            (start_s, end_s) == (round(kept.start_s, 2), round(kept.end_s, 2)) and kept.title in ("", title)
            for (start_s, end_s, title), kept in zip(seen, choice.clips, strict=True)
        )
    )


def _chosen(clip: Mapping[str, Any], duration_s: float) -> ChosenClip:
    try:
        start_s, end_s = float(clip["start_s"]), float(clip["end_s"])
        title = " ".join(str(clip.get("title") or "").split())[:_LONGEST_TITLE]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise BadValue("clips", _EXAMPLE) from None
    if not 0 <= start_s <= end_s - _LEAST_CLIP_S <= end_s <= duration_s + 1.0:
        raise BadValue("clips", f"{start_s:g} to {end_s:g} s is no clip of a video of {duration_s:.1f} s")
    return ChosenClip(start_s, min(end_s, duration_s), title)
