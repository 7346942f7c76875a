"""What people read: the title, the sentence on why, and the sentence where there is nothing."""

import csv
import dataclasses
import io
from typing import Any

import pytest

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.errors import PipelineError
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights import choose
from video_pipeline.highlights.base import Asked, Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.highlights.phrases import PHRASES
from video_pipeline.highlights.stored import make_signals
from video_pipeline.highlights.table import clips_table

OPTIONS = HighlightOptions()
WHY = {
    "en": "3 laughs in 11 s, the longest 2.1 s, then applause of 4.0 s",
    "zh": "11 秒内 3 次笑声，最长 2.1 秒，随后掌声持续 4.0 秒",
    "yue": "11 秒內 3 次笑聲，最長 2.1 秒，跟住掌聲維持 4.0 秒",
    "ja": "11秒間に笑いが3回、最長2.1秒、続いて4.0秒の拍手",
    "ko": "11초 동안 웃음 3번, 가장 긴 것은 2.1초, 이어서 4.0초 동안 박수",
}


@pytest.fixture
def evening(show: Any) -> Evidence:
    laughs = show((54.1, 55.0), (59.1, 60.0), (63.1, 65.2))
    silent = [s for s in laughs.segments if not 60 <= s.start_s < 72]
    return dataclasses.replace(laughs, segments=silent, events=[*laughs.events, AudioEvent(66, 70, Sound.APPLAUSE, 0.9)])


@pytest.mark.parametrize("language", list(WHY))
def test_why_in_the_users_language(evening: Evidence, language: str) -> None:
    (clip,) = find_highlights(evening, dataclasses.replace(OPTIONS, language=language, lift_weight=0.0)).clips
    assert clip.why == WHY[language]


def test_the_language_is_the_spoken_one_unless_one_is_named(evening: Evidence) -> None:
    chinese = dataclasses.replace(evening, segments=[dataclasses.replace(s, language=Language.ZH) for s in evening.segments])
    assert find_highlights(chinese, OPTIONS).clips[0].why.startswith(WHY["zh"])
    with pytest.raises(PipelineError, match="fr"):
        HighlightOptions(language="fr")


@pytest.mark.parametrize("language", list(PHRASES))
def test_every_language_has_all_phrases(language: Language) -> None:
    phrases = PHRASES[language]
    facts = {
        "count": 3,
        "moments": 7,
        "minutes": "3.3",
        "heard": "",
        "sounds": "x",
        "keys": "k",
        "clock": "1:02",
        "now": 1,
        "strongest": "0.2",
        "least": "0.1",
        "times": "2.0",
        "longest": "3 s",
        "span": "9 s",
    }
    templates = "lift canned music goes_on untitled chosen nothing besides lower too_little no_room then"
    for name in templates.split():
        assert getattr(phrases, name).format(**facts)
    assert set(phrases.sounds) == {*Sound, *Asked}


def test_a_clip_that_stands_out_is_remarked(show: Any) -> None:
    (clip,) = find_highlights(show((500.2, 504.9), duration_s=2000.0), OPTIONS).clips
    assert "times as dense as in the whole video" in clip.why


def test_the_title_is_the_punchline(show: Any, sentence: Any) -> None:
    talk = show((54.2, 55.9))
    joke = sentence(50, 54, "So why? I ran to a different doctor.")
    segments = [joke if s.start_s == 50 else s for s in talk.segments]
    assert find_highlights(dataclasses.replace(talk, segments=segments), OPTIONS).clips[0].title == "I ran to a different doctor"
    short = sentence(50, 54, "He asked the price. Of course. Why?")
    segments = [short if s.start_s == 50 else s for s in talk.segments]
    assert find_highlights(dataclasses.replace(talk, segments=segments), OPTIONS).clips[0].title == "Of course. Why?"


def test_without_words_the_title_is_a_time() -> None:
    (clip,) = find_highlights(Evidence(300, (), [AudioEvent(100, 103, Sound.LAUGHTER, 0.9)]), OPTIONS).clips
    assert clip.title == "Laughter at 1:40"


def test_a_video_without_reactions_gives_no_clip_and_the_reason(show: Any) -> None:
    coughs = [AudioEvent(t, t + 0.4, Sound.COUGH, 0.9) for t in (10.0, 90.0)]
    found = find_highlights(dataclasses.replace(show(), events=coughs), OPTIONS)
    assert found.clips == ()
    assert found.explanation.startswith("no laughter, applause or cheering was heard in 3.3 minutes (only: coughing (2)), so")


def test_reactions_too_weak_for_a_clip_name_the_option_to_lower(show: Any) -> None:
    faint = show((50.0, 50.3))
    found = find_highlights(faint, OPTIONS)
    assert not found.clips
    least = float(found.explanation.split("least_evidence = ")[1].split(" ")[0])
    assert find_highlights(faint, dataclasses.replace(OPTIONS, least_evidence=least)).clips


def test_the_threshold_that_would_have_given_a_clip_is_named(show: Any) -> None:
    def fainter(onset: float) -> list[AudioEvent]:
        return list(show((100.1, 103.0)).events) if onset <= 0.3 else []

    explanation = find_highlights(show(), OPTIONS, fainter=fainter).explanation
    assert "with events.rules.laughter.onset = 0.3 a clip around 1:40.1 (laughter) would have come through" in explanation
    assert "onset" not in find_highlights(show(), OPTIONS, fainter=lambda onset: []).explanation


def test_sounds_that_gave_nothing_are_not_tried_again(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent show of two hours took nine times as long as one choice, after every correction."""
    tried: list[list[AudioEvent]] = []

    def counted(evidence: Evidence, options: Any) -> Any:
        tried.append(list(evidence.events))
        return make_signals(evidence, options)

    monkeypatch.setattr(choose, "make_signals", counted)
    found = find_highlights(show(), OPTIONS, fainter=lambda onset: [] if onset > 0.5 else list(show((9.0, 9.2)).events))
    assert not found.clips and tried == [[], list(show((9.0, 9.2)).events)]


def test_the_same_scene_twice_gives_one_clip(show: Any) -> None:
    talk = show((54.2, 57.0), duration_s=100.0)
    again = [dataclasses.replace(s.shifted(200), tokens=tuple(t.shifted(200) for t in s.tokens)) for s in talk.segments]
    repeated = Evidence(300, [*talk.segments, *again], [*talk.events, *(e.shifted(200) for e in talk.events)])
    assert len(find_highlights(repeated, OPTIONS).clips) == 1
    unlike = [dataclasses.replace(s, tokens=(), text=f"{s.text[::-1]}") for s in again]
    assert len(find_highlights(dataclasses.replace(repeated, segments=[*talk.segments, *unlike]), OPTIONS).clips) == 2


def test_the_table_adds_up_and_runs_no_formula() -> None:
    reasons = (Reason("laughter", 3.0, 1.0, 60.5), Reason("music", 2.0, -0.03, -1.25))
    rows = list(
        csv.DictReader(
            io.StringIO(clips_table([Clip(61.5, 90, 59.25, "=HYPERLINK(1)", reasons=reasons, why='he said "x", then')]))
        )
    )
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["why"] == 'he said "x", then'
    assert (rows[0]["start"], rows[0]["duration_s"]) == ("00:01:01.500", "28.5")
    assert float(rows[0]["laughter"]) + float(rows[0]["music"]) == float(rows[0]["score"])
    assert clips_table([]).count("\n") == 1


def test_a_segment_without_text_gives_no_title() -> None:
    said = [Segment(80, 90, ""), Segment(91, 99, "  ")]
    (clip,) = find_highlights(Evidence(300, said, [AudioEvent(100, 103, Sound.LAUGHTER, 0.9)]), OPTIONS).clips
    assert clip.title == "Laughter at 1:40"
