"""What libass draws a family with: it is asked, by drawing all characters of a document once in every candidate family.

Its messages name the font that it used and the characters that no font has. This works the same on every system, and before any
long work starts.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from video_pipeline.media import ffmpeg
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.errors import NoLibass
from video_pipeline.media.font_file import Face, faces

Look = tuple[bool, bool]
"""Whether letters are bold, and whether they are italic."""
PLAIN: Look = (False, False)
_TAKEN = re.compile(r"fontselect: \((.+?), (\d+), (\d+)\) -> (.+?), (-?\d+), (\S+)")
_ELSEWHERE = re.compile(r"Glyph 0x([0-9A-F]+) not found, selecting one more font for \((.+?), \d+, \d+\)")
_NOWHERE = re.compile(r"failed to find any fallback with glyph 0x([0-9A-F]+) for font: \((.+?), \d+, \d+\)")
_BOLD_FROM = 600
"""Weight from which letters are bold."""
_HEAD = """[Script Info]
ScriptType: v4.00+
WrapStyle: 2
PlayResX: 64
PlayResY: 64
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Arial,8,&H00FFFFFF,7
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(slots=True)
class Survey:
    """What libass used for each requested family."""

    names: dict[str, str] = field(default_factory=dict)
    """PostScript name of the first font."""
    faces: dict[tuple[str, Look], list[Face]] = field(default_factory=lambda: defaultdict(list))
    """All fonts in the order in which they are tried, as far as their files are known."""
    elsewhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Characters that the family lacks and perhaps another font has."""
    nowhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Characters that are not drawn in this family."""

    def is_there(self, family: str) -> bool:
        """Whether the family itself was used, and not a substitute of the system."""
        return _squashed(self.names.get(family, "")).startswith(_squashed(family))

    def has(self, family: str, character: str) -> bool:
        """Whether the family itself has the character."""
        return self.is_there(family) and character not in self.elsewhere[family] and character not in self.nowhere[family]


def survey(
    characters: Iterable[str], families: Iterable[str], brought: tuple[Path, ...], looks: Sequence[Look] = (PLAIN,)
) -> Survey:
    """Let libass draw the characters once in each family and look. Raises NoLibass, FfmpegFailed."""
    families, text = list(dict.fromkeys(families)), "".join(sorted(set(characters)))
    lines = [
        f"Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{{\\fn{family}\\b{bold:d}\\i{italic:d}\\pos(0,0)}}{text}\n"
        for family in families
        for bold, italic in looks
    ]
    messages = _messages("".join([_HEAD, *lines]), brought)
    named = {face.postscript: face for path in brought for face in faces(path)}
    found = Survey()
    for family, weight, slant, file, index, name in _TAKEN.findall(messages):
        found.names.setdefault(family, name)
        face = _system_face(Path(file), int(index)) or named.get(name)  # libass names files only of the system's fonts
        if face is not None:
            found.faces[family, (int(weight) >= _BOLD_FROM, slant != "0")].append(face)
    for code, family in _ELSEWHERE.findall(messages):
        found.elsewhere[family].add(chr(int(code, 16)))
    for code, family in _NOWHERE.findall(messages):
        found.nowhere[family].add(chr(int(code, 16)))
    for family in families:
        if family not in found.names:  # the system has no font at all
            found.nowhere[family] = set(text)
    return found


def _system_face(path: Path, index: int) -> Face | None:
    known = faces(path) if path.is_file() else ()
    return known[index] if 0 <= index < len(known) else None


def _messages(document: str, brought: tuple[Path, ...]) -> str:
    """The messages of libass while it draws the first frame of a document."""
    with tempfile.TemporaryDirectory(prefix="video-pipeline-") as own:
        place = Path(own)
        paper = ffmpeg.graph().input("color=gray:s=64x64:r=1:d=1", f="lavfi")
        node = ffmpeg.graph().output(drawing(paper, Typeset(document, brought), place), "-", format="null")
        task = ffmpeg.Task("looking for fonts in", place)
        _, messages = ffmpeg.run(ffmpeg.command(node, verbosity="verbose"), task, cwd=place, check=False)
    if "No such filter" in messages:
        raise NoLibass(ffmpeg.find_ffmpeg())
    return messages


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
