"""What was found, as lists for players and editing programs, counted, and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from video_pipeline.core.errors import BadRecord, UnknownName
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.facets import facets
from video_pipeline.library.index import index
from video_pipeline.library.lists import write_list
from video_pipeline.library.question import Moment, Question
from video_pipeline.library.saved import NAME, save_search, saved_search


@pytest.fixture
def moments(tmp_path: Path) -> list[Moment]:
    talk, sound, remote = str(tmp_path / "a talk.mp4"), str(tmp_path / "b & c.wav"), "https://host.example/d.mp4"
    return [
        Moment(10.0 * k + 1.5, 10.0 * k + 4, source=source, folder=str(tmp_path / "none"), text=f"words <{k}>\nhere")
        for k, source in enumerate((talk, sound, remote, talk))
    ]


def written(moments: list[Moment], path: Path) -> str:
    write_list(moments, path, "carbon\ntax")
    return path.read_text(encoding="utf-8")


def test_a_playlist(moments: list[Moment], tmp_path: Path) -> None:
    lines = written(moments, tmp_path / "lists" / "x.m3u8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert lines[2:6] == [
        "#EXTINF:2.500,a talk.mp4: words <0> here",
        "#EXTVLCOPT:start-time=1.500",
        "#EXTVLCOPT:stop-time=4.000",
        str(tmp_path / "a talk.mp4"),
    ]
    assert lines.count("https://host.example/d.mp4") == 1 and len(lines) == 2 + 4 * 4


def test_an_edit_list(moments: list[Moment], tmp_path: Path) -> None:
    text = written(moments, tmp_path / "x.edl")
    edits = [line.split() for line in text.splitlines() if line[:3].isdigit()]
    assert [edit[4:] for edit in edits][:2] == [
        ["00:00:01:13", "00:00:04:00", "01:00:00:00", "01:00:02:12"],
        ["00:00:11:13", "00:00:14:00", "01:00:02:12", "01:00:04:24"],
    ]
    assert text.count("* FROM CLIP NAME: ") == 4 and text.startswith("TITLE: carbon tax\n")


def test_a_project(moments: list[Moment], tmp_path: Path) -> None:
    tree = ElementTree.fromstring(written(moments, tmp_path / "x.fcpxml"))
    assets = {asset.get("id"): asset.get("src") for asset in tree.iter("asset")}
    expected = [moment.source if "://" in moment.source else Path(moment.source).as_uri() for moment in moments]
    assert sorted(assets.values()) == sorted(set(expected))
    assert [assets[clip.get("ref")] for clip in tree.iter("asset-clip")] == expected
    assert len({element.get("id") for element in tree.iter() if element.get("id")}) == 1 + 2 * 3


def test_other_lists_are_refused(moments: list[Moment], tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="fcpxml"):
        write_list(moments, tmp_path / "x.fcpxm", "x")


@pytest.mark.parametrize("suffix", [".m3u", ".edl", ".fcpxml"])
def test_a_list_of_nothing(tmp_path: Path, suffix: str) -> None:
    assert written([], tmp_path / f"x{suffix}")


def test_what_is_found_is_counted(talks: Any) -> None:
    with catalogue(talks.out) as book, index(talks.out) as searched:
        searched.refresh(book)
        counts = facets(searched, Question("climate"))
        assert counts["language"] == {"en": 2} and counts["sound"] == {"applause": 2}
        assert counts["folder"] == {str(talks.videos): 2} and counts["length"] == {"under 20 min": 2}
        assert facets(searched, Question("climate", within="show")) == {}


def test_searches_are_remembered(tmp_path: Path) -> None:
    question = Question("carbon tax", events=("applause",), after="2022", most=5)
    save_search(tmp_path, "taxes", question)
    save_search(tmp_path, "other", Question("x"))
    assert saved_search(tmp_path, "taxes") == question
    with pytest.raises(UnknownName, match="taxes"):
        saved_search(tmp_path, "taxs")
    (tmp_path / NAME).write_text("{")
    with pytest.raises(BadRecord, match=NAME):
        saved_search(tmp_path, "taxes")
