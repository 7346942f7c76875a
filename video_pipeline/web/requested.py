"""The options of a request: flat JSON with dotted or short names, none of which may name a file of the server's machine."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.files import atomic_write
from video_pipeline.highlights import SIGNALS
from video_pipeline.options import (
    Options,
    as_toml,
    describe_preset,
    full_name,
    load_options,
    option_names,
    preset_folder,
    preset_names,
    value_at,
)
from video_pipeline.options.schema import Schema, option_schema, options_schema
from video_pipeline.web.outside import problem_of
from video_pipeline.web.settings import ServerOptions

_MODELS = ("", "demo")
"""Values of `speech.model` that name no folder."""
_OWN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LARGEST_PRESET = 20_000
"""Characters."""
_MOST_PRESETS = 200
_OPTIONS_KEPT = 256
"""Videos whose options stay in memory."""


@dataclass(frozen=True, slots=True)
class RequestedOptions:
    """Options as they are stored with a job and handed to a worker: a preset and values by dotted name, checked."""

    preset: str
    overrides: Mapping[str, Any]

    def options(self) -> Options:
        return load_options(self.preset, self.overrides)


def requested_options(request: Mapping[str, Any], server: ServerOptions) -> RequestedOptions:
    """Options of a request, laid over the server's own.

    Raises an OptionError for what is unknown, of the wrong type, out of range, or not for a request to choose.
    """
    overrides = {**server.overrides, **requested_overrides(request)}
    found = RequestedOptions(preset_path(str(request.get("preset") or server.preset), server), overrides)
    found.options()
    return found


def asked_options(text: str) -> dict[str, Any]:
    """The field `options` of an upload. Raises BadValue."""
    try:
        asked = msgspec.json.decode(text or "{}")
    except (ValueError, RecursionError) as error:
        raise BadValue("options", f"this is not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise BadValue("options", "this is a JSON object")
    return asked


def kept_options(record: Mapping[str, Any]) -> Options:
    """The options of a job from what is kept with it. Raises an OptionError where its preset is gone."""
    preset = Path(str(record["preset"]))  # of a name, there is no file, and nothing that could change
    changed_ns = preset.stat().st_mtime_ns if preset.suffix == ".toml" and preset.is_file() else 0
    return _loaded(msgspec.json.encode(record, order="sorted"), changed_ns)


@functools.lru_cache(_OPTIONS_KEPT)
def _loaded(record: bytes, changed_ns: int) -> Options:
    """Every request about a video asks for its options, and to build them takes longer than most answers."""
    overrides = msgspec.json.decode(record)
    return load_options(overrides.pop("preset"), overrides)


def requested_overrides(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request sets besides the preset, by dotted names. Raises an OptionError."""
    if not isinstance(request, Mapping):
        raise BadValue("options", "this is a JSON object")
    overrides = {full_name(name): value for name, value in request.items() if name != "preset" and value is not None}
    for name, value in overrides.items():
        _require_allowed(name, value)
    return overrides


def _require_allowed(name: str, value: Any) -> None:
    """Raises BadValue for a path, for the engine that plays one, and for a whole section."""
    harmless = _MODELS if name == "speech.model" else ("",)
    if (name in _path_options() and value not in harmless) or (name == "speech.engine" and value == "replay"):
        raise BadValue(name, "this names a file of the server's machine, or a server that it asks, which a request may not")
    if isinstance(value, dict):
        raise BadValue(name, 'write dotted keys with one value each, for instance "subtitles.lines": 1')


@functools.cache
def _path_options() -> frozenset[str]:
    schema = options_schema()
    return frozenset(name for name in option_names() if option_schema(name, schema).get("format") == "path")


def require_webhook(url: str, server: ServerOptions) -> None:
    """Raises BadValue where nothing can be sent to the address that a request names; empty is none."""
    if not url:
        return
    if not server.webhook_key:
        raise BadValue("webhook", "this server signs no messages: start it with --webhook-secret FILE")
    if problem := problem_of(url, allow_private=server.webhook_allow_private):
        raise BadValue("webhook", problem)


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
    """Keep a preset: `text` (TOML), or `options` as in a request.

    Raises an OptionError where the name or one of the options is not possible.
    """
    if not _OWN.fullmatch(name) or name in preset_names():
        raise BadValue("preset", "its name is small letters, digits and hyphens, and not that of a built-in one")
    if len(kept := sorted(server.presets.glob("*.toml"))) >= _MOST_PRESETS and server.presets / f"{name}.toml" not in kept:
        raise BadValue("preset", f"{_MOST_PRESETS} are kept already; remove one first")
    text = content.get("text")
    if text is None:
        request = content.get("options") or {}
        overrides = requested_overrides(request)
        text = as_toml(load_options(preset_path(str(request.get("preset") or "default"), server), overrides))
    if not isinstance(text, str) or len(text) > _LARGEST_PRESET:
        raise BadValue("preset", f"its text is TOML of {_LARGEST_PRESET} characters at most")
    server.presets.mkdir(parents=True, exist_ok=True)
    trial = server.presets / f".{name}.toml"
    try:
        trial.write_text(text, encoding="utf-8")
        _require_harmless(_read(trial))
        atomic_write(server.presets / f"{name}.toml", text.encode())
    finally:
        trial.unlink(missing_ok=True)
    return {"name": name, "own": True}


def _read(trial: Path) -> Options:
    try:
        return load_options(str(trial))
    except RecursionError:
        raise BadValue("preset", "it is nested too deeply") from None


def _require_harmless(options: Options) -> None:
    for name in ("speech.engine", *_path_options()):
        _require_allowed(name, value_at(options, name))


def choices(server: ServerOptions) -> dict[str, Any]:
    """All that a form offers: names and limits from the schema of the options, and the server's own limits."""
    schema, options = options_schema(), load_options(server.preset, server.overrides)
    return {
        "presets": [row["name"] for row in preset_rows(server)],
        "languages": _names("speech.language", schema),
        "engines": [name for name in _names("speech.engine", schema) if name != "replay"],
        "labels": _names("subtitles.labels", schema),
        "formats": _names("subtitles.formats", schema),
        "words": _names("subtitles.style.words", schema),
        "backdrops": _names("subtitles.style.backdrop", schema),
        "aspects": _names("clips.shape.aspect", schema),
        "weights": {name: options.highlights.weights.get(name, 0.0) for name in SIGNALS},
        "limits": {"upload_bytes": server.upload_bytes, "upload_s": server.upload_s, "queue": server.queue_limit},
        "schema": schema,
    }


def _names(option: str, schema: Schema) -> list[str]:
    found = option_schema(option, schema)
    names: list[str] = found.get("items", found)["enum"]
    return names
