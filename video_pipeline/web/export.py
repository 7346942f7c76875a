"""The chosen clips as one zip: cut by the clips stage itself, beside the results and not among them."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.clips import EXPORTS
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import BadValue
from video_pipeline.core.progress import Progress
from video_pipeline.media.probe import probe
from video_pipeline.options import load_options
from video_pipeline.video.records import HighlightsFile
from video_pipeline.video.workspace import Workspace
from video_pipeline.web.opened import Opened
from video_pipeline.web.work import Work

FOLDER = "exports"
_ALONE = ("video", "reel")
"""Exports that make videos; all others are lists of cuts for editing programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What is asked for.

    Attributes:
        clips: numbers of the clips as they are shown, from 0; none means all.
        aspect: of the picture, for instance `9:16`; empty leaves it as it is.
        captions: draw the subtitles into the picture.
        reel: also all of them in one video.
        timelines: also lists of the cuts for editing programs.
        id: names the zip.
    """

    clips: tuple[int, ...] = ()
    aspect: str = ""
    captions: bool = False
    reel: bool = False
    timelines: bool = False
    id: str = ""

    def said(self) -> dict[str, Any]:
        """As options of the clips stage."""
        exports = [name for name in EXPORTS if name == "video" or (self.reel if name in _ALONE else self.timelines)]
        said: dict[str, Any] = {"clips.exports": exports}
        if self.captions:
            said["clips.captions"] = "burned"
        if self.aspect not in ("", "source"):
            said["clips.shape.aspect"] = self.aspect
        return said


def export_wish(request: Mapping[str, Any]) -> ExportWish:
    """Raises BadValue for what is unknown or of the wrong kind."""
    try:
        return msgspec.convert(dict(request), ExportWish)
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


def export(work: Work, request: Mapping[str, Any], told: Progress) -> str:
    """Cut, caption, bundle. Gives the zip's place in the results folder. Raises a PipelineError; nothing is left then."""
    wish = export_wish(request)
    options = load_options(work.preset, {**work.overrides, **wish.said()})
    shown = Opened(probe(work.video), work.digest, work.folder, options)
    target = work.folder / FOLDER / f".{wish.id}.part"
    run = _Exporting(shown, _Space(work, target), picked(shown.chosen(), wish.clips), told)
    try:
        run.clips()
        told.begin("zip", None)
        made = work.folder / FOLDER / f"{work.folder.name}-clips-{wish.id[:6]}.zip"
        _zip(target, made)
    finally:
        shutil.rmtree(target, ignore_errors=True)
    return made.relative_to(work.folder).as_posix()


class _Space(Workspace):
    """The results folder, but clips go elsewhere and are not remembered."""

    def __init__(self, work: Work, target: Path) -> None:
        super().__init__(work.folder, work.digest)
        self._target = target

    @property
    def clips(self) -> Path:
        return self._target

    def outputs(self, stage: str) -> list[Path]:
        return [] if stage == "clips" else super().outputs(stage)

    def is_fresh(self, stage: str, key: str) -> bool:
        return stage != "clips" and super().is_fresh(stage, key)

    def finish(self, stage: str, key: str, outputs: Any) -> None:
        """Nothing: the server itself may be at work in this folder."""

    def keep_edited(self, path: Path) -> None:
        if self._target not in path.parents:
            super().keep_edited(path)


class _Exporting(Opened):
    """A run whose highlights are those that a person picked."""

    def __init__(self, shown: Opened, space: _Space, clips: tuple[Clip, ...], told: Progress) -> None:
        super().__init__(shown.info, shown.digest, space.folder, shown.options)
        self.workspace, self.progress = space, told
        self._clips = clips

    @cached_property
    def highlights(self) -> HighlightsFile:
        return HighlightsFile(self._clips)


def _zip(folder: Path, target: Path) -> None:
    """All files of a folder; videos are stored as they are, since they cannot be made smaller."""
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as bundle:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                small = path.stat().st_size < 1 << 20
                how = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
                bundle.write(path, path.relative_to(folder).as_posix(), compress_type=how)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
