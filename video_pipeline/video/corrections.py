"""What a person corrected in the words: kept beside the results, put into the transcript, also into one that is made again."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token, Transcript
from video_pipeline.subtitles.align import aligned
from video_pipeline.video.workspace import CORRECTIONS_FILE, Workspace

_SAME = 0.5
"""A segment that shares more than this with a corrected stretch (of both together) is the one that was corrected."""


@dataclass(frozen=True, slots=True)
class Correction(Span):
    """In this stretch was said `text`, empty where nothing was; `heard` is what the engine made of it."""

    text: str
    heard: str


@dataclass(frozen=True, slots=True)
class CorrectionsFile:
    """`corrections.json`, in order of time."""

    corrections: tuple[Correction, ...] = ()
    schema_version: int = 1

    def with_text(self, segment: Segment, text: str) -> CorrectionsFile:
        """Also this correction, instead of an earlier one of the same segment."""
        earlier = next((c for c in self.corrections if _shared(c, segment) > _SAME), None)
        heard = earlier.heard if earlier else segment.text
        others = [c for c in self.corrections if c is not earlier]
        new = Correction(segment.start_s, segment.end_s, one_line(text), heard)
        return CorrectionsFile(tuple(sorted([*others, new], key=lambda c: c.start_s)))


def corrections_in(space: Workspace) -> CorrectionsFile:
    """What a person corrected in any earlier run. Raises BadRecord."""
    path = space.path(CORRECTIONS_FILE)
    return space.read_json(path, CorrectionsFile) if path.is_file() else CorrectionsFile()


def corrected(transcript: Transcript, record: CorrectionsFile) -> Transcript:
    """The transcript with every correction whose segment it has. Putting the same ones in again changes nothing."""
    segments = list(transcript.segments)
    for correction in record.corrections:
        number = max(range(len(segments)), key=lambda k: _shared(correction, segments[k]), default=None)
        if number is None or _shared(correction, segments[number]) <= _SAME:
            continue
        if not correction.text:
            del segments[number]
        elif segments[number].text != correction.text:
            segments[number] = _said_instead(segments[number], correction.text)
    return dataclasses.replace(transcript, segments=tuple(segments))


def one_line(text: str) -> str:
    return " ".join(text.split())


def _said_instead(segment: Segment, text: str) -> Segment:
    """The segment with another text, its words at the times of those that were heard, within the segment's own time."""
    cue = Cue(segment.start_s, segment.end_s, (text,), language=segment.language)
    tokens = aligned([cue], [segment]).cues[0].tokens
    return dataclasses.replace(segment, text=text, tokens=tuple(_within(tokens, segment)))


def _within(tokens: Sequence[Token], segment: Span) -> list[Token]:
    """Times as they are, but squeezed where words that nobody heard reach out of the segment."""
    start_s = min([segment.start_s, *(token.start_s for token in tokens)])
    end_s = max([segment.end_s, *(token.end_s for token in tokens)])
    scale = segment.duration_s / (end_s - start_s) if end_s > start_s else 1.0

    def moved(time_s: float) -> float:
        return round(min(segment.end_s, segment.start_s + (time_s - start_s) * scale), 3)

    return [dataclasses.replace(token, start_s=moved(token.start_s), end_s=moved(token.end_s)) for token in tokens]


def _shared(a: Span, b: Span) -> float:
    """The time that two stretches have in common, as a share of the time that they cover together."""
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    covered_s = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return max(0.0, common_s) / covered_s if covered_s > 0 else float(a.start_s == b.start_s)
