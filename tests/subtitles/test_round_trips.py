"""What a format can hold survives being written and read: text, looks, places, voices, readings, styles and times."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import BOTTOM, Cue, Look, Place, Run
from video_pipeline.core.labels import Language
from video_pipeline.subtitles import FORMATS, WRITERS
from video_pipeline.subtitles.files import content, left_out
from video_pipeline.subtitles.formats.base import KEPT, Appearance
from video_pipeline.subtitles.read.markup import tidy_runs
from video_pipeline.subtitles.read.reading import Reading, read_cues

RICH = [name for name in WRITERS if {"italic", "place"} <= getattr(FORMATS.load(name), "holds", frozenset())]
ALPHABETS = ["abcdefgh XYZ.,!?'-é", "今天天气很好，。", "とても静かなあさ", "Привет, как дела", "שלום מה", "مرحبا كيف"]

words = st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(st.sampled_from(letters), min_size=1, max_size=12))
flags = st.booleans()
colours = st.sampled_from(["", "#ffff00", "#00ffff", "#ff8800", "#123456"])
looks = st.builds(Look, italic=flags, bold=flags, underline=flags, strike=flags, colour=colours)
runs = st.builds(Run, words.map(lambda text: f"a{text}"), looks)
lines = st.lists(runs, min_size=1, max_size=3).map(tuple)
places = st.one_of(
    st.just(BOTTOM),
    st.builds(Place, align=st.integers(1, 9)),
    st.builds(
        Place,
        align=st.integers(1, 9),
        x=st.integers(10, 90).map(lambda percent: percent / 100),
        y=st.integers(10, 90).map(lambda percent: percent / 100),
    ),
)


@st.composite
def cues(draw: st.DrawFn) -> list[Cue]:
    out, at_ms = [], 0
    for _ in range(draw(st.integers(1, 4))):
        at_ms += draw(st.integers(10, 300)) * 10
        end_ms = at_ms + draw(st.integers(50, 500)) * 10
        marked = tidy_runs([run for line in draw(st.lists(lines, min_size=1, max_size=2)) for run in (*line, Run("\n"))])
        text = tuple("".join(run.text for run in line) for line in marked)
        out.append(Cue(at_ms / 1000, end_ms / 1000, text, language=Language.EN, marked=marked, place=draw(places)))
        at_ms = end_ms
    return out


def back(name: str, written: list[Cue], folder: Path) -> Reading:
    path = folder / f"talk.{FORMATS.load(name).suffixes[0]}"
    made = content(name, written, Appearance("none"))
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    return read_cues(path, Language.EN)


def held(cue: Cue, name: str) -> Cue:
    """The cue with what the format can hold, with the looks side by side that it cannot tell apart as one run."""
    holds = FORMATS.load(name).holds
    lost: dict[str, object] = {kind: Look().colour if kind == "colour" else False for kind in _FLAGS - holds}
    marked = tidy_runs(
        [dataclasses.replace(run, look=dataclasses.replace(run.look, **lost)) for line in cue.runs for run in (*line, Run("\n"))]
    )
    return dataclasses.replace(cue, marked=marked)


_FLAGS = frozenset(("italic", "bold", "underline", "strike", "colour"))


def same_place(a: Place, b: Place) -> bool:
    near = [(p is None) == (q is None) and abs((p or 0) - (q or 0)) < 0.003 for p, q in ((a.x, b.x), (a.y, b.y))]
    return a.align == b.align and all(near)


@pytest.mark.parametrize("name", RICH)
@given(written=cues())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_markup_and_places_survive(name: str, written: list[Cue], tmp_path: Path) -> None:
    reading = back(name, written, tmp_path)
    assert [cue.text for cue in reading.cues] == [cue.text for cue in written]
    for new, old in zip(reading.cues, written, strict=True):
        assert new.runs == held(old, name).runs
        assert abs(new.start_s - old.start_s) < 0.011
        assert abs(new.end_s - old.end_s) < 0.011
        if name != "vtt" or old.place.y is not None or old.place.row == 0:
            assert same_place(new.place, old.place) or name in ("vtt", "ttml"), (new.place, old.place)
        assert (new.place.row, new.place.column) == (old.place.row, old.place.column)
    assert not [repair for repair in reading.repairs if "left out" in repair.what]


@pytest.mark.parametrize("name", RICH)
def test_a_second_writing_changes_nothing(name: str, tmp_path: Path) -> None:
    marked = ((Run("Look at "), Run("this", Look(italic=True, colour="#ffff00")), Run(".")), (Run("שלום, "), Run("a")))
    text = tuple("".join(run.text for run in line) for line in marked)
    cue = Cue(1, 3, text, language=Language.EN, marked=marked, place=Place(align=8), style="Sign", speaker="Ann")
    once = back(name, [cue], tmp_path)
    twice = back(name, list(once.cues), tmp_path)
    assert once.cues == twice.cues


@pytest.mark.parametrize("name", [name for name in WRITERS if "ruby" in FORMATS.load(name).holds])
def test_readings_survive(name: str, tmp_path: Path) -> None:
    line = (Run("東京", ruby="とうきょう"), Run("へ"), Run("行", ruby="い"), Run("く"))
    (cue,) = back(name, [Cue(1, 3, ("東京へ行く",), marked=(line,))], tmp_path).cues
    assert (cue.text, cue.runs) == ("東京へ行く", (line,))


@pytest.mark.parametrize("name", [name for name in WRITERS if "voice" in FORMATS.load(name).holds])
def test_each_voice_keeps_its_line(name: str, tmp_path: Path) -> None:
    marked = ((Run("Where were you?", Look(voice="Fred")),), (Run("At home.", Look(voice="Anna & Bob")),))
    (cue,) = back(name, [Cue(1, 3, ("Where were you?", "At home."), marked=marked)], tmp_path).cues
    assert (cue.speaker, cue.runs) == (None, marked)


@pytest.mark.parametrize("name", [name for name in WRITERS if "style" in FORMATS.load(name).holds])
def test_the_name_of_the_style_survives(name: str, tmp_path: Path) -> None:
    (cue,) = back(name, [Cue(1, 3, ("STATION",), style="Sign")], tmp_path).cues
    assert cue.style == "Sign"


@pytest.mark.parametrize("name", [name for name in WRITERS if "overlap" in FORMATS.load(name).holds and name != "txt"])
def test_overlaps_survive(name: str, tmp_path: Path) -> None:
    both = [Cue(1, 10, ("A long sentence.",)), Cue(2, 3, ("Yes.",)), Cue(4, 6, ("No.",), place=Place(align=8))]
    reading = back(name, both, tmp_path)
    assert sorted((cue.start_s, cue.end_s, cue.text) for cue in reading.cues) == [
        (1, 10, "A long sentence."),
        (2, 3, "Yes."),
        (4, 6, "No."),
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_format_cannot_hold_is_named(name: str) -> None:
    look = Look(italic=True, bold=True, underline=True, strike=True, colour="#ffff00", voice="Ann")
    line = (Run("a", look), Run("b", ruby="c"))
    written = [Cue(1, 5, ("ab",), marked=(line,), place=Place(align=8), style="Sign"), Cue(2, 3, ("x",))]
    told = {repair.what.removesuffix(" left out") for repair in left_out(name, written)}
    holds = FORMATS.load(name).holds
    assert told == {"overlapping cues" if kind == "overlap" else kind for kind in KEPT if kind not in holds}


def test_a_text_to_read_says_everything_once() -> None:
    both = [Cue(1, 10, ("A long sentence.",)), Cue(2, 3, ("Yes.",))]
    assert content("txt", both, Appearance("none")) == "A long sentence. Yes.\n"
