"""The options that several commands share, each described once. Every one defaults to None: what is not said, the preset says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from video_pipeline.options import Options

OUT = Path("outputs")

Preset = Annotated[str, typer.Option("--preset", "-p", help="A preset's name (see `presets`) or a TOML file.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Results go to OUT/NAME/.")]
Engine = Annotated[
    str | None, typer.Option("--engine", "-e", help="auto, sensevoice, draft (English, no weights needed) or replay.")
]
Language = Annotated[str | None, typer.Option("--language", "-l", help="auto, mixed, zh, en, yue, ja or ko.")]
Device = Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")]
Exact = Annotated[
    bool | None, typer.Option("--exact/--fast", help="The model's own numbers in fp32, or the fastest; default: fast.")
]
Model = Annotated[
    str | None, typer.Option("--model", help="A SenseVoice checkpoint folder, or demo: the small one for the demo video.")
]
Stored = Annotated[str | None, typer.Option("--transcript", help="A stored transcript.json, for --engine replay.")]
Track = Annotated[int | None, typer.Option("--track", help="Audio track, from 0.")]
Labels = Annotated[
    str | None, typer.Option("--labels", help="How sounds and emotions are written: text, emoji, none; text+en in two languages.")
]
Mux = Annotated[
    bool | None, typer.Option("--mux/--no-mux", help="Also a copy of the video with the subtitles as a track; not encoded again.")
]
Burn = Annotated[
    bool | None, typer.Option("--burn/--no-burn", help="Also an MP4 with the subtitles drawn into its picture; encoded again.")
]
Container = Annotated[
    str | None, typer.Option("--container", help="For --mux, and asks for it: mkv, mp4, mov or webm; else the video's own.")
]
Fonts = Annotated[str | None, typer.Option("--fonts", help="For --burn: a folder of fonts that go before the system's.")]
From = Annotated[
    Path | None, typer.Option("--from", help="For `subtitles`: a file to mend, restyle, convert and check; in any encoding.")
]
Resplit = Annotated[bool, typer.Option("--resplit", help="For --from: break cues and lines anew by the preset's rules.")]
Emotion = Annotated[bool | None, typer.Option("--emotion/--no-emotion", help="--no-emotion leaves no trace of it anywhere.")]
Cut = Annotated[
    str | None, typer.Option("--cut", help="exact to the frame; smart: encodes only the edges; copy: from a key frame on.")
]
Aspect = Annotated[str | None, typer.Option("--aspect", help="Shape of clips: source, 9:16, 1:1 or 4:5; follows faces.")]
Exports = Annotated[
    str | None,
    typer.Option("--exports", help="Made of the clips: all, or of video, thumbnails, timelines, sheet, preview, reel, gallery."),
]
Captions = Annotated[
    str | None, typer.Option("--captions", help="On clips: burned into the picture, files beside them, or none.")
]
Top = Annotated[int | None, typer.Option("--top", help="Most clips.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="Any option: section.key=value, for instance subtitles.lines=1.")
]
Again = Annotated[bool, typer.Option("--again", help="Do everything again, also what is fresh.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output, for programs.")]


def options(preset: str, said: Mapping[str, object], settings: Sequence[str] | None) -> Options:
    """Options from the preset, then `--set`, then the flags of their own."""
    from video_pipeline.options import load_options

    return load_options(preset, told(said, settings))


def speech(
    engine: str | None, language: str | None, device: str | None, model: str | None, exact: bool | None, transcript: str | None
) -> dict[str, object]:
    """The flags about recognition by the options they set; a stored transcript asks for the engine that plays it."""
    return {
        "speech.engine": engine or ("replay" if transcript else None),
        "speech.language": language,
        "speech.device": device,
        "speech.model": model,
        "speech.exact": exact,
        "speech.transcript": transcript,
    }


def clips(cut: str | None, aspect: str | None, captions: str | None, exports: str | None) -> dict[str, object]:
    """The flags about clips by the options they set; what is exported is named with commas, or is all there is."""
    from video_pipeline.clips import EXPORTS

    names = [name.strip() for name in exports.split(",") if name.strip()] if exports is not None else None
    said = {"clips.cut.way": cut, "clips.shape.aspect": aspect, "clips.captions": captions}
    return {**said, "clips.exports": list(EXPORTS) if names == ["all"] else names}


def told(said: Mapping[str, object], settings: Sequence[str] | None) -> dict[str, object]:
    """What a person did say: `--set` first, so that a flag of its own wins."""

    from video_pipeline.options import parse_setting

    flags = {key: value for key, value in said.items() if value is not None}
    return {**dict(parse_setting(text) for text in settings or ()), **flags}
