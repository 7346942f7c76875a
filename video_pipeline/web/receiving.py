"""Multipart bodies from outside: streamed into the work folder under names of ours, counted and hashed on the way."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from blake3 import blake3
from starlette.requests import ClientDisconnect, Request

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import reason
from video_pipeline.web.errors import BadUpload, Stalled, TooBusy, TooLarge
from video_pipeline.web.housekeeping import Housekeeping
from video_pipeline.web.settings import ServerOptions

UPLOADS = frozenset({"/api/jobs", "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/highlights"})
"""Where files come in; all other bodies are short, see `bodies.py`."""
_STALL_S = 30.0
"""Within this time of waiting for the sender, `_LEAST_BYTES` have to come."""
_LEAST_BYTES = 120_000
"""4 kB/s: less than the worst mobile connection gives, and more than a byte now and then, which would hold a place for ever."""
_BLOCK_BYTES = 1 << 20
_FIELD_BYTES = 64 << 10
"""Longest field of a form that is not the file."""
_FIELDS = 64
"""Most fields of a form."""
_OVERHEAD_BYTES = 1 << 20
"""What a request may hold besides the file."""


@dataclass(slots=True)
class Upload:
    """A file that has arrived whole, and the other fields of its form.

    Attributes:
        path: where it lies until it is kept or dropped.
        sent_name: what the sender calls it; anything may stand here.
        digest: BLAKE3 of its bytes.
        fields: values by name, in the order they came.
    """

    path: Path
    sent_name: str = ""
    digest: str = ""
    size_bytes: int = 0
    fields: dict[str, list[str]] = field(default_factory=dict)

    def value(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        return self.fields.get(name, [default])[-1]

    def values(self, name: str) -> list[str]:
        """All values of a field, whether its name was sent as `name` or `name[]`."""
        return [*self.fields.get(name, []), *self.fields.get(f"{name}[]", [])]


class Intake:
    """Takes uploads, so many at once."""

    def __init__(self, server: ServerOptions, housekeeping: Housekeeping) -> None:
        self._server, self._housekeeping = server, housekeeping
        self._open = 0

    @asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[Upload]:
        """The upload of a multipart request; its file is gone when the block is left, unless it was moved away.

        Raises:
            TooBusy, TooLarge, NoRoom, Stalled, BadUpload, CannotWrite: nothing is left behind then.
        """
        with self.place():
            await asyncio.to_thread(self._housekeeping.require_room, _announced_bytes(request, self._server.upload_bytes))
            upload = Upload(self._server.incoming / secrets.token_hex(16))
            try:
                await self._fill(upload, request)
                yield upload
            except OSError as error:
                raise CannotWrite(Path("the work folder"), reason(error)) from None
            finally:
                upload.path.unlink(missing_ok=True)

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places for uploads. Raises TooBusy where all are taken."""
        if self._open >= self._server.uploads_at_once:
            raise TooBusy(f"{self._open} uploads are under way already")
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    async def _fill(self, upload: Upload, request: Request) -> None:
        upload.path.parent.mkdir(parents=True, exist_ok=True)
        with upload.path.open("xb") as file:
            form = Form(upload, file, self._server.upload_bytes, request.headers.get("content-type", ""))
            pending, came_bytes = bytearray(), 0
            async for block in blocks(request):
                pending += block
                came_bytes += len(block)
                if came_bytes > self._server.upload_bytes + _OVERHEAD_BYTES:  # of which not all need belong to the file
                    raise _too_large(self._server.upload_bytes)
                if len(pending) >= _BLOCK_BYTES:
                    await asyncio.to_thread(form.feed, bytes(pending))
                    pending.clear()
            await asyncio.to_thread(form.finish, bytes(pending))


class Form:
    """A multipart body on its way: the part called `file` goes to disk, the others become fields."""

    def __init__(self, upload: Upload, file: BinaryIO, limit_bytes: int, content_type: str) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadUpload("send the file as multipart/form-data, in a field called file")
        self._upload, self._file, self._limit_bytes = upload, file, limit_bytes
        self._options = parse_options_header
        self._digest, self._seen, self._whole = blake3(), False, False
        self._header, self._content = (bytearray(), bytearray()), bytearray()
        self._headers: dict[str, bytes] = {}
        self._name, self._is_file, self._fields = "", False, 0
        calls: dict[str, Any] = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, a, b: self._head(0, data[a:b]),
            "on_header_value": lambda data, a, b: self._head(1, data[a:b]),
            "on_header_end": self._header_over,
            "on_headers_finished": self._headers_over,
            "on_part_data": lambda data, a, b: self._data(data[a:b]),
            "on_part_end": self._end,
            "on_end": self._over,
        }
        self._parser = MultipartParser(options[b"boundary"], calls)  # type: ignore[arg-type]

    def feed(self, block: bytes) -> None:
        """Raises BadUpload, TooLarge."""
        from python_multipart.exceptions import FormParserError

        try:
            self._parser.write(block)
        except FormParserError:
            raise BadUpload("it is not a well-formed multipart body") from None

    def finish(self, block: bytes) -> None:
        """The last block. Raises BadUpload where the body breaks off, or holds no file."""
        self.feed(block)
        if not self._whole:
            raise BadUpload("the connection ended in the middle of it")
        if not self._seen:
            raise BadUpload("there is no file in it; send one in a field called file")
        self._file.flush()
        self._upload.digest = self._digest.hexdigest()

    def _begin(self) -> None:
        self._headers.clear()
        self._content.clear()
        self._fields += 1
        if self._fields > _FIELDS:
            raise BadUpload("it has too many fields")

    def _head(self, which: int, data: bytes) -> None:
        self._header[which].extend(data)
        if len(self._header[which]) > _FIELD_BYTES:
            raise BadUpload("a header in it is too long")

    def _header_over(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = bytes(value)
        name.clear()
        value.clear()

    def _headers_over(self) -> None:
        _, options = self._options(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = self._name == "file"
        if self._is_file:
            if self._seen:
                raise BadUpload("it holds several files; send one")
            self._seen = True
            self._upload.sent_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _data(self, data: bytes) -> None:
        if not self._is_file:
            self._content.extend(data)
            if len(self._content) > _FIELD_BYTES:
                raise TooLarge(f"the field {self._name[:40]!r}", f"{_FIELD_BYTES} bytes")
            return
        self._upload.size_bytes += len(data)
        if self._upload.size_bytes > self._limit_bytes:
            raise _too_large(self._limit_bytes)
        self._digest.update(data)
        self._file.write(data)

    def _end(self) -> None:
        if not self._is_file:
            self._upload.fields.setdefault(self._name, []).append(self._content.decode("utf-8", "replace"))

    def _over(self) -> None:
        self._whole = True


async def blocks(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Stalled where too little comes, BadUpload where the sender goes away."""
    stream = request.stream().__aiter__()
    waited_s, came_bytes = 0.0, 0
    while True:
        began_s = time.monotonic()
        try:
            block = await asyncio.wait_for(anext(stream), _STALL_S - waited_s)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Stalled(_STALL_S) from None
        except ClientDisconnect:
            raise BadUpload("the connection ended in the middle of it") from None
        yield block
        waited_s, came_bytes = waited_s + time.monotonic() - began_s, came_bytes + len(block)
        if came_bytes >= _LEAST_BYTES:
            waited_s, came_bytes = 0.0, 0
        elif waited_s >= _STALL_S:
            raise Stalled(_STALL_S)


def _announced_bytes(request: Request, limit_bytes: int) -> int:
    """How large the upload says that it is. Raises TooLarge: what is announced as that is not even read."""
    announced = request.headers.get("content-length", "")
    size_bytes = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0
    if size_bytes > limit_bytes + _OVERHEAD_BYTES:
        raise _too_large(limit_bytes)
    return size_bytes


def _too_large(limit_bytes: int) -> TooLarge:
    size = f"{limit_bytes / 1e9:.3g} GB" if limit_bytes >= 1e8 else f"{limit_bytes / 1e6:.3g} MB"
    return TooLarge("the file", size)
