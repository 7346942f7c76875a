"""How subtitles look, as far as a format can show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from video_pipeline.core.constraints import OneOf, check_fields
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion
from video_pipeline.core.palette import EMOTION_COLOURS

WORDS = ("plain", "karaoke", "highlight")
BACKDROPS = ("outline", "box")
ColouredEmotion = Annotated[str, OneOf("coloured emotion", SHOWN_EMOTIONS)]
BOTTOM_STYLE = "Bottom"
"""Style of the lower cue where two languages are shown at once."""
Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}$", examples=["#RRGGBB"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleOptions:
    """How subtitles look."""

    words: Annotated[str, OneOf("way to show words", WORDS)] = "plain"
    """What happens to the word being spoken: `plain` nothing; `karaoke` fills it with colour from left to right; `highlight`
    colours it alone. Where words cannot be coloured, anything but `plain` writes their times."""

    backdrop: Annotated[str, OneOf("backdrop", BACKDROPS)] = "outline"
    """What is drawn behind letters."""

    size: Annotated[float, msgspec.Meta(ge=0, le=0.2)] = 0.0
    """Height of a line, as a share of the picture's; 0 takes the usual. Cues that would not fit are made smaller."""

    ruby: bool = False
    """Write readings over Japanese (furigana) and Chinese (pinyin), in formats that can show them: ASS, WebVTT, TTML."""

    bottom_size: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.7
    """Of two languages at once: size of the lower one, as a share of the upper one's."""

    bottom_colour: Colour = "#D9D9D9"
    """Of two languages at once: colour of the lower one."""

    speakers: bool = False
    """Write a speaker's name where another begins to speak."""

    speaker_brackets: bool = False
    """Write the name as `[Ann]`, as subtitles for the deaf and hard of hearing do, instead of `ANN:`."""

    dashes: bool = False
    """Put a quick exchange of two people into one cue, each on a line with a dash."""

    speaker_colours: bool = False
    """Tell speakers by colour: white, yellow, cyan, green (BBC); those after the fourth are named.
    Emotions then have labels only."""

    separate_labels: bool = False
    """Put sounds and emotions into a second file, `NAME.sdh.srt`, and none into the first."""

    colours: Mapping[ColouredEmotion, Colour] = field(
        default_factory=lambda: {str(emotion): colour for emotion, colour in EMOTION_COLOURS.items()}
    )
    """Colour of each emotion."""

    def __post_init__(self) -> None:
        check_fields(self)

    def colour_of(self, emotion: Emotion) -> str:
        """The colour, `#RRGGBB`, of one of `SHOWN_EMOTIONS`."""
        return self.colours.get(emotion, EMOTION_COLOURS[emotion])
