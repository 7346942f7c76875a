"""A text to read: paragraphs by speaker and by pause, no times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.base import Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix, speaker_label
from video_pipeline.subtitles.rules import SPACELESS

_PAUSE_S = 2.0
_LONG = 40  # lines and the blanks between them, after which the next sentence begins a paragraph
_STOPS = (".", "!", "?", "。", "！", "？", "…", '."', ".”")


class TxtFormat:
    """A speaker's name stands before a paragraph where the speaker changes; sounds without words stand alone."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        return appearance.mark + "".join(f"{paragraph}\n\n" for paragraph in _paragraphs(cues, appearance))[:-1]


def _paragraphs(cues: Sequence[Cue], appearance: Appearance) -> Iterator[str]:
    parts: list[str] = []
    before, speaker = None, None
    for cue in cues:
        if not (lines := labelled_lines(cue, appearance.labels)):
            continue
        if before is not None and _starts_new(before, cue, parts):
            yield "".join(parts)
            parts = []
        if not parts and cue.lines and cue.speaker != speaker:
            speaker = cue.speaker
            _join(parts, speaker_label(speaker, cue.language) if speaker and not cue.names_speaker else "", "")
        _join(parts, prefix(cue, appearance.labels).strip() if cue.lines else "", " ")
        for line in map(one_line, cue.lines or lines):
            closed = cue.language in SPACELESS and not (parts and parts[-1][-1:].isascii() and line[:1].isascii())
            _join(parts, line, "" if closed else " ")
        before = cue
    if parts:
        yield "".join(parts)


def _starts_new(before: Cue, cue: Cue, parts: Sequence[str]) -> bool:
    if bool(before.lines) != bool(cue.lines) or before.speaker != cue.speaker or before.language != cue.language:
        return True
    return cue.start_s - before.end_s >= _PAUSE_S or (len(parts) > _LONG and parts[-1].endswith(_STOPS))


def _join(parts: list[str], more: str, by: str) -> None:
    if more:
        parts += [by, more] if parts else [more]
