"""Every kind of evidence for a highlight along the video, stored so that other weights cost next to nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from video_pipeline.core.posterior import Curve
from video_pipeline.events.base import HOP_S
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.asked import curve_marks, phrase_marks, read_curve
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.stored import Signals, load_signals, make_signals, store_signals
from video_pipeline.options import Options
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.opinion import Opinion
from video_pipeline.video.stages.shots import Shots
from video_pipeline.video.stages.spoken import Spoken

SIGNALS_FILE = "signals.npz"
_IF_ASKED = MappingProxyType({"shots": "highlights.shots", "opinion": "highlights.opinion"})


class VideoEvidence(DerivedStage[Evidence]):
    """What is known of the video when its highlights are chosen."""

    name = "evidence"
    needs = ("listen", "spoken", "events")
    needs_if = _IF_ASKED

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("highlights.phrases", "highlights.curve")

    def depends_on(self, given: Given) -> object:
        """The content of the curve, which may change under the same name."""
        path = given.options.highlights.curve
        return (
            hashlib.sha256(Path(path).expanduser().read_bytes()).hexdigest() if path and Path(path).expanduser().is_file() else ""
        )

    def make(self, given: Given, progress: StageProgress) -> Evidence:
        listened = given.of(Listen)
        traits, segments = listened.hearing.traits, given.of(Spoken).segments
        level, cuts_s = Curve(traits.level_db, HOP_S), given.of(Shots) if given.needs(Shots) else ()
        duration_s, options = listened.hearing.duration_s, given.options.highlights
        marks = phrase_marks(segments, options.phrases)
        if options.curve:
            marks += curve_marks(read_curve(options.curve, duration_s), duration_s)
        views = given.of(Opinion) if given.needs(Opinion) else ()
        pitch = Curve(traits.pitch_hz, HOP_S) if traits.pitch_hz is not None else None
        return Evidence(duration_s, segments, given.of(Events), level, cuts_s, marks, views, pitch, traits.prints)


class StoredSignals(BaseStage[Signals]):
    """The signals' curves, whatever their weights."""

    name = "signals"
    revision = 3
    """2: applause that opens, welcomes or says goodbye counts little; music counts where it is unusual."""
    needs = ("evidence",)
    reloads = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion", "highlights.reach_s", "highlights.bandwidth_s")

    def depends_on(self, given: Given) -> object:
        return list(SIGNALS)

    def make(self, given: Given, progress: StageProgress) -> Signals:
        return make_signals(given.of(VideoEvidence), given.options.highlights, emotion=given.options.emotion)

    def save(self, value: Signals, given: Given) -> Sequence[Path]:
        path = given.space.path(SIGNALS_FILE)
        given.space.write(path, store_signals(value))
        return [path]

    def load(self, given: Given) -> Signals:
        return load_signals(given.space.path(SIGNALS_FILE))
