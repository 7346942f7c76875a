"""Any speech at any time: no hard rule is broken, no word is lost, doubled or divided, and cues can be read if speech allows."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.punctuation import spoken
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions, clusters, width

PROFILES = {
    "netflix": SubtitleOptions(),
    "bbc": SubtitleOptions(line_width=37, word_s=0.3, gap_frames=0, close_gap_s=1.0),
    "short-form": SubtitleOptions(lines=1, line_width=24, speed_cps=25, least_s=0.7, longest_s=5.0, gap_frames=0),
    "three lines": SubtitleOptions(lines=3, line_width=25),
}
SENTENCES = {
    Language.EN: "So I asked Mr. John Smith whether the 40 dollars, which he owed to my sister, would ever come back. He left!",
    Language.ZH: "我们在2024年用Python写了一个新的程序，它可以把视频里的声音变成文字，而且非常快。你觉得怎么样？真的很好！",
    Language.YUE: "我哋喺2024年用Python寫咗一個新嘅程式，佢可以將影片入面嘅聲音變成文字，而且好快。你覺得點呀？真係好正！",
    Language.JA: "私たちは2024年にPythonで新しいプログラムを作りました。それは動画の音声を文字に変えて、とても速いです。",
    Language.KO: "우리는 2024년에 Python으로 새 프로그램을 만들었습니다. 그것은 영상의 소리를 글자로 바꾸고 아주 빠릅니다.",
    Language.UNKNOWN: "Nous avons écrit un programme en 2024, qui transforme le son d'une vidéo en texte : c'est très rapide !",
}
ODD = [
    "👨‍👩‍👧‍👦",
    "🇯🇵🇰🇷🇬🇧",
    "👍🏽",
    "é" * 3,
    "a" * 300,
    "ー" * 40,
    "。",
    "，",
    "…",
    "(",
    "」」」",
    "한",
    "１０％",
    "\u200b",
    "x" * 41,
    "'",
    "- ",
]
texts = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from([word for text in SENTENCES.values() for word in text.split()]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
    st.text(st.sampled_from("abc IT,.!?'-0123456789今天我们はっ、。「」한국어 "), min_size=1, max_size=120),
)
lengths_s = st.one_of(st.just(0.0), st.floats(0, 2), st.floats(0, 30))
pauses_s = st.one_of(st.just(0.0), st.floats(0, 1), st.sampled_from([5.0, 3 * 3600.0]))


@st.composite
def segments(draw: st.DrawFn, overlapping: bool = True) -> list[Segment]:
    """Anything an engine might return: any text, words crowded together or hours apart, several people at once."""
    out: list[Segment] = []
    at_s = 0.0
    for _ in range(draw(st.integers(1, 5))):
        tokens: list[Token] = []
        start_s = at_s
        for text in draw(st.lists(texts, max_size=14)):
            length_s = draw(lengths_s)
            tokens.append(Token(at_s, at_s + length_s, draw(st.sampled_from(["", " "])) + text))
            at_s += length_s + draw(pauses_s)
        text = "".join(token.text for token in tokens)
        emotion, speaker = draw(st.sampled_from([None, *Emotion])), draw(st.sampled_from([None, "A", "B"]))
        kept = tuple(tokens) if draw(st.booleans()) else ()
        out.append(
            Segment(
                start_s,
                at_s,
                text,
                tokens=kept,
                language=draw(st.sampled_from(Language)),
                emotion=emotion,
                emotion_p=0.9,
                speaker=speaker,
            )
        )
        at_s = draw(st.floats(start_s, at_s)) if overlapping and draw(st.booleans()) else at_s + draw(pauses_s)
    return out


sounds = st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 9), st.sampled_from(Sound)), max_size=5)


def heard(found: list[tuple[float, float, Sound]]) -> list[AudioEvent]:
    return sorted((AudioEvent(t, t + d, label, 0.8) for t, d, label in found), key=lambda event: event.start_s)


def letters(language: Language, text: str) -> str:
    return spoken(text, language)


@given(segments(), sounds, st.sampled_from(sorted(PROFILES)), st.lists(st.floats(0, 60), max_size=4))
@settings(max_examples=250, deadline=None)
def test_no_hard_rule_is_ever_broken(found: list[Segment], noises: list, profile: str, cuts: list[float]) -> None:
    options, events = PROFILES[profile], heard(noises)
    cues = make_cues(found, events, options, rate_fps=25.0, cuts_s=sorted(cuts))
    broken = check(cues, options, 25.0, cuts_s=sorted(cuts), events=events)
    assert not [finding for finding in broken if finding.hard or finding.rule.startswith("label")]
    assert all(line.strip() for cue in cues for line in cue.lines)


@given(segments(), sounds, st.sampled_from(sorted(PROFILES)), st.floats(0.3, 90))
@settings(max_examples=150, deadline=None)
def test_no_cue_outlasts_the_video(found: list[Segment], noises: list, profile: str, end_s: float) -> None:
    """Also where words crowd at the end, and where a recogniser puts some after it."""
    cues = make_cues(found, heard(noises), PROFILES[profile], rate_fps=25.0, media_end_s=end_s)
    assert all(cue.start_s <= cue.end_s <= end_s for cue in cues)
    inside = [cue for cue in cues if cue.start_s > 0]
    assert all(cue.end_s - cue.start_s > 0.05 for cue in inside)


@given(segments(), st.sampled_from(sorted(PROFILES)))
@settings(max_examples=250, deadline=None)
def test_every_letter_is_shown_once(found: list[Segment], profile: str) -> None:
    cues = make_cues(found, [], PROFILES[profile], rate_fps=25.0)
    said = Counter(c for segment in found for c in letters(segment.language, segment.text))
    assert Counter(c for cue in cues for line in cue.lines for c in letters(cue.language, line)) == said


@given(segments(overlapping=False), st.sampled_from(sorted(PROFILES)))
@settings(max_examples=150, deadline=None)
def test_words_stay_in_their_order_and_characters_whole(found: list[Segment], profile: str) -> None:
    cues = make_cues(found, [], PROFILES[profile], rate_fps=25.0)
    shown = "".join(letters(cue.language, line) for cue in cues for line in cue.lines)
    assert shown == "".join(letters(segment.language, segment.text) for segment in found)
    tokens = [token for cue in cues for token in cue.tokens]
    assert all(a.start_s <= b.start_s for a, b in pairwise(tokens))


emoji = st.sampled_from(["👨‍👩‍👧‍👦", "🇯🇵", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
words = st.one_of(
    emoji, st.text("abcdefghijk", min_size=1, max_size=9), st.from_regex(r"[1-9][0-9]{0,2}([.,][0-9]{3})?", fullmatch=True)
)


@given(st.lists(words, min_size=1, max_size=40), st.sampled_from(sorted(PROFILES)), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_word_number_or_emoji_is_divided(said: list[str], profile: str, by_letter: bool) -> None:
    """Among Chinese, where lines may break nearly everywhere, and whether tokens are words or single code points."""
    text = "".join(f"{word}今天" for word in said)
    parts = list(text) if by_letter else [part for word in said for part in (word, "今天")]
    tokens = tuple(Token(0.2 * k, 0.2 * k + 0.2, part) for k, part in enumerate(parts))
    cues = make_cues([Segment(0.0, 0.2 * len(parts), text, tokens=tokens, language=Language.ZH)], [], PROFILES[profile])
    pieces = [cluster for cue in cues for line in cue.lines for cluster in clusters(line.replace(" ", ""))]
    assert pieces == clusters(text)
    lines = [line for cue in cues for line in cue.lines]
    for word in said:
        if width(word, Language.ZH) <= 8:
            assert any(word in line for line in lines), word


def talk(language: Language, seed: int, options: SubtitleOptions) -> list[Segment]:
    """Five minutes of speech almost as fast as people read (with hidden punctuation), with pauses."""
    chance, at_s, out = random.Random(seed), 0.0, []
    cps = options.reading(language).speed_cps * 0.95
    while at_s < 300:
        parts = list(SENTENCES[language]) if language in SPACELESS else [f" {word}" for word in SENTENCES[language].split()]
        parts = parts[: chance.randint(len(parts) // 4, len(parts))]
        tokens, start_s = [], at_s
        for part in parts:
            length_s = width(part, language) / cps
            tokens.append(Token(at_s, at_s + length_s, part))
            at_s += length_s + (chance.choice([0.0, 0.2, 0.6, 2.0]) if part[-1] in "，。、,.!?？" else 0.0)
        out.append(Segment(start_s, at_s, "".join(parts), tokens=tuple(tokens), language=language))
        at_s += chance.choice([0.1, 0.3, 1.5, 8.0])
    return out


@pytest.mark.parametrize("profile", ["netflix", "bbc"])
@pytest.mark.parametrize("language", SENTENCES)
def test_cues_can_be_read_in_time_if_speech_allows(language: Language, profile: str) -> None:
    options, cues, fast = PROFILES[profile], 0, 0
    for seed in range(4):
        made: list[Cue] = make_cues(talk(language, seed, options), [], options, rate_fps=25.0)
        found = check(made, options, 25.0)
        assert not [finding for finding in found if finding.hard]
        cues += len(made)
        fast += len({finding.cue for finding in found if finding.rule == "speed_cps"})
    assert cues > 100
    assert fast <= 0.02 * cues, f"{fast} of {cues}"
