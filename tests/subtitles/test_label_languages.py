"""Labels in every language that has its own: written, told apart, and understood again."""

from __future__ import annotations

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language, Sound
from video_pipeline.subtitles.labels import LABELLED, emotion_label, sound_label
from video_pipeline.subtitles.read.relabel import meant


@pytest.mark.parametrize("language", LABELLED)
def test_labels_are_told_apart(language: Language) -> None:
    labels = [sound_label(sound, language, "text") for sound in Sound] + [
        emotion_label(emotion, language, "text") for emotion in SHOWN_EMOTIONS
    ]
    assert all(labels) and len(set(labels)) == len(labels)


@pytest.mark.parametrize("language", LABELLED)
def test_labels_of_a_file_are_understood(language: Language) -> None:
    for sound in set(Sound) - {Sound.MUSIC}:
        (cue,) = meant([Cue(0.0, 2.0, (sound_label(sound, language, "text"),), language=language)])
        assert cue.sound is sound and not cue.lines
    for emotion in SHOWN_EMOTIONS:
        line = f"{emotion_label(emotion, language, 'text')} 12"
        (cue,) = meant([Cue(0.0, 2.0, (line,), language=language)])
        assert cue.emotion is emotion and cue.lines == ("12",), line


def test_other_languages_have_those_of_english() -> None:
    assert sound_label(Sound.LAUGHTER, Language("sv"), "text") == "[laughter]"
    assert sound_label(Sound.LAUGHTER, Language.ES, "text") == "[risas]"
