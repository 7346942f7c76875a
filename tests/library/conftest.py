"""Libraries whose videos need not exist: their results are written as a run leaves them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests import postgres_server
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.chosen import VARIABLE
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.schema import NAME
from video_pipeline.video.records import ClipRow, ClipsFile, EventsFile, HighlightsFile
from video_pipeline.video.workspace import Workspace

Said = tuple[float, float, str, Language, Emotion | None]


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A server for all tests."""
    if why := postgres_server.why_not():
        pytest.skip(why)
    with postgres_server.server() as begun:
        yield begun


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs once with each kind of catalogue."""
    if request.param == "postgresql":
        server: postgres_server.Server = request.getfixturevalue("postgres")
        monkeypatch.setenv(VARIABLE, server.address(f"s{uuid.uuid4().hex}"))
    return str(request.param)


@pytest.fixture
def behind(kind: str) -> Callable[..., list[Any]]:
    """Executes a statement in the catalogue of a folder behind its back."""

    def execute(folder: Path, statement: str, *values: object) -> list[Any]:
        if kind == "postgresql":
            return list(postgres_server.raw_of(os.environ[VARIABLE])(statement, *values))
        with closing(sqlite3.connect(folder / NAME)) as base, base:
            return base.execute(statement, values).fetchall()

    return execute


def two_words(folder: Path, middle_s: float, end_s: float) -> dict[str, Any]:
    """Options that need no model: a transcript of two words is played."""
    words = (Token(0.2, middle_s, "Good"), Token(middle_s, end_s, " morning."))
    segment = Segment(0.2, end_s, "Good morning.", tokens=words)
    path = folder / "said.json"
    path.write_bytes(msgspec.json.encode(Transcript(MediaIdentity("x", 2.0), EngineIdentity("test"), (segment,))))
    return {"speech.engine": "replay", "speech.transcript": str(path)}


class MadeLibrary:
    """The folder of a library and its videos; `add` leaves an item as a run would."""

    def __init__(self, folder: Path) -> None:
        self.out, self.videos = folder / "out", folder / "videos"

    def source(self, name: str) -> str:
        return str(self.videos / name)

    def add(
        self,
        name: str,
        said: Sequence[Said] = (),
        heard: Sequence[tuple[float, float, Sound]] = (),
        clips: Sequence[tuple[float, float, float, str]] = (),
    ) -> Path:
        folder = self.out / Path(name).stem
        folder.mkdir(parents=True, exist_ok=True)
        segments = [_segment(*line) for line in said]
        events = tuple(AudioEvent(s, e, label, 0.9) for s, e, label in heard)
        chosen = tuple(Clip(s, e, score, title, reasons=(), why="three laughs") for s, e, score, title in clips)
        duration_s = max([600.0, *(s.end_s for s in segments)])
        record = Transcript(MediaIdentity(name, duration_s), EngineIdentity("test"), tuple(segments))
        space = Workspace(folder, name)
        contents = {"transcript": record, "events": EventsFile(events), "highlights": HighlightsFile(chosen)}
        for file, content in contents.items():
            space.write_json(space.path(f"{file}.json"), content)
            space.finish("listen" if file == "transcript" else file, "key", [space.path(f"{file}.json")])
        self._record(self._outcome(name, duration_s, folder, len(chosen)))
        return folder

    def cut(self, folder: Path, *names: str) -> None:
        """Leaves the clips of an item, called like this, as a run would."""
        space = Workspace.at(folder)
        rows = tuple(ClipRow(file=name, start_s=0.0, end_s=1.0) for name in names)
        space.write_json(space.path("clips/clips.json"), ClipsFile(rows))
        for name in names:
            space.write(space.path(f"clips/{name}"), b"a clip")
        space.finish("clips.video", "key", [space.path(f"clips/{name}") for name in (*names, "clips.json")])

    def _outcome(self, name: str, duration_s: float, folder: Path, clips: int) -> Outcome:
        return Outcome(
            job=self._job(name),
            took_s=20.0,
            media_s=duration_s,
            folder=str(folder),
            clips=clips,
            engine="test on cpu",
            digest=name,
        )

    def fail(self, name: str, error: BaseException) -> None:
        self._record(Outcome.failed(self._job(name), error, 0.5))

    def forget(self, name: str) -> None:
        with catalogue(self.out) as book:
            assert book.forget([self.source(name)]) == 1

    def _job(self, name: str) -> VideoJob:
        return VideoJob(video=Path(self.source(name)), out=self.out, goals=("subtitles",))

    def _record(self, outcome: Outcome) -> None:
        with catalogue(self.out) as book:
            assert book.claim(outcome.job)
            assert book.record(outcome)


def _segment(start_s: float, end_s: float, text: str, language: Language, emotion: Emotion | None) -> Segment:
    return Segment(
        start_s,
        end_s,
        text,
        tokens=(Token(start_s, end_s, text),),
        language=language,
        emotion=emotion,
        emotion_p=0.9 if emotion else 0.0,
    )


@pytest.fixture
def made(tmp_path: Path) -> MadeLibrary:
    return MadeLibrary(tmp_path)


@pytest.fixture
def talks(made: MadeLibrary) -> Any:
    """Two talks and a show in five languages, and one video that failed."""
    en, zh, ja, ko, yue = Language.EN, Language.ZH, Language.JA, Language.KO, Language.YUE
    made.add(
        "climate talk.mp4",
        [
            (10, 14, "The climate is changing faster than we thought.", en, Emotion.HAPPY),
            (15, 18, "And the climate does not wait.", en, Emotion.NEUTRAL),
            (100, 104, "Climate policy, in one sentence.", en, Emotion.SAD),
            (300, 303, "Café owners don't laugh.", en, None),
        ],
        [(16, 24, Sound.APPLAUSE), (105, 108, Sound.APPLAUSE), (200, 203, Sound.LAUGHTER)],
        [(9, 25, 80.0, "Faster than we thought"), (99, 108, 40.0, "One sentence"), (200, 204, 30.0, "A laugh")],
    )
    made.add(
        "show.mp4",
        [
            (5, 8, "気候変動は待ってくれません。", ja, Emotion.HAPPY),
            (20, 24, "今天我们谈谈气候变化。", zh, Emotion.NEUTRAL),
            (40, 44, "기후변화가 심각합니다.", ko, Emotion.SAD),
            (60, 64, "今日我哋講下AI技術嘅未來。", yue, Emotion.HAPPY),
        ],
        [(64, 70, Sound.LAUGHTER), (500, 502, Sound.LAUGHTER)],
        [(60, 71, 60.0, "AI技術"), (400, 410, 55.0, "The end")],
    )
    made.fail("broken.mp4", ValueError("moov atom not found"))
    return made


@pytest.fixture
def answers() -> Callable[..., list[str]]:
    """The texts of the moments that answer a question."""
    from video_pipeline.library.index import index
    from video_pipeline.library.search import Question, search

    def ask(made: MadeLibrary, *words: Any, **more: Any) -> list[str]:
        with catalogue(made.out) as book, index(made.out) as searched:
            searched.refresh(book)
            return [moment.text for moment in search(searched, Question(*words, **more)).moments]

    return ask


RUN = """
import json, os, signal, sys
from pathlib import Path
from video_pipeline.library.records import VideoJob
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.chosen import VARIABLE
from video_pipeline.jobs.limits import Pool
from video_pipeline.library.runner import LibraryOptions, run

asked = json.loads(sys.argv[1])
out = Path(asked["out"])
more = {"out": out, "goals": tuple(asked["goals"]), "overrides": asked["overrides"]}
jobs = [VideoJob(video=Path(video), **more) for video in asked["videos"]]
options = LibraryOptions(executor=asked["executor"], workers=2, pool=Pool(address=asked["address"]))
with catalogue(out) as record:
    for number, outcome in enumerate(run(record.undone(jobs), record, options), 1):
        if number == asked["kill_after"]:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def begin_run() -> Callable[..., subprocess.Popen[bytes]]:
    """A run in a process of its own. With `kill_after` it is killed, as by a power cut, once so many outcomes are there."""

    def begin(jobs: Sequence[VideoJob], executor: str, *, address: str = "", kill_after: int = 0) -> subprocess.Popen[bytes]:
        asked = {
            "videos": [str(job.video) for job in jobs],
            "out": str(jobs[0].out),
            "goals": jobs[0].goals,
            "overrides": jobs[0].overrides,
            "executor": executor,
            "address": address,
            "kill_after": kill_after,
        }
        return subprocess.Popen([sys.executable, "-c", RUN, json.dumps(asked)], cwd=Path(__file__).parents[2])

    return begin


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """All results of a library, by name. Of what a workspace remembers only which stages, for their order tells who was first."""

    def read(path: Path) -> bytes:
        if path.name != ".stages.json":
            return path.read_bytes()
        return msgspec.json.encode(sorted(msgspec.json.decode(path.read_bytes())["stages"].items()))

    def everything(out: Path) -> dict[str, bytes]:
        found = (path for path in out.rglob("*") if path.is_file() and not path.name.startswith(NAME))
        return {path.relative_to(out).as_posix(): read(path) for path in found}

    return everything
