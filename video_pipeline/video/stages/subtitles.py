"""The subtitle files, and `qc.json` about their quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from video_pipeline.core.labels import Language
from video_pipeline.core.printable import printable
from video_pipeline.options import Options
from video_pipeline.subtitles.files import appearance_of, files_of, rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.qc import Finding
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import QualityFile
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.identify import Identify

QUALITY_FILE = "qc.json"
_TAKEN = ("transcript.json", "events.json", "highlights.json", QUALITY_FILE)
"""Names that a subtitle file in JSON might have, of a video called like that."""


@dataclass(frozen=True, slots=True)
class SubtitleFiles:
    """What was written, or is to be written."""

    contents: Mapping[str, bytes]
    """By file name."""
    count: int
    """Of cues."""
    findings: tuple[Finding, ...]
    language: Language
    """That most of it is in."""


class Subtitles(BaseStage[SubtitleFiles]):
    """All formats that are asked for."""

    name = "subtitles"
    revision = 3
    """3: a backslash stays what it is where no player takes it for a line break; direction of lines from right to left."""
    needs = ("identify", "cues")

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "translation.to")

    def make(self, given: Given, progress: StageProgress) -> SubtitleFiles:
        layout, looks, stem = given.of(Cues), appearance(given), stem_of(given)
        contents = {
            subtitle_name(stem, _end(given, end)): content
            for name in given.options.subtitles.formats
            for end, content in files_of(name, layout.cues, looks).items()
        }
        return SubtitleFiles(contents, len(layout.cues), layout.findings, layout.language)

    def save(self, value: SubtitleFiles, given: Given) -> Sequence[Path]:
        """All files, `qc.json` last."""
        space = given.space
        for name, content in value.contents.items():
            space.write(space.path(name), content)
        quality = space.path(QUALITY_FILE)
        space.write_json(quality, QualityFile(value.count, value.findings))
        return [*(space.path(name) for name in value.contents), quality]

    def load(self, given: Given) -> SubtitleFiles:
        """The files as they stand in the folder, with what a person may have edited in them."""
        quality = given.space.read_json(given.space.path(QUALITY_FILE), QualityFile)
        files = [path for path in given.outputs(self.name) if path.name != QUALITY_FILE]
        contents = {path.name: path.read_bytes() for path in files}
        return SubtitleFiles(contents, quality.cues, quality.findings, given.of(Cues).language)


def subtitle_name(stem: str, end: str) -> str:
    """Of a file of the format, and perhaps the kind, that `end` names: `srt`, `sdh.srt`."""
    name = f"{stem}.{end}"
    return f"{stem}.subtitles.{end}" if name in _TAKEN else name


def stem_of(given: Given) -> str:
    """What the files are called before the first dot of their kind: `talk` also for a file `talk.zh.srt`, if it is translated."""
    stem, layout = given.space.folder.name, given.of(Cues)
    head, _, last = stem.rpartition(".")
    own = (layout.tag or str(layout.language)).lower()
    return head if given.options.translation.to and head and last.lower() in (own, str(layout.language)) else stem


def _end(given: Given, end: str) -> str:
    """With the language before it, where there will be several: `zh.srt`."""
    layout = given.of(Cues)
    named = given.options.translation.to and layout.language is not Language.UNKNOWN
    return f"{layout.tag or layout.language}.{end}" if named else end


def appearance(given: Given) -> Appearance:
    """How the subtitles of this video look; asks for the options on subtitles and the stages `identify` and `cues`."""
    draft = given.of(Cues).draft
    source = given.of(Identify)
    looks = appearance_of(given.options.subtitles, source.size_px, printable(given.video.stem), draft=draft)
    return replace(looks, rate_fps=source.rate_fps, sheet=given.of(Cues).sheet)


def subtitle_text(given: Given, format_name: str) -> str:
    """Subtitles in one format, as they stand in the folder; made where the options ask for no such file."""
    name = subtitle_name(stem_of(given), _end(given, format_name))
    written = given.of(Subtitles).contents.get(name)
    return (
        written.decode("utf-8-sig", "replace")
        if written is not None
        else rendered(format_name, given.of(Cues).cues, appearance(given))
    )
