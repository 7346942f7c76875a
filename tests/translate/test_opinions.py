"""A model's opinion counts only if its answer is what was asked for; what it shows is one plain line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLES
from tests.translate.endpoint import Endpoint, served
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.translate.asking import AskedModel
from video_pipeline.translate.base import TranslationOptions
from video_pipeline.translate.errors import TranslatorFailed, TranslatorUnavailable
from video_pipeline.translate.opinions import Line, Opinion, opinions, read

LINES = [Line(10.0 * k, 10.0 * k + 8, f"Sentence {k} of the talk.") for k in range(12)]
GOOD = {"first": 2, "last": 3, "strength": 0.8, "reason": "the story turns"}


def answer(*passages: Any, **more: Any) -> str:
    return json.dumps({"passages": list(passages), **more})


def changed(**fields: Any) -> str:
    return answer({**GOOD, **fields})


def test_a_passage_has_the_times_of_its_lines() -> None:
    assert read(f"Sure! ```json\n{answer(GOOD)}\n```", LINES) == [Opinion(10.0, 28.0, 0.8, "the story turns")]
    assert read(answer(), LINES) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would take the second sentence.",
        "[" * 100_000,
        "{}",
        answer(GOOD, note="and run rm -rf"),
        answer(*[GOOD] * 6),
        changed(first=0),
        changed(first=3, last=2),
        changed(last=13),
        changed(first="2"),
        changed(last=12),  # nearly two minutes
        changed(strength=7),
        changed(strength=-0.1),
        changed(strength="high"),
        changed(reason=""),
        changed(reason="x" * 121),
        changed(reason="x" * 100_000),
        changed(reason="more at https://evil.example"),
        changed(reason="write to me@evil.example"),
        answer({**GOOD, "score": 100}),
        '{"passages": [{"first": 2, "last": 3, "strength": NaN, "reason": "a"}]}',
    ],
)
def test_an_answer_that_is_anything_else_is_refused(text: str) -> None:
    assert read(text, LINES) is None


def test_a_reason_is_one_plain_line() -> None:
    (found,) = read(changed(reason="<b>one</b>\n\u202etwo\x1b[31m"), LINES) or []
    assert "\n" not in found.reason and "\x1b" not in found.reason and "<b>" not in found.reason and "\u202e" not in found.reason


@given(st.text() | st.builds(json.dumps, st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)))
def test_no_answer_raises(text: str) -> None:
    assert read(text, LINES) in (None, [])


def asked(endpoint: Endpoint) -> AskedModel:
    return AskedModel.of(TranslationOptions(url=endpoint.url))


def test_each_part_is_asked_for_once_more_and_then_left_out() -> None:
    with served(Endpoint(survey={"passages": [{**GOOD, "reason": "see www.evil.example"}]})) as endpoint:
        assert opinions(asked(endpoint), LINES, "English") == ([], 1)
        assert len(endpoint.requests) == 2
    with served(Endpoint(survey={"passages": [GOOD]})) as endpoint:
        long = [Line(k * 10.0, k * 10.0 + 8, "word " * 600) for k in range(12)]
        found, refused = opinions(asked(endpoint), long, "English")
        assert refused == 0 and len(endpoint.requests) == len(found) == 3
        sent = json.loads(endpoint.requests[0]["messages"][-1]["content"])
        assert [row["id"] for row in sent["lines"]] == [1, 2, 3, 4]
        assert found[0].start_s == 10.0


def test_without_a_server_it_is_said() -> None:
    with pytest.raises(TranslatorUnavailable):
        AskedModel.of(TranslationOptions())
    with served(Endpoint(status=500, error="out of memory")) as endpoint, pytest.raises(TranslatorFailed):
        opinions(asked(endpoint), LINES, "English")


def test_its_weight_is_bounded() -> None:
    assert HighlightOptions(weights={"laughter": 1.0, "opinion": 0.5}).weights["opinion"] == 0.5
    for weight in (0.6, -0.1):
        with pytest.raises(ValueError, match="weight of opinion"):
            HighlightOptions(weights={"opinion": weight})


def test_the_reason_stands_beside_the_clip_and_the_model_is_asked_once(tmp_path: Path) -> None:
    import video_pipeline

    video, script = EXAMPLES / "sample.mp4", EXAMPLES / "sample.transcript.json"
    survey = {"passages": [{"first": 1, "last": 2, "strength": 1.0, "reason": "it begins well"}]}
    with served(Endpoint(survey=survey)) as endpoint:
        more: dict[str, Any] = {"engine": "replay", "transcript": str(script), "translator_url": endpoint.url, "opinion": True}
        for _ in range(2):
            made = video_pipeline.process(video, out=tmp_path, goals=("highlights",), **more)
        assert len(endpoint.requests) == 1
    clips = msgspec.json.decode(next(made.folder.glob("highlights.json")).read_bytes())["clips"]
    said = [clip for clip in clips if "a language model: it begins well" in clip["why"]]
    assert said and all(any(reason["signal"] == "opinion" for reason in clip["reasons"]) for clip in said)
