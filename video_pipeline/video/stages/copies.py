"""Copies of the video that hold its subtitles: with a track of them, or with them drawn into the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from video_pipeline.core.files import key_of
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import display_name
from video_pipeline.media.mux import Track
from video_pipeline.media.subtitled import Copy
from video_pipeline.options import Options
from video_pipeline.subtitles.files import rendered
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.bilingual import Shown, drawn_of
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.subtitles import appearance, stem_of, subtitle_name, subtitle_text
from video_pipeline.video.stages.translate import Translated, TranslatedFiles


@dataclass(frozen=True, slots=True)
class Document:
    """The subtitles that go into a copy."""

    text: str
    """In the copy's own format, as it stands in the folder, where a person may have edited it."""
    language: Language
    tag: str = ""
    """BCP 47 tag of the language where `language` is too coarse."""
    tells_sounds: bool = True
    more: tuple[Track, ...] = ()
    """In other languages."""


class CopyDocument(DerivedStage[Document]):
    """A copy depends on this text and on no option that leaves it as it is: to draw subtitles takes long."""

    kind: ClassVar[str]
    needs = ("identify", "subtitles", "cues")
    needs_if = MappingProxyType({**IF_MASKED, "translated": "translation.to", "translated_files": "translation.to"})

    def make(self, given: Given, progress: StageProgress) -> Document:
        return self._spoken(given)

    def identity(self, given: Given) -> object:
        document = given.of(type(self))
        more = (document.tag, document.tells_sounds) if document.tag or not document.tells_sounds else ()
        tracks = [(track.language, track.tag, track.title, key_of(track.document)) for track in document.more]
        return document.language, key_of(document.text), *more, *tracks

    def _spoken(self, given: Given) -> Document:
        """In the language of the video."""
        cues = given.of(Cues)
        return Document(subtitle_text(given, self._format(given)), cues.language, cues.tag, cues.tells_sounds)

    def _format(self, given: Given) -> str:
        info, options = source_of(given).info, given.options.video
        return Copy(kind=self.kind, info=info, options=options, stem=given.space.folder.name).reads

    def _shown(self, given: Given) -> Sequence[Shown]:
        """The other languages."""
        if not given.needs(Translated):
            return ()
        return given.of(Translated)

    def _text(self, given: Given, shown: Shown) -> str:
        """As it stands in the folder, where a person may have edited it."""
        format_name = self._format(given)
        name = subtitle_name(stem_of(given), f"{shown.tag}.{format_name}")
        written = given.of(TranslatedFiles).contents.get(name)
        if written is not None:
            return written.decode("utf-8-sig", "replace")
        return rendered(format_name, shown.cues(format_name), appearance(given))


class MuxedDocument(CopyDocument):
    """For the copy with a track."""

    name = "muxed_document"
    kind = "mux"

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "video.container", "translation.to")

    def make(self, given: Given, progress: StageProgress) -> Document:
        """With a track for each language, and for two at once."""
        tracks = [
            Track(
                self._text(given, shown),
                shown.layout.language,
                shown.layout.tag,
                "" if not shown.is_pair else " + ".join(map(display_name, shown.tag.split("-"))),
                for_deaf=given.options.subtitles.labels != "none" and not shown.is_pair,
            )
            for shown in self._shown(given)
        ]
        return replace(self._spoken(given), more=tuple(tracks))


class BurnedDocument(CopyDocument):
    """For the copy with drawn subtitles."""

    name = "burned_document"
    kind = "burn"

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "translation.to")

    def make(self, given: Given, progress: StageProgress) -> Document:
        """In two languages at once if that is asked for, else in the first that was translated into."""
        shown = drawn_of(self._shown(given))
        if shown is None:
            return self._spoken(given)
        return Document(self._text(given, shown), shown.layout.language, shown.layout.tag)


class SubtitledCopy(BaseStage[Path]):
    """One copy. Its name is the kind of copy it makes."""

    document: ClassVar[type[CopyDocument]]
    needs_if = IF_MASKED

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Path:
        """Raises NothingHeard where there is not one cue to put in, and what `Copy.make` raises."""
        copy, document = self._copy(given), given.of(self.document).text
        if "-->" not in document and "Dialogue:" not in document:
            raise NothingHeard(copy.info.path, copy.info.duration_s or 0.0, "no subtitle to put into a copy of the video")
        target = given.space.path(copy.target)
        given.space.replacing(target)
        for notice in copy.make(document, target, progress.advance):
            progress.notice(notice)
        return target

    def save(self, value: Path, given: Given) -> Sequence[Path]:
        return [value]

    def load(self, given: Given) -> Path:
        return given.space.path(self._copy(given).target)

    def _copy(self, given: Given, *, tells_sounds: bool = False) -> Copy:
        info, document = source_of(given).info, given.of(self.document)
        stem, options = given.space.folder.name, given.options.video
        return Copy(
            kind=self.name,
            info=info,
            options=options,
            stem=stem,
            language=document.language,
            tag=document.tag,
            for_deaf=tells_sounds and document.tells_sounds,
            more=document.more,
        )


class MuxedCopy(SubtitledCopy):
    """The subtitles as a track of their own; nothing is encoded again."""

    name = "mux"
    needs = ("identify", "muxed_document")
    document = MuxedDocument

    def reads(self, options: Options) -> tuple[str, ...]:
        fonts = ("video.fonts",) if options.video.attach_fonts else ()
        return ("video.container", "video.attach_fonts", "subtitles.labels", *fonts)

    def _copy(self, given: Given, *, tells_sounds: bool = False) -> Copy:
        return super()._copy(given, tells_sounds=given.options.subtitles.labels != "none")


class BurnedCopy(SubtitledCopy):
    """The subtitles drawn into the picture, which is encoded again."""

    name = "burn"
    needs = ("identify", "burned_document")
    document = BurnedDocument

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("video.fonts", "video.encoding")
