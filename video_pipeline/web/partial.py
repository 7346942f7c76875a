"""Uploads that come in pieces, kept over lost connections, closed browsers and restarts of the server until they are whole.

Each is two files under a random name of ours: the bytes so far, whose number is the offset, and a record of what was announced.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.web.errors import Locked, NotThere, OffsetDiffers, TooBusy, TooLarge
from video_pipeline.web.housekeeping import Housekeeping
from video_pipeline.web.settings import ServerOptions

KEPT_S = 24 * 3600.0
"""After the last piece, until it is removed."""
_PROMISED_S = 600.0
"""After the last piece, as long as the bytes that are missing count as taken: nobody keeps room by announcing alone."""
_MOST = 256
"""Uploads that are not whole yet. When there are so many, those go of which nothing came in `_PROMISED_S`."""
_BLOCK_BYTES = 1 << 20
_ID_CHARACTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """What was announced of an upload."""

    id: str
    length_bytes: int
    owner: str = ""
    """Name of the user who began it; nobody else sees it."""
    sent_name: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    job: str = ""
    """What it became, when it was whole."""
    same: bool = False
    """Whether that was known already."""


class Partials:
    """All uploads that are not whole yet, and for a day those that are."""

    def __init__(self, server: ServerOptions, housekeeping: Housekeeping) -> None:
        self._server, self._housekeeping = server, housekeeping
        self._folder = server.kept / "partial"
        self._busy: set[str] = set()
        """Uploads that a request adds to just now."""

    def begin(self, partial: Partial) -> Partial:
        """A new one with an id. Raises TooLarge, TooBusy, NoRoom, CannotWrite."""
        if partial.length_bytes > self._server.upload_bytes:
            raise TooLarge("the file", f"{self._server.upload_bytes / 1e9:.3g} GB")
        self.sweep()
        known = list(self._all())
        if sum(not one.job for one in known) >= _MOST:
            known = [one for one in known if not self._gave_way(one)]
        if sum(not one.job for one in known) >= _MOST:
            raise TooBusy(f"{_MOST} uploads are not whole yet")
        promised = sum(self._missing_bytes(one) for one in known if time.time() - self.touched_s(one) < _PROMISED_S)
        self._housekeeping.require_room(partial.length_bytes + promised)
        partial = replace(partial, id=secrets.token_hex(_ID_CHARACTERS // 2))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.path(partial).touch(exist_ok=False)
        except OSError as error:
            raise CannotWrite(Path("the work folder"), reason(error)) from None
        return self._keep(partial)

    def get(self, upload_id: str, owner: str) -> Partial:
        """Raises NotThere, also for one of somebody else."""
        partial = self._read(upload_id)
        if partial is None or partial.owner != owner:
            raise NotThere("such upload")
        return partial

    def path(self, partial: Partial) -> Path:
        return self._folder / f"{partial.id}.part"

    def offset_bytes(self, partial: Partial) -> int:
        """How much of it is there."""
        if partial.job:
            return partial.length_bytes
        try:
            return self.path(partial).stat().st_size
        except FileNotFoundError:  # the server ended when it was a job and the record did not say so yet
            return 0

    def touched_s(self, partial: Partial) -> float:
        """When the last piece of it came, in seconds since 1970."""
        path = self._folder / f"{partial.id}.json" if partial.job else self.path(partial)
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    async def add(self, partial: Partial, offset_bytes: int, blocks: AsyncIterator[bytes]) -> None:
        """Append a piece; all of it that came is kept when the sender goes away in its middle.

        Raises:
            OffsetDiffers: it does not begin where the upload ends. TooLarge: it goes on behind the announced length. NoRoom.
        """
        if offset_bytes != self.offset_bytes(partial):
            raise OffsetDiffers(self.offset_bytes(partial))
        missing_bytes = self._missing_bytes(partial)
        await asyncio.to_thread(self._housekeeping.require_room, missing_bytes)
        pending = bytearray()
        try:
            with self.path(partial).open("ab", buffering=0) as file:
                try:
                    async for block in blocks:
                        pending += block[:missing_bytes]
                        if len(block) > missing_bytes:
                            raise TooLarge("what was sent", f"{partial.length_bytes} bytes, as announced,")
                        missing_bytes -= len(block)
                        if len(pending) >= _BLOCK_BYTES:
                            piece = bytes(pending)
                            pending.clear()
                            await asyncio.to_thread(_write, file.fileno(), piece)
                finally:
                    _write(file.fileno(), bytes(pending))
        except OSError as error:
            raise CannotWrite(Path("the work folder"), reason(error)) from None

    def became(self, partial: Partial, job_id: str, *, same: bool) -> Partial:
        """It was whole, and is a job now."""
        self.path(partial).unlink(missing_ok=True)
        return self._keep(replace(partial, job=job_id, same=same))

    def drop(self, partial: Partial) -> None:
        for path in (self.path(partial), self._folder / f"{partial.id}.json"):
            path.unlink(missing_ok=True)

    @contextmanager
    def alone(self, partial: Partial) -> Iterator[None]:
        """One request at a time changes an upload. Raises Locked."""
        if partial.id in self._busy:
            raise Locked
        self._busy.add(partial.id)
        try:
            yield
        finally:
            self._busy.discard(partial.id)

    def sweep(self) -> None:
        """Remove those to which nothing was added for a day."""
        for partial in self._all():
            if partial.id not in self._busy and time.time() - self.touched_s(partial) > KEPT_S:
                self.drop(partial)

    def _gave_way(self, partial: Partial) -> bool:
        """Removes one that was only announced: nobody keeps a place by that alone."""
        idle_s = time.time() - self.touched_s(partial)
        if partial.job or partial.id in self._busy or self.offset_bytes(partial) or idle_s < _PROMISED_S:
            return False
        self.drop(partial)
        return True

    def _missing_bytes(self, partial: Partial) -> int:
        return partial.length_bytes - self.offset_bytes(partial)

    def _all(self) -> Iterator[Partial]:
        for path in self._folder.glob("*.json"):
            if (partial := self._read(path.stem)) is not None:
                yield partial

    def _read(self, upload_id: str) -> Partial | None:
        if len(upload_id) != _ID_CHARACTERS or not set(upload_id) <= set("0123456789abcdef"):
            return None
        try:
            return msgspec.json.decode((self._folder / f"{upload_id}.json").read_bytes(), type=Partial)
        except (OSError, ValueError):
            return None

    def _keep(self, partial: Partial) -> Partial:
        atomic_write(self._folder / f"{partial.id}.json", msgspec.json.encode(partial))
        return partial


def _write(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
