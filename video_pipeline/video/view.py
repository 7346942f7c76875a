"""What the viewer shows that no stage keeps: cues with labels and words in place, addresses of the video, small pictures."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import Transcript
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.options import Options
from video_pipeline.report.viewer import InLanguages, ShownCue, View
from video_pipeline.subtitles.formats.ass import usual_share
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.qc import Finding
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.style import BOTTOM_STYLE
from video_pipeline.subtitles.word_times import shown_words
from video_pipeline.video.base import Stage
from video_pipeline.video.bilingual import Shown
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.highlights import FoundHighlights
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.shots import Shots
from video_pipeline.video.stages.signals import VideoEvidence
from video_pipeline.video.stages.translate import Translate, Translated
from video_pipeline.video.stages.words import ShownWords

T = TypeVar("T")
_OPENED_BY_BROWSERS = ("http://", "https://")
_POSTER_PX = 384
"""Width of the small picture of a clip."""


class Values(Protocol):
    """Where the values of stages come from."""

    @property
    def options(self) -> Options: ...

    def of(self, stage: type[Stage[T]]) -> T: ...


def view_of(given: Values) -> View:
    """All that is shown of a video, without addresses of files."""
    found, layout, options = given.of(FoundHighlights), given.of(Cues), given.options.subtitles
    evidence, words = given.of(VideoEvidence), given.of(ShownWords)
    cuts_s = given.of(Shots) if options.shots else evidence.cuts_s
    return View(
        transcript=words,
        video=given.of(Identify).info.video,
        events=given.of(Events),
        posterior=given.of(FusedPosterior),
        cues=shown_cues(layout.cues, options.labels),
        clips=found.clips,
        explanation=found.explanation,
        level=evidence.level,
        cuts_s=cuts_s,
        findings=finding_rows(layout.findings),
        style=style_of(options) | {"usual_size": usual_share(words.language, *given.of(Identify).size_px)},
        weights=given.options.highlights.weights,
        limits={
            "least_s": options.least_s,
            "speed_cps": {str(one): options.reading(one).speed_cps for one in sorted({line.language for line in words.segments})},
        },
        languages=_languages(given) if given.options.translation.to else None,
    )


def _languages(given: Values) -> InLanguages | None:
    """None in a folder that was made without translating."""
    try:
        found, shown = given.of(Translate), given.of(Translated)
    except NotFinished:
        return None
    if not found.languages:
        return None
    labels = given.options.subtitles.labels
    return InLanguages(
        sentences=[(sentence, sentence.text) for sentence in found.sentences],
        texts={tag: one.texts for tag, one in found.languages.items()},
        faults={tag: one.faults for tag, one in found.languages.items()},
        cues={one.tag: _both(one, labels) if one.is_pair else shown_cues(one.cues(""), labels) for one in shown},
        sizes={one.tag: usual_share(one.layout.language, *given.of(Identify).size_px) for one in shown},
    )


def _both(pair: Shown, labels: str) -> list[ShownCue]:
    """The cues of two languages at once, each with the number of its lines in the lower one."""
    lower = {cue.start_s: len(cue.lines) for cue in pair.layout.cues if cue.style == BOTTOM_STYLE}
    return [replace(cue, lower=lower.get(cue.start_s, 0)) for cue in shown_cues(pair.cues(""), labels)]


def shown_cues(cues: Sequence[Cue], labels: str) -> list[ShownCue]:
    """All cues in their order, so that a finding's number fits; one of which nothing is written has no lines."""
    return [_shown(cue, labels) for cue in cues]


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = msgspec.to_builtins(findings)
    return rows


def style_of(options: SubtitleOptions) -> dict[str, Any]:
    """The look in force, as the viewer's panel offers it."""
    style: dict[str, Any] = msgspec.to_builtins(options.style)
    return {"labels": options.labels, "felt": style.pop("colours"), **style}


def addresses(info: MediaInfo, folder: Path) -> list[str]:
    """Where a page in `folder` may find the video: where it lies, then beside the page; only beside where no browser gets it."""
    beside = quote(os.fsencode(info.path.name))
    if info.address:
        return [info.url, beside] if info.address.startswith(_OPENED_BY_BROWSERS) else [beside]
    try:
        there = quote(os.fsencode(Path(os.path.relpath(info.path.resolve(), folder.resolve())).as_posix()))
    except ValueError:  # another drive of Windows
        return [beside]
    return list(dict.fromkeys([there, beside]))


def posters(info: MediaInfo, clips: Sequence[Clip]) -> list[str]:
    """A small picture from the middle of each clip, as a data address; none where there is no picture."""
    if info.video is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        return [_poster(info, clip.middle_s, Path(folder) / f"{number}.jpg") for number, clip in enumerate(clips)]


def _poster(info: MediaInfo, at_s: float, target: Path) -> str:
    frame(info, at_s, target, width_px=_POSTER_PX)
    return "data:image/jpeg;base64," + base64.b64encode(target.read_bytes()).decode()


def _shown(cue: Cue, labels: str) -> ShownCue:
    written = bool(labelled_lines(cue, labels))
    lines = [[(word.start_s, word.text) for word in line] for line in shown_words(cue)] if written and cue.lines else []
    label = prefix(cue, labels).strip() if written else ""
    return ShownCue(cue.start_s, cue.end_s, lines, label, cue.emotion, cue.sound)


def notebook_page(name: str, transcript: Transcript, timeline: str, clips: Sequence[Clip], pictures: Sequence[str]) -> str:
    """HTML for a notebook: the facts, the timeline, and a picture of each clip."""
    facts = f"{clock(transcript.media.duration_s)} · {transcript.engine.name} · {transcript.language}"
    shown = "".join(_figure(clip, picture) for clip, picture in zip(clips, pictures, strict=False))
    row = f"<div style='display:flex;gap:8px;flex-wrap:wrap'>{shown}</div>"
    return f"<div><b>{escape(name)}</b> {escape(facts)}{timeline}{row}</div>"


def _figure(clip: Clip, picture: str) -> str:
    image = f"<img src='{picture}' style='width:100%' alt=''>"
    caption = f"{clock(clip.start_s)} {escape(clip.title)}"
    return f"<figure style='width:192px;margin:0'>{image}<figcaption>{caption}</figcaption></figure>"
