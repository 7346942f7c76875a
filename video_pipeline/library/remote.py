"""Remote files, through fsspec: s3://, gs://, http(s):// and whatever else it opens. Its only user."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from video_pipeline.core.download import cause
from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.extras import requirement
from video_pipeline.core.files import key_of, reason, safe_name
from video_pipeline.core.heartbeat import beat
from video_pipeline.library.addresses import identity, without_secrets
from video_pipeline.library.errors import (
    CannotPut,
    RemoteBroken,
    RemoteMissing,
    RemoteRefused,
    RemoteTooBig,
    RemoteUnknown,
    name_only,
)
from video_pipeline.library.web import SILENCE_S, Download, is_web

SCRATCH = "VIDEO_PIPELINE_SCRATCH"
"""Environment variable: the folder for fetched copies; by default the system's for temporary files."""
MOST_GB = "VIDEO_PIPELINE_MOST_GB"
"""Environment variable: the largest file that is fetched; by default 50."""
_MOST_BYTES = 50e9
"""Largest file fetched unless the environment says otherwise: more fills the disk of a usual machine."""
_WAITS_S = (0.5, 3.0)
"""Before a broken download is tried again."""
_LEAST_PART_BYTES = 5 << 20
"""Of an upload in parts: the smallest that S3 takes, so that a slow line too reports progress often."""
_MOST_PARTS = 9_000
"""Of one upload; S3 takes 10 000."""
_WEB = ("http", "https")
_ADDRESS = re.compile(r"[A-Za-z][\w.+-]*(?:::[\w.+-]+)*://")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file in a listing. `etag` changes with the content; it is empty, and `bytes` 0, if the listing does not say."""

    url: str
    below: PurePosixPath = field(default_factory=PurePosixPath)
    bytes: int = 0
    etag: str = ""


def is_remote(source: str) -> bool:
    """Whether a source is an address for fsspec and no path; file:// addresses are paths."""
    return _ADDRESS.match(source) is not None and not source.startswith("file://")


def name_of(url: str) -> str:
    """What a remote file is called."""
    web = url.startswith(("http://", "https://"))
    path = unquote(urlsplit(url).path) if web else url.partition("://")[2]
    return safe_name(path.rstrip("/").rpartition("/")[2])


def listing(url: str, suffixes: frozenset[str]) -> list[Remote]:
    """A file, or the media files of a folder or pattern, in order.

    The web has no folders: an http address is one file, which is not requested before its turn.

    Raises:
        RemoteError: it does not exist or is refused. RemoteUnknown: no such kind of address, or its package is not installed.
    """
    if url.partition("://")[0] in _WEB:
        return [Remote(url)]
    system, path = _opened(url)
    return _asked(url, lambda: sorted(_listed(system, path, suffixes), key=lambda found: found.url))


def _listed(system: Any, path: str, suffixes: frozenset[str]) -> Iterator[Remote]:
    pattern = any(character in path for character in "*?[")
    if pattern and not system.exists(path):
        found, root = system.glob(path, detail=True), path.partition("*")[0].partition("?")[0].rpartition("/")[0]
        if not found:
            raise FileNotFoundError(path)
    else:
        info = system.info(path)
        if info["type"] == "file":
            yield _remote(system, path, info, PurePosixPath())
            return
        found, root = system.find(path, detail=True), system._strip_protocol(path)
    for name, info in found.items():
        relative = PurePosixPath(name.removeprefix(root).lstrip("/"))
        hidden = any(part.startswith(".") for part in relative.parts)
        if info["type"] == "file" and relative.suffix.lower() in suffixes and not hidden:
            yield _remote(system, name, info, relative.parent)


def _remote(system: Any, name: str, info: dict[str, Any], below: PurePosixPath) -> Remote:
    url, size = system.unstrip_protocol(name), int(info.get("size") or 0)
    if content := info.get("ETag") or info.get("etag") or info.get("md5Hash"):
        return Remote(url, below, size, key_of(size, str(content)))
    changed = next((info[key] for key in ("LastModified", "mtime", "updated", "last_modified", "created") if info.get(key)), "")
    return Remote(url, below, size, key_of(url, size, str(changed)))


@contextmanager
def local_copy(url: str, name: str, on_mark: Callable[[str], None] = lambda mark: None) -> Iterator[Path]:
    """A whole copy on this machine, called `name`, removed when the block ends. Reports a heartbeat per block that arrives.

    `on_mark` is called with what a web server said of the file, see `web.mark_of`.

    Raises:
        RemoteError: it does not exist, is refused, too large, or did not arrive whole. CannotWrite: no room for the copy.
    """
    try:
        folder = own_folder()
    except OSError as error:
        raise CannotWrite(scratch(), reason(error)) from None
    try:
        yield _fetched(url, folder / safe_name(name), on_mark)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fetched(url: str, target: Path, on_mark: Callable[[str], None]) -> Path:
    part = target.with_name(f".{target.name}.part")
    if is_web(url):
        on_mark(Download(url, part, _most_bytes()).run(_WAITS_S))
        return part.replace(target)
    for wait_s in (*_WAITS_S, None):
        try:
            _fetch(url, part)
        except RemoteBroken:
            if wait_s is None:
                raise
            time.sleep(wait_s)
        else:
            break
    return part.replace(target)


def _fetch(url: str, part: Path) -> None:
    system, path = _opened(url)
    watch = _watch(url, _most_bytes())
    _asked(url, lambda: system.get_file(path, str(part), callback=watch))
    arrived = part.stat().st_size if part.is_file() else 0
    if watch.size is not None and arrived != watch.size:
        raise RemoteBroken(name_only(url), url, f"{arrived} of {watch.size} bytes came")


def _most_bytes() -> int:
    return int(float(os.environ.get(MOST_GB) or _MOST_BYTES / 1e9) * 1e9)


def _watch(url: str, most: int) -> Any:
    """Called with every block of a download: reports a heartbeat, and ends it when it is too large."""
    from fsspec.callbacks import Callback

    def limit(size: int | None, value: int, **more: Any) -> None:
        beat()
        if max(size or 0, value) > most:
            raise RemoteTooBig(name_only(url), url, most_bytes=most)

    return Callback(hooks={"limit": limit})


def put(path: Path, url: str) -> None:
    """A file's copy at an address; reports a heartbeat per block. Raises CannotPut."""
    try:
        system, there = _opened(url)
        in_parts = {"chunksize": _part_bytes(path)} if url.startswith("s3:") else {}
        _asked(url, lambda: system.put_file(str(path), there, callback=_heartbeat(), **in_parts))
    except PipelineError as error:
        raise CannotPut(url, getattr(error, "reason", "") or str(error)) from None


def remove(url: str) -> None:
    """A folder that somebody else may have removed, or that cannot be removed now: it is in nobody's way."""
    with suppress(PipelineError):
        system, path = _opened(url)
        system.invalidate_cache()  # a listing from before others wrote there
        _asked(url, lambda: system.rm(path, recursive=True))


def _heartbeat() -> Any:
    """A callback of fsspec that reports a heartbeat for every block that was sent."""
    from fsspec.callbacks import Callback

    return Callback(hooks={"beat": lambda size, value, **more: beat()})


def _part_bytes(path: Path) -> int:
    return max(_LEAST_PART_BYTES, path.stat().st_size // _MOST_PARTS)


def bytes_at(url: str) -> bytes | None:
    """A small file's content, None where there is none."""
    system, path = _opened(url)
    try:
        content: bytes = _asked(url, lambda: system.cat_file(path))
    except RemoteMissing:
        return None
    return content


def _opened(url: str) -> tuple[Any, str]:
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(url, **_settings(url.partition("://")[0]))
    except ImportError as error:
        raise RemoteUnknown(url, f"{error}; {requirement('remote')} brings s3 and http") from None
    except ValueError as error:
        raise RemoteUnknown(url, str(error)) from None
    return system, path


def _settings(scheme: str) -> dict[str, Any]:
    if scheme in _WEB:
        import aiohttp

        # aiohttp's default is five minutes for a whole file, however large: here only silence ends a download
        limit = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S)
        return {"client_kwargs": {"timeout": limit, "headers": {"Accept-Encoding": "identity"}}}
    return {"max_concurrency": 1} if scheme == "s3" else {}  # memory: each part in flight is 50 MB


def _asked(url: str, question: Callable[[], T]) -> T:
    """The answer; any other error becomes one of video_pipeline's."""
    try:
        return question()
    except PipelineError:
        raise
    except Exception as error:  # noqa: BLE001 - each kind of storage raises errors of its own
        raise _as_pipeline_error(url, error) from None


def _as_pipeline_error(url: str, error: BaseException) -> PipelineError:
    chain: list[BaseException] = [error]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None and below not in chain:
        chain.append(below)
    own = next((link for link in chain if isinstance(link, PipelineError)), None)
    if own is not None:  # raised inside the download, and wrapped on its way
        return own
    if isinstance(error, OSError) and error.errno and error.filename:  # here, not there
        return CannotWrite(Path(error.filename), reason(error))
    status = next((found for link in chain if isinstance(found := getattr(link, "status", None), int)), 0)
    kinds = {type(link).__name__ for link in chain}
    words = without_secrets(" ".join(str(error).split()), url) or str(cause(error))
    name, url = name_only(url), identity(url)
    if status in (401, 403) or isinstance(error, PermissionError) or "NoCredentialsError" in kinds:
        return RemoteRefused(name, url, words)
    if status in (404, 410) or isinstance(error, FileNotFoundError):
        return RemoteMissing(name, url)
    return RemoteBroken(name, url, words)


def scratch() -> Path:
    """The folder for fetched copies."""
    return Path(os.environ.get(SCRATCH) or Path(tempfile.gettempdir()) / "video-pipeline-fetched")


def own_folder(root: Path | None = None) -> Path:
    """A folder for one piece of work, in the one for fetched copies unless `root` is given.

    Those that killed processes of this machine left behind there are removed. Raises OSError.
    """
    root, host = root or scratch(), safe_name(socket.gethostname())
    root.mkdir(parents=True, exist_ok=True)
    for old in root.glob(f"{host}.*.*"):
        owner = old.name.split(".")[-2]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{host}.{os.getpid()}.", dir=root))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
