"""What was asked for of a video, as one key: it changes when the same video would give other results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from video_pipeline.core.files import key_of
from video_pipeline.library.jobs import Job
from video_pipeline.options import load_options
from video_pipeline.video.process import results_key

_KEPT = 4096
_SPEECH = "speech."


class Wishes:
    """Keys of jobs. Presets are read, and engines asked who they are, once per kind of job, not once per video."""

    def __init__(self) -> None:
        self._bases: dict[str, str] = {}

    def key(self, job: Job) -> str:
        """The digest of goals, options (a preset may be edited), engine, and version of this program."""
        return key_of(job.goals, job.sidecars, job.upload, job.said, self._base(job.preset, job.said))

    def _base(self, preset: str, said: Mapping[str, Any]) -> str:
        """Of the preset and the engine, which the options on speech decide."""
        speech = {key: value for key, value in said.items() if key.startswith(_SPEECH)}
        name = key_of(preset, speech)
        if name not in self._bases:
            if len(self._bases) >= _KEPT:
                self._bases.clear()
            self._bases[name] = results_key(load_options(preset, speech))
        return self._bases[name]
