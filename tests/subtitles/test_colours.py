"""The colours of emotions can be chosen, in every format that has colours."""

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language
from video_pipeline.core.palette import EMOTION_COLOURS
from video_pipeline.core.span import Span
from video_pipeline.subtitles.files import files_of
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.style import StyleOptions

OWN = "#12AB9F"
WRITTEN = {"ass": "9FAB12", "vtt": OWN, "ttml": OWN}
"""ASS has blue first."""


def shown(format_name: str, style: StyleOptions) -> str:
    span = Span(1.0, 3.0)
    cue = Cue(span.start_s, span.end_s, ("So happy.",), emotion=Emotion.HAPPY, language=Language.EN)
    (content,) = files_of(format_name, [cue], Appearance(style=style)).values()
    return content.decode()


@pytest.mark.parametrize("format_name", WRITTEN)
def test_a_chosen_colour_is_written(format_name: str) -> None:
    assert WRITTEN[format_name] not in shown(format_name, StyleOptions())
    assert WRITTEN[format_name] in shown(format_name, StyleOptions(colours={"happy": OWN}))


def test_other_emotions_keep_their_colours() -> None:
    style = StyleOptions(colours={"happy": OWN})
    assert style.colour_of(Emotion.HAPPY) == OWN
    assert {e: style.colour_of(e) for e in SHOWN_EMOTIONS[1:]} == {e: EMOTION_COLOURS[e] for e in SHOWN_EMOTIONS[1:]}


def test_unknown_emotions_and_malformed_colours_are_errors() -> None:
    with pytest.raises(UnknownName, match="hapy"):
        StyleOptions(colours={"hapy": OWN})
    for colour in ("green", "#12", "#12AB9F; }"):
        with pytest.raises(ValueError, match="RRGGBB"):
            StyleOptions(colours={"happy": colour})
