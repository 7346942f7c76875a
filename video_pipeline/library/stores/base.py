"""The contract of a store: the tables of `schema.py` somewhere, and transactions over them.

To add one: 1. a class here, in a file of its own, with the members of `Store` and the constructor
`(folder, address, *, access)`; 2. its line in `STORES`, under the scheme of its addresses; 3. its name in the fixture `kind` of
`tests/library/conftest.py`, which runs the whole suite of the catalogue over it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Access(enum.Enum):
    """What a catalogue is opened for."""

    READ = "read"
    """Nothing is changed, not even to bring an older format up to date. NoSuchFile where there is none."""
    CHANGE = "change"
    """NoSuchFile where there is none."""
    CREATE = "create"
    """One that is missing is created."""


class Store(Protocol):
    """A connection for one thread at a time. Statements are SQL that SQLite and PostgreSQL share, with `?` for each value.

    Everything raises CannotWrite where the store refuses, and what its own kind may raise: DamagedCatalogue for a file,
    CatalogueUnreachable for a server.
    """

    name: str
    """What people call it: a path, or an address without its password."""
    skip_locked: str
    """What ends a SELECT that takes rows for this transaction, and leaves out those that another one has; empty where nobody else
    can be writing."""

    folder_is: str
    """The condition for one folder, compared without case, as an index of the store knows it."""

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """How many rows were changed."""
        ...

    def change_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None: ...

    def add(self, statement: str, values: Sequence[Any]) -> int:
        """Insert one row into a table whose numbers (`id`) are given by the store; returns the number."""
        ...

    def transaction(self, work: Callable[[], T]) -> T:
        """Do `work` all or not at all. It may be called again where the connection broke, also after it had taken effect."""
        ...

    def next_serial(self) -> int:
        """Only within a transaction. None comes twice, and a higher one is never visible before a lower one."""
        ...

    def alone(self) -> None:
        """Only within a transaction: until its end no other gets a serial."""
        ...

    def clock_s(self) -> float:
        """Seconds since 1970, by a clock that all who use this store share."""
        ...

    def columns(self, table: str) -> list[str]: ...

    def another(self) -> Store:
        """A connection to the same for another thread."""
        ...

    def close(self) -> None: ...
