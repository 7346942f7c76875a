"""What a person takes home: the chosen clips or all files as a zip, or the whole video with its subtitles.

It is made beside the results and not among them: a person may change these meanwhile.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from video_pipeline.clips import EXPORTS
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import BadValue
from video_pipeline.core.heartbeat import beat
from video_pipeline.core.progress import Progress
from video_pipeline.media.subtitled import Copy
from video_pipeline.options import load_options
from video_pipeline.video.decisions import decisions_in
from video_pipeline.video.video import Video
from video_pipeline.web.opened import OpenVideo
from video_pipeline.web.task import Work

FOLDER = "exports"
_ALONE = ("video", "audiogram", "tightened", "hooked", "reel")
"""Exports that make videos; all others are lists of cuts for editing programs."""
_SMALL_BYTES = 1 << 20
"""Files below are compressed: subtitles and lists; videos would not get smaller."""
_HUGE_BYTES = 2 << 30
"""Files from here on need the 64-bit form of a zip entry."""
_BLOCK_BYTES = 1 << 20
"""Copied at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What is asked for.

    Attributes:
        what: `clips`, `files` (all subtitles, the report and the data), `mux` or `burn`: the whole video with a track of
            subtitles, or with them drawn into the picture; `cut`: the whole video without what was cut out, with its subtitles
            and lists of the cuts.
        clips: numbers of the clips as they are shown, from 0; none means all.
        aspect: of the picture, for instance `9:16`; empty leaves it as it is.
        captions: draw the subtitles into the picture.
        reel: also all of them in one video.
        timelines: also lists of the cuts for editing programs.
        cut: clips without what was cut out.
        silences: of what is cut, silences too.
        fillers: likewise filler words.
        id: names the zip.
    """

    what: Literal["clips", "files", "mux", "burn", "cut"] = "clips"
    clips: tuple[int, ...] = ()
    aspect: str = ""
    captions: bool = False
    reel: bool = False
    timelines: bool = False
    cut: bool = False
    silences: bool = False
    fillers: bool = False
    id: str = ""

    def overrides(self) -> dict[str, Any]:
        """As options of the clips stage."""
        lists = [name for name in EXPORTS if self.timelines and name not in _ALONE]
        made = ["tightened"] if self.cut else ["video", *(["reel"] if self.reel else [])]
        overrides: dict[str, Any] = {"clips.exports": [*made, *lists]}
        if self.cut or self.what == "cut":
            overrides |= {"clips.tighten.silences": self.silences, "clips.tighten.fillers": self.fillers}
        if self.captions:
            overrides["clips.captions"] = "burned"
        if self.aspect not in ("", "source"):
            overrides["clips.shape.aspect"] = self.aspect
        return overrides


def export_request(request: Mapping[str, Any]) -> ExportRequest:
    """Raises BadValue for what is unknown or of the wrong kind."""
    try:
        return msgspec.convert(dict(request), ExportRequest)
    except msgspec.ValidationError as error:
        raise BadValue("export", str(error)) from None


def picked(clips: tuple[Clip, ...], numbers: tuple[int, ...]) -> tuple[Clip, ...]:
    """Raises BadValue where there is no such clip, or none at all."""
    wrong = [number for number in numbers if not 0 <= number < len(clips)]
    if not clips:
        raise BadValue("export", "there is no clip to export")
    if wrong:
        raise BadValue("export", f"there is no clip {wrong[0]}; they are numbered from 0 to {len(clips) - 1}")
    return tuple(clips[number] for number in numbers) if numbers else clips


def export(work: Work, request: Mapping[str, Any], progress: Progress) -> str:
    """Make it. Gives the file's place in the results folder. Raises a PipelineError; nothing is left then."""
    asked = export_request(request)
    options = load_options(work.preset, {**work.overrides, **asked.overrides()})
    shown = OpenVideo(Video.open(work.folder, video=work.video, options=options))
    target = work.folder / FOLDER / f".{asked.id}.part"
    try:
        if asked.what in ("mux", "burn"):
            made = _copy(shown.video, asked, target, progress)
        else:
            made = work.folder / FOLDER / f"{work.folder.name}-{asked.what}-{asked.id[:6]}.zip"
            decisions = decisions_in(work.folder)
            if asked.what == "clips":
                shown.video.cut(picked(shown.chosen(), asked.clips), target, decisions=decisions, on_progress=progress)
            elif asked.what == "cut":
                target.mkdir(parents=True)
                shown.video.cut(None, target, decisions=decisions, on_progress=progress)
            progress.begin("zip", None)
            _zip(work.folder if asked.what == "files" else target, made)
    finally:
        shutil.rmtree(target, ignore_errors=True)
    return made.relative_to(work.folder).as_posix()


def _copy(video: Video, asked: ExportRequest, target: Path, progress: Progress) -> Path:
    """The whole video with the subtitles as they are now."""
    subtitles = video.options.subtitles
    copy = Copy(
        kind=asked.what,
        info=video.info,
        options=video.options.video,
        stem=f"{video.folder.name}-{asked.id[:6]}",
        language=video.transcript.language,
        for_deaf=subtitles.labels != "none",
    )
    progress.begin(asked.what, video.info.duration_s)
    target.mkdir(parents=True)
    copy.make(video.subtitles(copy.reads), target / copy.target, progress.advance)
    made = target.with_name(copy.target)
    (target / copy.target).replace(made)
    progress.end(fresh=False)
    return made


def _zip(folder: Path, target: Path) -> None:
    """All files of a folder but hidden ones and other exports; videos are stored as they are: they cannot be made smaller."""
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as bundle:
            for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
                name = path.relative_to(folder)
                if name.parts[0] != FOLDER and not any(part.startswith(".") for part in name.parts):
                    _add(bundle, path, name.as_posix())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _add(bundle: zipfile.ZipFile, path: Path, name: str) -> None:
    """In blocks, with a heartbeat for each: a bundle may take minutes."""
    entry = zipfile.ZipInfo.from_file(path, name)
    entry.compress_type = zipfile.ZIP_DEFLATED if entry.file_size < _SMALL_BYTES else zipfile.ZIP_STORED
    with path.open("rb") as source, bundle.open(entry, "w", force_zip64=entry.file_size >= _HUGE_BYTES) as target:
        while block := source.read(_BLOCK_BYTES):
            target.write(block)
            beat()
