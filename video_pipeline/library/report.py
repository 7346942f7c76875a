"""The whole library on one page (`library.html`, no server and no network) and as a table (`library.jsonl`, a line per video)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.felt_names import felt_names
from video_pipeline.core.files import atomic_file, atomic_write, reason
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language, Sound
from video_pipeline.core.palette import EMOTION_COLOURS, SOUND_COLOURS
from video_pipeline.core.printable import path_stored, printable
from video_pipeline.library.cards import metadata_of
from video_pipeline.library.index import Index
from video_pipeline.library.records import FAILED
from video_pipeline.library.remote import is_remote, name_of
from video_pipeline.library.rows import CatalogueRows
from video_pipeline.library.search import Moment, best
from video_pipeline.media.web_font import INTERFACES, label_fonts, style_sheet
from video_pipeline.ui import FOLDER
from video_pipeline.ui import page as ui_page
from video_pipeline.ui.labels import labels
from video_pipeline.video.stages.report import REPORT_FILE
from video_pipeline.video.video import Video

SCHEMA_VERSION = 1
_BEST = 12
"""Moments on the page: as many as fit on a screen of cards."""
_ASKED = "source IN (SELECT value FROM json_each(?))"
_AT_ONCE = 500
"""Videos that are looked up by one query."""
MOST_SHOWN = 10_000
"""Videos in the page's list: a browser opens some 5 MB of them at once. The table has all."""
_PER_VIDEO = 2
"""Of them at most, so that one video does not fill the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRecord:
    """A line of `library.jsonl`."""

    source: str
    state: str
    folder: str
    media_s: float
    took_s: float
    engine: str
    attempts: int
    clips: int
    same_as: str
    error: str
    error_type: str
    ended: str
    events: dict[str, int] = field(default_factory=dict)
    """How many there are of each sound."""
    event_s: dict[str, float] = field(default_factory=dict)
    """How long they are together."""
    emotion_s: dict[str, float] = field(default_factory=dict)
    """Seconds of speech in each emotion; empty if none are known."""
    best: tuple[float, float, str] | None = None
    """Score, start in seconds, and title of its best clip."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What a table says of it."""
    schema_version: int = SCHEMA_VERSION


def records(record: CatalogueRows, index: Index) -> Iterator[VideoRecord]:
    """One for every item of the catalogue, with what the index knows of it."""
    rows = record.rows()
    while chunk := list(islice(rows, _AT_ONCE)):
        asked = json.dumps(sorted({row.same_as or row.source for row in chunk}))
        events, emotions, clips = _events(index, asked), _emotions(index, asked), _best_clips(index, asked)
        for row in chunk:
            heard = events.get(row.same_as or row.source, {})
            yield VideoRecord(
                source=row.source,
                state=row.state,
                folder=row.folder,
                media_s=round(row.media_s, 3),
                took_s=round(row.took_s, 3),
                engine=row.engine,
                attempts=row.attempts,
                clips=row.clips,
                same_as=row.same_as,
                error=row.error,
                error_type=row.error_type,
                ended=row.ended,
                events={label: count for label, (count, _) in heard.items()},
                event_s={label: round(long_s, 1) for label, (_, long_s) in heard.items()},
                emotion_s=emotions.get(row.same_as or row.source, {}),
                best=clips.get(row.same_as or row.source),
                metadata=metadata_of(row),
            )


def _html(data: dict[str, Any]) -> str:
    letters = style_sheet(msgspec.json.encode(data).decode(), Language.UNKNOWN)
    names = {*map(str, Sound), *(f"error.{video.get('error_type')}" for video in data["videos"])}
    own, felt = (FOLDER / "library" / "texts.js").read_text(encoding="utf-8"), data.get("names", {})
    fonts = label_fonts({tag: f"{labels(tag, names)} {own} {felt.get(tag, '')}" for tag in INTERFACES})
    return ui_page("library", title=data["name"], data={**data, "letters": fonts}, style=letters)


def write_report(record: CatalogueRows, index: Index, page: Path) -> list[Path]:
    """Writes the page, and the table beside it. Raises CannotWrite."""
    table, summary = page.with_suffix(".jsonl"), _Summary()
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(table) as lines:
            for row in records(record, index):
                lines.write(msgspec.json.encode(row) + b"\n")
                summary.count(row)
    except OSError as error:
        raise CannotWrite(table, reason(error)) from None
    data = _page_data(summary, record, index, page.absolute().parent)
    try:
        atomic_write(page, _html(data).encode())
    except OSError as error:
        raise CannotWrite(page, reason(error)) from None
    return [page, table]


class _Summary:
    """What the page shows of all videos, and the videos that it shows."""

    def __init__(self) -> None:
        self.sounds: set[str] = set()
        self.is_felt = False
        self.laughs = 0
        self._failed: list[VideoRecord] = []
        self._others: list[VideoRecord] = []

    def count(self, row: VideoRecord) -> None:
        self.sounds |= row.events.keys()
        self.is_felt |= bool(row.emotion_s)
        self.laughs += row.events.get(Sound.LAUGHTER, 0) if not row.same_as else 0
        rows, most = (self._failed, MOST_SHOWN // 2) if row.state == FAILED else (self._others, MOST_SHOWN)
        if len(rows) < most:
            rows.append(row)

    def shown(self) -> list[VideoRecord]:
        """In order of their sources; those that failed are the last to be left out."""
        others = self._others[: MOST_SHOWN - len(self._failed)]
        return sorted(self._failed + others, key=lambda row: row.source)


def _page_data(summary: _Summary, record: CatalogueRows, index: Index, beside: Path) -> dict[str, Any]:
    """What the page shows; links are relative to the folder it lies in."""
    return {
        "schema_version": SCHEMA_VERSION,
        "name": record.folder.name,
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "totals": msgspec.to_builtins(record.totals()),
        "laughs": summary.laughs,
        "videos": [_video(row, beside) for row in summary.shown()],
        "best": [_best_moment(moment, beside) for moment in best(index, _BEST, _PER_VIDEO)],
        "sounds": {sound: SOUND_COLOURS[sound] for sound in Sound if sound in summary.sounds},
        "emotions": {emotion: EMOTION_COLOURS[emotion] for emotion in SHOWN_EMOTIONS} if summary.is_felt else {},
        **({"names": felt_names()} if summary.is_felt else {}),
    }


def _video(row: VideoRecord, beside: Path) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(row)
    page = link(Path(row.folder) / REPORT_FILE, beside) if row.folder else ""
    known = {key: value for key, value in tree.items() if value not in ("", 0, None, {}) and key != "folder"}
    return {**known, "name": _name(row.source), "page": page}


def _best_moment(moment: Moment, beside: Path) -> dict[str, Any]:
    clip = _clip_file(Path(moment.folder), moment)
    return {
        "name": _name(moment.source),
        "start_s": round(moment.start_s, 2),
        "end_s": round(moment.end_s, 2),
        "score": round(moment.score, 1),
        "title": moment.text,
        "why": moment.why,
        "page": link(Path(moment.folder) / REPORT_FILE, beside),
        "clip": link(clip, beside),
        "poster": link(clip.with_suffix(".jpg") if clip else None, beside),
    }


def _clip_file(folder: Path, moment: Moment) -> Path | None:
    """The file that was cut of a highlight, None where there is none."""
    try:
        files = Video.open(folder).clip_files()
    except PipelineError:  # the results were removed or damaged since they were indexed
        return None
    return next((path for clip, path in files if clip.start_s == moment.start_s), None)


def link(path: Path | None, beside: Path) -> str:
    """Empty where there is no such file; a relative address, so that the library may move as a whole."""
    if path is None or not path.is_file():
        return ""
    try:
        return quote(Path(os.path.relpath(path, beside)).as_posix())
    except ValueError:  # another drive of Windows
        return path.as_uri()


def _name(source: str) -> str:
    return name_of(source) if is_remote(source) else printable(path_stored(source).name)


def _events(index: Index, asked: str) -> dict[str, dict[str, tuple[int, float]]]:
    """Of some videos: `asked` are their sources as JSON."""
    query = f"""SELECT source, label, count(*), sum(end_s - start_s) FROM videos CROSS JOIN heard ON videos.id = heard.video
        WHERE {_ASKED} GROUP BY source, label ORDER BY source, count(*) DESC"""
    found: dict[str, dict[str, tuple[int, float]]] = {}
    for source, label, count, long_s in index.base.execute(query, (asked,)):
        found.setdefault(source, {})[label] = (count, long_s)
    return found


def _emotions(index: Index, asked: str) -> dict[str, dict[str, float]]:
    query = f"""SELECT source, emotion, sum(said.end_s - said.start_s)
        FROM videos CROSS JOIN said ON said.id BETWEEN videos.first AND videos.last
        WHERE {_ASKED} AND emotion IS NOT NULL GROUP BY source, emotion ORDER BY source, 3 DESC"""
    found: dict[str, dict[str, float]] = {}
    for source, emotion, long_s in index.base.execute(query, (asked,)):
        found.setdefault(source, {})[emotion] = round(long_s, 1)
    return found


def _best_clips(index: Index, asked: str) -> dict[str, tuple[float, float, str]]:
    query = f"""SELECT source, max(score), start_s, title FROM videos CROSS JOIN clips ON videos.id = clips.video
        WHERE {_ASKED} GROUP BY video"""
    rows = index.base.execute(query, (asked,))
    return {source: (round(score, 1), round(start_s, 1), title) for source, score, start_s, title in rows}
