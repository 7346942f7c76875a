"""Chapters of the whole video: where a topic or a speaker changes after a pause or a jingle, titled by what is said there.

`chapters.txt` is pasted into a description on YouTube, which asks for the first one at 0:00, three at least and 10 s each;
podcast players read `chapters.json` (the Podcast Namespace's JSON chapters, version 1.2.0).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from video_pipeline.clips.base import ClipJob, Exported, MadeClips, SourceVideo
from video_pipeline.clips.topics import depths, weights
from video_pipeline.core.labels import Sound
from video_pipeline.core.sentences import split_sentences
from video_pipeline.core.span import Span, covered_s
from video_pipeline.core.timecode import whole_clock
from video_pipeline.core.titles import title_of
from video_pipeline.core.topic_words import terms
from video_pipeline.core.transcript import Segment
from video_pipeline.media.targets import whole

_LEAST_S = 10.0
"""YouTube's shortest chapter."""
_USUAL_S = 240.0
"""Most chapters of talks and podcasts last 3 to 6 minutes: the video's length over this is how many are looked for."""
_FEWEST = 3
"""YouTube shows no fewer."""
_MOST = 40
_LEAST_SHARE = 0.4
"""A chapter lasts at least this share of the mean one."""
_TOPIC = 2.0
"""What a complete change of words is worth; seconds of pause, up to `_LONG_PAUSE_S`, are worth 1 together."""
_LONG_PAUSE_S = 3.0
_JINGLE = 0.8
"""What music between two sentences is worth."""
_SPEAKER = 0.5
"""What another speaker is worth."""
_LEAST_WORTH = 0.6
"""Below this a joint is no end of a chapter."""
_AROUND_S = 90.0
"""Speech on either side whose words are compared."""
_LONGEST_TITLE = 60
_OPENING = 6
"""Sentences at its start from which a chapter gets its title."""
_OPENING_S = 90.0
"""Time at its start in which they begin; later ones tell of something else, where only some of the words were heard."""
_SHORT = 16
"""Letters that a title should have."""


@dataclass(frozen=True, slots=True)
class Chapter(Span):
    """From its start to the start of the next one, or the end of the video."""

    title: str


class ChaptersExport:
    """`chapters.txt` and `chapters.json`."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        if not job.clips:
            return Exported()
        found = chapters(job.source)
        rows = [{"startTime": chapter.start_s, "title": chapter.title} for chapter in found]
        texts = {
            "chapters.txt": "".join(f"{whole_clock(chapter.start_s)} {chapter.title}\n" for chapter in found),
            "chapters.json": json.dumps({"version": "1.2.0", "chapters": rows}, ensure_ascii=False, indent=1) + "\n",
        }
        for name, text in texts.items():
            with whole(job.folder / name) as part:
                part.write_text(text, encoding="utf-8")
        return Exported(tuple(job.folder / name for name in texts))


def chapters(source: SourceVideo) -> list[Chapter]:
    """The chapters of a video, in order; a single one where nothing divides it."""
    said = sorted(source.segments, key=lambda segment: (segment.start_s, segment.end_s))
    duration_s = source.info.duration_s or max((segment.end_s for segment in said), default=0.0)
    starts_s = [0.0, *sorted(said[k].start_s for k in _chosen(said, _worths(said, source), duration_s))]
    if len(starts_s) < _FEWEST:
        starts_s = starts_s[:1]
    spans = [Span(start_s, end_s) for start_s, end_s in pairwise([*starts_s, max(duration_s, starts_s[-1])])]
    opened = [[segment for segment in said if span.holds(segment.start_s)] for span in spans]
    typical = weights([terms(" ".join(segment.text for segment in part)) for part in opened])
    titles = [_title(part, spans[k].start_s, typical[k]) for k, part in enumerate(opened)]
    return [
        Chapter(round(span.start_s, 3), span.end_s, title or (source.info.path.stem if len(spans) == 1 else f"{k + 1}"))
        for k, (span, title) in enumerate(zip(spans, titles, strict=True))
    ]


def _worths(said: Sequence[Segment], source: SourceVideo) -> list[float]:
    """How well a chapter could begin with each segment but the first."""
    music = [event for event in source.events if event.label is Sound.MUSIC]
    mean_s = sum(segment.duration_s for segment in said) / max(1, len(said))
    topic = depths([segment.text for segment in said], max(2, round(_AROUND_S / max(1.0, mean_s))))
    worths = []
    for (before, after), depth in zip(pairwise(said), topic, strict=True):
        pause_s = max(0.0, after.start_s - before.end_s)
        jingle = covered_s(music, Span(before.end_s, before.end_s + pause_s)) > 0
        turn = None not in (before.speaker, after.speaker) and before.speaker != after.speaker
        worths.append(_TOPIC * float(depth) + min(1.0, pause_s / _LONG_PAUSE_S) + _JINGLE * jingle + _SPEAKER * turn)
    return worths


def _chosen(said: Sequence[Segment], worths: Sequence[float], duration_s: float) -> list[int]:
    """The numbers of the segments that begin chapters: the best joints, none too near to another or to an end of the video."""
    wanted = min(_MOST, max(2, round(duration_s / _USUAL_S) - 1))
    apart_s = max(_LEAST_S, _LEAST_SHARE * duration_s / (wanted + 1))
    taken: list[int] = []
    for joint in np.argsort(-np.asarray(worths), kind="stable").tolist():
        at_s = said[joint + 1].start_s
        others_s = [0.0, duration_s, *(said[k].start_s for k in taken)]
        if len(taken) < wanted and worths[joint] >= _LEAST_WORTH and min(abs(at_s - other) for other in others_s) >= apart_s:
            taken.append(joint + 1)
    return taken


def _whole(text: str) -> str:
    """Without the end of a sentence that began before, if another follows it."""
    parts = split_sentences(text)
    return " ".join(parts[1:]) if len(parts) > 1 and text[:1].islower() else text


def _title(said: Sequence[Segment], start_s: float, typical: dict[str, float]) -> str:
    """Of its first sentences the one with the most of its own words; empty without words."""
    near = [_whole(segment.text.strip()) for segment in said if segment.start_s < start_s + _OPENING_S]
    opening = [text for text in near if text][:_OPENING]
    worth = [sum(typical.get(term, 0.0) for term in set(terms(text))) / (_SHORT + len(text)) for text in opening]
    best = max(range(len(opening)), key=lambda k: (worth[k], -k), default=None)
    return title_of(opening[best], _LONGEST_TITLE) if best is not None else ""
