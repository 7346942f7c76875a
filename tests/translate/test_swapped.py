"""Two sentences that are equally long and have each other's texts: nothing is missing, doubled, or of another length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.translate.endpoint import Endpoint, Row, served
from tests.translate.test_openai import translated
from video_pipeline.translate.swapped import swapped
from video_pipeline.translate.translating import SWAPPED, Translated

TALK = [
    ("Where did Martha leave the old lantern?", "Wo hat Martha die alte Laterne gelassen?"),
    ("The harbour was empty when we arrived.", "Der Hafen war leer, als wir ankamen."),
    ("She carried the lantern to the harbour.", "Sie trug die Laterne zum Hafen hinunter."),
    ("Nobody has seen the captain since 1987.", "Niemand hat den Kapitän seit 1987 gesehen."),
    ("The captain never trusted that harbour.", "Der Kapitän traute diesem Hafen nie."),
    ("Are you sure that it was the captain?", "Bist du sicher, dass es der Kapitän war?"),
    ("I would know the lantern in the dark.", "Ich würde die Laterne im Dunkeln erkennen."),
    ("There were 42 boats on the water then.", "Damals waren 42 Boote auf dem Wasser."),
    ("My father counted the boats each day.", "Mein Vater zählte jeden Tag die Boote."),
    ("Your father never told us about them.", "Dein Vater hat uns nie davon erzählt."),
]
SAID = [said for said, _ in TALK]
TEXTS = dict(TALK)
RUSSIAN = [
    ("Ask the gardener about the key.", "Спроси садовника про ключ."),
    ("The miller never had such a horse.", "У мельника никогда не было такой лошади."),
    ("A horse like that costs a fortune.", "Такая лошадь стоит целое состояние."),
    ("The gardener is late again today.", "Садовник сегодня снова опоздал."),
    ("I lost the key near the old mill.", "Я потерял ключ возле старой мельницы."),
    ("Let the miller tell us the truth.", "Пусть мельник скажет нам правду."),
    ("The horse was standing by the gate.", "Лошадь стояла возле самых ворот."),
    ("Without the key it is no use to us.", "Без ключа от этого нет никакой пользы."),
    ("The gardener has a horse as well.", "У садовника тоже есть своя лошадь."),
    ("The miller keeps the key at home.", "Мельник хранит тот ключ у себя дома."),
]


def with_swapped(texts: list[str], place: int) -> list[str]:
    return [*texts[:place], texts[place + 1], texts[place], *texts[place + 2 :]]


def test_true_translations_are_left_alone() -> None:
    for talk in (TALK, RUSSIAN):
        assert not swapped([said for said, _ in talk], [text for _, text in talk])


def test_swapped_neighbours_are_found_by_figures_questions_and_roots() -> None:
    texts = list(TEXTS.values())
    found = [{k, k + 1} <= swapped(SAID, with_swapped(texts, k)) for k in range(len(texts) - 1)]
    assert sum(found) >= 7


def test_the_text_is_its_own_dictionary() -> None:
    """No letter in common, no figure, no question: only what the other sentences teach."""
    said, texts = [said for said, _ in RUSSIAN], [text for _, text in RUSSIAN]
    found = [{k, k + 1} <= swapped(said, with_swapped(texts, k)) for k in range(len(texts) - 1)]
    assert sum(found) >= 5


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["?"] * 40, ["9" * 5000, "9" * 5000], ["а" * 100_000] * 3])
def test_odd_texts_are_read_in_little_time(texts: list[str]) -> None:
    assert not swapped(texts, texts)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with served(Endpoint(play=right, language="de")) as one:
        yield one


def right(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
    return written({row["id"]: TEXTS[row["text"]] for row in rows})


def swapping(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
    """The first two of any answer have each other's texts."""
    texts = with_swapped([TEXTS[row["text"]] for row in rows], 0) if len(rows) > 1 else [TEXTS[rows[0]["text"]]]
    return written({row["id"]: text for row, text in zip(rows, texts, strict=True)})


def written(texts: dict[int, str]) -> str:
    return json.dumps({"translations": [{"id": key, "text": text} for key, text in texts.items()]}, ensure_ascii=False)


def german(endpoint: Endpoint, folder: Path) -> list[Translated]:
    return translated(endpoint, folder, SAID, source="en", target="de", window=12)


def test_swapped_sentences_are_asked_for_alone(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.play = swapping
    rows = german(endpoint, tmp_path)
    assert [row.text for row in rows] == list(TEXTS.values())
    assert [len(rows) for rows in endpoint.asked] == [len(SAID), 1, 1]
    assert SWAPPED in json.dumps(endpoint.requests[-1])


def test_the_next_run_asks_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.play = swapping
    first = german(endpoint, tmp_path)
    asked = len(endpoint.requests)
    assert german(endpoint, tmp_path) == first
    assert len(endpoint.requests) == asked


def test_a_false_suspicion_costs_one_request_a_sentence_once(endpoint: Endpoint, tmp_path: Path) -> None:
    """Texts that are meant so: the answer alone is the same as before."""
    free = dict(TALK) | {a: TEXTS[b] for a, b in pairwise([SAID[0], SAID[1], SAID[0]])}
    endpoint.play = lambda endpoint, rows, request: written({row["id"]: free[row["text"]] for row in rows})
    for _ in range(2):
        rows = german(endpoint, tmp_path)
        assert [row.text for row in rows] == [free[said] for said in SAID]
        assert [len(rows) for rows in endpoint.asked] == [len(SAID), 1, 1]
