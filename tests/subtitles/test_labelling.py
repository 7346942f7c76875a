"""Labels are in the script of the words."""

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.rules import SubtitleOptions


def test_mandarin_in_traditional_characters_has_labels_in_them() -> None:
    cues = [
        Cue(0, 2, ("你好",), language=Language.ZH, emotion=Emotion.HAPPY, starts_emotion=True),
        Cue(2, 4, ("這個節目講的是歷史",), language=Language.ZH),
        Cue(4, 6, (), language=Language.ZH, sound=Sound.LAUGHTER),
        Cue(6, 8, ("Well.",), language=Language.EN, sound=Sound.APPLAUSE),
    ]
    shown = [prefix(cue, "text").strip() for cue in with_labels(cues, SubtitleOptions())]
    assert shown == ["[開心]", "", "[笑聲]", "[applause]"]


def test_cantonese_in_simplified_characters_has_labels_in_them() -> None:
    cues = [Cue(0, 2, ("这个节目讲的是历史",), language=Language.YUE, sound=Sound.LAUGHTER)]
    assert [prefix(cue, "text").strip() for cue in with_labels(cues, SubtitleOptions())] == ["[笑声]"]


def test_labels_stay_where_no_character_tells_the_script() -> None:
    cues = [Cue(0, 2, ("你好",), language=Language.YUE, sound=Sound.LAUGHTER)]
    assert with_labels(cues, SubtitleOptions()) == cues
