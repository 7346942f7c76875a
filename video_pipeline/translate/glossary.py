"""`glossary.toml`: names with a fixed rendering, tone, who is who. The first pass writes it, a person edits it.

summary = "Two hosts talk about tea."
tone = "casual"

[people]
"Speaker 1" = "a man, speaks politely"

[terms.en]
"李雷" = "Li Lei"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import tomli_w

from video_pipeline.core.sentences import split_sentences
from video_pipeline.translate.base import Notes
from video_pipeline.translate.errors import BadGlossary
from video_pipeline.translate.scripts import one_line

_HEAD = "# Read before each translation, and never overwritten: change, add or remove what you like, then run again.\n\n"
_MOST_TEXT = 600
"""Characters of a summary or a tone; more steers a translator away from the text."""
_TERM_CHARACTERS = 40
_MOST_TERMS = 200


@dataclass(frozen=True, slots=True)
class Glossary:
    """Notes on a text for every language that it is translated into."""

    summary: str = ""
    tone: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By tag of the target language."""

    def notes(self, target: str) -> Notes:
        """For one language."""
        return Notes(self.summary, self.tone, self.people, self.terms.get(target, {}))

    def with_notes(self, target: str, found: Notes) -> Glossary:
        """With what a first pass found; what is there already stays."""
        own = {**found.terms, **self.terms.get(target, {})}
        return Glossary(
            self.summary or found.summary,
            self.tone or found.tone,
            {**found.people, **self.people},
            {**self.terms, target: dict(list(own.items())[:_MOST_TERMS])},
        )

    def under(self, upper: Glossary) -> Glossary:
        """This glossary with another laid over it."""
        terms = {tag: {**self.terms.get(tag, {}), **upper.terms.get(tag, {})} for tag in (*self.terms, *upper.terms)}
        return Glossary(upper.summary or self.summary, upper.tone or self.tone, {**self.people, **upper.people}, terms)

    def as_toml(self) -> str:
        tree = {"summary": self.summary, "tone": self.tone, "people": dict(self.people)}
        return _HEAD + tomli_w.dumps({**tree, "terms": {tag: dict(terms) for tag, terms in self.terms.items()}})


def read_glossary(path: Path) -> Glossary:
    """Raises BadGlossary."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), Glossary)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadGlossary(str(path), str(error)) from None


def terms_in(text: str, terms: Mapping[str, str]) -> dict[str, str]:
    """Those that occur in a text, as words where words are spaced."""
    return {term: rendering for term, rendering in terms.items() if term and rendering and _occurs(term, text)}


def harmless(found: Notes, text: str) -> Notes:
    """What a model says of a text, without what cannot be from it: terms that do not occur, texts that are too long."""
    terms = {term.strip(): one_line(rendering) for term, rendering in found.terms.items() if _is_term(term, rendering, text)}
    people = {one_line(name)[:60]: one_line(words)[:120] for name, words in list(found.people.items())[:40]}
    return Notes(one_line(found.summary)[:_MOST_TEXT], one_line(found.tone)[:120], people, terms)


def _is_term(term: str, rendering: str, text: str) -> bool:
    """Terms are short; where they are long, a model has translated a sentence or obeyed one."""
    term, rendering = term.strip(), rendering.strip()
    is_short = 1 < len(term) <= _TERM_CHARACTERS and 0 < len(rendering) <= 2 * _TERM_CHARACTERS
    return (
        is_short and len(split_sentences(term)) == 1 and not re.search(r"[.!?。！？]$|[\n。！？]", term) and _occurs(term, text)
    )


def _occurs(term: str, text: str) -> bool:
    if not term.isascii():
        return term in text
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(term)}(?![A-Za-z0-9])", text, re.IGNORECASE) is not None
