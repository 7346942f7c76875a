"""What a request may say about options: flat JSON, names of its own for the common ones, and nothing that names a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.clips.shape.base import ASPECTS
from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.files import atomic_write
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import DEFAULT_WEIGHTS
from video_pipeline.options import Options, as_toml, describe_preset, load_options, preset_folder, preset_names
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import LANGUAGES
from video_pipeline.subtitles import writable
from video_pipeline.subtitles.labels import LABELS
from video_pipeline.subtitles.style import BACKDROPS, WORDS
from video_pipeline.web.settings import ServerOptions

SHORT = {
    "language": "speech.language",
    "engine": "speech.engine",
    "model": "speech.model",
    "device": "speech.device",
    "labels": "subtitles.labels",
    "formats": "subtitles.formats",
    "top": "highlights.top",
}
_OPEN = ("track", "emotion", "speech.", "windows.", "events.", "subtitles.", "video.", "highlights.", "clips.")
_FILES = ("speech.transcript", "video.fonts")
"""Options that name files of the machine."""
_OWN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LARGEST_PRESET = 20_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """Options as they are kept with a job and handed to a worker: all by name, checked."""

    preset: str
    said: Mapping[str, Any]

    def options(self) -> Options:
        return load_options(self.preset, self.said)


def wishes(request: Mapping[str, Any], server: ServerOptions) -> Wishes:
    """Options of a request laid over the server's own.

    Raises an OptionError for what is unknown, of the wrong kind, or not for others to say.
    """
    said = {**server.said, **asked_for(request)}
    found = Wishes(preset_path(str(request.get("preset") or server.preset), server), said)
    found.options()
    return found


def kept_options(record: Mapping[str, Any]) -> Options:
    """The options of a job from what is kept with it. Raises an OptionError where its preset is gone."""
    said = dict(record)
    return load_options(said.pop("preset"), said)


def asked_for(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says besides the preset, by dotted keys. Raises an OptionError."""
    if not isinstance(request, Mapping):
        raise BadValue("options", "this is a JSON object")
    said = {SHORT.get(key, key): value for key, value in request.items() if key != "preset" and value is not None}
    for key, value in said.items():
        _require_open(key, value)
    return said


def _require_open(key: str, value: Any) -> None:
    if key in _FILES or (key == "speech.model" and value not in ("", "demo")) or (key == "speech.engine" and value == "replay"):
        raise BadValue(key, "this names a file of the server's machine, which a request may not")
    if not key.startswith(_OPEN):
        raise UnknownName("option", key, (*SHORT, "preset", "track", "emotion"))
    if isinstance(value, dict):
        raise BadValue(key, 'write dotted keys with one value each, for instance "subtitles.lines": 1')


def preset_path(name: str, server: ServerOptions) -> str:
    """What `load_options` takes: a name, or the path of one that was saved here. Raises UnknownName."""
    if name in preset_names():
        return name
    if _OWN.fullmatch(name) and (path := server.presets / f"{name}.toml").is_file():
        return str(path)
    if name == server.preset:
        return name
    raise UnknownName("preset", name, tuple(row["name"] for row in preset_rows(server)))


def preset_rows(server: ServerOptions) -> list[dict[str, Any]]:
    """All presets with their first lines, the built-in ones first."""
    rows: list[dict[str, Any]] = [{"name": n, "about": describe_preset(n), "own": False} for n in preset_names()]
    for path in sorted(server.presets.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        first = text.partition("\n")[0]
        rows.append({"name": path.stem, "about": first.lstrip("# ") if first.startswith("#") else "", "own": True})
    return rows


def preset_text(name: str, server: ServerOptions) -> str:
    """A preset as TOML. Raises UnknownName."""
    path = preset_path(name, server)
    return (Path(path) if path.endswith(".toml") else preset_folder() / f"{path}.toml").read_text(encoding="utf-8")


def remove_preset(name: str, server: ServerOptions) -> None:
    """Raises BadValue for a built-in one, UnknownName."""
    if name in preset_names():
        raise BadValue("preset", f"{name} is built in and stays")
    path = server.presets / f"{name}.toml"
    if not _OWN.fullmatch(name) or not path.is_file():
        raise UnknownName("preset", name, tuple(row["name"] for row in preset_rows(server) if row["own"]))
    path.unlink()


def save_preset(name: str, content: Mapping[str, Any], server: ServerOptions) -> dict[str, Any]:
    """Keep a preset: `text` (TOML), or `options` as a request says them.

    Raises an OptionError where the name or one of the options is not possible.
    """
    if not _OWN.fullmatch(name) or name in preset_names():
        raise BadValue("preset", "its name is small letters, digits and hyphens, and not that of a built-in one")
    text = content.get("text")
    if text is None:
        asked = content.get("options") or {}
        said = asked_for(asked)
        wished = Wishes(preset_path(str(asked.get("preset") or "default"), server), said)
        text = as_toml(wished.options())
    if not isinstance(text, str) or len(text) > _LARGEST_PRESET:
        raise BadValue("preset", f"its text is TOML of {_LARGEST_PRESET} characters at most")
    server.presets.mkdir(parents=True, exist_ok=True)
    trial = server.presets / f".{name}.toml"
    try:
        trial.write_text(text, encoding="utf-8")
        _require_harmless(load_options(str(trial)))
        atomic_write(server.presets / f"{name}.toml", text.encode())
    finally:
        trial.unlink(missing_ok=True)
    return {"name": name, "own": True}


def _require_harmless(options: Options) -> None:
    _require_open("speech.engine", options.speech.engine)
    _require_open("speech.model", options.speech.model)
    for section, key in (name.split(".") for name in _FILES):
        if getattr(getattr(options, section), key):
            raise BadValue(f"{section}.{key}", "this names a file of the server's machine, which a saved preset may not")


def choices(server: ServerOptions) -> dict[str, Any]:
    """All that a form offers."""
    options = load_options(server.preset, server.said)
    return {
        "presets": [row["name"] for row in preset_rows(server)],
        "languages": list(LANGUAGES),
        "engines": ["auto", *(name for name in ENGINES if name != "replay")],
        "labels": list(LABELS),
        "formats": list(writable()),
        "words": list(WORDS),
        "backdrops": list(BACKDROPS),
        "aspects": list(ASPECTS),
        "weights": {name: options.highlights.weights.get(name, DEFAULT_WEIGHTS[name]) for name in SIGNALS},
        "limits": {"upload_bytes": server.upload_bytes, "upload_s": server.upload_s, "queue": server.queue_limit},
    }
