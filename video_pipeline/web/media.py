"""Files on their way out: only from a video's own folders, by address of ours, with ranges so that a player can seek."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from video_pipeline.media.preview import media_type, plays
from video_pipeline.media.probe import AUTO_TRACK, MediaInfo
from video_pipeline.media.sound_choice import chosen_track
from video_pipeline.web.errors import NotNow, NotThere
from video_pipeline.web.policy import hashes
from video_pipeline.web.removal import preview_of
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import StoredJob

_TYPES = {
    ".json": "application/json",
    ".srt": "text/plain; charset=utf-8",
    ".ass": "text/plain; charset=utf-8",
    ".lrc": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".tsv": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".ttml": "application/ttml+xml",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".zip": "application/zip",
}
_POLICY = (
    "default-src 'none'; img-src 'self' data:; font-src data:; media-src 'self' blob: data:; "
    "style-src {styles}; script-src {scripts}; base-uri 'none'; form-action 'none'"
)
"""A report is a page on its own: it may show the video and nothing else, nor speak to the server."""
_PICTURE = _POLICY.format(styles="'unsafe-inline'", scripts="'none'")
"""A drawing says in each of its parts how that looks, and runs nothing."""


def inside(folder: Path, relative: str) -> Path:
    """A file below `folder`, by a plain relative path. Links, hidden files and ways out are not there. Raises NotThere."""
    parts = PurePosixPath(relative).parts
    wrong = not parts or "\x00" in relative or "\\" in relative or any(part.startswith(".") or ":" in part for part in parts)
    path = folder.joinpath(*parts) if not wrong and not relative.startswith("/") else None
    try:
        if path is not None and path.is_file() and path.resolve() == folder.resolve().joinpath(*parts):
            return path
    except OSError:  # a name too long for the system
        pass
    raise NotThere("such file")


def files(folder: Path) -> list[dict[str, Any]]:
    """What `inside` would give, with sizes."""
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in relative.parts):
            found.append({"path": relative.as_posix(), "bytes": path.stat().st_size})
    return found


def sent(path: Path, name: str = "", kind: str = "") -> FileResponse:
    """A file with ranges and tags; what a browser should not open is saved as `name`."""
    suffix = path.suffix.lower()
    headers = {"Cache-Control": "private, no-cache"}
    if suffix == ".svg":
        headers["Content-Security-Policy"] = _PICTURE
    elif suffix == ".html":
        scripts, styles = hashes(path.read_text(encoding="utf-8", errors="replace"))
        headers["Content-Security-Policy"] = _POLICY.format(scripts=scripts, styles=styles)
    kind = kind or _TYPES.get(suffix, "application/octet-stream")
    how = "attachment" if suffix in (".zip", ".mkv") or kind == "application/octet-stream" else "inline"
    return FileResponse(path, media_type=kind, headers=headers, filename=name or path.name, content_disposition_type=how)


def saved(content: bytes, name: str) -> Response:
    """A file that a browser saves under this name."""
    kind = _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "private, no-cache"}
    return Response(content, media_type=kind, headers=headers)


def playable(job: StoredJob, info: MediaInfo, server: ServerOptions) -> FileResponse:
    """The video itself where browsers play it, else its preview. Raises NotNow where that is not made yet, NotThere."""
    path, preview = server.out / job.file, preview_of(job, server)
    if not path.is_file():
        raise NotThere("such video any more")
    asked, language = int(job.options.get("track", AUTO_TRACK)), str(job.options.get("language", "auto"))
    if plays(info, chosen_track(info, asked, language).number if info.audio else 0):
        return sent(path, job.name, media_type(info))
    if preview.is_file():
        return sent(preview, f"{Path(job.name).stem}.preview.mp4")
    raise NotNow("browsers cannot play this video; a preview is made while it is processed")
