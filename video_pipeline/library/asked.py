"""What is asked of a video, as one key: it changes when the same video would give other results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from video_pipeline.core.files import key_of
from video_pipeline.library.records import VideoJob
from video_pipeline.options import load_options
from video_pipeline.video.process import results_key

_KEPT = 4096
"""Kinds of jobs; a table may give every video options of its own."""
_SPEECH = "speech."
"""Start of the keys of options that decide which engine runs."""


class OptionsKeys:
    """Keys of jobs. Presets are read, and engines identified, once per kind of job, not once per video."""

    def __init__(self) -> None:
        self._bases: dict[str, str] = {}

    def options_key(self, job: VideoJob) -> str:
        """The digest of goals, options (a preset may be edited) and engine."""
        sidecars = job.sidecars and (job.sidecar_name or True)  # the keys of jobs without a template are those of old
        return key_of(job.goals, sidecars, job.upload, job.overrides, self._base(job.preset, job.overrides))

    def _base(self, preset: str, overrides: Mapping[str, Any]) -> str:
        """Of the preset and the engine, which the options on speech decide."""
        speech = {key: value for key, value in overrides.items() if key.startswith(_SPEECH)}
        name = key_of(preset, speech)
        if name not in self._bases:
            if len(self._bases) >= _KEPT:
                self._bases.clear()
            self._bases[name] = results_key(load_options(preset, speech))
        return self._bases[name]
