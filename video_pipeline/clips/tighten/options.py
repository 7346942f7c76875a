"""Options of tightening. They stand alone, because all options are imported for `--help`."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.constraints import AtLeastZero, check_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class TightenOptions:
    """What the export `tightened` takes out of clips."""

    silence_s: AtLeastZero = 0.5
    """Shortest silence that is taken out, in seconds."""

    margin_s: AtLeastZero = 0.15
    """How much of a silence is left at either side, in seconds, so that words keep their beginnings and ends."""

    silences: bool = True
    """Take out silences; without them and without `fillers`, only what a person cut out of the text goes."""

    fillers: bool = True
    """Take out filler words too: um, 嗯, えーと, 음."""

    def __post_init__(self) -> None:
        check_fields(self)
