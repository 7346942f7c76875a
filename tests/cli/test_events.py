"""`events`: what was heard, as a table, a file and a picture, and again with other thresholds without listening."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

SAMPLE = Path(__file__).parents[2] / "examples"


@pytest.fixture
def heard(sample: Path, sample_transcript: Path, tmp_path: Path) -> list[Any]:
    """The words after `events` for the sample, heard by the small detector."""
    return [sample, "--out", tmp_path / "out", "--transcript", sample_transcript]


def labels(out: str) -> list[str]:
    return re.findall(r"\d s +(\w+) +0\.\d\d", out)


def stages(out: str) -> dict[str, bool]:
    lines = [json.loads(line) for line in out.splitlines()]
    return {line["stage"]: line["fresh"] for line in lines if line["event"] == "done"}


def test_a_table_and_a_file(cli: Any, heard: list[Any], tmp_path: Path) -> None:
    truth = json.loads((SAMPLE / "sample.truth.json").read_text(encoding="utf-8"))["events"]
    ran = cli("events", *heard)
    assert ran.code == 0, ran.err
    assert labels(ran.out) == [event["label"] for event in truth]
    assert "3 laughs" in ran.out
    written = json.loads((tmp_path / "out/sample/events.json").read_text(encoding="utf-8"))["events"]
    assert [event["label"] for event in written] == labels(ran.out)
    assert all(set(event) == {"start_s", "end_s", "label", "score"} for event in written)
    for found, true in zip(written, truth, strict=True):
        assert found["start_s"] == pytest.approx(true["start_s"], abs=0.1)


def test_other_thresholds_listen_to_nothing(cli: Any, heard: list[Any], tmp_path: Path) -> None:
    assert cli("events", *heard).code == 0
    ran = cli("events", *heard, "--threshold", "laughter=1.0", "-t", "applause=0.2", "--json")
    assert stages(ran.out) == {"identify": False, "listen": True, "events": False}
    labels = [event["label"] for event in json.loads(ran.out.splitlines()[-1])["events"]]
    assert "applause" in labels and labels.count("laughter") < 3
    assert (tmp_path / "out/sample/events.json").read_text(encoding="utf-8").count("laughter") == labels.count("laughter")


def test_the_second_time_loads_no_model(heard: list[Any], cli: Any) -> None:
    assert cli("events", *heard).code == 0
    heavy = "{'torch', 'funasr', 'onnxruntime', 'sklearn', 'silero_vad', 'moviepy'}"
    code = (
        "import sys, atexit\nfrom video_pipeline.cli import main\n"
        f"atexit.register(lambda: print('HEAVY', sorted({heavy} & set(sys.modules)), file=sys.stderr))\nmain()"
    )
    words = [sys.executable, "-c", code, "events", *map(str, heard), "--threshold", "laughter=0.4"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    assert ran.stderr.strip().endswith("HEAVY []")
    assert "3 laughs" in ran.stdout


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("laughtr=0.4", "did you mean 'laughter'"),
        ("laughter", "SOUND=PROBABILITY"),
        ("laughter=0", "more than 0 and at most 1"),
        ("laughter=1.01", "more than 0 and at most 1"),
        ("laughter=nan", "more than 0 and at most 1"),
        ("laughter=much", "more than 0 and at most 1"),
        ("=0.5", "there is no sound ''"),
    ],
)
def test_a_wrong_threshold_is_said_before_anything_is_done(
    cli: Any, heard: list[Any], tmp_path: Path, said: str, complaint: str
) -> None:
    ran = cli("events", *heard, "--threshold", said)
    assert ran.code == 2
    (line,) = ran.errors
    assert complaint in line
    assert not (tmp_path / "out").exists()


def test_the_picture_shows_every_lane(cli: Any, heard: list[Any], tmp_path: Path) -> None:
    ran = cli("events", *heard, "--plot")
    assert ran.code == 0, ran.err
    picture = tmp_path / "out/sample/events.svg"
    assert str(picture) in ran.out
    texts = [text.text for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert {"laughter", "applause", "cheer", "music", "speech", "loudness", "emotion", "sample.mp4"} <= set(texts)
    titles = [title.text or "" for title in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}title")]
    assert sum(title.startswith("laughter 0:") for title in titles) == 3


def test_without_emotions_the_picture_knows_none(cli: Any, heard: list[Any], tmp_path: Path) -> None:
    assert cli("events", *heard, "--plot", "--no-emotion").code == 0
    assert "emotion" not in (tmp_path / "out/sample/events.svg").read_text(encoding="utf-8")


def test_marks_are_told(cli: Any, media: Any, transcript: Path, tmp_path: Path) -> None:
    """A laugh during music, both of them tags of the stored transcript."""
    record = json.loads(transcript.read_text(encoding="utf-8"))
    record["events"].insert(0, {"start_s": 15.0, "end_s": 30.0, "label": "music", "score": 1.0})
    transcript.write_text(json.dumps(record), encoding="utf-8")
    words = [media("long"), "--out", tmp_path / "out", "--transcript", transcript, "--set", "events.detectors=['tags']"]
    ran = cli("events", *words)
    assert ran.code == 0, ran.err
    assert re.search(r"laughter +0\.70 +music", ran.out)
    written = json.loads((tmp_path / "out/long/events.json").read_text(encoding="utf-8"))["events"]
    assert [event.get("marks") for event in written] == [None, ["music"], None]
    ran = cli("events", *words, "--set", "events.guards.music_factor=1.0", "--json")
    assert stages(ran.out)["listen"]


def test_the_engine_may_have_no_ear(cli: Any, heard: list[Any]) -> None:
    ran = cli("events", *heard, "--sliding")
    assert ran.code == 0, ran.err
    assert "has no ear for sounds" in ran.err
    assert "3 laughs" in ran.out


@pytest.mark.parametrize("where", ["doubtful", "everywhere"])
def test_the_speech_model_listens_again(cli: Any, sample: Path, small_checkpoint: Path, tmp_path: Path, where: str) -> None:
    import numpy as np

    from video_pipeline.events.base import LISTENED
    from video_pipeline.events.store import load_hearing

    words = [sample, "--out", tmp_path / "out", "--model", small_checkpoint, "--device", "cpu", "--sliding"]
    ran = cli("events", *words, "--set", f"events.sliding.where={where}", "--json")
    assert ran.code == 0, ran.err
    assert stages(ran.out)["listen again"] is False
    hearing = load_hearing(tmp_path / "out/sample/posterior.npz")
    assert list(hearing.posteriors) == ["compact", "sliding", "tags"]
    share = float(np.mean(hearing.posteriors["sliding"].curve(LISTENED).values))
    assert share == 1.0 if where == "everywhere" else 0.02 < share <= 0.11
    again = cli("events", *words, "--set", f"events.sliding.where={where}", "--threshold", "laughter=0.4", "--json")
    assert stages(again.out)["listen"]
