"""Errors state what went wrong and where, without advice; programs can read and pickle them."""

import dataclasses
import importlib
import pickle
import pkgutil
import re
from pathlib import Path

import pytest

import video_pipeline
from video_pipeline.cli.exit_codes import exit_code
from video_pipeline.core import errors
from video_pipeline.core.registry import Registry

ALL = {
    module.name for module in pkgutil.walk_packages(video_pipeline.__path__, "video_pipeline.") if module.name.endswith(".errors")
}
for name in ALL:
    importlib.import_module(name)
BESIDE_THEIR_CODE = {"video_pipeline.core.constraints", "video_pipeline.core.extras", "video_pipeline.core.registry"}
for name in BESIDE_THEIR_CODE:
    importlib.import_module(name)
OURS = {name for name in ALL if not name.startswith("video_pipeline.web")}
"""Those that the command line can meet."""
EXAMPLES = {Path: Path("talk.mp4"), str: "words", int: 3, float: 1.5, "tuple": ("a", "b")}


def every_error() -> list[errors.PipelineError]:
    found, kinds = [], [errors.PipelineError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if dataclasses.is_dataclass(kind) and kind.__module__ in OURS:
            values = [_example(str(fact.type)) for fact in dataclasses.fields(kind)]
            found.append(kind(*values))
    return found


def _example(annotation: str) -> object:
    known = {"Path": Path("talk.mp4"), "str": "words", "int": 3, "float": 1.5, "tuple[str, ...]": ("first", "second")}
    return known[annotation]


@pytest.mark.parametrize("error", every_error(), ids=lambda e: type(e).__name__)
def test_every_error_pickles_speaks_and_has_an_exit_code(error: errors.PipelineError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert "\n" not in str(error)
    assert len(str(error)) > 10
    assert not re.search(r"--\w|pip install|`", str(error))
    assert exit_code(error) > 1


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^((?:  [|+ ] )*)(\w+)(?:  |$)", line):
            depth = len(found[1]) // 4
            above[depth:] = [found[2]]
            if depth:
                drawn[found[2]] = above[depth - 1]

    real = {}
    kinds = [errors.PipelineError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__ in ALL | BESIDE_THEIR_CODE and kind is not errors.PipelineError:
            real[kind.__name__] = kind.__bases__[0].__name__
    assert drawn == real


def test_exit_codes() -> None:
    assert exit_code(KeyboardInterrupt()) == 130
    assert exit_code(ZeroDivisionError()) == 1


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "holiday.mp4").touch()
    assert "did you mean 'holiday.mp4'?" in str(errors.NoSuchFile(tmp_path / "holday.mp4"))
    assert "nor a folder" in str(errors.NoSuchFile(tmp_path / "no" / "x.mp4"))


def test_a_table_names_the_nearest_member_and_loads_lazily() -> None:
    table = Registry("thing", {"path": "pathlib:Path", "absent": "no_such_module:Thing"})
    assert table.load("path") is Path
    assert set(table) == {"path", "absent"}
    with pytest.raises(errors.UnknownName, match="did you mean 'path'"):
        table.load("pth")
