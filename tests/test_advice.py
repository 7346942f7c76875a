"""Advice: each face gives it in its own terms, and every option and flag in it exists."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest
import typer

from video_pipeline.cli.advice import ADVICE as ON_THE_COMMAND_LINE
from video_pipeline.cli.advice import advice, advised, advised_record
from video_pipeline.cli.app import app
from video_pipeline.core.errors import CannotWrite, PipelineError, class_named
from video_pipeline.media.errors import CannotCut, IsFolder, NotMedia
from video_pipeline.options import SHORT_NAMES, load_options
from video_pipeline.video.advice import ADVICE as IN_PYTHON
from video_pipeline.video.advice import explained
from video_pipeline.web.errors import ADVICE as IN_A_REQUEST
from video_pipeline.web.errors import advice as request_advice

CUT = CannotCut(Path("talk.mp4"), "copy", "its picture is vp8")


def flags_of(command: typer.core.TyperCommand | typer.core.TyperGroup) -> set[str]:
    own = {name for parameter in command.params for name in parameter.opts}
    below = getattr(command, "commands", {}).values()
    return own.union(*(flags_of(one) for one in below))


def test_every_flag_in_the_advice_exists() -> None:
    known = flags_of(typer.main.get_command(app))
    for kind, clause in ON_THE_COMMAND_LINE.items():
        assert set(re.findall(r"--[a-z-]+", clause)) <= known, kind


def test_every_option_in_the_advice_can_be_set() -> None:
    requested = [found for clause in IN_A_REQUEST.values() for found in re.findall(r'\{"([\w.]+)": "(\w+)"\}', clause)]
    passed = [found for clause in IN_PYTHON.values() for found in re.findall(r'(\w+)="?(\w+)', clause)]
    assert len(requested) >= 5 and len(passed) >= 6
    for key, value in (*requested, *passed):
        load_options("default", {SHORT_NAMES.get(key, key).replace("__", "."): value})


def test_errors_themselves_name_no_flag() -> None:
    assert not re.search(r"--\w|pip install|`", str(CUT))
    assert str(CUT) == "talk.mp4 cannot be cut by copy: its picture is vp8"


def test_the_same_error_is_advised_by_each_face_in_its_own_terms() -> None:
    assert advised(CUT).endswith("; --cut exact works for every video")
    assert '"clips.cut.way": "exact"' in request_advice("CannotCut")
    with pytest.raises(CannotCut) as raised, explained():
        raise CUT
    assert "clips__cut__way" in "".join(traceback.format_exception(raised.value))


def test_a_note_is_added_once_however_many_functions_it_leaves() -> None:
    error = CannotWrite(Path("out"), "the disk is full")
    with pytest.raises(CannotWrite), explained(), explained():
        raise error
    assert len(error.__notes__) == 1


def test_advice_comes_from_the_nearest_class() -> None:
    assert "library run" in advice(IsFolder(Path("videos")))
    assert advice(NotMedia(Path("notes.txt"), "it is text")) == ""
    assert advice(ZeroDivisionError()) == ""


def test_a_stored_failure_is_advised_by_the_name_of_its_class() -> None:
    assert advised_record("it was stopped", "WorkerHung") == "it was stopped; process it alone"
    assert advised_record("it was stopped", "TookTooLong") == "it was stopped; raise --time-limit"
    assert advised_record("it was stopped", "OfAnotherVersion") == "it was stopped"
    assert class_named("PipelineError") is PipelineError
