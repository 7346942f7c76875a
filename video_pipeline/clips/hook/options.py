"""Options of the hook. They stand alone, because all options are imported for `--help`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from video_pipeline.core.constraints import check_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class HookOptions:
    """Which part of a clip is shown first, before the clip begins."""

    on: bool = False
    """Make the export `hooked` too: each clip again, with its strongest second first."""

    length_s: Annotated[float, msgspec.Meta(ge=0.5, le=10)] = 1.0
    """Length of that part in seconds; it grows to whole words."""

    def __post_init__(self) -> None:
        check_fields(self)
