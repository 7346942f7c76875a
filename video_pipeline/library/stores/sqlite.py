"""The catalogue as a file beside the results."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.library.errors import DamagedCatalogue
from video_pipeline.library.schema import NAME, connected, opened, opened_to_read, ours
from video_pipeline.library.stores.base import Access

T = TypeVar("T")


class SqliteStore:
    """`library.sqlite` in the folder of the library. Several programs of one machine may have it open."""

    skip_locked = ""
    folder_is = "folder = ? COLLATE NOCASE"

    def __init__(self, folder: Path, address: str = "", *, access: Access = Access.CREATE) -> None:
        """`address` is not used: there is one file in a folder.

        Raises NoSuchFile; CannotWrite, BadRecord where it cannot be opened; DamagedCatalogue where it cannot be read.
        """
        self._folder, self._access = folder, access
        self.name = str(folder / NAME)
        if access is not Access.CREATE and not (folder / NAME).is_file():
            raise NoSuchFile(folder / NAME)
        self._base = self._open()

    def _open(self) -> sqlite3.Connection:
        return opened_to_read(self._folder) if self._access is Access.READ else opened(self._folder)

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._asked(statement, values)
        except DamagedCatalogue:
            if self._access is not Access.READ:
                raise
            # a run that began meanwhile writes into a journal that was not there when this was opened
            self._base.close()
            self._base = self._open()
            return self._asked(statement, values)

    def _asked(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with ours(self._folder):
            return self._base.execute(statement, values).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        with ours(self._folder):
            return self._base.execute(statement, values).rowcount

    def change_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with ours(self._folder):
            self._base.executemany(statement, rows)

    def add(self, statement: str, values: Sequence[Any]) -> int:
        with ours(self._folder):
            return self._base.execute(statement, values).lastrowid or 0

    def transaction(self, work: Callable[[], T]) -> T:
        """Nobody else writes meanwhile."""
        with ours(self._folder):
            self._base.execute("BEGIN IMMEDIATE")
            try:
                result = work()
                self._base.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk may have ended it already
                    if self._base.in_transaction:
                        self._base.execute("ROLLBACK")
                raise
            return result

    def next_serial(self) -> int:
        self.change("UPDATE self SET past = max(past, coalesce((SELECT max(serial) FROM items), 0)) + 1")
        ((serial,),) = self.ask("SELECT past FROM self")
        return int(serial)

    def alone(self) -> None:
        """Every transaction is."""

    def clock_s(self) -> float:
        return time.time()

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.ask(f"PRAGMA table_info({table})")]

    def another(self) -> SqliteStore:
        copy = object.__new__(SqliteStore)
        copy._folder, copy._access, copy.name = self._folder, self._access, self.name
        copy._base = connected(self._folder)
        return copy

    def close(self) -> None:
        self._base.close()
