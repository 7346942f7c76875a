"""`highlights`: clips with reasons, a table, a picture, and another ranking without listening."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest


@pytest.fixture
def seen(sample: Path, sample_transcript: Path, tmp_path: Path) -> list[Any]:
    """The words after `highlights` for the sample."""
    return [sample, "--out", tmp_path / "out", "--transcript", sample_transcript, "--set", "clips.exports=[]"]


def stages(out: str) -> dict[str, bool]:
    lines = [json.loads(line) for line in out.splitlines()]
    return {line["stage"]: line["fresh"] for line in lines if line["event"] == "done"}


def test_clips_with_reasons_a_table_and_a_picture(cli: Any, seen: list[Any], tmp_path: Path) -> None:
    ran = cli("highlights", *seen, "--top", "1", "--explain")
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/sample"
    (clip,) = json.loads((folder / "highlights.json").read_text(encoding="utf-8"))["clips"]
    assert f"#1 {clip['score']:.0f} points" in ran.out
    assert clip["why"] in ran.out
    for reason in clip["reasons"]:
        assert f"{reason['contribution']:+.2f}" in ran.out
    assert round(sum(reason["contribution"] for reason in clip["reasons"]), 2) == clip["score"]
    (row,) = csv.DictReader((folder / "highlights.csv").read_text(encoding="utf-8-sig").splitlines())
    assert float(row["score"]) == clip["score"]
    picture = (folder / "highlights.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(picture)
    assert clip["title"] in picture
    assert "density" in picture


def test_other_weights_rank_anew_without_listening(cli: Any, seen: list[Any], tmp_path: Path) -> None:
    assert cli("highlights", *seen).code == 0
    before = json.loads((tmp_path / "out/sample/highlights.json").read_text(encoding="utf-8"))["clips"][0]
    ran = cli("highlights", *seen, "--weights", "laughter=1.5", "-w", "music=-0.1", "--json")
    done = stages(ran.out)
    assert done["listen"] is done["events"] is done["signals"] is True
    assert done["highlights"] is False
    after = json.loads((tmp_path / "out/sample/highlights.json").read_text(encoding="utf-8"))["clips"][0]
    assert after["score"] > before["score"]
    assert {"signal": "laughter", "weight": 1.5}.items() <= after["reasons"][0].items()


@pytest.mark.parametrize(
    ("word", "says"),
    [("laughtr=1", "did you mean"), ("laughter", "SIGNAL=WEIGHT"), ("laughter=much", "SIGNAL=WEIGHT"), ("=2", "SIGNAL=WEIGHT")],
)
def test_a_weight_that_is_none(cli: Any, seen: list[Any], word: str, says: str) -> None:
    ran = cli("highlights", *seen, "--weights", word)
    assert ran.code not in (0, 1)
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_none_because_of_a_threshold_and_it_says_which(cli: Any, seen: list[Any], tmp_path: Path) -> None:
    assert cli("highlights", *seen).code == 0
    heard = tmp_path / "out/sample/posterior.npz"
    arrays = dict(np.load(heard, allow_pickle=False))
    arrays["compact.values"] = arrays["compact.values"] // 2 + arrays["compact.values"] // 20  # as if all of it were fainter
    np.savez_compressed(heard, **arrays)
    strict = ["--set", "events.rules.laughter.onset=0.95", "--set", "events.rules.applause.onset=0.95"]
    ran = cli("highlights", *seen, *strict, "--passages")
    assert ran.code == 0, ran.err
    assert "so there is no clip" not in ran.out and "the best of the speech was chosen instead" in ran.out
    assert re.search(r"#1 \d+ points .*\n +speech: ", ran.out)
    ran = cli("highlights", *seen, *strict)
    assert ran.code == 0, ran.err
    assert "no clips: no laughter, applause or cheering was heard in 1.0 minutes" in ran.out.replace("\n", " ")
    assert "laughter.onset = 0.5" in ran.out and "--passages" in ran.out
    assert "laughter.onset = 0.5" in (tmp_path / "out/sample/highlights.svg").read_text(encoding="utf-8")


def test_without_words_clips_are_named_by_sound_and_time(cli: Any, sample: Path, tmp_path: Path) -> None:
    ran = cli("highlights", sample, "--out", tmp_path / "out", "--words", "none", "--set", "clips.exports=[]")
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/sample"
    (clip, *_) = json.loads((folder / "highlights.json").read_text(encoding="utf-8"))["clips"]
    assert re.fullmatch(r"(Laughter|Applause)( and (laughter|applause))* at \d+:\d\d", clip["title"])
    assert not any(s["text"] for s in json.loads((folder / "transcript.json").read_text(encoding="utf-8"))["segments"])


def test_words_that_are_there_are_kept_by_a_run_that_needs_none(cli: Any, seen: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *seen[:-2]).code == 0
    transcript = tmp_path / "out/sample/transcript.json"
    before = transcript.read_bytes()
    ran = cli("highlights", *seen[:3], "--words", "none", *seen[-2:], "--json")
    assert ran.code == 0, ran.err
    assert stages(ran.out)["listen"] is True
    assert transcript.read_bytes() == before
    ran = cli("highlights", *seen[:3], "--words", "none", "--language", "ja", *seen[-2:], "--json")
    assert stages(ran.out)["listen"] is False


def test_auto_leaves_words_out_where_no_model_can_run(cli: Any, sample: Path, tmp_path: Path) -> None:
    ran = cli("highlights", sample, "--out", tmp_path / "out", "--dry-run", "--json")
    assert ran.code == 0, ran.err
    assert '"name":"none"' in ran.out.replace(" ", "")
    ran = cli("highlights", sample, "--out", tmp_path / "out", "--language", "en", "--dry-run", "--json")
    assert '"name":"draft"' in ran.out.replace(" ", "")


def test_words_of_the_clips_alone(cli: Any, sample: Path, tmp_path: Path, sample_transcript: Path) -> None:
    plain = [sample, "--out", tmp_path / "out", "--transcript", sample_transcript, "--set", "clips.exports=[]", "--top", "1"]
    ran = cli("highlights", *plain, "--words", "clips")
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/sample"
    (clip,) = json.loads((folder / "highlights.json").read_text(encoding="utf-8"))["clips"]
    assert not re.search(r" at \d", clip["title"])
    assert not any(s["text"] for s in json.loads((folder / "transcript.json").read_text(encoding="utf-8"))["segments"])
    assert json.loads((folder / "clip_words.json").read_text(encoding="utf-8"))["segments"]
    again = stages(cli("highlights", *plain, "--words", "clips", "--json").out)
    assert all(fresh for stage, fresh in again.items() if stage != "identify")
    assert {"listen", "clip_words", "highlights"} <= set(again)
