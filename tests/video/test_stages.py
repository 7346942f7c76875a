"""Every stage of the table: its contract, and that it depends on just the options that it says it reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.translate.endpoint import Endpoint, served
from tests.video.conftest import SAMPLE, replayed
from video_pipeline.core.errors import OptionError
from video_pipeline.core.progress import Silent
from video_pipeline.options import Options, changed_values, load_options, option_values
from video_pipeline.speech.speakers import DIARIZERS
from video_pipeline.video import STAGES
from video_pipeline.video.base import StageGroup, phases_of
from video_pipeline.video.engine import Engine, Mode, is_read
from video_pipeline.video.goals import stages_of
from video_pipeline.video.stages.clips import parts
from video_pipeline.video.video import Video
from video_pipeline.video.workspace import Workspace

NAMES = [name for name in STAGES if not hasattr(STAGES.load(name), "parts")]
MADE = {
    "speakers.find": True,
    "subtitles.shots": True,
    "highlights.shots": True,
    "highlights.opinion": True,
    "video.mux": True,
    "clips.captions": "burned",
    "clips.exports": ["video"],
    "mask": True,
    "translation.to": ["ja"],
    "translation.bilingual": "en+ja",
}
"""Options under which every stage has something to do."""
NUMBERS = (1, 2, 3, 720, 0.05, 0.4, 0.6, 1.5, 5.0, 20.0, -3.0, -12.0)
WORDS = (
    "zh draft cpu none emoji mkv smart files 9:16 box left karaoke everywhere libx264 mpeg4 ultrafast medium centre auto"
    " #123456 en other 2 split hans fp32 http://127.0.0.1/v1 local call high pyannote"
)
LISTS: tuple[list[Any], ...] = ([], ["srt"], ["en"], ["compact"], ["edl"], ["video", "gallery"], [0.1, 0.2, 0.1, 0.2])
TRIED: tuple[Any, ...] = (True, False, *NUMBERS, *WORDS.split(), "text+en", *LISTS)
"""Values to try in turn, until an option takes one that is not its own."""


def other(name: str, value: Any) -> Options:
    """Options in which this one differs, and no other."""
    value = list_of(value)
    for tried in (*_near(value), *TRIED):
        if type(tried) is type(value) or (isinstance(tried, int | float) and isinstance(value, int | float)):
            try:
                options = load_options("default", {**changed_values(replayed()), name: tried})
            except (OptionError, ValueError):
                continue
            if list_of(option_values(options)[name]) != value:
                return options
    raise AssertionError(f"no other value is known for {name} = {value!r}")


def list_of(value: Any) -> Any:
    """Options that take several values give them as a tuple."""
    return list(value) if isinstance(value, tuple) else value


def _near(value: Any) -> list[Any]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [value[:-1]] if isinstance(value, list) and value else []
    return [value * 0.9, value * 1.1, value + 1, value - 1] if isinstance(value, float) else [value + 1, value - 1]


FILES = ("speech.transcript", "speech.terms")
"""Options that name a file, which has to be there."""
ALONE = ("translation.bilingual", *(("speakers.diarizer",) if len(DIARIZERS) == 1 else ()))
"""Options that have one possible value, as long as all others are as they are."""
OPTIONS = [name for name in option_values(replayed()) if not name.startswith(FILES) and name not in ALONE]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_keeps_the_contract(name: str) -> None:
    stage = STAGES.load(name)()
    assert stage.name == name
    assert all(need in STAGES or need.partition(".")[0] in STAGES for need in stage.needs)
    if isinstance(stage, StageGroup):
        return
    assert stage.revision >= 1
    assert all(need in STAGES and option in option_values(Options()) for need, option in stage.needs_if.items())
    assert all(any(is_read(option, (read,)) for option in option_values(Options())) for read in stage.reads(Options()))
    assert phases_of(stage)[:1] or not stage.kept


def test_no_stage_needs_itself() -> None:
    def below(name: str) -> set[str]:
        stage = STAGES.load(name)()
        direct = {*stage.needs, *getattr(stage, "needs_if", {})}
        return direct | {further for need in direct for further in below(need)}

    for name in STAGES:
        assert name not in below(name)


class Frozen(Engine):
    """All stages as they were made once: so a key tells of a stage's own options alone."""

    def __init__(self, finished: Video, options: Options) -> None:
        space = Workspace.at(finished.folder)
        super().__init__(SAMPLE, options, lambda _: space, Silent(), Mode(saves=False, listens=False))
        for name in NAMES:
            if name not in ("mux", "burn", "tighten"):
                self.put(name, finished.of(STAGES.load(name)), name)

    def keys(self) -> dict[str, str]:
        known = [*NAMES, *(part.name for part in parts(self.options))]
        for part in parts(self.options):
            self.use(part)
            self.put(part.name, None, part.name)
        return {name: self.key(name) for name in known}

    def read(self) -> dict[str, tuple[str, ...]]:
        """By stage, the options that it says it reads."""
        found = {name: self.stage(name) for name in self.keys()}
        return {name: (*stage.reads(self.options), *stage.needs_if.values()) for name, stage in found.items()}


@pytest.fixture(scope="module")
def usual(finished: Video) -> Frozen:
    return Frozen(finished, replayed())


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_makes_stale_just_the_stages_that_read_it(option: str, finished: Video, usual: Frozen) -> None:
    changed = Frozen(finished, other(option, option_values(replayed())[option]))
    before, after, read, now = usual.keys(), changed.keys(), usual.read(), changed.read()
    stale = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    reading = {name for name in before.keys() & after.keys() if is_read(option, (*read[name], *now[name]))}
    assert stale == reading


class Watched(Engine):
    """An engine whose stages look at options that remember who looked at which."""

    seen: dict[str, set[str]]

    def options_for(self, name: str) -> Options:
        watched: Options = watch(self.options, "", self.seen.setdefault(name, set()))
        return watched


def watch(record: Any, above: str, seen: set[str]) -> Any:
    """The same record, which adds the dotted names of what is looked at to `seen`."""
    kind = type(record)
    names = {field.name for field in dataclasses.fields(record)}

    class Watching(kind):  # type: ignore[misc, valid-type]
        def __getattribute__(self, name: str) -> Any:
            value = super().__getattribute__(name)
            if name not in names:
                return value
            if dataclasses.is_dataclass(value):
                return watch(value, f"{above}{name}.", seen)
            seen.add(above + name)
            return value

    clone = object.__new__(Watching)
    for name in names:
        object.__setattr__(clone, name, getattr(record, name))
    return clone


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with served(Endpoint(language="ja")) as one:
        yield one


@pytest.mark.parametrize("more", [{}, MADE], ids=["usual", "more"])
def test_what_a_stage_looks_at_lies_inside_what_it_reads(more: Mapping[str, Any], endpoint: Endpoint, tmp_path: Path) -> None:
    translator = {"translation__url": endpoint.url} if more else {}
    options = replayed(**translator, **{name.replace(".", "__"): value for name, value in more.items()})
    engine = Watched(SAMPLE, options, lambda digest: Workspace.of(SAMPLE, digest, tmp_path), Silent())
    engine.seen = {}
    for name in ("timeline", *stages_of("subtitles", options), "clips", "report"):
        engine.bring(name)
    assert {"listen", "cues", "highlights", "clips.video", "report"} <= engine.seen.keys()
    for name, seen in engine.seen.items():
        stage = engine.stage(name)
        if isinstance(stage, StageGroup):
            continue
        read = (*stage.reads(options), *stage.needs_if.values())
        assert not {option for option in seen if not is_read(option, read)}, name
