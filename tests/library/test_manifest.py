"""Tables of videos with options for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.errors import BadRecord, BadValue, UnknownKey
from video_pipeline.library.plan import plan
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.sources import Found, find_videos


def table(folder: Path, text: str, name: str = "talks.csv") -> list[Found]:
    (folder / name).write_text(text, encoding="utf-8")
    return find_videos([str(folder / name)])


def test_options_stand_in_columns(tmp_path: Path) -> None:
    first, second = table(
        tmp_path,
        "video,preset,language,emotion,subtitles.lines,transcript\na.mp4,podcast,ja,FALSE,1,said.json\nb.mp4,,,,,\n",
    )
    assert first.source == str(tmp_path / "a.mp4")
    assert first.preset == "podcast"
    assert first.overrides == {
        "speech.language": "ja",
        "emotion": False,
        "subtitles.lines": 1,
        "speech.transcript": str(tmp_path / "said.json"),
    }
    assert (second.preset, second.overrides) == ("", {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "path;top\na.mp4;3\n"),
        ("t.tsv", "file\ttop\na.mp4\t3\n"),
        ("t.csv", '\ufeffurl,top\r\n"a.mp4","3"\r\n'),
        ("t.csv", "top, video\n3, a.mp4\n\n"),
    ],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, name: str, text: str) -> None:
    (found,) = table(tmp_path, text, name)
    assert (found.source, found.overrides) == (str(tmp_path / "a.mp4"), {"highlights.top": 3})


def test_a_folder_in_a_table_gives_its_options_to_all_in_it(tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / "talks" / name).touch()
    found = table(tmp_path, "video,top\ntalks,2\n")
    assert [(video.name, video.overrides) for video in found] == [
        ("a.mp4", {"highlights.top": 2}),
        ("b.mp4", {"highlights.top": 2}),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("video,langauge\na.mp4,en\n", UnknownKey, "line 2.*did you mean 'language'"),
        ("video,top\na.mp4,3\nb.mp4,many\n", BadValue, "line 3"),
        ("video,preset\na.mp4,podcats\n", BadValue, "did you mean 'podcast'"),
        ("video,top\na.mp4,3,4\n", BadValue, "more fields"),
        ("name,top\na.mp4,3\n", BadRecord, "column video"),
        ("", BadRecord, "column video"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(tmp_path: Path, text: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        table(tmp_path, text)


def test_further_columns_describe_the_video(tmp_path: Path) -> None:
    (found,) = table(tmp_path, "Video,Title,Date,Language,speaker,top\na.mp4,Opening night,2023-05-01,ja,Ann Lee,3\n")
    assert found.overrides == {"speech.language": "ja", "highlights.top": 3}
    assert found.metadata == {"Title": "Opening night", "Date": "2023-05-01", "speaker": "Ann Lee"}
    (job,) = plan([str(tmp_path / "talks.csv")], tmp_path / "out", LibraryOptions())
    assert job.metadata == found.metadata


@pytest.mark.parametrize("name", ["subtitles.linez", "formts", "lablels"])
def test_a_column_that_is_nearly_an_option_is_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownKey, match="did you mean"):
        table(tmp_path, f"video,{name}\na.mp4,1\n")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_tables_in_the_codes_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    (tmp_path / "t.csv").write_bytes(f"{mark}video;title\r\ncafé.mp4;Zürich 講演\r\n".encode(encoding))
    (found,) = find_videos([str(tmp_path / "t.csv")])
    assert (found.name, found.metadata) == ("café.mp4", {"title": "Zürich 講演"})


def test_a_table_in_an_old_code_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("video;title\ncafé.mp4;x\n".encode("latin-1"))
    with pytest.raises(BadRecord, match="save it as UTF-8"):
        find_videos([str(tmp_path / "t.csv")])


def test_a_row_stands_above_the_run_and_above_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / "talks.csv").write_text("video,top,preset\na.mp4,2,podcast\n")
    options = LibraryOptions(preset="lecture", overrides={"highlights.top": 5, "track": 1})
    for sources in (["talks.csv", "."], [".", "talks.csv"]):
        (job,) = plan([str(tmp_path / source) for source in sources], tmp_path / "out", options)
        assert (job.preset, dict(job.overrides)) == ("podcast", {"highlights.top": 2, "track": 1})
