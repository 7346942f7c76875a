"""The videos of all sources together: each once, in order of their names, in a temporary file, whatever their number."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import safe_name
from video_pipeline.core.printable import stored_path
from video_pipeline.library.found import Found

_AT_ONCE = 500
"""Videos of one transaction."""
_TABLE = "CREATE TABLE videos (item TEXT PRIMARY KEY, home TEXT, found BLOB) WITHOUT ROWID"
_TAKE_IN = "INSERT INTO videos VALUES (?, ?, ?) ON CONFLICT (item) DO "
_TWIN = "EXISTS (SELECT 1 FROM videos AS other WHERE other.home = videos.home AND other.item != videos.item)"


class Gathered:
    """Raises CannotWrite where there is no room for temporary files, and what the iterable raises."""

    def __init__(self, found: Iterable[Found]) -> None:
        """Of several mentions of a video the first counts, unless a later one is from a table."""
        self._base = sqlite3.connect("", isolation_level=None)  # SQLite's name for a file of its own that nobody else sees
        try:
            self._take_in(iter(found))
        except sqlite3.OperationalError as error:
            raise CannotWrite(Path(gettempdir()), str(error)) from None

    def _take_in(self, found: Iterator[Found]) -> None:
        self._base.execute(_TABLE)
        while chunk := list(islice(found, _AT_ONCE)):
            self._base.execute("BEGIN")
            for video in chunk:
                how = "UPDATE SET home = excluded.home, found = excluded.found" if video.is_from_table else "NOTHING"
                self._base.execute(_TAKE_IN + how, (video.item, _home(video), pickle.dumps(video, pickle.HIGHEST_PROTOCOL)))
            self._base.execute("COMMIT")
        self._base.execute("CREATE INDEX by_home ON videos (home)")

    def __iter__(self) -> Iterator[tuple[Found, bool]]:
        """Each video, and whether the results of another one would go where its own go."""
        for found, has_twin in self._base.execute(f"SELECT found, {_TWIN} FROM videos ORDER BY item"):
            yield pickle.loads(found), bool(has_twin)

    def close(self) -> None:
        self._base.close()


def _home(found: Found) -> str:
    """Where a video's results would go; compared without case, like names in some file systems."""
    return stored_path(Path(found.below) / safe_name(Path(found.name).stem).casefold())
