"""Fonts for text that is drawn: which font a language uses, and whether all characters can be drawn.

The project's own fonts are given to libass beside those of the system, so a picture looks the same on every machine. Letters
that the font of a style lacks are put into one that has them, and lines that the chosen font draws too wide get smaller.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from video_pipeline.core.errors import BadValue
from video_pipeline.core.labels import Language
from video_pipeline.media import ass_layout, font_file
from video_pipeline.media.ass_layout import Letters
from video_pipeline.media.drawing import Typeset
from video_pipeline.media.errors import MissingFont
from video_pipeline.media.font_file import faces
from video_pipeline.media.font_names import EMOJI, FAMILIES, LATIN, SAMPLES, SYMBOLS, install_hint, language_of
from video_pipeline.media.font_survey import Survey, survey

_ASIAN_FROM = "\u2e80"
"""First character of the East Asian blocks of Unicode."""


def typeset(document: str, language: Language, fonts: Path | None = None) -> Typeset:
    """The document, restyled with fonts that can draw all of it.

    A font that the document names is kept if it is present; else the best known family of the language replaces it. Letters that
    it lacks are drawn in that family too: otherwise Chinese would be drawn in Japanese shapes. Families in `fonts` are preferred
    to all others.

    Raises:
        MissingFont: no font has some of the characters. NoLibass: this FFmpeg cannot draw. BadValue: no fonts in `fonts`.
    """
    characters = ass_layout.visible(document)
    if not characters:
        return Typeset(document)
    preferred = _families(fonts) if fonts else {}
    files = (*dict.fromkeys(preferred.values()), *font_file.own(), *(bundled() if max(characters) >= _ASIAN_FROM else ()))
    asian = language if language in FAMILIES else language_of(characters)
    named = sorted(ass_layout.families(document))
    ours = {face.family for path in files for face in faces(path)}
    instead = {name: (*preferred, *_families_of(_meant(name, asian), ours)) for name in named}
    others = (*preferred, *_families_of(asian, ours), LATIN, SYMBOLS, EMOJI, *(FAMILIES[other][0] for other in FAMILIES))
    asked = [*named, *(family for families in instead.values() for family in families), *others]
    found = survey(characters, asked, files, ass_layout.looks(document))
    takes = {name: _choice(name, instead[name], preferred, found) for name in named}
    _check(characters, takes, others, found, asian)
    text = ass_layout.mixed(ass_layout.renamed(document, takes), _other(others, found))
    text = ass_layout.fitted(text, _widths(found))
    used = {face.path for (family, _), known in found.faces.items() if family in ass_layout.families(text) for face in known[:1]}
    return Typeset(text, tuple(path for path in files if path in used), tuple(sorted(used)))


def languages() -> dict[Language, str]:
    """For each language the font that its subtitles would be drawn in; empty if there is none."""
    asked = dict.fromkeys(family for families in FAMILIES.values() for family in families)
    found = survey("".join(SAMPLES.values()), [LATIN, *asked], (*font_file.own(), *bundled()))
    best = {Language.EN: "" if set(SAMPLES[Language.EN]) & found.nowhere[LATIN] else found.names[LATIN]}
    for language, families in FAMILIES.items():
        sample = set(SAMPLES[language])
        own = next((family for family in families if found.is_there(family)), "")
        best[language] = own or ("" if sample & found.nowhere[LATIN] else "another font that has the characters")
    return best


def bundled() -> tuple[Path, ...]:
    """The font file for Chinese, Japanese and Korean; empty if its package is not installed."""
    return font_file.cjk()


def _check(characters: set[str], takes: dict[str, str], others: tuple[str, ...], found: Survey, asian: Language) -> None:
    """Raises MissingFont for characters that are drawn neither in their own family nor in another one."""
    missing = set[str]().union(*(found.nowhere[family] for family in takes.values())) & characters
    missing = {character for character in missing if not any(found.has(family, character) for family in others)}
    if missing:
        raise MissingFont("".join(sorted(missing)), install_hint(missing, asian))


def _other(others: tuple[str, ...], found: Survey) -> Callable[[str, str], str]:
    """Gives the family for a letter: its own if that has it, else another one, else its own with the system's substitute."""
    known: dict[tuple[str, str], str] = {}

    def family_for(own: str, character: str) -> str:
        lacking = character in found.elsewhere[own] or character in found.nowhere[own]
        if not lacking:
            return own
        if (own, character) not in known:
            known[own, character] = next((family for family in others if found.has(family, character)), own)
        return known[own, character]

    return family_for


def _widths(found: Survey) -> ass_layout.Width:
    """Measures letters in the fonts that libass takes for them."""

    def width(character: str, letters: Letters) -> float:
        tried = found.faces[letters.family, (letters.bold, letters.italic)] or found.faces[letters.family, (False, False)]
        face = next((face for face in tried if face.has(character)), None)
        if face is not None:
            return face.advance(character)
        return max((face.advance(character) for face in tried), default=1.0)

    return width


def _families_of(language: Language, ours: set[str]) -> tuple[str, ...]:
    """The families to choose from, best first. Those of the system are of no use where the best one came along."""
    known = FAMILIES.get(language, (LATIN,))
    return known[:1] if known[0] in ours else known


def _meant(family: str, language: Language) -> Language:
    """The language that a family belongs to, else the given one."""
    return next((known for known, families in FAMILIES.items() if family in families), language)


def _choice(named: str, candidates: tuple[str, ...], preferred: dict[str, Path], found: Survey) -> str:
    """The family that is drawn in place of `named`."""
    there = [family for family in candidates if found.is_there(family)]
    if named in preferred or not there:
        return named
    if not preferred and found.is_there(named):
        return named
    return min(there, key=lambda family: len(found.nowhere[family]))


def _families(folder: Path) -> dict[str, Path]:
    """The families of the font files in a folder."""
    families: dict[str, Path] = {}
    for path in font_file.in_folder(folder):
        for face in faces(path):
            families.setdefault(face.family, path)
    if not families:
        raise BadValue("video.fonts", f"there is no font file (TTF, OTF, TTC) in {folder}")
    return families
