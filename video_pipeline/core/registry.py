"""Tables of parts that are loaded only when one is asked for by name."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from video_pipeline.core.errors import UnknownName


class Registry(Mapping[str, str]):
    """`name -> "package.module:Attribute"`, one line a member. Reading the table imports nothing; `load` imports one member."""

    def __init__(self, kind: str, table: Mapping[str, str]) -> None:
        self.kind = kind
        self._table = dict(table)

    def __getitem__(self, name: str) -> str:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def require(self, name: str) -> None:
        """Raises UnknownName, which names the nearest member, where the table has none called `name`."""
        if name not in self._table:
            raise UnknownName(self.kind, name, tuple(self._table))

    def load(self, name: str) -> Any:
        """The member called `name`. Raises UnknownName."""
        self.require(name)
        module, _, attribute = self._table[name].partition(":")
        return getattr(importlib.import_module(module), attribute)
