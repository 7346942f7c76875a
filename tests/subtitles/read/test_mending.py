"""Existing cues are separated, unrolled, understood and aligned with a transcript."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue, Place
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


NARRATOR = "A long narrator's sentence that stays up while the others talk."
TOP = Place(align=8)


def times(cues: list[Cue]) -> list[tuple[float, float, tuple[str, ...]]]:
    return [(c.start_s, c.end_s, c.lines) for c in cues]


@pytest.mark.parametrize(
    "meant",
    [
        [cue(1, 10, NARRATOR), cue(1.5, 2.5, "Yes."), cue(3, 4, "No.")],  # inside
        [cue(1, 5, "I have to go now."), cue(2, 7, "STATION", place=TOP)],  # elsewhere
        [cue(1, 5, "I have to go now."), cue(2, 7, "STATION", place=Place(x=0.3, y=0.2))],
        [cue(1, 5, "I have to go now."), cue(2, 7, "STATION", style="Sign")],
        [cue(1, 5, "Come here", speaker="Ann"), cue(2, 7, "No", speaker="Bob")],  # by someone else
        [cue(1, 3, "This sentence takes all of its time to be read"), cue(2, 5, "Yes.")],  # no time to spare
    ],
)
def test_overlaps_that_are_meant_are_kept(meant: list[Cue]) -> None:
    cues, repairs = untangled(meant)
    assert cues == meant
    assert repairs == []


def test_overlaps_are_treated_as_asked() -> None:
    both = [cue(1, 10, NARRATOR), cue(3.5, 5, "Yes.")]
    assert untangled(both, "keep")[0] == both
    short = [cue(1, 5, "Come."), cue(3, 6, "Yes.")]
    assert times(untangled(short, "cut")[0]) == [(1, 3, ("Come.",)), (3, 6, ("Yes.",))]
    assert times(untangled(both, "stack")[0]) == [(1, 3.5, (NARRATOR,)), (3.5, 5, (NARRATOR, "Yes.")), (5, 10, (NARRATOR,))]


def test_a_cut_never_takes_the_time_to_read() -> None:
    """The narrator needs 3.1 s at 20 characters a second: two seconds would not do, so both are shown together."""
    assert times(untangled([cue(1, 10, NARRATOR), cue(2, 4, "Yes.")], "cut")[0]) == [
        (1, 2, (NARRATOR,)),
        (2, 4, (NARRATOR, "Yes.")),
        (4, 10, (NARRATOR,)),
    ]


def test_there_are_never_more_lines_than_allowed() -> None:
    """Four people at once: their words share the time."""
    crowd = [cue(1 + k / 10, 5, f"This is what speaker number {k} has to say", speaker=f"S{k}") for k in range(4)]
    cues, _ = untangled(crowd)
    assert all(len(c.lines) <= 2 for c in cues)
    assert [line for c in cues for line in c.lines] == [line for c in crowd for line in c.lines]
    assert (cues[0].start_s, cues[-1].end_s) == (1, 5)
    assert all(a.end_s <= b.start_s for a, b in pairwise(cues))


def test_an_animated_sign_is_one_cue() -> None:
    steps = [cue(1 + k / 25, 1 + (k + 1) / 25, "SIGN", place=Place(align=8, x=0.2 + k / 500, y=0.2)) for k in range(50)]
    line = cue(1.2, 4, "A line said while the sign moves.")
    cues, repairs = untangled([*steps, line])
    assert [(round(c.start_s, 3), round(c.end_s, 3), c.text) for c in cues] == [(1, 3, "SIGN"), (1.2, 4, line.text)]
    assert [repair.what for repair in repairs] == ["animated sign"]


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


@example([cue(1.573, 9.5563, "a"), cue(9.5562, 9.5562, "b")], "stack")
@given(st.lists(spans, max_size=12), st.sampled_from(["cut", "stack"]))
@settings(max_examples=200, deadline=None)
def test_untangled_cues_follow_each_other_and_lose_no_text(cues: list[Cue], overlaps: str) -> None:
    out, _ = untangled(cues, overlaps)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(out))
    assert all(c.end_s > c.start_s for c in out)
    assert {c.text for c in cues} == {word for c in out for line in c.lines for word in line.split()}


@given(st.lists(spans, max_size=12), st.sampled_from(["auto", "keep"]))
@settings(max_examples=200, deadline=None)
def test_kept_cues_are_in_order_and_lose_no_text(cues: list[Cue], overlaps: str) -> None:
    out, _ = untangled(cues, overlaps)
    assert [c.start_s for c in out] == sorted(c.start_s for c in out)
    assert all(c.end_s > c.start_s for c in out)
    assert {c.text for c in cues} == {word for c in out for line in c.lines for word in line.split()}
    shown = [sum(len(other.lines) for other in out if other.holds(c.start_s)) for c in out]
    assert overlaps == "keep" or all(count <= 2 for count in shown)


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
