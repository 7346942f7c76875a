"""All options in one tree. A value comes from the field's default, then from the preset, then from the overrides of a caller.

Options have dotted names (`subtitles.lines`). Those in `SHORT_NAMES` have a second, short one, which is also the name of their
flag, of their column in a list of videos and of their field in a request.
"""

from __future__ import annotations

import contextlib
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tomli_w

from video_pipeline.clips.base import ClipOptions
from video_pipeline.core.constraints import check_fields
from video_pipeline.core.errors import BadValue, OptionError, UnknownKey
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.media.probe import AUTO_TRACK
from video_pipeline.media.subtitled import VideoOptions
from video_pipeline.options.presets import describe_preset, preset_folder, preset_names, read_preset
from video_pipeline.options.tree import Tree, build, lay_over, lay_over_known, leaves, nested
from video_pipeline.report.conversation.options import ConversationOptions
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.speakers.base import SpeakerOptions
from video_pipeline.speech.windows import WindowOptions
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.translate.base import TranslationOptions

__all__ = [
    "SHORT_NAMES",
    "Options",
    "as_toml",
    "changed_values",
    "describe_preset",
    "full_name",
    "load_options",
    "option_names",
    "option_values",
    "options_from",
    "options_tree",
    "parse_setting",
    "preset_folder",
    "preset_names",
    "restored",
    "value_at",
    "with_value",
]

SHORT_NAMES = {
    "engine": "speech.engine",
    "language": "speech.language",
    "device": "speech.device",
    "model": "speech.model",
    "exact": "speech.exact",
    "transcript": "speech.transcript",
    "offline": "speech.offline",
    "terms": "speech.terms",
    "script": "speech.script",
    "sensitivity": "events.sensitivity",
    "labels": "subtitles.labels",
    "formats": "subtitles.formats",
    "translate": "translation.to",
    "bilingual": "translation.bilingual",
    "translator": "translation.translator",
    "translator_url": "translation.url",
    "translator_model": "translation.model",
    "glossary": "translation.glossary",
    "ruby": "subtitles.style.ruby",
    "mux": "video.mux",
    "burn": "video.burn",
    "tighten": "video.tighten",
    "container": "video.container",
    "fonts": "video.fonts",
    "top": "highlights.top",
    "phrases": "highlights.phrases",
    "curve": "highlights.curve",
    "opinion": "highlights.opinion",
    "cut": "clips.cut.way",
    "aspect": "clips.shape.aspect",
    "captions": "clips.captions",
    "hook": "clips.hook.on",
    "exports": "clips.exports",
}
"""The only table of short names: flags, columns, fields of requests and keyword arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every option, one section per part. A preset's TOML has the same sections and keys."""

    track: Annotated[int, msgspec.Meta(ge=-1)] = AUTO_TRACK
    """Number of the audio track, from 0. With -1 it is chosen: comments and descriptions for the blind come last, then the
    language that is asked for counts, then the file's own mark, then the order."""

    emotion: bool = True
    """`false` leaves no trace of emotions in any output."""

    mask: bool = False
    """`true` writes `###` for numbers of four digits and more, cards, telephones and mail addresses, written or spoken, in all
    files, and puts a tone over them in clips and copies. Names and places stay."""

    speech: SpeechOptions = field(default_factory=SpeechOptions)
    """How speech is recognised."""

    windows: WindowOptions = field(default_factory=WindowOptions)
    """How speech is found and packed into windows."""

    speakers: SpeakerOptions = field(default_factory=SpeakerOptions)
    """Who speaks."""

    events: EventOptions = field(default_factory=EventOptions)
    """How sounds are found."""

    subtitles: SubtitleOptions = field(default_factory=SubtitleOptions)
    """How subtitles are written."""

    translation: TranslationOptions = field(default_factory=TranslationOptions)
    """Subtitles in other languages."""

    video: VideoOptions = field(default_factory=VideoOptions)
    """Copies of the video that hold the subtitles."""

    highlights: HighlightOptions = field(default_factory=HighlightOptions)
    """How clips are chosen."""

    clips: ClipOptions = field(default_factory=ClipOptions)
    """What is made of the chosen clips."""

    conversation: ConversationOptions = field(default_factory=ConversationOptions)
    """What a conversation was like."""

    def __post_init__(self) -> None:
        check_fields(self)


def load_options(preset: str = "default", overrides: Mapping[str, Any] | None = None) -> Options:
    """Options from a preset, with overrides laid over it.

    Args:
        preset: one of `preset_names()`, or a path to a TOML file, ending in `.toml`.
        overrides: values by dotted or short name, for instance `{"subtitles.lines": 1, "model": "demo"}`. None leaves an option
            as it is. A list may be written as text with commas: `"srt,vtt"`.

    Raises:
        UnknownName: no such preset, engine, format ... UnknownKey: no such option. BadValue: a value of the wrong type or out of
            range. All of them name what was probably meant, and the range.
    """
    tree = _default_tree()
    lay_over(tree, read_preset(preset), Options, Path(preset).name)
    for name, value in (overrides or {}).items():
        if value is not None:
            _override(tree, name, value)
    options: Options = build(Options, tree)
    return options


def full_name(name: str) -> str:
    """The dotted name of an option with a short one; any other name as it is."""
    return SHORT_NAMES.get(name, name)


def option_names() -> tuple[str, ...]:
    """The dotted name of every option, tables by the keys that they have by default."""
    return tuple(_default_values())


def value_at(options: Options, name: str) -> Any:
    """The value of an option, or a whole section, by its dotted or short name. Raises UnknownKey."""
    value: Any = options
    for part in full_name(name).split("."):
        try:
            value = value[part] if isinstance(value, Mapping) else getattr(value, part)
        except (KeyError, AttributeError):
            raise UnknownKey("option", name, option_names()) from None
    return value


def with_value(options: Options, name: str, value: Any) -> Options:
    """The same options but for one, by its dotted or short name. Raises UnknownKey, UnknownName, BadValue."""
    tree = options_tree(options)
    _override(tree, name, value)
    changed: Options = build(Options, tree)
    return changed


def options_tree(options: Options) -> Tree:
    """Options as plain JSON values, to be stored and read back by `options_from`."""
    tree: Tree = msgspec.to_builtins(options)
    return tree


def options_from(tree: Mapping[str, Any]) -> tuple[Options, tuple[str, ...]]:
    """Options stored by `options_tree`, perhaps by another version.

    Returns:
        The options, with defaults for what the tree does not hold, and the dotted names that this version does not know.

    Raises:
        UnknownName, BadValue: a value that this version does not allow.
    """
    whole = _default_tree()
    unknown = lay_over_known(whole, tree, Options)
    return build(Options, whole), tuple(unknown)


def option_values(options: Options) -> dict[str, Any]:
    """Every option by its dotted name, as a plain value."""
    return dict(leaves(options_tree(options)))


def changed_values(options: Options) -> dict[str, Any]:
    """The options that differ from their defaults, by dotted name: what keys are made of, and what a folder remembers.

    One that a later version adds is not among them, and makes nothing stale.
    """
    usual = _default_values()
    return {name: value for name, value in option_values(options).items() if name not in usual or usual[name] != value}


def restored(changed: Mapping[str, Any]) -> Options:
    """Options from what `changed_values` gave, perhaps of another version: what is unknown today, or not allowed, is left out."""
    try:
        return load_options("default", changed)
    except OptionError:
        accepted: dict[str, Any] = {}
        for name, value in changed.items():
            with contextlib.suppress(OptionError):
                load_options("default", {**accepted, name: value})
                accepted[name] = value
        return load_options("default", accepted)


@functools.cache
def _default_values() -> dict[str, Any]:
    return option_values(_defaults())


def _default_tree() -> Tree:
    """The defaults, in a tree that may be changed."""
    return options_tree(_defaults())


@functools.cache
def _defaults() -> Options:
    return Options()


def _override(tree: Tree, name: str, value: Any) -> None:
    try:
        lay_over(tree, nested(full_name(name), value), Options, "option")
    except UnknownKey as error:
        if "." in name:
            raise
        same = (known for known in option_names() if known.endswith(f".{name}"))
        raise UnknownKey("option", name, (*error.known, *SHORT_NAMES, *same)) from None


def parse_setting(text: str) -> tuple[str, Any]:
    """The name and value of `section.key=value`, the value read as TOML, or as text where it is not TOML. Raises BadValue."""
    name, found, value = text.partition("=")
    if not found or not name.strip():
        raise BadValue("--set", f"write section.key=value, not {text!r}")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()


def as_toml(options: Options) -> str:
    """Options in full, as a preset file holds them."""
    return tomli_w.dumps(options_tree(options))
