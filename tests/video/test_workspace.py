"""Files are whole or absent, people's edits are kept, and what is fresh is known."""

from pathlib import Path

import pytest

from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import atomic_write, key_of, safe_name
from video_pipeline.core.transcript import Transcript
from video_pipeline.video.workspace import Workspace


def test_two_videos_of_one_name_do_not_meet(tmp_path: Path) -> None:
    first = Workspace.of(Path("a/talk.mp4"), "1" * 64, tmp_path)
    events = first.path("events.json")
    first.write(events, b"{}")
    first.finish("events", "key", [events])
    assert Workspace.of(Path("a/talk.mp4"), "1" * 64, tmp_path).folder == first.folder
    other = Workspace.of(Path("b/talk.mkv"), "2" * 64, tmp_path)
    assert other.folder == tmp_path / "talk-222222"


def test_a_stage_is_recorded_while_its_files_are_there(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "talk", "digest")
    assert space.record("events") is None
    events = space.path("events.json")
    space.write(events, b"{}")
    space.finish("events", "key", [events])
    again = Workspace(tmp_path / "talk", "digest")
    assert (record := again.record("events")) is not None
    assert record.key == "key"
    assert Workspace(tmp_path / "talk", "another video").record("events") is None
    events.unlink()
    assert again.record("events") is None


def test_an_edited_file_is_kept_before_it_is_written_anew(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "talk", "digest")
    target = space.path("talk.srt")
    space.write(target, b"ours")
    space.finish("subtitles", "1", [target])
    space.write(target, b"ours, newer")
    assert space.kept == []
    space.finish("subtitles", "2", [target])
    target.write_bytes(b"theirs")
    space.write(target, b"ours, newest")
    assert [path.name for path in space.kept] == ["talk.edited-1.srt"]
    assert space.kept[0].read_bytes() == b"theirs"
    assert target.read_bytes() == b"ours, newest"


def test_what_a_stage_no_longer_makes_goes_unless_edited(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "talk", "digest")
    old, edited, new = (space.path(f"clips/{name}") for name in ("old.mp4", "edited.mp4", "new.mp4"))
    for path in (old, edited):
        space.write(path, b"clip")
    space.finish("clips", "1", [old, edited])
    edited.write_bytes(b"changed by hand")
    space.write(new, b"clip")
    space.finish("clips", "2", [new])
    assert not old.exists()
    assert edited.exists()
    assert new.exists()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file.json"
    target.write_bytes(b"old")
    with pytest.raises(TypeError):
        atomic_write(target, "text, not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


def test_a_folder_that_refuses_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    space = Workspace(tmp_path / "file" / "talk", "digest")
    with pytest.raises(CannotWrite, match="cannot write"):
        space.write(space.path("events.json"), b"{}")


def test_a_damaged_record_is_named_and_a_damaged_state_costs_only_work(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "talk", "digest")
    transcript = space.path("transcript.json")
    space.write(transcript, b"{}")
    space.finish("transcript", "key", [transcript])
    for damage in (b"{nonsense", b'{"media": {"name": "\xff"}}'):
        transcript.write_bytes(damage)
        with pytest.raises(BadRecord, match=r"transcript\.json"):
            space.read_json(transcript, Transcript)
        (space.folder / ".stages.json").write_bytes(damage)
        assert Workspace(tmp_path / "talk", "digest").record("transcript") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a/b:c?", "a_b_c_"), ("..", "video"), ("会议 记录", "会议 记录"), ("x" * 300, "x" * 120), ("é" * 100, "é" * 60)],
)
def test_names_every_system_takes(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_keys_depend_on_values_not_on_order() -> None:
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    assert key_of("a") != key_of("b")
