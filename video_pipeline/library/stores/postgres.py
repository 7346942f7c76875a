"""The catalogue in a PostgreSQL data base, for runners on many machines.

psycopg and no layer of SQL above it: the catalogue's statements are a few dozen, in the SQL that both data bases share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from video_pipeline.core.errors import BadRecord, BadValue
from video_pipeline.core.extras import MissingPackage, requirement
from video_pipeline.core.printable import one_line, printable
from video_pipeline.library.errors import CatalogueUnusable
from video_pipeline.library.stores.base import Access

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

_SCHEMA = "video_pipeline"
"""Where the tables lie unless the address names another with `?schema=`: one schema a library."""
_CONNECT_S = 10
"""For a server that does not answer, unless the address says `connect_timeout`."""
_FIRST_PATIENCE_S = 5.0
"""For a server that refuses the first connection: it may just be starting again, or the address may be wrong."""
_PATIENCE_S = 60.0
"""For a server that is started again while a library runs."""
_PAUSE_S = 0.5
"""Between two attempts to reach it."""
_MOST_COLLISIONS = 20
"""Attempts at a transaction that the server gave up in favour of another's."""
_SECRETS = ("password", "sslpassword", "passfile", "sslkey")
"""Parameters of an address that are neither shown nor stored."""
_FORMATS: tuple[str, ...] = (
    """
CREATE TABLE items (
    source text COLLATE "C" PRIMARY KEY, state text NOT NULL, serial bigint NOT NULL, asked text NOT NULL, out text NOT NULL,
    bytes bigint NOT NULL, mtime_ns bigint NOT NULL, etag text NOT NULL, likeness text NOT NULL, job text NOT NULL,
    attempts integer NOT NULL, run bigint NOT NULL DEFAULT 0, digest text NOT NULL DEFAULT '',
    same_as text NOT NULL DEFAULT '', engine text NOT NULL DEFAULT '', began text NOT NULL DEFAULT '',
    ended text NOT NULL DEFAULT '', took_s double precision NOT NULL DEFAULT 0, media_s double precision NOT NULL DEFAULT 0,
    rtf double precision NOT NULL DEFAULT 0, stages text NOT NULL DEFAULT '{}', clips integer NOT NULL DEFAULT 0,
    folder text NOT NULL DEFAULT '', error text NOT NULL DEFAULT '', error_type text NOT NULL DEFAULT '',
    worker text NOT NULL DEFAULT ''
);
CREATE INDEX by_serial ON items (serial);
CREATE INDEX by_likeness ON items (likeness);
CREATE INDEX by_folder ON items (lower(folder));
CREATE INDEX by_state ON items (state, source) INCLUDE (same_as, media_s, took_s, clips);
CREATE TABLE outputs (
    source text COLLATE "C" NOT NULL, path text COLLATE "C" NOT NULL, bytes bigint NOT NULL, mtime_ns bigint NOT NULL,
    digest text NOT NULL, PRIMARY KEY (source, path)
);
CREATE TABLE runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place text NOT NULL, pid bigint NOT NULL, born text NOT NULL,
    beat double precision NOT NULL
);
CREATE TABLE self (id text NOT NULL, forgotten bigint NOT NULL, past bigint NOT NULL);
INSERT INTO self VALUES (replace(gen_random_uuid()::text, '-', ''), 0, 0)
""",
)
"""What brings the tables from each format to the next, from none to the latest. None drops a row."""


class PostgresStore:
    """A schema of a data base: `postgresql://user@host/name?schema=talks`, with whatever else libpq reads in an address.

    A connection that breaks is made again, for as long as a server may take to start.
    """

    skip_locked = "FOR UPDATE SKIP LOCKED"
    folder_is = "lower(folder) = lower(?)"

    def __init__(self, folder: Path, address: str, *, access: Access = Access.CREATE) -> None:
        """
        Raises:
            MissingPackage: psycopg is not installed. BadValue: the address is none. CatalogueUnusable: no server answers, it
            refuses, or there are no tables and none may be created. BadRecord: a newer version made them.
        """
        self._folder, self._address, self._access = folder, address, access
        self.name = shown(address)
        self._inside = False
        self._patience_s = _FIRST_PATIENCE_S
        self._conninfo, self._schema = _parsed(address)
        self._base = self._connect()
        if access is Access.CREATE:
            self.transaction(self._create)
        version = self._version()
        if not version:
            self.close()
            raise self._unusable("it holds no library yet")
        if version > len(_FORMATS):
            self.close()
            why = f"a newer version of this program made {self.name} (its format is {version}, not {len(_FORMATS)})"
            raise BadRecord(folder, why)
        self._patience_s = _PATIENCE_S

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        driver = _psycopg()
        try:
            # poolers know no prepared statements
            base: psycopg.Connection[tuple[Any, ...]] = driver.connect(self._conninfo, autocommit=True, prepare_threshold=None)
            base.execute("SELECT set_config('search_path', %s, false)", (f'"{self._schema}"',))
            base.execute("SET synchronous_commit = off")  # a crash may cost the last lines, whose items are then looked at again
            if self._access is Access.READ:
                base.execute("SET default_transaction_read_only = on")
        except driver.Error as error:
            raise self._unusable(_reason(error)) from None
        return base

    def _unusable(self, reason: str) -> CatalogueUnusable:
        return CatalogueUnusable(self._folder, reason, self.name)

    def _version(self) -> int:
        """0 where there are no tables."""
        ((there,),) = self.ask("SELECT to_regclass('format') IS NOT NULL")
        return int(self.ask("SELECT version FROM format")[0][0]) if there else 0

    def _create(self) -> None:
        """The tables, or what is new in them; several runs may start at once."""
        self.ask("SELECT pg_advisory_xact_lock(hashtext(?))", (f"video_pipeline {self._schema}",))
        if not self.ask("SELECT 1 FROM pg_namespace WHERE nspname = ?", (self._schema,)):
            self.change(f'CREATE SCHEMA "{self._schema}"')
        version = self._version()
        if not version:
            self.change("CREATE TABLE format (version integer NOT NULL)")
            self.change("INSERT INTO format VALUES (0)")
        for number, statements in enumerate(_FORMATS[version:], version + 1):
            for statement in statements.split(";"):
                self.change(statement)
            self.change("UPDATE format SET version = ?", (number,))

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._tried(lambda: self._execute(statement, values).fetchall())

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        return self._tried(lambda: self._execute(statement, values).rowcount)

    def change_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        clean = [_clean(row) for row in rows]

        def send() -> None:
            with self._base.cursor() as cursor:  # in one message, not one a row
                cursor.executemany(statement.replace("?", "%s"), clean)

        self._tried(send)

    def add(self, statement: str, values: Sequence[Any]) -> int:
        ((number,),) = self.ask(f"{statement} RETURNING id", values)
        return int(number)

    def _execute(self, statement: str, values: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._base.execute(statement.replace("?", "%s"), _clean(values) or None)

    def transaction(self, work: Callable[[], T]) -> T:
        """Others write meanwhile, to other items."""

        def once() -> T:
            with self._base.transaction():
                self._inside = True
                try:
                    return work()
                finally:
                    self._inside = False

        return self._tried(once)

    def _tried(self, act: Callable[[], T]) -> T:
        """Within a transaction errors go on to its beginning, for nothing can be done again alone."""
        if self._inside:
            return act()
        psycopg = _psycopg()
        collisions = 0
        while True:
            try:
                return act()
            except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as error:
                collisions += 1
                if collisions == _MOST_COLLISIONS:
                    raise self._unusable(_reason(error)) from None
            except psycopg.Error as error:
                if not self._base.broken and not self._base.closed:
                    raise self._unusable(_reason(error)) from None
                self._reconnect()

    def _reconnect(self) -> None:
        self._base.close()
        self._base = self._connect()

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """As soon as the server lets it, within the patience of this moment."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                return self._connected()
            except CatalogueUnusable:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE_S)

    def next_serial(self) -> int:
        """The row is locked until the transaction ends, so serials become visible in their order."""
        ((serial,),) = self.ask("UPDATE self SET past = past + 1 RETURNING past")
        return int(serial)

    def alone(self) -> None:
        self.ask("SELECT past FROM self FOR UPDATE")

    def clock_s(self) -> float:
        """The server's."""
        return float(self.ask("SELECT extract(epoch FROM clock_timestamp())::double precision")[0][0])

    def columns(self, table: str) -> list[str]:
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
        return [name for (name,) in self.ask(f"{query} ORDER BY ordinal_position", (self._schema, table))]

    def another(self) -> PostgresStore:
        """Which does not wait for the server."""
        other = PostgresStore(self._folder, self._address, access=Access.CHANGE)
        other._patience_s = 0.0
        return other

    def close(self) -> None:
        self._base.close()


def shown(address: str) -> str:
    """An address without what must stay secret: enough to connect again where the password comes from elsewhere."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in _SECRETS], safe="/", quote_via=quote)
    return urlunsplit(("postgresql", f"{name}@{host}" if name else host, parts.path, query, "")).replace(
        "postgresql:/?", "postgresql:///?"
    )


def _parsed(address: str) -> tuple[str, str]:
    """What libpq connects by, and the schema."""
    psycopg = _psycopg()
    try:
        parts = urlsplit(address)
        pairs = dict(parse_qsl(parts.query))
        schema = pairs.pop("schema", _SCHEMA)
        # urlunsplit would leave out the empty host of postgresql:///name
        known = f"postgresql://{parts.netloc}{parts.path}?{urlencode(pairs, quote_via=quote)}"
        return psycopg.conninfo.make_conninfo(known, connect_timeout=pairs.get("connect_timeout", _CONNECT_S)), schema
    except (psycopg.Error, ValueError):  # whose own words may hold the password
        raise BadValue("--catalogue", "this is no address of a data base, such as postgresql://user@host/name") from None


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise MissingPackage("psycopg", requirement("postgres")) from None
    return psycopg


def _clean(values: Sequence[Any]) -> list[Any]:
    """PostgreSQL's text holds every character but NUL."""
    return [printable(value).replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value for value in values]


def _reason(error: Exception) -> str:
    return one_line(str(error).strip().partition("\n")[0]) or type(error).__name__
