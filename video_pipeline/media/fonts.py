"""Fonts for subtitles that are drawn: which font a language uses, and whether all characters can be drawn.

libass itself is asked: it draws all characters of a document once in every candidate family, and its messages name the font
it used and the characters that no font has. This works the same on every system, and before any long work starts.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from video_pipeline.core.errors import BadValue
from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import MissingFont, NoLibass
from video_pipeline.media.font_names import FAMILIES, SAMPLES, install_hint, language_of

_STYLE = re.compile(r"^(Style:[^,\n]*,)([^,\n]*)", re.MULTILINE)
_INLINE = re.compile(r"\\fn([^\\}]+)")
_DIALOGUE = re.compile(r"^Dialogue:(?:[^,\n]*,){9}(.*)$", re.MULTILINE)
_OVERRIDES = re.compile(r"\{[^}]*\}|\\[Nnh]")
_TAKEN = re.compile(r"fontselect: \((.+?), \d+, \d+\) -> (.+?), -?\d+, (\S+)")
_ELSEWHERE = re.compile(r"Glyph 0x([0-9A-F]+) not found, selecting one more font for \((.+?), \d+, \d+\)")
_NOWHERE = re.compile(r"failed to find any fallback with glyph 0x([0-9A-F]+) for font: \((.+?), \d+, \d+\)")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Unicode categories of characters that draw nothing of their own."""
_PACKAGE = "noto_cjk_sans_otc"
"""Contains Noto Sans CJK as Google published it."""
_MOST_FACES = 64
"""Fonts that are looked for in one collection file."""
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
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


@dataclass(frozen=True, slots=True)
class Typeset:
    """An ASS document whose styles name fonts that are present."""

    text: str
    """The document."""
    brought: tuple[Path, ...] = ()
    """Font files that libass gets in addition to those of the system."""
    used: tuple[Path, ...] = ()
    """Files of the fonts that the styles name, as far as they are known."""


@dataclass(slots=True)
class Survey:
    """What libass used for each requested family: PostScript name, file, and the characters that were missing."""

    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    elsewhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    nowhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def is_there(self, family: str) -> bool:
        """Whether the family itself was used, and not a substitute of the system."""
        return _squashed(self.names.get(family, "")).startswith(_squashed(family))


def typeset(document: str, language: Language, fonts: Path | None = None) -> Typeset:
    """The document, restyled with fonts that can draw all of it.

    A font that the document names is kept if it is present and has the language's letters; else the best known family of the
    language replaces it: otherwise Chinese would be drawn in Japanese shapes. Families in `fonts` are preferred to all others.

    Raises:
        MissingFont: no font has some of the characters. NoLibass: this FFmpeg cannot draw. BadValue: no fonts in `fonts`.
    """
    characters = _visible(document)
    if not characters:
        return Typeset(document)
    brought = _families(fonts) if fonts else {}
    files = tuple(dict.fromkeys(brought.values())) or bundled()
    asian = language if language in FAMILIES else language_of(characters)
    named = {name.strip() for _, name in _STYLE.findall(document)} | {name.strip() for name in _INLINE.findall(document)}
    instead = {name: (*brought, *FAMILIES.get(_meant(name, asian), ())) for name in named}
    found = survey(characters, [*named, *(family for families in instead.values() for family in families)], files)
    takes = {name: _choice(name, instead[name], brought, found) for name in named}
    missing = set[str]().union(*(found.nowhere[family] for family in takes.values()))
    if missing:
        raise MissingFont("".join(sorted(missing)), install_hint(missing, asian))
    used = {brought.get(family) or found.files.get(family) or next(iter(files), None) for family in takes.values()}
    return Typeset(_restyled(document, takes), files, tuple(sorted(file for file in used if file)))


def survey(characters: Iterable[str], families: Iterable[str], brought: tuple[Path, ...]) -> Survey:
    """Let libass draw the characters once in each family. Raises NoLibass, FfmpegFailed."""
    families, text = list(dict.fromkeys(families)), "".join(sorted(set(characters)))
    lines = [f"Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{{\\fn{family}\\pos(0,0)}}{text}\n" for family in families]
    messages = _drawn("".join([_HEAD, *lines]), brought)
    found = Survey()
    for family, file, name in _TAKEN.findall(messages):
        found.names.setdefault(family, name)
        if Path(file).is_file():
            found.files.setdefault(family, Path(file))
    for code, family in _ELSEWHERE.findall(messages):
        found.elsewhere[family].add(chr(int(code, 16)))
    for code, family in _NOWHERE.findall(messages):
        found.nowhere[family].add(chr(int(code, 16)))
    for family in families:
        if family not in found.names:  # the system has no font at all
            found.nowhere[family] = set(text)
    return found


def languages() -> dict[Language, str]:
    """For each language the font that its subtitles would be drawn in; empty if there is none."""
    asked = dict.fromkeys(family for families in FAMILIES.values() for family in families)
    found = survey("".join(SAMPLES.values()), ["Noto Sans", *asked], bundled())
    best = {Language.EN: "" if set(SAMPLES[Language.EN]) & found.nowhere["Noto Sans"] else found.names["Noto Sans"]}
    for language, families in FAMILIES.items():
        sample = set(SAMPLES[language])
        own = next((family for family in families if found.is_there(family)), "")
        best[language] = own or ("" if sample & found.nowhere["Noto Sans"] else "another font that has the characters")
    return best


def bundled() -> tuple[Path, ...]:
    """The font file of the extra `fonts`; empty if it is not installed."""
    spec = find_spec(_PACKAGE)
    return _font_files(Path(spec.origin).parent) if spec and spec.origin else ()


def _meant(family: str, language: Language) -> Language:
    """The language that a family belongs to, else the given one."""
    return next((known for known, families in FAMILIES.items() if family in families), language)


def _choice(named: str, candidates: tuple[str, ...], brought: dict[str, Path], found: Survey) -> str:
    """The family that is drawn in place of `named`."""
    there = [family for family in candidates if found.is_there(family)]
    if named in brought or not there:
        return named
    letters = {c for c in found.elsewhere[named] if language_of(c) is not Language.UNKNOWN}
    if not brought and (named in there or (found.is_there(named) and not letters)):
        return named
    return min(there, key=lambda family: len(found.nowhere[family]))


def _drawn(document: str, brought: tuple[Path, ...]) -> str:
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


def drawing(picture: object, ready: Typeset, place: Path) -> object:
    """A picture of FFmpeg's graph with a document drawn onto it. FFmpeg must run in `place`, where the files it reads are put.

    They have plain names there, because paths in filters need two levels of escaping. Fonts have their own folder, because
    libass reads every file in it.
    """
    (place / "cues.ass").write_text(ready.text, encoding="utf-8")
    if not ready.brought:
        return ffmpeg.graph().filter(picture, "ass", "cues.ass")
    (place / "fonts").mkdir()
    for number, file in enumerate(ready.brought):
        own = place / "fonts" / f"{number}{file.suffix}"
        try:
            own.symlink_to(file.absolute())
        except OSError:  # Windows allows links only with a special right
            shutil.copyfile(file, own)
    return ffmpeg.graph().filter(picture, "ass", "cues.ass", fontsdir="fonts")


def _visible(document: str) -> set[str]:
    """The visible characters of all cues together."""
    text = "".join(_OVERRIDES.sub("", line) for line in _DIALOGUE.findall(document))
    return {character for character in set(text) if unicodedata.category(character) not in _INVISIBLE}


def _restyled(document: str, takes: dict[str, str]) -> str:
    document = _STYLE.sub(lambda found: found[1] + takes[found[2].strip()], document)
    return _INLINE.sub(lambda found: "\\fn" + takes[found[1].strip()], document)


def _families(folder: Path) -> dict[str, Path]:
    """The families of the font files in a folder."""
    from PIL import ImageFont

    families: dict[str, Path] = {}
    for path in _font_files(folder):
        for face in range(_MOST_FACES):
            try:
                families.setdefault(ImageFont.truetype(path, index=face).getname()[0] or path.stem, path)
            except OSError:
                break
    if not families:
        raise BadValue("video.fonts", f"there is no font file (TTF, OTF, TTC) in {folder}")
    return families


def _font_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)) if folder.is_dir() else ()


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
