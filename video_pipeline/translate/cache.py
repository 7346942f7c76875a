"""Every sentence that was translated, in a file that is only appended to: a run that was killed goes on where it was."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import atomic_write, key_of, reason


@dataclass(frozen=True, slots=True)
class Stored:
    """One line of the file."""

    key: str
    text: str
    """Empty: the line takes back what was stored before."""


def sentence_key(identity: str, languages: tuple[str, str], text: str, voice: str, terms: Mapping[str, str], nth: int) -> str:
    """The key of a sentence: changes with the words, who says them and how, the model, and the glossary's terms in it.

    What stands around it is not part of it, so that a change in one sentence translates one sentence.

    Args:
        identity: of the translator.
        languages: source and target, as tags.
        voice: speaker and emotion.
        nth: how often the same text stands before it.
    """
    return key_of(identity, languages, text, voice, sorted(terms.items()), nth)


class SentenceCache:
    """Translations by key, for any number of threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._texts: dict[str, str] = {}
        self._is_whole = True
        for line in path.read_bytes().splitlines(keepends=True) if path.is_file() else ():
            try:
                row = msgspec.json.decode(line, type=Stored)
            except ValueError:  # the last line of a run that was killed
                self._is_whole = False
                continue
            self._is_whole = line.endswith(b"\n")
            self._texts[row.key] = row.text

    def __len__(self) -> int:
        return sum(map(bool, self._texts.values()))

    def get(self, key: str) -> str:
        """Empty if there is none."""
        return self._texts.get(key, "")

    def put(self, texts: Mapping[str, str]) -> None:
        """Keep translations, on the disk before this returns. Raises CannotWrite."""
        with self._lock:
            self._texts |= texts
            try:
                self._append(b"".join(msgspec.json.encode(Stored(key, text)) + b"\n" for key, text in texts.items()))
            except OSError as error:
                raise CannotWrite(self._path, reason(error)) from None

    def forget(self, keys: list[str]) -> None:
        """These are translated again next time. Raises CannotWrite."""
        self.put(dict.fromkeys([key for key in keys if self.get(key)], ""))

    def _append(self, lines: bytes) -> None:
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._is_whole:  # the half line of a run that was killed must not join the next one
            whole = b"".join(msgspec.json.encode(Stored(key, text)) + b"\n" for key, text in self._texts.items())
            atomic_write(self._path, whole)
            self._is_whole = True
            return
        with self._path.open("ab") as file:
            file.write(lines)
            file.flush()
