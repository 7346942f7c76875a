"""A PostgreSQL server of the system in a temporary folder, on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_USER = "postgres"
"""Who runs the server where the tests run as root, whom it refuses."""
_DURABILITY = ("-c", "fsync=off", "-c", "full_page_writes=off")
"""Off: it lives as long as the tests."""


def why_not() -> str:
    """Why no server can be started here; empty if one can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    if _programs() is None:
        return "there is no PostgreSQL server on this machine (Debian: apt-get install postgresql)"
    if os.getuid() == 0:
        try:
            pwd.getpwnam(_USER)
        except KeyError:
            return f"PostgreSQL does not run as root, and there is no user {_USER}"
    return ""


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Server:
    def __init__(self, folder: Path) -> None:
        self._folder, self._data = folder, folder / "data"
        programs = _programs()
        assert programs is not None
        self._programs = programs
        self._user = pwd.getpwnam(_USER).pw_uid if os.getuid() == 0 else None
        if self._user is not None:
            os.chown(folder, self._user, -1)
        how = ("-A", "trust", "-U", "tests", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run([programs / "initdb", "-D", self._data, *how]).check_returncode()
        self.start()

    def _run(self, line: list[str | Path]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(list(map(str, line)), user=self._user, cwd=self._folder, capture_output=True, check=False)

    def start(self) -> None:
        line = [self._programs / "postgres", "-D", self._data, "-k", self._folder, "-h", "", *_DURABILITY]
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(list(map(str, line)), user=self._user, cwd=self._folder, stderr=log)
        deadline = time.monotonic() + 60
        while self._run([self._programs / "pg_isready", "-q", "-h", self._folder]).returncode:
            assert time.monotonic() < deadline and self.process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends all connections at once; SIGQUIT is like a crash."""
        self.process.send_signal(how)
        self.process.wait(60)

    def address(self, schema: str) -> str:
        return f"postgresql://tests:secret-word@/postgres?host={quote(str(self._folder), safe='')}&schema={schema}"


@contextmanager
def server() -> Iterator[Server]:
    """In a short folder, for the path of a socket may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    begun = Server(folder)
    try:
        yield begun
    finally:
        begun.stop()
        shutil.rmtree(folder, ignore_errors=True)


Raw = Callable[..., list[tuple[object, ...]]]


def raw_of(address: str) -> Raw:
    """Executes a statement in a catalogue behind its back."""
    from video_pipeline.library.stores.postgres import PostgresStore

    def execute(statement: str, *values: object) -> list[tuple[object, ...]]:
        store = PostgresStore(Path(), address)
        try:
            if statement.startswith("SELECT"):
                return store.ask(statement, values)
            store.change(statement, values)
            return []
        finally:
            store.close()

    return execute
