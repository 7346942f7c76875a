"""The data of the viewer as plain lists and dictionaries, and the report made of them. The server sends the same data.

The viewer itself is `ui/viewer/`; `ui/data.d.ts` describes this data for it (`ViewData`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from video_pipeline.core.clip import Clip
from video_pipeline.core.felt_names import felt_names
from video_pipeline.core.labels import SHOWN_EMOTIONS, Sound
from video_pipeline.core.palette import EMOTION_COLOURS, PLAIN_COLOUR, SOUND_COLOUR, SOUND_COLOURS, SPOKEN_COLOUR
from video_pipeline.core.posterior import Curve, Posterior, Values
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Transcript
from video_pipeline.media.probe import VideoTrack
from video_pipeline.media.web_font import data_address, embedded
from video_pipeline.ui import page

SCHEMA_VERSION = 1
FLOOR_DB = -60.0
"""The bottom of the curve of loudness: the noise of a quiet room in a fair recording."""
_STEPS = 20_000
"""Most values of a curve: more than any screen has pixels, and a quarter of a second even in the longest talk."""
_FELT_KEYS = ("felt", "felt_p", "names")
_DRAWN = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER, Sound.MUSIC)


@dataclass(frozen=True, slots=True)
class ShownCue(Span):
    """A subtitle as it is drawn: `label` stands before the first line, `lines` hold words, each with the time it is said."""

    lines: Sequence[Sequence[tuple[float, str]]]
    label: str = ""
    emotion: str | None = None
    sound: str | None = None
    lower: int = 0
    """How many of the lines, at the end, are in the second of two languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InLanguages:
    """What is said in other languages, sentence by sentence, and as it is drawn."""

    sentences: Sequence[tuple[Span, str]]
    texts: Mapping[str, Sequence[str]]
    """By tag, one for each sentence."""
    faults: Mapping[str, Mapping[int, str]]
    """Why a sentence is still in its own language."""
    cues: Mapping[str, Sequence[ShownCue]]
    """By tag, also of two languages at once."""
    sizes: Mapping[str, float] = field(default_factory=dict)
    """By tag, the usual height of a line as a share of the picture's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that is shown of one video."""

    transcript: Transcript
    video: VideoTrack | None
    events: Sequence[AudioEvent]
    posterior: Posterior
    cues: Sequence[ShownCue]
    clips: Sequence[Clip]
    explanation: str = ""
    """How the clips were chosen, or why there are none."""
    level: Curve | None = None
    """Loudness along the video in dB of full scale; None if unknown."""
    cuts_s: Sequence[float] = ()
    """When the picture cuts."""
    findings: Sequence[Mapping[str, Any]] = ()
    """Of the subtitle check, each with `cue` (its number from 1), `rule`, `limit`, `value` and `hard`."""
    style: Mapping[str, Any] = field(default_factory=dict)
    """The look in force: `labels`, `words`, `backdrop`, `size`, ..."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Points per second of each highlight signal."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What lines are to keep to: `least_s`, and `speed_cps` of each language that is spoken."""
    media: Sequence[str] = ()
    """Addresses where a browser may find the video, the likeliest first."""
    posters: Sequence[str] = ()
    """An address of a small picture for each clip, or none at all."""
    languages: InLanguages | None = None
    """Translations; None where there are none."""
    files: Sequence[str] = ()
    """The clips' own videos, best first, or none."""


def view_data(view: View) -> dict[str, Any]:
    """Ready for JSON. `letters`, if there are any, is the font of the East Asian ones.

    Times are seconds on the media clock; a curve is `{"hop_s", "values"}`, its bytes in base64.
    """
    transcript = view.transcript
    data = {
        "schema_version": SCHEMA_VERSION,
        "name": transcript.media.name,
        "duration_s": transcript.media.duration_s,
        "language": transcript.language,
        "engine": {"name": transcript.engine.name, "model": transcript.engine.model},
        "video": {"width_px": view.video.width_px, "height_px": view.video.height_px} if view.video else None,
        "media": list(view.media),
        "segments": [segment_row(segment) for segment in transcript.segments],
        "events": [_event(event) for event in view.events],
        "cues": [cue_row(cue) for cue in view.cues],
        "curves": _curves(view),
        "clips": _with_files(clip_rows(view.clips), view),
        "explanation": view.explanation,
        "findings": [dict(finding) for finding in view.findings],
        "cuts_s": [_round(cut_s) for cut_s in view.cuts_s],
        "style": dict(view.style),
        "weights": dict(view.weights),
        "limits": dict(view.limits),
        "names": felt_names(),
        "colours": {
            "felt": {str(emotion): colour for emotion, colour in EMOTION_COLOURS.items()} | dict(view.style.get("felt", {})),
            "sounds": {str(sound): colour for sound, colour in SOUND_COLOURS.items()},
            "spoken": SPOKEN_COLOUR,
            "plain": PLAIN_COLOUR,
            "sound": SOUND_COLOUR,
        },
    }
    if view.languages is not None:
        data["languages"] = _languages(view.languages)
    shown = {key: value for key, value in data.items() if key != "names"}  # whoever reads these languages has their letters
    if letters := embedded(msgspec.json.encode(shown).decode(), transcript.language):
        data["letters"] = data_address(letters)
    return data if any(segment.emotion for segment in transcript.segments) else without_emotion(data)


def _languages(found: InLanguages) -> dict[str, Any]:
    return {
        "sentences": [
            {"start_s": _round(span.start_s), "end_s": _round(span.end_s), "text": text} for span, text in found.sentences
        ],
        "texts": {tag: list(texts) for tag, texts in found.texts.items()},
        "faults": {tag: {str(number): fault for number, fault in faults.items()} for tag, faults in found.faults.items()},
        "cues": {tag: [cue_row(cue) for cue in cues] for tag, cues in found.cues.items()},
        "sizes": dict(found.sizes),
    }


def render_page(data: dict[str, Any]) -> str:
    """`report.html`: works from the disk, without a server and without a network."""
    return page("viewer", title=data["name"], data=data)


def without_emotion(tree: Any) -> Any:
    """Where emotions are switched off, nothing tells that there could be any."""
    if isinstance(tree, dict):
        return {key: without_emotion(value) for key, value in tree.items() if key not in _FELT_KEYS}
    return [without_emotion(value) for value in tree] if isinstance(tree, list) else tree


def clip_rows(clips: Sequence[Clip]) -> list[dict[str, Any]]:
    """Clips as the viewer shows them: the reasons' contributions sum to the score."""
    return [
        {
            "start_s": round(clip.start_s, 3),
            "end_s": round(clip.end_s, 3),
            "score": round(clip.score, 2),
            "title": clip.title,
            "why": clip.why,
            "reasons": [
                {
                    "signal": reason.signal,
                    "value": round(reason.value, 3),
                    "weight": reason.weight,
                    "contribution": round(reason.contribution, 3),
                }
                for reason in clip.reasons
            ],
        }
        for clip in clips
    ]


def packed(values: Values, hop_s: float) -> dict[str, Any]:
    """Values from 0 to 1 in steps of 1/255, the greatest of each step where there are more than are ever drawn."""
    count = min(len(values), _STEPS)
    if not count:
        return {"hop_s": hop_s, "values": ""}
    starts = np.arange(count) * len(values) // count
    tops = np.maximum.reduceat(values, starts)
    steps = np.rint(np.clip(tops, 0.0, 1.0) * 255).astype(np.uint8)
    return {"hop_s": hop_s * len(values) / count, "values": base64.b64encode(steps.tobytes()).decode()}


def _curves(view: View) -> dict[str, dict[str, Any]]:
    heard = {event.label for event in view.events}
    shown = [s for s in Sound if s in view.posterior.labels and (s in heard or s in _DRAWN)]
    curves = {str(sound): packed(view.posterior.curve(sound).values, view.posterior.hop_s) for sound in shown}
    if view.level is not None:
        level = np.asarray(np.clip(1 - view.level.values / FLOOR_DB, 0.0, 1.0), np.float32)
        curves["loudness"] = packed(level, view.level.hop_s)
    return curves


def segment_row(segment: Segment) -> dict[str, Any]:
    """A line of the transcript as the viewer shows it."""
    shown = segment.emotion if segment.emotion in SHOWN_EMOTIONS else None
    return {
        "start_s": _round(segment.start_s),
        "end_s": _round(segment.end_s),
        "text": segment.text,
        "language": segment.language,
        "felt": shown,
        "felt_p": _round(segment.emotion_p) if shown else 0,
        "speaker": segment.speaker,
        "words": [[_round(token.start_s), token.text] for token in segment.tokens],
    }


def _event(event: AudioEvent) -> dict[str, Any]:
    return {
        "start_s": _round(event.start_s),
        "end_s": _round(event.end_s),
        "label": event.label,
        "score": _round(event.score),
        "marks": list(event.marks),
    }


def cue_row(cue: ShownCue) -> dict[str, Any]:
    """A subtitle as the viewer shows it."""
    return {
        "start_s": round(cue.start_s, 3),
        "end_s": round(cue.end_s, 3),
        "label": cue.label,
        "felt": cue.emotion,
        "sound": cue.sound,
        "lines": [[[_round(at_s), text] for at_s, text in line] for line in cue.lines],
        **({"lower": cue.lower} if cue.lower else {}),
    }


def _with_files(rows: list[dict[str, Any]], view: View) -> list[dict[str, Any]]:
    for name, addresses in (("poster", view.posters), ("file", view.files)):
        for row, address in zip(rows, addresses, strict=False):
            row[name] = address
    return rows


def _round(number: float) -> float:
    """Hundredths: a frame is four of them."""
    return round(float(number), 2)
