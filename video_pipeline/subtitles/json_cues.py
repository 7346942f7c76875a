"""JSON for programs: each cue with what is shown and all that is known about it. `read/json_cues.py` reads it back whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.base import CONTROL, Appearance
from video_pipeline.subtitles.labels import labelled_lines, prefix

_SCHEMA_VERSION = 1


class JsonFormat:
    """`lines` are without labels, `label` is what is written before the first; what is not known about a cue is left out."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [_record(cue, appearance.labels) for cue in cues if labelled_lines(cue, appearance.labels)]
        record = {"schema_version": _SCHEMA_VERSION, "title": appearance.title.translate(CONTROL), "cues": shown}
        return appearance.mark + msgspec.json.format(msgspec.json.encode(record), indent=1).decode() + "\n"


def _record(cue: Cue, labels: str) -> dict[str, Any]:
    known = {
        "language": cue.language,
        "emotion": cue.emotion,
        "starts_emotion": cue.starts_emotion,
        "sound": cue.sound,
        "speaker": (cue.speaker or "").translate(CONTROL),
        "label": prefix(cue, labels).strip(),
        "tokens": [_token(token) for token in cue.tokens],
    }
    times = {"start_ms": to_ms(cue.start_s), "end_ms": to_ms(cue.end_s), "lines": [line.translate(CONTROL) for line in cue.lines]}
    return times | {name: value for name, value in known.items() if value}


def _token(token: Token) -> dict[str, Any]:
    return {
        "start_ms": to_ms(token.start_s),
        "end_ms": to_ms(token.end_s),
        "text": token.text.translate(CONTROL),
        "confidence": round(token.confidence, 4),
    }
