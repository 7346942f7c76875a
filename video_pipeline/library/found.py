"""A video as a library's sources name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from video_pipeline.core.printable import stored_path
from video_pipeline.library.addresses import identity
from video_pipeline.library.remote import is_remote, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A video of a library."""

    source: str
    """An absolute path, or an address."""
    below: PurePath = field(default_factory=PurePath)
    """Its folder below the one that was named; results are laid out like the sources."""
    bytes: int = 0
    """Of a remote video, as its listing says; 0 if unknown."""
    etag: str = ""
    """Of a remote video, as its listing says; empty if unknown."""
    preset: str = ""
    """From a table, for this video alone; empty if the table has none."""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """From a table, for this video alone."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """From a table: its further columns."""

    @property
    def name(self) -> str:
        return name_of(self.source) if is_remote(self.source) else Path(self.source).name

    @property
    def is_from_table(self) -> bool:
        return bool(self.preset or self.overrides or self.metadata)

    @property
    def item(self) -> str:
        """What the catalogue calls it."""
        return identity(self.source) if is_remote(self.source) else stored_path(Path(self.source))
