"""Existing cues are separated, unrolled, understood and aligned with a transcript."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.align import aligned
from video_pipeline.subtitles.read.relabel import meant
from video_pipeline.subtitles.read.untangle import untangled


def cue(start_s: float, end_s: float, *lines: str, **more: object) -> Cue:
    return Cue(start_s, end_s, lines, language=Language.EN, **more)


def test_overlaps_are_separated_and_simultaneous_cues_joined() -> None:
    cues, repairs = untangled([cue(0, 3, "a"), cue(2, 5, "b"), cue(2, 5, "c"), cue(9, 10, "e"), cue(7, 8, "d")])
    assert [(c.start_s, c.end_s, c.lines) for c in cues] == [(0, 2, ("a",)), (2, 5, ("b", "c")), (7, 8, ("d",)), (9, 10, ("e",))]
    assert [repair.what for repair in repairs] == ["overlapping cues", "overlapping cues"]


def test_rolling_captions_show_everything_once() -> None:
    rolling = [
        cue(0, 2, "one"),
        cue(2, 2.01, "one"),
        cue(2.01, 4, "one", "two", tokens=(Token(2.01, 3, "one\ntwo"),)),
        cue(4, 4.01, "two"),
        cue(4.01, 6, "two", "three"),
        cue(9, 10, "three"),
    ]
    cues, repairs = untangled(rolling)
    assert [c.lines for c in cues] == [("one",), ("two",), ("three",), ("three",)]
    assert cues[1].tokens[0].text == "two"
    assert [repair.what for repair in repairs] == ["rolling captions"]


def test_a_repeated_line_is_not_a_rolling_caption() -> None:
    cues, repairs = untangled([cue(k, k + 0.9, text) for k, text in enumerate("no no yes no maybe no".split())])
    assert [c.text for c in cues] == "no no yes no maybe no".split()
    assert repairs == []


spans = st.tuples(st.floats(0, 50), st.floats(0, 9), st.sampled_from(["a", "b", "c"])).map(lambda t: cue(t[0], t[0] + t[1], t[2]))


@given(st.lists(spans, max_size=12))
@settings(max_examples=200, deadline=None)
def test_untangled_cues_follow_each_other_and_lose_no_text(cues: list[Cue]) -> None:
    out, _ = untangled(cues)
    assert all(a.end_s <= b.start_s for a, b in pairwise(out))
    assert all(c.end_s > c.start_s for c in out)
    assert {c.text for c in cues} == {line for c in out for line in c.lines}


def test_labels_are_understood_in_every_language_and_other_brackets_are_text() -> None:
    cues = [
        cue(0, 1, "[laughter]"),
        cue(1, 2, "[Happy] Hello"),
        cue(2, 3, "（笑い声） はい"),
        cue(3, 4, "♪ La la"),
        cue(4, 5, "[door slams]"),
        cue(5, 6, "[APPLAUSE] [sad] Bye", "now"),
        cue(6, 7, "😂 Ha"),
        cue(7, 8, "(whispers) so"),
    ]
    assert [(c.sound, c.emotion, c.lines) for c in meant(cues)] == [
        (Sound.LAUGHTER, None, ()),
        (None, Emotion.HAPPY, ("Hello",)),
        (Sound.LAUGHTER, None, ("はい",)),
        (Sound.MUSIC, None, ("La la",)),
        (None, None, ("[door slams]",)),
        (Sound.APPLAUSE, Emotion.SAD, ("Bye", "now")),
        (Sound.LAUGHTER, None, ("Ha",)),
        (None, None, ("(whispers) so",)),
    ]


def said(text: str, start_s: float = 10.0, step_s: float = 0.5) -> Segment:
    parts = [part if k == 0 else f" {part}" for k, part in enumerate(text.split(" "))]
    tokens = tuple(Token(start_s + k * step_s, start_s + (k + 1) * step_s, part) for k, part in enumerate(parts))
    return Segment(start_s, tokens[-1].end_s, text, tokens=tokens, language=Language.EN)


def test_a_corrected_text_gets_the_times_of_the_transcript() -> None:
    heard = said("my docter told me to start jogging every warning")
    cues = [cue(0, 1, "My doctor told me", "to start jogging,"), cue(1, 2, "every single morning."), cue(2, 3, "♪")]
    alignment = aligned(cues, [heard])
    note, first, second = alignment.cues
    assert note == cues[2]
    assert (first.start_s, first.end_s) == (10.0, 13.5)
    assert [token.text for token in first.tokens] == ["My", " doctor", " told", " me", " to", " start", " jogging,"]
    assert [token.start_s for token in first.tokens] == [10 + k / 2 for k in range(7)]
    assert second.start_s == 13.5
    assert "".join(token.text for token in second.tokens) == second.text
    assert alignment.found == 0.7


def test_characters_are_words_in_languages_without_spaces() -> None:
    tokens = tuple(Token(k, k + 1, c) for k, c in enumerate("今天天气很号"))
    (only,) = aligned(
        [Cue(50, 60, ("今天", "天气很好。"), language=Language.ZH)],
        [Segment(0, 6, "今天天气很号", tokens=tokens, language=Language.ZH)],
    ).cues
    assert (only.start_s, only.tokens[4].start_s) == (0, 4)
    assert "".join(token.text for token in only.tokens) == "今天 天气很好。"


def test_pieces_of_words_are_joined_before_they_are_compared() -> None:
    tokens = (Token(1, 1.5, "un"), Token(1.5, 2, "believ"), Token(2, 3, "able"), Token(3, 4, " story"))
    alignment = aligned(
        [cue(0, 1, "Unbelievable story!")], [Segment(1, 4, "unbelievable story", tokens=tokens, language=Language.EN)]
    )
    assert [(token.start_s, token.end_s) for token in alignment.cues[0].tokens] == [(1, 3), (3, 4)]
    assert alignment.found == 1


words = st.lists(st.sampled_from("the a cat dog ran 今 天 so it's".split()), max_size=12).map(" ".join)


@given(st.lists(words.filter(bool), min_size=1, max_size=5), words)
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost_and_times_never_decrease(written: list[str], heard: str) -> None:
    cues = [cue(k, k + 1, text) for k, text in enumerate(written)]
    alignment = aligned(cues, [said(heard)] if heard else [])
    assert sorted(c.text for c in alignment.cues) == sorted(written)
    for c in alignment.cues:
        assert "".join(token.text for token in c.tokens) == c.text
        times = [time_s for token in c.tokens for time_s in (token.start_s, token.end_s)]
        assert times == sorted(times)
    assert 0 <= alignment.found <= 1
