"""The page and the overview picture: everything about a video, for looking at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from video_pipeline.media.cut import suffix
from video_pipeline.options import Options
from video_pipeline.report.overview import Overview, render_overview
from video_pipeline.report.viewer import render_page, view_data
from video_pipeline.subtitles.files import rendered
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.highlights import FoundHighlights
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.subtitles import appearance
from video_pipeline.video.stages.translate import IF_TRANSLATED
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.view import addresses, posters, view_of

REPORT_FILE = "report.html"
OVERVIEW_FILE = "overview.svg"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The report."""

    page: str
    """As HTML that stands alone."""
    overview: str
    """As SVG."""


class Report(BaseStage[Drawn]):
    """Draws what all other stages found."""

    name = "report"
    needs = ("identify", "words", "events", "posterior", "evidence", "highlights", "cues")
    needs_if = MappingProxyType({"shots": "subtitles.shots", **IF_MASKED, "translate": "translation.to", **IF_TRANSLATED})

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "highlights.weights", "translation.to")

    def depends_on(self, given: Given) -> object:
        """Which clips there are, and where the video lies."""
        return self._clips(given), addresses(source_of(given).info, given.space.folder)

    def make(self, given: Given, progress: StageProgress) -> Drawn:
        info, transcript, cues = given.of(Identify).info, given.of(ShownWords), given.of(Cues).cues
        clips = given.of(FoundHighlights).clips
        overview = Overview(
            info=info,
            transcript=transcript,
            events=given.of(Events),
            posterior=given.of(FusedPosterior),
            clips=clips,
            cues=cues,
        )
        media = addresses(source_of(given).info, given.space.folder)
        view = dataclasses.replace(view_of(given), weights={}, media=media, files=sorted(self._clips(given)))
        page = render_page(view_data(dataclasses.replace(view, posters=posters(info, view.clips))))
        return Drawn(page, render_overview(overview, rendered("ass", cues, appearance(given))))

    def save(self, value: Drawn, given: Given) -> Sequence[Path]:
        page, overview = given.space.path(REPORT_FILE), given.space.path(OVERVIEW_FILE)
        given.space.write(overview, value.overview.encode())
        given.space.write(page, value.page.encode())
        return [overview, page]

    def load(self, given: Given) -> Drawn:
        texts = (given.space.path(name).read_text(encoding="utf-8") for name in (REPORT_FILE, OVERVIEW_FILE))
        return Drawn(*texts)

    def _clips(self, given: Given) -> list[str]:
        """The clips that lie in the folder; not made for the page's sake."""
        end, folder = suffix(given.of(Identify).info), given.space.folder
        return [path.relative_to(folder).as_posix() for path in given.outputs("clips") if path.suffix == end]
