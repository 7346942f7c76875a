"""Flags are declared once, in groups, and a command has those that do something on it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import typer

from video_pipeline.cli.app import app
from video_pipeline.cli.flags import (
    ClipFlags,
    CopyFlags,
    OptionFlags,
    PresetFlags,
    RecognitionFlags,
    RecordingFlags,
    SpeakerFlags,
    SubtitleFlags,
)
from video_pipeline.core.errors import BadValue
from video_pipeline.options import full_name, option_names
from video_pipeline.speech.speakers.base import CountRange

GROUPS = (RecognitionFlags, RecordingFlags, SubtitleFlags, CopyFlags, ClipFlags)
RECOGNITION = {
    "--engine",
    "--language",
    "--device",
    "--model",
    "--terms",
    "--script",
    "--exact",
    "--offline",
    "--emotion",
    "--mask",
}
SPEAKERS = {"--speakers", "--speaker-names", "--voices", "--channels"}
RECORDING = {*RECOGNITION, "--transcript", "--track", "--sensitivity"}
SUBTITLES = {
    *("--labels", "--formats", "--translate", "--bilingual", "--translator-url", "--translator-model", "--translator"),
    *("--glossary", "--ruby"),
}
COPIES = {"--mux", "--burn", "--tighten", "--container", "--fonts"}
CLIPS = {"--top", "--cut", "--aspect", "--captions", "--hook", "--exports"}
CHOICE = {"--weights", "--explain", "--words", "--length", "--phrases", "--curve", "--opinion", "--passages"}
BESIDE = {"--beside", "--name"}
EXISTING = {
    *("--from", "--resplit", "--plain", "--overlaps", "--encoding"),
    *("--shift", "--fps", "--sync", "--sync-with", "--subtitle-track", "--columns"),
}
RUN = {"--preset", "--set", "--out", "--again", "--dry-run", "--quiet", "--json", "--help"}


def flags_of(name: str) -> set[str]:
    command: Any = typer.main.get_command(app)
    for part in name.split():
        command = command.commands[part]
    context = typer.Context(command)
    return {parameter.opts[0] for parameter in command.get_params(context) if parameter.opts[0].startswith("--")}


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("transcribe", {*RECORDING, *SPEAKERS, *RUN}),
        ("subtitles", {*RECORDING, *SPEAKERS, *SUBTITLES, *COPIES, *BESIDE, *RUN, *EXISTING}),
        ("events", {*RECORDING, *RUN, "--threshold", "--plot", "--sliding"}),
        ("highlights", {*RECORDING, *SPEAKERS, *SUBTITLES, *CLIPS, *RUN, *CHOICE}),
        ("process", {*RECORDING, *SPEAKERS, *SUBTITLES, *COPIES, *CLIPS, *BESIDE, *RUN}),
    ],
)
def test_a_command_has_the_flags_that_do_something_on_it(command: str, flags: set[str]) -> None:
    assert flags_of(command) == flags


def test_commands_on_many_videos_have_the_shared_flags_too() -> None:
    assert RECOGNITION | SPEAKERS | SUBTITLES | BESIDE | {"--preset", "--set", "--executor", "--workers"} <= flags_of(
        "library run"
    )
    assert RECOGNITION | SPEAKERS | {"--preset", "--set", "--port"} <= flags_of("web")


@pytest.mark.parametrize("group", GROUPS)
def test_a_flag_is_called_like_the_option_that_it_sets(group: type[OptionFlags]) -> None:
    assert {full_name(field.name) for field in dataclasses.fields(group)} <= set(option_names())
    assert group().overrides() == {}


def test_a_flag_comes_before_a_setting_and_both_before_the_preset() -> None:
    preset = PresetFlags(preset="youtube", settings=["subtitles.labels=none", "subtitles.lines=1", "top=7"])
    options = preset.options(SubtitleFlags(labels="emoji"))
    assert (options.subtitles.labels, options.subtitles.lines, options.highlights.top) == ("emoji", 1, 7)
    assert options.subtitles.formats == ("srt", "vtt")


def test_flags_that_imply_others() -> None:
    preset = PresetFlags()
    assert preset.options(CopyFlags(container="mkv")).video.mux
    assert not preset.options(CopyFlags(container="mkv", mux=False)).video.mux
    assert preset.options(RecordingFlags(transcript="x.json")).speech.engine == "replay"
    assert preset.options(RecordingFlags(transcript="x.json", engine="draft")).speech.engine == "draft"
    assert len(preset.options(ClipFlags(exports="all")).clips.exports) > 5
    assert preset.options(ClipFlags(exports="video, reel")).clips.exports == ("video", "reel")


def test_a_setting_without_a_value_is_an_error() -> None:
    with pytest.raises(BadValue, match=r"section\.key=value"):
        PresetFlags(settings=["nothing"]).options()


def test_help_shows_flags_in_groups(cli: Any) -> None:
    shown = cli("process", "--help").out
    for panel in ("Speech recognition", "Subtitles", "Copies of the video", "Clips"):
        assert panel in shown


def test_speakers_are_looked_for_and_named_in_cues_at_once() -> None:
    preset = PresetFlags()
    assert preset.options(SpeakerFlags(speakers="2-3")).speakers.count_range == CountRange(2, 3)
    named = preset.options(SpeakerFlags(speaker_names="Host,Guest"))
    assert (named.speakers.find, named.speakers.names, named.subtitles.style.speakers) == (True, ("Host", "Guest"), True)
    assert not PresetFlags(preset="podcast").options(SpeakerFlags(speakers="none")).speakers.find
