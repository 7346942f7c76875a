"""The engine on made-up stages: what is stale is made again, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from video_pipeline.core.errors import BadValue, PipelineError
from video_pipeline.core.progress import Silent
from video_pipeline.options import Options, load_options
from video_pipeline.video.base import BaseStage, DerivedStage, Given, Stage, StageProgress
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.workspace import Workspace


@dataclass
class Log(Silent):
    """What was made, and how it was reported."""

    made: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    _phase: str = ""

    def begin(self, stage: str, total_s: float | None) -> None:
        self._phase = stage

    def end(self, *, fresh: bool) -> None:
        self.reported.append(f"{self._phase}, fresh" if fresh else self._phase)


class Text(BaseStage[str]):
    """A stage that writes a text made of its option and of what it needs."""

    def __init__(self, name: str, log: Log, needs: Sequence[str] = (), reads: str = "", text: str = "{}") -> None:
        self.name, self.log, self.needs, self._reads, self._text = name, log, tuple(needs), reads, text

    def reads(self, options: Options) -> tuple[str, ...]:
        return (self._reads,) if self._reads else ()

    def make(self, given: Given, progress: StageProgress) -> str:
        self.log.made.append(self.name)
        return self._text.format(given.options.track if self._reads == "track" else "")

    def save(self, value: str, given: Given) -> Sequence[Path]:
        path = given.space.path(f"{self.name}.txt")
        given.space.write(path, value.encode())
        return [path]

    def load(self, given: Given) -> str:
        return given.space.path(f"{self.name}.txt").read_text()


class Model(Text):
    takes_model = True
    clears = True


class Derived(DerivedStage[str]):
    name = "derived"
    needs = ("first",)

    def make(self, given: Given, progress: StageProgress) -> str:
        return "made"


class Group:
    """Two parts, the first of which may fail."""

    name = "group"
    needs = ("first",)

    def __init__(self, parts: Sequence[Stage[str]]) -> None:
        self._parts = parts

    def parts(self, given: Given) -> Sequence[Stage[str]]:
        return self._parts


class Failing(Text):
    def make(self, given: Given, progress: StageProgress) -> str:
        raise BadValue(self.name, "it fails")


def engine(folder: Path, log: Log, *stages: Stage[str], options: Options | None = None, mode: Mode | None = None) -> Engine:
    made = Engine(Path("talk.mp4"), options or load_options(), lambda _: Workspace(folder, "digest"), log, mode or Mode())
    made.put("identify", type("Source", (), {"digest": "digest"})(), "digest")
    for stage in stages:
        made.use(stage)
    return made


def chain(log: Log, text: str = "{}") -> tuple[Text, Text]:
    return Text("first", log, reads="track", text=text), Text("second", log, needs=["first"])


def test_what_is_fresh_is_loaded_and_not_made(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, *chain(log)).bring("second")
    assert log.made == log.reported == ["first", "second"]
    again = Log()
    assert engine(tmp_path, again, *chain(again)).value("first") == "-1"
    assert again.made == []
    assert again.reported == ["first, fresh"]


def test_an_option_makes_stale_what_reads_it_and_what_follows_if_that_changes(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, *chain(log)).bring("second")
    changed = Log()
    engine(tmp_path, changed, *chain(changed), options=load_options("default", {"track": 1})).bring("second")
    assert changed.made == ["first", "second"]
    other = Log()
    engine(tmp_path, other, *chain(other), options=load_options("default", {"track": 1, "subtitles.lines": 1})).bring("second")
    assert other.made == []


def test_the_same_bytes_again_make_nothing_stale(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, *chain(log, "same")).bring("second")
    changed = Log()
    engine(tmp_path, changed, *chain(changed, "same"), options=load_options("default", {"track": 1})).bring("second")
    assert changed.made == ["first"]


def test_a_raised_revision_makes_its_stage_again_and_what_follows_only_if_that_changes(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, *chain(log)).bring("second")
    raised = Log()
    first, second = chain(raised)
    second.revision = 2
    engine(tmp_path, raised, first, second).bring("second")
    assert raised.made == ["second"]


def test_again_makes_all_that_is_asked_for(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, *chain(log)).bring("second")
    engine(tmp_path, log, *chain(log), mode=Mode(again=True)).bring("second")
    assert log.made == ["first", "second"] * 2


def test_a_stage_may_only_see_what_it_says_that_it_needs(tmp_path: Path) -> None:
    class Sly(Derived):
        name = "sly"
        needs = ()

        def make(self, given: Given, progress: StageProgress) -> str:
            return given.of(Derived)

    log = Log()
    with pytest.raises(AssertionError, match="sly does not say that it needs derived"):
        engine(tmp_path, log, *chain(log), Derived(), Sly()).value("sly")


def test_a_need_may_depend_on_an_option(tmp_path: Path) -> None:
    class Optional(Text):
        needs_if: Mapping[str, str] = MappingProxyType({"first": "emotion"})

    log = Log()
    engine(tmp_path, log, *chain(log), Optional("third", log), options=load_options("default", {"emotion": False})).bring("third")
    assert log.made == ["third"]
    engine(tmp_path, log, *chain(log), Optional("third", log)).bring("third")
    assert log.made == ["third", "first", "third"]


def test_a_derived_value_is_not_stored_and_not_reported(tmp_path: Path) -> None:
    log = Log()
    assert engine(tmp_path, log, *chain(log), Derived()).value("derived") == "made"
    assert not list(tmp_path.glob("derived*"))
    assert "derived" not in log.reported


def test_a_folder_that_is_only_read_stays_as_it_is(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, Model("first", log), chain(log)[1]).bring("first")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    reading = engine(tmp_path, log, Model("first", log), chain(log)[1], mode=Mode(saves=False, listens=False))
    assert reading.value("second") == ""
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_takes_a_model_stands_whatever_its_key_is(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, Model("first", log, reads="track")).bring("first")
    changed = load_options("default", {"track": 1})
    reading = engine(tmp_path, log, Model("first", log, reads="track"), options=changed, mode=Mode(listens=False))
    assert reading.value("first") == "-1"
    with pytest.raises(NotFinished, match="holds no finished results"):
        engine(tmp_path / "other", log, Model("first", log), mode=Mode(listens=False)).bring("first")


def test_a_stage_that_clears_leaves_nothing_of_its_earlier_value(tmp_path: Path) -> None:
    log = Log()
    engine(tmp_path, log, Model("first", log, reads="track", text="{}"), chain(log)[1]).bring("second")
    changed = load_options("default", {"track": 1})
    engine(tmp_path, log, Model("first", log, reads="track", text="{}"), chain(log)[1], options=changed).bring("first")
    assert {path.name for path in tmp_path.iterdir()} == {"first.txt", ".stages.json"}


def test_one_parts_failure_costs_no_other(tmp_path: Path) -> None:
    log = Log()
    parts = [Failing("group.bad", log), Text("group.good", log)]
    with pytest.raises(PipelineError, match="it fails"):
        engine(tmp_path, log, *chain(log), Group(parts)).bring("group")  # type: ignore[arg-type]
    assert (tmp_path / "group.good.txt").is_file()


def test_parts_that_are_not_asked_for_any_more_go(tmp_path: Path) -> None:
    log = Log()
    one, two = Text("group.one", log), Text("group.two", log)
    engine(tmp_path, log, *chain(log), Group([one, two])).bring("group")  # type: ignore[arg-type]
    assert (tmp_path / "group.two.txt").is_file()
    engine(tmp_path, log, *chain(log), Group([one])).bring("group")  # type: ignore[arg-type]
    assert not (tmp_path / "group.two.txt").exists()
    assert log.reported[-2:] == ["first, fresh", "group, fresh"]


def test_saving_counts_as_work_of_the_stage(tmp_path: Path) -> None:
    log = Log()
    order: list[str] = []

    class Saving(Text):
        def save(self, value: str, given: Given) -> Sequence[Path]:
            order.append("saved")
            return super().save(value, given)

    class Watch(Log):
        def end(self, *, fresh: bool) -> None:
            order.append("end")

    engine(tmp_path, Watch(), Saving("first", log)).bring("first")
    assert order == ["saved", "end"]
