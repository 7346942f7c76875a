"""Words go to who speaks at their time; segments are divided where the speaker changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.speakers.assign import Called, attributed, with_speakers
from video_pipeline.speech.speakers.base import Turn


def words(start_s: float, *texts: str, each_s: float = 0.5) -> Segment:
    tokens = tuple(
        Token(start_s + k * each_s, start_s + (k + 1) * each_s, text if k == 0 else f" {text}") for k, text in enumerate(texts)
    )
    return Segment(start_s, tokens[-1].end_s, " ".join(texts), tokens=tokens, language=Language.EN)


def test_a_segment_is_divided_where_the_speaker_changes() -> None:
    turns = [Turn(0.0, 1.1, "A"), Turn(1.1, 3.0, "B")]
    first, second = with_speakers([words(0.0, "how", "are", "fine", "thanks")], turns)
    assert (first.text, first.speaker, first.start_s, first.end_s) == ("how are", "A", 0.0, 1.0)
    assert (second.text, second.speaker, second.start_s, second.end_s) == ("fine thanks", "B", 1.0, 2.0)
    assert "".join(token.text for token in second.tokens) == second.text


def test_a_word_between_turns_goes_to_the_nearest_and_one_far_away_to_the_speaker_before() -> None:
    turns = [Turn(0.0, 1.0, "A"), Turn(1.9, 3.0, "B")]
    spoken = with_speakers([words(0.0, "a", "b", "c", "d", "e")], turns)
    assert [(part.text, part.speaker) for part in spoken] == [("a b c", "A"), ("d e", "B")]
    (late,) = with_speakers([words(0.0, "a", "b", "c", "d", "e", "f", "g", "h")], turns[:1])
    assert late.speaker == "A"


def test_a_change_too_short_to_be_one_is_none() -> None:
    turns = [Turn(0.0, 1.0, "A"), Turn(1.0, 1.2, "B"), Turn(1.2, 3.0, "A")]
    (whole,) = with_speakers([words(0.4, "a", "b", "c", "d", each_s=0.3)], turns)
    assert whole.speaker == "A"


def test_words_without_times_go_to_who_speaks_longest() -> None:
    (whole,) = with_speakers([Segment(0.0, 4.0, "all of it")], [Turn(0.0, 1.0, "A"), Turn(1.0, 4.0, "B")])
    assert (whole.speaker, whole.text) == ("B", "all of it")


def test_nobody_speaks_where_there_are_no_turns() -> None:
    (whole,) = with_speakers([words(0.0, "hello", "there")], [])
    assert whole.speaker is None


def test_names_in_the_order_in_which_speakers_are_heard() -> None:
    turns = [Turn(0, 1, "1"), Turn(1, 2, "2"), Turn(2, 3, "1"), Turn(3, 4, "3")]
    said = [words(0.0, "a", "b"), words(1.0, "c", "d"), words(2.0, "e", "f")]
    called = Called(("Host", ""), {"1": "Zoe"}, Language.EN)
    assert [part.speaker for part in attributed(said, turns, called)] == ["Host", "Speaker 2", "Host"]
    called = Called((), {"2": "Zoe"}, Language.EN)
    assert [part.speaker for part in attributed(said, turns, called)] == ["Speaker 1", "Zoe", "Speaker 1"]
    assert attributed(said, turns, Called(language=Language.JA))[0].speaker == "話者1"


def test_who_only_laughs_is_not_counted() -> None:
    turns = [Turn(0, 1, "1"), Turn(1.0, 3.0, "2"), Turn(3.5, 5.0, "3")]
    said = [words(0.0, "a", "b"), words(3.6, "c", "d")]
    assert [part.speaker for part in attributed(said, turns, Called(language=Language.EN))] == ["Speaker 1", "Speaker 2"]


TURNS = st.builds(
    lambda start, length, who: Turn(start / 100, (start + length) / 100, who),
    *(st.integers(0, 3000), st.integers(5, 400), st.sampled_from("ABC")),
)


@given(st.lists(TURNS, max_size=12), st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=20), st.integers(0, 20))
def test_no_word_is_lost_moved_or_doubled(turns: list[Turn], texts: list[str], start_s: int) -> None:
    segment = words(float(start_s), *texts)
    parts = with_speakers([segment], turns)
    assert " ".join(part.text for part in parts) == segment.text
    times = [(token.start_s, token.end_s) for part in parts for token in part.tokens]
    assert times == [(token.start_s, token.end_s) for token in segment.tokens]
    assert all("".join(token.text for token in part.tokens) == part.text for part in parts)
    assert parts[0].start_s == segment.start_s
    assert parts[-1].end_s == segment.end_s


def line(*texts: str, start_s: float = 0.0) -> Segment:
    return words(start_s, *texts, each_s=0.4)


def said(segment: Segment, *turns: Turn) -> list[tuple[str, str | None]]:
    return [(part.text, part.speaker) for part in with_speakers([segment], turns)]


def test_a_change_a_word_after_the_end_of_a_sentence_is_moved_there() -> None:
    late, early = Turn(0.0, 1.6, "A"), Turn(1.6, 4.0, "B")
    assert said(line("how", "are", "you?", "Fine", "thanks", "to", "you"), late, early) == [
        ("how are you?", "A"),
        ("Fine thanks to you", "B"),
    ]
    early, late = Turn(0.0, 0.75, "A"), Turn(0.75, 4.0, "B")
    assert said(line("how", "are", "you?", "Fine", "thanks", "to", "you"), early, late) == [
        ("how are you?", "A"),
        ("Fine thanks to you", "B"),
    ]


def test_a_change_near_the_end_of_a_line_or_a_pause_is_moved_there() -> None:
    assert said(line("returned", "to", "the", "team"), Turn(0.0, 1.25, "A"), Turn(1.25, 9.0, "B")) == [
        ("returned to the team", "A")
    ]
    first, second = line("so", "it", "was"), line("as", "he", "said", start_s=1.7)
    tokens = (*first.tokens, Token(1.7, 2.1, " as"), *second.tokens[1:])
    both = Segment(0.0, second.end_s, "so it was as he said", tokens=tokens)
    assert said(both, Turn(0.0, 2.1, "A"), Turn(2.1, 9.0, "B")) == [("so it was", "A"), ("as he said", "B")]


def test_a_change_stays_where_the_voices_are_sure_or_no_end_is_near() -> None:
    sure = said(line("yes.", "we", "will", "see", "him", "there", "then"), Turn(0.0, 1.2, "A"), Turn(1.2, 9.0, "B"))
    assert sure == [("yes. we will", "A"), ("see him there then", "B")]
    far = said(line("a", "b", "c", "d", "e", "f", "g"), Turn(0.0, 1.2, "A"), Turn(1.2, 9.0, "B"))
    assert far == [("a b c", "A"), ("d e f g", "B")]


def test_a_short_reply_keeps_its_speaker() -> None:
    turns = (Turn(0.0, 0.4, "A"), Turn(0.4, 9.0, "B"))
    assert said(line("yeah", "we", "will", "see"), *turns) == [("yeah", "A"), ("we will see", "B")]
