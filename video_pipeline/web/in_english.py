"""What is said in English: translated, if the server has a translator."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.options import load_options
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.target import timed
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.translate import Translate, Translated
from video_pipeline.video.video import Video
from video_pipeline.web.settings import ServerOptions

_TAG = "en"


@dataclass(frozen=True)
class English:
    """A video in English."""

    transcript: Transcript
    video: Video

    def subtitles(self, format_name: str) -> str:
        """Raises UnknownName."""
        shown = next(one for one in self.video.of(Translated) if one.tag == _TAG)
        looks = appearance_of(self.video.options.subtitles, self.video.of(Identify).size_px, self.video.path.stem)
        return rendered(format_name, shown.cues(format_name), looks)


def options_of(server: ServerOptions) -> Mapping[str, Any]:
    """What a request for English asks for besides: nothing on a server without a translator."""
    options = load_options(server.preset, server.overrides).translation
    return {"translation.to": [_TAG]} if options.url or options.model or options.translator != "auto" else {}


def of(video: Video) -> English | None:
    """None where nothing was translated: it is in English, or there is no translator."""
    if _TAG not in video.options.translation.to:
        return None
    found = video.of(Translate)
    own = found.languages.get(_TAG)
    if own is None:
        return None
    segments = tuple(
        Segment(
            sentence.start_s,
            sentence.end_s,
            text,
            tokens=timed(text, sentence.tokens, Language.EN),
            language=sentence.language if number in own.faults else Language.EN,
            emotion=sentence.emotion,
            emotion_p=sentence.emotion_p,
            speaker=sentence.speaker,
        )
        for number, (sentence, text) in enumerate(zip(found.sentences, own.texts, strict=True))
    )
    return English(dataclasses.replace(video.transcript, segments=segments), video)
