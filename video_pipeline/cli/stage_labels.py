"""What stages and their phases are called in a terminal."""

from __future__ import annotations

STAGE_LABELS = {
    "fetch": "Fetching the file",
    "identify": "Reading the file",
    "weights": "Fetching the model",
    "load": "Loading the model",
    "listen": "Listening",
    "listen again": "Listening again",
    "listen to the clips": "Listening to the clips",
    "speakers": "Telling speakers apart",
    "attributed": "Giving words to speakers",
    "known_voices": "Recognising voices",
    "events": "Finding sounds",
    "timeline": "Drawing the timeline",
    "shots": "Finding cuts",
    "subtitles": "Writing subtitles",
    "glossary": "Reading the whole text",
    "translate": "Translating",
    "translated_files": "Writing translations",
    "bleep": "Bleeping what is masked",
    "mux": "Adding subtitles",
    "burn": "Drawing subtitles",
    "tighten": "Taking silences out",
    "signals": "Measuring signals",
    "opinion": "Asking for an opinion",
    "highlights": "Choosing highlights",
    "clips": "Cutting clips",
    "clip files": "Writing clip files",
    "reel": "Making the reel",
    "conversation": "Measuring the conversation",
    "report": "Drawing the report",
    "deliver": "Copying results",
}


def stage_label(stage: str) -> str:
    """The label of a stage or phase; stages of other packages are called by their names."""
    return STAGE_LABELS.get(stage, stage.capitalize())
