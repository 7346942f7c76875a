"""All options in one tree, and where their values come from: the field's default, then the preset, then what a person says."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.clips.base import ClipOptions
from video_pipeline.core.errors import BadValue, UnknownKey, UnknownName
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.media.subtitled import VideoOptions
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.windows import WindowOptions
from video_pipeline.subtitles.rules import SubtitleOptions

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """Everything a person may choose, one section per part; a preset's TOML has the same sections and keys.

    Attributes:
        track: number of the audio track, from 0.
        emotion: False leaves no trace of emotions in any output.
    """

    track: int = 0
    emotion: bool = True
    speech: SpeechOptions = field(default_factory=SpeechOptions)
    windows: WindowOptions = field(default_factory=WindowOptions)
    events: EventOptions = field(default_factory=EventOptions)
    subtitles: SubtitleOptions = field(default_factory=SubtitleOptions)
    video: VideoOptions = field(default_factory=VideoOptions)
    highlights: HighlightOptions = field(default_factory=HighlightOptions)
    clips: ClipOptions = field(default_factory=ClipOptions)

    def __post_init__(self) -> None:
        if self.track < 0:
            raise ValueError("track counts from 0")


def preset_folder() -> Path:
    """Where the presets lie: inside the installed package, or beside it in a checkout."""
    installed = Path(__file__).with_name("_presets")
    return installed if installed.is_dir() else Path(__file__).parents[1] / "presets"


def preset_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in preset_folder().glob("*.toml")))


def describe_preset(name: str) -> str:
    """The preset's own first line."""
    return (preset_folder() / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0].lstrip("# ")


def load_options(preset: str = "default", said: Mapping[str, Any] | None = None) -> Options:
    """Options from a preset (a name, or a path to a TOML file) with what a person said laid over it.

    Args:
        preset: one of `preset_names()` or a path ending in `.toml`.
        said: `{"subtitles.labels": "emoji", "track": None, ...}`; None means that nothing was said.

    Raises:
        UnknownName: no such preset. UnknownKey: no such key. BadValue: a value of the wrong kind or out of range.
    """
    tree: Tree = msgspec.to_builtins(Options())
    path = Path(preset) if preset.endswith(".toml") else preset_folder() / f"{preset}.toml"
    if not path.is_file():
        raise UnknownName("preset", preset, preset_names())
    _lay_over(tree, _read(path), path.name)
    for key, value in (said or {}).items():
        if value is not None:
            _lay_over(tree, _nested(key, value), "option")
    return _build(tree, preset)


def parse_setting(text: str) -> tuple[str, Any]:
    """`section.key=value`, the value read as TOML, or as text where it is none."""
    key, found, value = text.partition("=")
    if not found or not key.strip():
        raise BadValue("--set", f"write section.key=value, not {text!r}")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def _read(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadValue(str(path), f"this is not TOML: {error}") from None


def _nested(dotted: str, value: Any) -> Tree:
    for name in reversed(dotted.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def _lay_over(tree: Tree, changes: Mapping[str, Any], where: str, above: str = "") -> None:
    """Write `changes` into `tree`, which already holds every key there is."""
    for key, value in changes.items():
        if key not in tree:
            raise UnknownKey(where, above + key, tuple(above + known for known in tree))
        if isinstance(tree[key], dict):
            if not isinstance(value, Mapping):
                raise BadValue(f"{where}: {above}{key}", "this is a section, not a value")
            _lay_over(tree[key], value, where, f"{above}{key}.")
        else:
            tree[key] = copy.copy(value)


def _build(tree: Tree, where: str) -> Options:
    try:
        return msgspec.convert(tree, Options)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        raise BadValue(place.rstrip("`") or where, reason) from None


def as_toml(options: Options) -> str:
    """Options in full, as a preset file could hold them."""
    tree: Tree = msgspec.to_builtins(options)
    return "\n".join(_section(tree, "")) + "\n"


def _section(tree: Tree, above: str) -> list[str]:
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in tree.items() if not isinstance(value, dict)]
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += ["", f"[{above}{key}]", *_section(value, f"{above}{key}.")]
    return lines
