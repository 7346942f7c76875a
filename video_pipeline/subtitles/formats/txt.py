"""Plain text for reading (`.txt`): paragraphs by speaker and by pause, without times. It can be written only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.sentences import ends_sentence
from video_pipeline.subtitles.formats.base import Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix, speaker_label
from video_pipeline.subtitles.rules import SPACELESS

_PAUSE_S = 2.0
"""A pause of this length starts a paragraph."""
_LONG = 40
"""Lines and the spaces between them after which the next sentence starts a paragraph: about twenty lines."""


class TxtFormat:
    """A paragraph starts with the speaker's name if the speaker changed. Sounds without words are paragraphs of their own."""

    suffixes = ("txt",)
    holds = frozenset(("overlap",))

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
            _join(parts, speaker_label(speaker, cue.language) if speaker and not cue.speaker_label else "", "")
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
    return cue.start_s - before.end_s >= _PAUSE_S or (len(parts) > _LONG and ends_sentence(parts[-1]))


def _join(parts: list[str], more: str, separator: str) -> None:
    if more:
        parts += [separator, more] if parts else [more]
