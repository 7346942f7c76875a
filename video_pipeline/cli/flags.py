"""The flags that several commands share, in groups.

A flag that sets an option has the option's short name, and defaults to None: what nobody sets, the preset decides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli import completion

if TYPE_CHECKING:
    from video_pipeline.cli.show import Show
    from video_pipeline.options import Options

OUT = Path("outputs")

VIDEOS_HELP = "Video or audio files, patterns such as '*.webm', or addresses (https://, s3://)."
Videos = Annotated[list[str], typer.Argument(metavar="VIDEO...", help=VIDEOS_HELP, show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any option: section.key=value, for instance subtitles.lines=1.", autocompletion=completion.settings
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line on standard output, for programs.")]


@dataclass(frozen=True, kw_only=True)
class OptionFlags:
    """Flags that set options; the names of the fields are those of the options."""

    panel: ClassVar[str | None] = None

    def overrides(self) -> dict[str, object]:
        """Values by option, without those that nobody set."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class RecognitionFlags(OptionFlags):
    """Which engine recognises speech, and how."""

    panel = "Speech recognition"

    engine: Annotated[
        str | None, typer.Option("--engine", "-e", help="auto, sensevoice, whisper, draft (English, needs no weights) or replay.")
    ] = None
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", help="auto, mixed, or a code such as en, zh, yue, ja, ko; fr, de ... with whisper."),
    ] = None
    device: Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")] = None
    model: Annotated[
        str | None,
        typer.Option(
            "--model", help="A folder with a SenseVoice or Whisper model, a Whisper size (small, large-v3-turbo), or demo."
        ),
    ] = None
    offline: Annotated[
        bool | None, typer.Option("--offline", help="Never download the speech model. VIDEO_PIPELINE_OFFLINE=1 does the same.")
    ] = None
    terms: Annotated[str | None, typer.Option("--terms", help="A text file of names to expect, one a line.")] = None
    script: Annotated[
        str | None, typer.Option("--script", help="Chinese characters: auto, hans (simplified) or hant (traditional).")
    ] = None
    exact: Annotated[
        bool | None, typer.Option("--exact/--fast", help="--exact computes in fp32, as the model was published. Default: fast.")
    ] = None
    emotion: Annotated[
        bool | None, typer.Option("--emotion/--no-emotion", help="--no-emotion leaves no trace of emotions in any output.")
    ] = None
    mask: Annotated[
        bool | None,
        typer.Option(
            "--mask/--no-mask",
            help="Replace long numbers and e-mail addresses by ### in all files, by a tone in clips and copies.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class SpeakerFlags(OptionFlags):
    """Who speaks."""

    panel = "Speakers"

    speakers: Annotated[
        str | None, typer.Option("--speakers", help="Tell speakers apart: auto, a number, a range such as 2-4, or none.")
    ] = None
    speaker_names: Annotated[
        str | None, typer.Option("--speaker-names", help="Their names, in the order in which they are first heard: Host,Guest.")
    ] = None

    voices: Annotated[
        str | None, typer.Option("--voices", help="A file of known voices, whose names are used; see `video-pipeline voices`.")
    ] = None
    channels: Annotated[
        str | None,
        typer.Option(
            "--channels", help="Stereo calls: split transcribes each channel separately; auto does where they differ; mix never."
        ),
    ] = None

    def overrides(self) -> dict[str, object]:
        nothing = self.speakers is None and self.speaker_names is None and self.voices is None
        if nothing and self.channels in (None, "mix"):
            return {} if self.channels is None else {"speakers.channels": self.channels}
        wanted = self.speakers != "none"
        count = {"speakers.count": self.speakers} if self.speakers and wanted else {}
        names = {"speakers.names": self.speaker_names} if self.speaker_names else {}
        others = {"speakers.channels": self.channels, "speakers.voices": self.voices}
        set_ = {name: value for name, value in others.items() if value}
        return {"speakers.find": wanted, "subtitles.style.speakers": wanted, **count, **names, **set_}


@dataclass(frozen=True, kw_only=True)
class RecordingFlags(RecognitionFlags):
    """The same for one recording."""

    transcript: Annotated[
        str | None,
        typer.Option(
            "--transcript",
            help="A transcript.json, or the JSON of Whisper, OpenAI and other tools (see docs), instead of listening.",
        ),
    ] = None
    track: Annotated[
        int | None, typer.Option("--track", help="Audio track, from 0; default: the main sound, in the language asked for.")
    ] = None
    sensitivity: Annotated[
        str | None,
        typer.Option("--sensitivity", help="How readily laughs, applause and cheers are reported: low, normal or high."),
    ] = None

    def overrides(self) -> dict[str, object]:
        replay = {"engine": "replay"} if self.transcript else {}
        return {**replay, **super().overrides()}


@dataclass(frozen=True, kw_only=True)
class SubtitleFlags(OptionFlags):
    """How subtitles are written."""

    panel = "Subtitles"

    labels: Annotated[
        str | None,
        typer.Option("--labels", help="How sounds and emotions are written: text, emoji, none; text+en in two languages."),
    ] = None
    formats: Annotated[
        str | None,
        typer.Option(
            "--formats", help="With commas between: srt, ass, vtt, ttml, scc, stl, lrc, txt, json, tsv, csv... (see docs)."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class TranslationFlags(OptionFlags):
    """Subtitles in other languages."""

    panel = "Translation"

    translate: Annotated[str | None, typer.Option("--translate", help="Languages, such as en or en,ja,pt-BR.")] = None
    bilingual: Annotated[
        str | None, typer.Option("--bilingual", help="Also two languages at once, the first on top, such as zh+en.")
    ] = None
    translator_url: Annotated[
        str | None,
        typer.Option(
            "--translator-url",
            help="A server with OpenAI's protocol, such as http://127.0.0.1:11434/v1; its key: VIDEO_PIPELINE_TRANSLATOR_KEY.",
        ),
    ] = None
    translator_model: Annotated[
        str | None, typer.Option("--translator-model", help="The model's name on that server, or a folder of CTranslate2.")
    ] = None
    translator: Annotated[str | None, typer.Option("--translator", help="openai (any such server) or local.")] = None
    glossary: Annotated[str | None, typer.Option("--glossary", help="A TOML file of names, terms and tone.")] = None
    ruby: Annotated[bool | None, typer.Option("--ruby/--no-ruby", help="Readings over Japanese and Chinese (extra ruby).")] = None

    def overrides(self) -> dict[str, object]:
        """Two languages at once imply translating into them; the one that is spoken is left out later."""
        found = super().overrides()
        if self.bilingual and not self.translate:
            found["translate"] = self.bilingual.replace("+", ",")
        return found


@dataclass(frozen=True, kw_only=True)
class CopyFlags(OptionFlags):
    """Copies of the video with its subtitles."""

    panel = "Copies of the video with its subtitles"

    mux: Annotated[
        bool | None, typer.Option("--mux/--no-mux", help="Also a copy with the subtitles as a track, without re-encoding.")
    ] = None
    burn: Annotated[
        bool | None,
        typer.Option("--burn/--no-burn", help="Also an MP4 with the subtitles drawn into the picture."),
    ] = None
    tighten: Annotated[
        bool | None, typer.Option("--tighten/--no-tighten", help="Also a copy without silences and filler words, re-encoded.")
    ] = None
    container: Annotated[
        str | None, typer.Option("--container", help="Implies --mux: mkv, mp4, mov or webm; default: the video's own.")
    ] = None
    fonts: Annotated[str | None, typer.Option("--fonts", help="For --burn: a folder of fonts that go before the system's.")] = (
        None
    )

    def overrides(self) -> dict[str, object]:
        implied = {"mux": True} if self.container else {}
        return {**implied, **super().overrides()}


@dataclass(frozen=True, kw_only=True)
class BesideFlags:
    """Subtitles beside the video."""

    panel: ClassVar[str | None] = "Delivery"

    beside: Annotated[bool, typer.Option("--beside", help="Also put the subtitles beside the video.")] = False
    name: Annotated[
        str,
        typer.Option(
            "--name", help="Implies --beside: what they are called, for instance {stem}.{language}.{kind} for talk.en.sdh.srt."
        ),
    ] = ""

    @property
    def is_beside(self) -> bool:
        return self.beside or bool(self.name)

    def checked_name(self) -> str:
        """The template; empty for the video's own name. Raises BadValue."""
        from video_pipeline.library.sidecars import checked_template

        return checked_template(self.name) if self.name else ""


@dataclass(frozen=True, kw_only=True)
class ClipFlags(OptionFlags):
    """Which clips are made, and what of them."""

    panel = "Clips"

    top: Annotated[int | None, typer.Option("--top", help="At most this many clips.")] = None
    cut: Annotated[
        str | None, typer.Option("--cut", help="exact to the frame; smart: encodes only the edges; copy: from a key frame on.")
    ] = None
    aspect: Annotated[str | None, typer.Option("--aspect", help="Shape: source, 9:16, 1:1 or 4:5; follows faces.")] = None
    captions: Annotated[
        str | None, typer.Option("--captions", help="burned into the picture, files beside the clips, or none.")
    ] = None
    hook: Annotated[
        bool | None, typer.Option("--hook/--no-hook", help="Also each clip with its strongest second shown first.")
    ] = None
    exports: Annotated[
        str | None,
        typer.Option(
            "--exports",
            help="all, or any of video, audiogram, thumbnails, tightened, hooked, timelines, sheet, preview, reel, posts, "
            "chapters, gallery.",
        ),
    ] = None

    def overrides(self) -> dict[str, object]:
        from video_pipeline.clips import EXPORTS

        every = {"exports": list(EXPORTS)} if self.exports == "all" else {}
        return {**super().overrides(), **every}


@dataclass(frozen=True, kw_only=True)
class PresetFlags:
    """Where options come from that have no flag of their own."""

    panel: ClassVar[str | None] = None

    preset: Annotated[
        str,
        typer.Option("--preset", "-p", help="A preset's name (see `presets`) or a TOML file.", autocompletion=completion.presets),
    ] = "default"
    settings: Settings = None

    def overrides(self, *groups: OptionFlags) -> dict[str, object]:
        """What was set: `--set` first, so that a flag of its own comes before it. Raises BadValue."""
        from video_pipeline.options import full_name, parse_setting

        found = dict(parse_setting(text) for text in self.settings or ())
        for group in groups:
            found |= {full_name(name): value for name, value in group.overrides().items()}
        return found

    def options(self, *groups: OptionFlags) -> Options:
        """Options from the preset with these flags laid over it. Raises an OptionError."""
        from video_pipeline.options import load_options

        return load_options(self.preset, self.overrides(*groups))


@dataclass(frozen=True, kw_only=True)
class ShowFlags:
    """How a run is shown."""

    panel: ClassVar[str | None] = None

    quiet: Quiet = False
    json: Json = False

    @contextmanager
    def shown(self) -> Iterator[Show]:
        from video_pipeline.cli.show import shown

        with shown(quiet=self.quiet, as_json=self.json) as show:
            yield show


@dataclass(frozen=True, kw_only=True)
class LibraryRunFlags(ShowFlags, PresetFlags):
    """A run over many videos."""

    out: Annotated[Path, typer.Option("--out", "-o", help="Results go to OUT/NAME/.")] = OUT


@dataclass(frozen=True, kw_only=True)
class RunFlags(LibraryRunFlags):
    """A run over named videos."""

    again: Annotated[bool, typer.Option("--again", help="Redo everything, even what is up to date.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False
