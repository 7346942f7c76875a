"""The clips stage: only what changed is made again, one export's failure costs no other, and subtitles fit their clip."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pysubs2
import pytest

from video_pipeline.clips.base import ClipOptions
from video_pipeline.clips.reel_options import MusicOptions, ReelOptions
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.files import key_of
from video_pipeline.core.labels import Language
from video_pipeline.core.progress import Silent
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Transcript
from video_pipeline.events.store import Hearing
from video_pipeline.events.traits import Traits
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.cutting.encoders import SOFTWARE
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import probe
from video_pipeline.media.stills import stills
from video_pipeline.options import Options
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.engine import Engine
from video_pipeline.video.stages.cues import Layout
from video_pipeline.video.stages.highlights import ChosenClips
from video_pipeline.video.stages.identify import Source
from video_pipeline.video.stages.listen import Listened
from video_pipeline.video.workspace import Workspace

CLIP = Clip(1.33, 3.1, 80.0, "green begins")
CUES = (Cue(2.0, 4.0, ("This is green.",), language=Language.EN), Cue(4.0, 5.0, ("This is blue.",), language=Language.EN))
OPTIONS = ClipOptions(
    exports=("video", "timelines", "gallery"),
    cut=CutOptions(speed="ultrafast", encoder=SOFTWARE),
    loudness=LoudnessOptions(on=False),
    reel=ReelOptions(title_s=0.0),
)
Make = Callable[..., dict[str, int]]


class Watch(Silent):
    """Collects notices, and stops the run in a phase."""

    def __init__(self, stop_in: str = "") -> None:
        self.notices: list[str] = []
        self._stop_in, self._phase = stop_in, ""

    def begin(self, stage: str, total_s: float | None) -> None:
        self._phase = stage

    def advance(self, done_s: float) -> None:
        if self._phase == self._stop_in:
            raise KeyboardInterrupt

    def notice(self, text: str) -> None:
        self.notices.append(text)


@pytest.fixture
def make(media: Any, tmp_path: Path) -> Make:
    """Makes the clips of the video "colours" as a run does; gives when each file was written."""

    def run(
        options: ClipOptions = OPTIONS,
        subtitles: SubtitleOptions | None = None,
        watch: Watch | None = None,
        *,
        clip: Clip = CLIP,
        cues: Sequence[Cue] = CUES,
    ) -> dict[str, int]:
        space, video = Workspace(tmp_path / "out", "digest"), media("colours")
        chosen = Options(
            clips=options,
            subtitles=subtitles or SubtitleOptions(formats=("srt", "vtt")),
            highlights=HighlightOptions(shots=False),
        )
        engine = Engine(video, chosen, lambda _: space, watch or Watch())
        transcript = Transcript(MediaIdentity(video.name, 6.0), EngineIdentity("test"), ())
        traits = Traits(np.zeros(120, np.float32), np.zeros(120, np.uint16))
        engine.put("identify", Source(probe(video), "digest"), "digest")
        engine.put("listen", Listened(transcript, Hearing({}, traits, 6.0)), "listened")
        engine.put("events", (), "events")
        engine.put("highlights", ChosenClips((clip,), "one"), "one clip")
        engine.put("cues", Layout(cues, (), Language.EN), key_of(chosen.subtitles))
        engine.bring("clips")
        assert not space.kept
        return files(space)

    return run


def files(space: Workspace) -> dict[str, int]:
    folder = space.folder / "clips"
    there = [path for path in folder.rglob("*") if path.is_file()]
    known = [path for stage in space.stages() if stage.startswith("clips.") for path in space.outputs(stage)]
    assert sorted(there) == sorted(known)
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in there}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


NAME = "01_green-begins_80"


def test_all_files_of_a_clip_and_a_record_of_them(make: Make, tmp_path: Path) -> None:
    made = make()
    assert {f"{NAME}.mp4", f"{NAME}.srt", f"{NAME}.vtt", "index.html", "clips.json", "timelines/highlights.edl"} <= set(made)
    record = json.loads((tmp_path / "out/clips/clips.json").read_text(encoding="utf-8"))
    assert record["clips"][0]["file"] == f"{NAME}.mp4"
    recorded = json.loads((tmp_path / "out/.stages.json").read_text(encoding="utf-8"))["stages"]
    assert list(recorded["clips.captions"]["outputs"]) == [f"clips/{NAME}.srt", f"clips/{NAME}.vtt"]


def test_only_what_changed_is_made_again(make: Make) -> None:
    first = make()
    assert not changed(first, make()) - {"clips.json"}
    fewer = make(dataclasses.replace(OPTIONS, timelines=("edl",)))
    assert f"{NAME}.mp4" not in changed(first, fewer)
    assert f"{NAME}.srt" not in changed(first, fewer)
    assert changed(first, fewer) >= {"timelines/highlights.otio", "timelines/highlights.edl", "index.html"}
    reworded = make(dataclasses.replace(OPTIONS, timelines=("edl",)), SubtitleOptions(formats=("srt",), labels="emoji"))
    assert changed(fewer, reworded) - {"clips.json"} == {f"{NAME}.vtt", f"{NAME}.srt", "index.html"}
    recut = make(dataclasses.replace(OPTIONS, cut=dataclasses.replace(OPTIONS.cut, crf=30)))
    assert f"{NAME}.mp4" in changed(reworded, recut)


def test_what_is_not_asked_for_any_more_goes(make: Make) -> None:
    make(dataclasses.replace(OPTIONS, exports=("video", "thumbnails", "gallery")))
    assert set(make(dataclasses.replace(OPTIONS, exports=("video",), captions="none"))) == {f"{NAME}.mp4", "clips.json"}


def test_one_exports_failure_costs_no_other(make: Make, tmp_path: Path) -> None:
    watch = Watch()
    music = ReelOptions(title_s=0.0, music=MusicOptions(str(tmp_path / "none.mp3")))
    with pytest.raises(NoSuchFile, match=r"none\.mp3"):
        make(dataclasses.replace(OPTIONS, exports=("video", "reel", "gallery"), reel=music), watch=watch)
    assert any("reel" in text for text in watch.notices)
    kept = files(Workspace(tmp_path / "out", "digest"))
    assert {f"{NAME}.mp4", f"{NAME}.srt", "index.html"} <= set(kept)
    assert f"{NAME}.mp4" not in changed(kept, make())


def test_what_was_finished_before_a_stop_is_not_made_again(make: Make, tmp_path: Path) -> None:
    options = dataclasses.replace(OPTIONS, exports=("video", "reel"))
    with pytest.raises(KeyboardInterrupt):
        make(options, watch=Watch(stop_in="reel"))
    kept = files(Workspace(tmp_path / "out", "digest"))
    assert set(kept) == {f"{NAME}.mp4", f"{NAME}.srt", f"{NAME}.vtt", "clips.json"}
    again = make(options)
    assert changed(kept, again) - {"clips.json"} == {"reel.mp4"}


def test_subtitles_begin_within_a_frame_of_where_they_do_in_the_source(make: Make, tmp_path: Path) -> None:
    """The picture turns green when the cue begins, in the source and so in the clip."""
    make(dataclasses.replace(OPTIONS, exports=("video",)))
    info, rate_fps = probe(tmp_path / f"out/clips/{NAME}.mp4"), 25.0
    colours = [int(picture.mean(axis=(0, 1)).argmax()) for picture in stills(info, Span(0.0, 9.0), rate_fps, 32)]
    green_s = colours.index(1) / rate_fps
    for end in ("srt", "vtt"):
        (cue,) = pysubs2.load(str(tmp_path / f"out/clips/{NAME}.{end}"))
        assert cue.start / 1000 == pytest.approx(green_s, abs=1 / rate_fps + 1e-3)
        assert cue.end / 1000 == pytest.approx(len(colours) / rate_fps, abs=1 / rate_fps + 1e-3)


def test_sidecars_run_on_the_clock_of_what_the_file_really_holds(make: Make, tmp_path: Path) -> None:
    """A copy begins at the key frame before its clip: here at the video's start, half a second early."""
    options = dataclasses.replace(OPTIONS, exports=("video",), cut=CutOptions(way="copy"))
    cues = [Cue(0.7, 1.4, ("Hello there",), language=Language.EN)]
    made = make(options, SubtitleOptions(formats=("srt",)), clip=Clip(0.5, 1.5, 50.0, "hello"), cues=cues)
    folder = tmp_path / "out/clips"
    record = json.loads((folder / "clips.json").read_text(encoding="utf-8"))["clips"]
    (own,) = ((folder / name).read_text(encoding="utf-8-sig") for name in made if name.endswith(".srt"))
    start_ms = round((0.7 - record[0]["start_s"]) * 1000)
    assert start_ms > 200
    assert f"00:00:00,{start_ms:03d} --> " in own
