"""Search over what was said, heard and felt, in five languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.index import NAME, Contents, Index, Media, Said, Sentence, index
from video_pipeline.library.search import Question, best, search
from video_pipeline.library.terms import expression, indexed


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("climate", ["The climate is", "Climate policy"]),
        ("CLIMATE changing", ["The climate is"]),
        ('"climate does"', ["And the climate"]),
        ('"does climate"', []),
        ("polic*", ["Climate policy"]),
        ("laughing", ["Café owners"]),
        ("cafe", ["Café owners"]),
        ("don't", ["Café owners"]),
        ("气", ["今天我们"]),
        ("气候", ["今天我们"]),
        ("气候变化", ["今天我们"]),
        ("候气", []),
        ("待", ["気候変動"]),
        ("くれません", ["気候変動"]),
        ("기후", ["기후변화"]),
        ("변화", ["기후변화"]),
        ("嘅", ["今日我哋"]),
        ("AI技術", ["今日我哋"]),
        ("ＡＩ", ["今日我哋"]),
        ("講下 未來", ["今日我哋"]),
        ("来", ["今日我哋"]),
        ("quetzal", []),
    ],
)
def test_words_of_five_languages(talks: Any, answers: Any, query: str, begins: list[str]) -> None:
    found = answers(talks, query)
    assert len(found) == len(begins)
    assert all(text.startswith(start) for text, start in zip(found, begins, strict=True))


def test_words_sounds_and_emotions_together(talks: Any) -> None:
    with catalogue(talks.out) as book, index(talks.out) as searched:
        searched.refresh(book)
        (moment,) = search(searched, Question("climate", events=("applause",), emotions=("happy",), longer_s=5)).moments
    assert moment.source == talks.source("climate talk.mp4")
    assert (moment.start_s, moment.end_s) == (10, 24)
    assert (moment.event, moment.event_s, moment.emotion) == ("applause", 8.0, "happy")


def test_sentences_that_follow_each_other_are_one_moment(talks: Any, answers: Any) -> None:
    assert answers(talks, "climate")[0] == "The climate is changing faster than we thought. And the climate does not wait."


def test_of_several_events_or_emotions_one_will_do(talks: Any, answers: Any) -> None:
    assert len(answers(talks, events=("laughter", "applause"))) == 5
    assert len(answers(talks, emotions=("sad", "happy"), languages=("ko", "ja"))) == 2


def test_length_is_of_the_event_where_there_is_one(talks: Any, answers: Any) -> None:
    assert len(answers(talks, events=("laughter",), longer_s=2.5)) == 2
    assert len(answers(talks, "climate", longer_s=5)) == 1


def test_a_sound_alone_is_shown_with_what_was_said_before_it(talks: Any, answers: Any) -> None:
    assert answers(talks, events=("laughter",), longer_s=5) == ["今日我哋講下AI技術嘅未來。"]
    assert answers(talks, events=("laughter",), within="climate") == [""]


def test_only_some_videos(talks: Any, answers: Any) -> None:
    assert answers(talks, "climate", within="show") == []
    assert len(answers(talks, "climate", events=("applause",), within="talk.mp4")) == 2


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({}, BadValue),
        ({"text": " ?! "}, BadValue),
        ({"text": "x", "most": 0}, BadValue),
        ({"events": ("aplause",)}, UnknownName),
        ({"emotions": ("hapy",)}, UnknownName),
        ({"languages": ("eng",)}, UnknownName),
    ],
)
def test_wrong_questions_are_one_sentence(words: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Question(**words)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that holds nothing between examples."""
    opened = Index(tmp_path_factory.mktemp("empty"))
    yield opened
    opened.base.close()


@given(query=st.text(max_size=30))
def test_no_query_is_an_error_of_the_data_base(empty: Index, query: str) -> None:
    if words := expression(query):
        empty.base.execute("SELECT rowid FROM words WHERE words MATCH ?", (words,)).fetchall()


@given(text=st.text("気候変動タワーAIの、 x", min_size=3, max_size=20), data=st.data())
def test_every_part_of_a_text_without_spaces_is_found(empty: Index, text: str, data: Any) -> None:
    runs = [run for run in text.replace("、", " ").split() if run.isalpha() and not any("A" <= c <= "x" for c in run)]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    base = empty.base
    base.execute("INSERT INTO words (rowid, text, tags) VALUES (1, ?, '')", (indexed(text),))
    found = base.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression(run[start:end]),)).fetchall()
    base.rollback()
    assert found == [(1,)]


def test_what_was_forgotten_or_failed_since_is_not_found(talks: Any, answers: Any) -> None:
    assert len(answers(talks, "climate")) == 2
    talks.forget("climate talk.mp4")
    assert answers(talks, "climate") == []
    talks.fail("show.mp4", ValueError("gone"))
    assert answers(talks, "气候") == []


def test_only_what_changed_is_read_again(talks: Any) -> None:
    with catalogue(talks.out) as book, index(talks.out) as searched:
        assert searched.refresh(book) == 3
        assert searched.refresh(book) == 0
        talks.add("new.mp4", [(0, 1, "A new climate.", Language.EN, None)])
        assert searched.refresh(book) == 1
        assert len(search(searched, Question("climate")).moments) == 3


def test_results_that_change_replace_what_was_known(talks: Any, answers: Any) -> None:
    answers(talks, "policy")
    talks.add("climate talk.mp4", [(0, 2, "Nothing of the kind.", Language.EN, None)])
    assert answers(talks, "policy") == []
    assert answers(talks, "kind") == ["Nothing of the kind."]


def test_emotions_that_were_switched_off_leave_no_trace(made: Any, answers: Any) -> None:
    made.add("a.mp4", [(0, 2, "Well.", Language.EN, Emotion.SURPRISED)])
    assert answers(made, emotions=("surprised",)) == ["Well."]
    made.add("a.mp4", [(0, 2, "Well.", Language.EN, None)])
    assert answers(made, emotions=("surprised",)) == []
    with index(made.out) as searched:
        assert searched.base.execute("SELECT count(*) FROM said WHERE emotion IS NOT NULL").fetchone() == (0,)
        assert searched.base.execute("SELECT tags FROM words").fetchall() == [("en",)]


@pytest.mark.parametrize("damage", [b"", b"x" * 5000])
def test_the_index_may_be_deleted(talks: Any, answers: Any, damage: bytes) -> None:
    expected = answers(talks, "climate")
    for file in talks.out.glob(f"{NAME}*"):
        file.unlink()
    if damage:
        (talks.out / NAME).write_bytes(damage)
    assert answers(talks, "climate") == expected


def test_the_best_of_all_with_a_quota(talks: Any) -> None:
    with catalogue(talks.out) as book, index(talks.out) as searched:
        searched.refresh(book)
        assert [m.score for m in best(searched, 10, 2)] == [80, 60, 55, 40]
        assert [m.text for m in best(searched, 10, 1)] == ["Faster than we thought", "AI技術"]
        assert [m.score for m in best(searched, 1, 5)] == [80]
        assert [m.score for m in best(searched, 10, 5, within="show")] == [60, 55]
        with pytest.raises(BadValue):
            best(searched, 10, 0)


def test_a_word_that_is_everywhere_is_found_everywhere(tmp_path: Path) -> None:
    """The best of all is the last: no part of a library is out of reach, however many sentences answer before."""
    searched = Index(tmp_path)
    dull = tuple(Sentence(10.0 * k, 10.0 * k + 1, "something about the budget of this year") for k in range(400))
    for number in range(60):
        searched.add(f"/v/{number}.mp4", f"{number}", Contents(Said(Media(4000.0), dull)))
    planted = tuple(Sentence(2.0 * k, 2.0 * k + 2, "budget, budget") for k in range(11))
    searched.add("/v/last.mp4", "last", Contents(Said(Media(60.0), planted)))
    answer = search(searched, Question("budget", most=7))
    assert (len(answer.moments), answer.more) == (7, True)
    assert (answer.moments[0].source, answer.moments[0].sentences) == ("/v/last.mp4", 11)
    assert len({moment.source for moment in search(searched, Question("budget", most=30_000)).moments}) == 61
    searched.base.close()


def said(*texts: str, speaker: str | None = None) -> Contents:
    """Sentences of four seconds that follow each other."""
    sentences = tuple(Sentence(5.0 * k, 5.0 * k + 4, text, speaker=speaker) for k, text in enumerate(texts))
    return Contents(Said(Media(5.0 * len(texts)), sentences))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Index]:
    opened = Index(tmp_path)
    films = {
        "/archive/2021/markets.mp4": said("The talk was about the carbon", "tax and nothing else.", "Then came the markets."),
        "/archive/2022/Carbon summit 2022-11-05.mp4": said("Good morning.", "Let us begin."),
        "/archive/2022/climate.mp4": said("The climate is warming.", "No word of money.", speaker="Ann Lee"),
        "/archive/2023/numbers.mp4": said("It cost 3,000 euros.", "After COVID-19 we met in the U.S. by e-mail.", speaker="Bo"),
        "/archive/2023/zh.mp4": said("政府要收碳稅。", "大家都用電腦。"),
        "/archive/2024/ja.mp4": said("みんなで食べました。", "コーヒーをください。", "毎日食べる。"),
    }
    for number, (source, contents) in enumerate(films.items()):
        opened.add(source, str(number), contents)
    opened.add("/archive/x.mp4", "x", replace(said("Nothing at all."), metadata={"Title": "Opening Night", "Date": "2020-02-03"}))
    opened.base.commit()
    yield opened
    opened.base.close()


def found(index: Index, *words: Any, **more: Any) -> list[str]:
    """The names of the videos that answer, best first."""
    return [Path(moment.source).stem for moment in search(index, Question(*words, **more)).moments]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("carbon tax", ["markets"]),
        ("carbon markets", ["markets"]),
        ("carbon OR climate", ["markets", "climate", "Carbon summit 2022-11-05"]),
        ("carbon | climate", ["markets", "climate", "Carbon summit 2022-11-05"]),
        ("carbon -markets", ["Carbon summit 2022-11-05"]),
        ("carbon NOT markets", ["Carbon summit 2022-11-05"]),
        ("word -carbon", ["climate"]),
        ("(carbon OR climate) -tax", ["climate", "Carbon summit 2022-11-05"]),
        ("summit", ["Carbon summit 2022-11-05"]),
        ("summit morning", ["Carbon summit 2022-11-05"]),
        ("opening night", ["x"]),
        ("clim*", ["climate"]),
        ("3000", ["numbers"]),
        ("3,000", ["numbers"]),
        ("３０００", ["numbers"]),
        ("COVID19", ["numbers"]),
        ("covid-19", ["numbers"]),
        ('"covid 19"', ["numbers"]),
        ("US", ["numbers"]),
        ("U.S.", ["numbers"]),
        ("email", ["numbers"]),
        ("e-mail", ["numbers"]),
        ("碳税", ["zh"]),
        ("碳稅", ["zh"]),
        ("电脑", ["zh"]),
        ("電腦", ["zh"]),
        ("こーひー", ["ja"]),
        ("ｺｰﾋｰ", ["ja"]),
        ("食べました", ["ja"]),
    ],
)
def test_an_archive_is_asked_as_people_ask(archive: Index, query: str, expected: list[str]) -> None:
    assert sorted(set(found(archive, query))) == sorted(expected)


def test_every_form_of_a_japanese_word(archive: Index) -> None:
    assert len(found(archive, "食べる")) >= 1
    moments = search(archive, Question("食べる")).moments
    assert {"みんなで食べました。", "毎日食べる。"} <= {
        text for moment in moments for text in moment.text.replace("。", "。 ").split()
    }


@pytest.mark.parametrize(
    ("query", "corrected", "expected"),
    [
        ("carbn", "carbon", "markets"),
        ("cilmate", "climate", "climate"),
        ("climmate warming", "climate warming", "climate"),
        ("quetzalcoatl", "", ""),
        ("tx", "", ""),
    ],
)
def test_misspelt_words(archive: Index, query: str, corrected: str, expected: str) -> None:
    answer = search(archive, Question(query))
    assert answer.corrected == corrected
    assert expected in [Path(moment.source).stem for moment in answer.moments] if expected else not answer.moments


def test_words_in_neighbours_are_one_moment(archive: Index) -> None:
    moment = search(archive, Question("carbon tax")).moments[0]
    assert moment.text == "The talk was about the carbon tax and nothing else."
    assert (moment.start_s, moment.end_s, moment.sentences) == (0.0, 9.0, 2)


def test_speakers_and_days(archive: Index) -> None:
    assert found(archive, speakers=("ann LEE",)) == ["climate"]
    assert found(archive, "the", speakers=("Ann Lee",)) == ["climate"]
    assert found(archive, "the", speakers=("Bo",)) == ["numbers"]
    assert found(archive, "the", speakers=("Cy",)) == []
    assert found(archive, "carbon", after="2022") == ["Carbon summit 2022-11-05"]
    assert found(archive, "carbon", before="2022") == ["markets"]
    assert found(archive, "carbon", after="2022-11-05", before="2022-11-06") == ["Carbon summit 2022-11-05"]
    assert found(archive, "nothing", after="2020-02", before="2020-03") == ["x"]
    with pytest.raises(BadValue, match="no day"):
        Question("x", after="last year")


def test_two_words_near_each_other_come_before_two_that_are_far_apart(tmp_path: Path) -> None:
    filler = ["Some other words are spoken here."] * 3
    index = Index(tmp_path)
    index.add("/far.mp4", "far", said("Apples are red.", *filler, "Pears are green."))
    index.add("/near.mp4", "near", said("Apples and pears are sold here.", *filler, "Well then."))
    assert found(index, "apples pears") == ["near", "far"]
    index.base.close()


def test_what_stands_in_two_passages_is_told_once(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add("/long.mp4", "long", said(*["Nothing of note."] * 8, "A kestrel!", *["Nothing of note."] * 30))
    answer = search(index, Question("kestrel"))
    assert (len(answer.moments), answer.found, answer.moments[0].text) == (1, 1, "A kestrel!")
    index.base.close()


def test_some_of_several_words_are_enough_where_nothing_has_all() -> None:
    index = Index(None)
    for number, text in enumerate(("a spectre is haunting europe", "europe is old", "the kitchen", "うちの中学は弁当制")):
        said = Said(Media(9.0), (Sentence(0, 4, text, language="en"),))
        index.add(f"/films/{number}.mp4", f"/out/{number}", Contents(said))

    def found(query: str) -> tuple[list[str], str]:
        answer = search(index, Question(query))
        return [moment.text for moment in answer.moments], answer.corrected

    assert found("ghost haunting europe") == (["a spectre is haunting europe"], "haunting europe")
    assert set(found("old spectre europe")[0]) == {"a spectre is haunting europe", "europe is old"}
    assert found("kitchen table") == (["the kitchen"], "kitchen")
    assert found('"kitchen table"') == ([], "") and found("kitchen -the") == ([], "") and found("quetzalcoatl") == ([], "")
    assert found("お弁当")[0] == ["うちの中学は弁当制"]
