"""The files that are written for one format: one, or two if the labels have a file of their own."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.subtitles import FORMATS, WRITERS
from video_pipeline.subtitles.formats.base import Appearance, FormatWriter, Repair
from video_pipeline.subtitles.labelling import without_names
from video_pipeline.subtitles.overlaps import groups_of, overlap, stacked
from video_pipeline.subtitles.ruby import without_readings
from video_pipeline.subtitles.rules import SubtitleOptions

DRAFT_NOTE = "Draft: recognised by a small English model, with many mistakes. Check every word before use."
_FLAGS = ("italic", "bold", "underline", "strike", "colour", "voice")
_ANY_LINES = SubtitleOptions(lines=99)
"""For stacking cues of formats that cannot show two at a time: nothing is left out."""


def appearance_of(options: SubtitleOptions, size_px: tuple[int, int], title: str, *, draft: bool = False) -> Appearance:
    """`size_px` is the width and height of the picture; without a picture use (1920, 1080). `draft`: the words are one."""
    return Appearance(
        options.labels,
        width_px=size_px[0],
        height_px=size_px[1],
        title=title,
        note=DRAFT_NOTE if draft else "",
        byte_order_mark=options.byte_order_mark,
        style=options.style,
        safe_zone=options.safe_zone,
    )


def content(name: str, cues: Sequence[Cue], appearance: Appearance) -> str | bytes:
    """One file in the format `name`, as bytes if it is no text. Raises UnknownName if it cannot be written."""
    if name not in WRITERS:
        raise UnknownName(FORMATS.kind, name, tuple(WRITERS))
    if appearance.style.ruby and name != "ass" and "ruby" not in _held(name):
        cues = [without_readings(cue) for cue in cues]
    writer: FormatWriter = FORMATS.load(name)()
    if "overlap" not in _held(name) and overlap(cues):
        cues = [cue for group in groups_of(cues, everywhere=True) for cue in _one_by_one(group)]
    return writer.render(cues, appearance)


def rendered(name: str, cues: Sequence[Cue], appearance: Appearance) -> str:
    """The text of one file in the format `name`. Raises UnknownName if it cannot be written, or is no text."""
    text = content(name, cues, appearance)
    if isinstance(text, bytes):
        raise UnknownName("text format", name, text_formats())
    return text


def text_formats() -> tuple[str, ...]:
    """The formats that can be written and are text; the others are read and written as bytes."""
    return tuple(name for name in WRITERS if not hasattr(FORMATS.load(name), "read_bytes"))


def files_of(name: str, cues: Sequence[Cue], appearance: Appearance) -> dict[str, bytes]:
    """Each file by the end of its name.

    It is `{"srt": ...}`, or `{"srt": ..., "sdh.srt": ...}` if labels have a file of their own; the first then has none.
    """
    if name not in WRITERS:
        raise UnknownName(FORMATS.kind, name, tuple(WRITERS))
    end = getattr(FORMATS.load(name), "suffixes", (name,))[0]  # formats of other packages may name none
    if not appearance.style.separate_labels or appearance.labels == "none":
        return {end: _bytes(content(name, cues, appearance))}
    bare = dataclasses.replace(appearance, labels="none")
    without = content(name, [*map(without_names, cues)], bare)
    return {end: _bytes(without), f"sdh.{end}": _bytes(content(name, cues, appearance))}


def left_out(name: str, cues: Sequence[Cue]) -> list[Repair]:
    """What cues have that the format `name` cannot hold, a repair for each kind of it with the number of cues."""
    held = _held(name)
    kinds = Counter(kind for cue in cues for kind in _kinds(cue) if kind not in held)
    found = [Repair(f"{kind} left out", 0, f"{name}: {count} {'cue' if count == 1 else 'cues'}") for kind, count in kinds.items()]
    if cannot := getattr(FORMATS.load(name), "cannot_write", None):
        lost = cannot(FORMATS.load(name)(), "".join(cue.text for cue in cues))
        found += [Repair("characters replaced", 0, f"{name}: {lost[:60]}")] if lost else []
    if "overlap" not in held and overlap(cues):
        found.append(Repair("overlapping cues", 0, f"{name}: shown as one while they overlap"))
    return found


def _held(name: str) -> frozenset[str]:
    """What a format holds; formats of other packages may not say, and are taken to hold no markup."""
    held: frozenset[str] = getattr(FORMATS.load(name), "holds", frozenset())
    return held


def _kinds(cue: Cue) -> Iterator[str]:
    looks = [run.look for line in cue.runs for run in line]
    yield from (kind for kind in _FLAGS if any(getattr(look, kind) for look in looks))
    if any(run.ruby for line in cue.runs for run in line):
        yield "ruby"
    if not cue.place.is_usual:
        yield "place"
    if cue.style:
        yield "style"


def _one_by_one(group: Sequence[Cue]) -> Sequence[Cue]:
    return stacked(group, _ANY_LINES) if len(group) > 1 else group


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
