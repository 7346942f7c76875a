"""Tables of parts that are loaded only when one is asked for by name. Other packages add members by entry points.

A package adds a member in its `pyproject.toml`:

    [project.entry-points."video_pipeline.formats"]
    shout = "my_package.shout:ShoutFormat"

The object that it names satisfies the contract in the `base.py` beside the table.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from video_pipeline.core.errors import BrokenExtension, UnknownName

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_log = logging.getLogger(__name__)


class Registry(Mapping[str, str]):
    """`name -> "package.module:Attribute"`, one line a member. Reading the table imports nothing; `load` imports one member.

    The table's own members come first. Those of other packages are looked up once, when the table is listed or asked for a name
    that is not its own. They cannot replace a member of the table.
    """

    def __init__(self, kind: str, table: Mapping[str, str], group: str = "") -> None:
        """
        Args:
            kind: what a member is, for messages.
            table: video_pipeline's own members.
            group: entry point group in which other packages add members; empty derives it from `kind`.
        """
        self.kind = kind
        self.group = group or f"video_pipeline.{kind.replace(' ', '_')}s"
        self._table = dict(table)

    @property
    def built_in(self) -> tuple[str, ...]:
        """The table's own names, whatever else is installed."""
        return tuple(self._table)

    @functools.cached_property
    def _added(self) -> dict[str, EntryPoint]:
        from importlib.metadata import entry_points  # costs some milliseconds, which `--help` saves

        found: dict[str, EntryPoint] = {}
        for point in entry_points(group=self.group):
            if point.name in self._table:
                holder = "video_pipeline"
            elif point.name in found:
                holder = _package(found[point.name])
            else:
                found[point.name] = point
                continue
            if holder != _package(point):
                _log.warning("%s: the %s %r exists already in %s; ignored", _package(point), self.kind, point.name, holder)
        return found

    def __getitem__(self, name: str) -> str:
        return self._table[name] if name in self._table else self._added[name].value

    def __contains__(self, name: object) -> bool:
        return name in self._table or name in self._added

    def __iter__(self) -> Iterator[str]:
        yield from self._table
        yield from self._added

    def __len__(self) -> int:
        return len(self._table) + len(self._added)

    def require(self, name: str) -> None:
        """Raises UnknownName, which names the nearest member, where the table has none called `name`."""
        if name not in self:
            raise UnknownName(self.kind, name, tuple(self))

    def load(self, name: str) -> Any:
        """The member called `name`. Raises UnknownName; BrokenExtension where another package's member fails to load."""
        self.require(name)
        if name in self._table:
            module, _, attribute = self._table[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        return self._load_added(self._added[name])

    def _load_added(self, point: EntryPoint) -> Any:
        try:
            return point.load()
        except Exception as error:
            raise BrokenExtension(self.kind, point.name, _package(point), f"{type(error).__name__}: {error}") from error


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module.partition(".")[0]
