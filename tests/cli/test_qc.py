"""`qc`: a subtitle file against a profile, for people and for CI."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOOD = "1\n00:00:01,000 --> 00:00:03,000\n[happy] Good evening.\n\n2\n00:00:04,000 --> 00:00:06,000\nThank you.\n"
BAD = "1\n00:00:01,000 --> 00:00:01,300\nGood evening,\nfriends,\nand others.\n\n2\n00:00:01,200 --> 00:00:06,000\nYes.\n"
FAST = "1\n00:00:01,000 --> 00:00:02,000\nWhat is said so very fast cannot be read.\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "talk.srt"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_clean_file_passes(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    ran = cli("qc", file(GOOD))
    assert ran.code == 0
    assert "2 cues, 0 hard and 0 soft rules broken" in ran.out


def test_hard_rules_fail_with_an_exit_code_of_their_own(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    ran = cli("qc", file(BAD))
    assert ran.code == 12
    for words in ("cue 1 at 0:01.0: lines is 3, limit 2", "least_ms is 300, limit 833", "cue 2 at 0:01.2: overlap_ms is 100"):
        assert words in ran.out
    assert len(ran.errors) == 1


def test_soft_rules_fail_only_on_request(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    assert cli("qc", file(FAST)).code == 0
    assert cli("qc", file(FAST), "--strict").code == 12
    assert cli("qc", file(FAST), "--strict", "--set", "subtitles.languages.en.speed_cps=50").code == 0


def test_each_profile_has_its_own_limits(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    line = "x" * 40
    path = file(GOOD.replace("Thank you.", line))
    assert cli("qc", path, "--profile", "netflix", "--language", "en").code == 0
    assert "line_width is 40, limit 37" in cli("qc", path, "--profile", "bbc", "--language", "en").out
    assert cli("qc", path, "--profile", "netflics").code == 2
    assert cli("qc", path, "--language", "xx").code == 2


def test_programs_read_one_object_a_line(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    *findings, result, error = map(json.loads, cli("qc", file(BAD), "--json").out.splitlines())
    assert {(f["event"], f["cue"], f["rule"], f["limit"], f["value"], f["hard"]) for f in findings} >= {
        ("finding", 1, "lines", 2, 3, True),
        ("finding", 2, "overlap_ms", 0, 100, True),
    }
    assert (result["event"], result["cues"], result["hard"]) == ("result", 2, sum(f["hard"] for f in findings))
    assert (error["type"], error["exit_code"]) == ("RulesBroken", 12)


def test_the_cuts_of_the_video_are_checked(cli: Callable[..., Any], file: Callable[[str], Path], media: Any) -> None:
    """The picture cuts at 2 s and at 4 s."""
    path = file("1\n00:00:02,200 --> 00:00:03,300\nGood evening.\n")
    assert "start_beside_cut_ms" in cli("qc", path, "--video", media("colours")).out
    assert "beside_cut" not in cli("qc", path).out


def test_other_files_give_one_clear_error(cli: Callable[..., Any], tmp_path: Path) -> None:
    noise = tmp_path / "noise.srt"
    noise.write_bytes(bytes(range(256)) * 9)
    assert cli("qc", noise).code == 4
    assert cli("qc", tmp_path / "absent.srt").code == 3


def test_many_files_and_folders(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.srt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.srt").write_text(BAD, encoding="utf-8")
    (tmp_path / "notes.md").write_text("no subtitles", encoding="utf-8")
    ran = cli("qc", tmp_path)
    assert ran.code == 12 and "2 files: 1 passed, 1 broke rules, 0 could not be read" in ran.out
    assert ran.errors == ["error: 1 of 2 files breaks the rules"]
    assert cli("qc", tmp_path / "deep").code == 0
    ran = cli("qc", tmp_path / "deep" / "good.srt", tmp_path / "notes.md")
    assert ran.code == 11 and "1 could not be read" in ran.out
    assert cli("qc", f"{tmp_path}/*/*.srt").code == 0
    assert cli("qc", tmp_path / "nothing.srt").code == 3
    *_, summary, error = map(json.loads, cli("qc", tmp_path, "--json").out.splitlines())
    assert summary == {"event": "summary", "files": 2, "passed": 1, "broken": 1, "failed": 0}
    assert (error["type"], error["exit_code"]) == ("SomeBroken", 12)


def test_ci_reads_junit_and_sarif(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "good.srt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.srt").write_text(BAD, encoding="utf-8")
    (tmp_path / "noise.srt").write_bytes(bytes(range(256)) * 9)
    junit, sarif = tmp_path / "qc.xml", tmp_path / "qc.sarif"
    assert cli("qc", tmp_path, "--junit", junit, "--sarif", sarif).code == 12
    suite = ET.parse(junit).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    (failure,) = suite.iter("failure")
    assert "cue 1 at 0:01.0: lines is 3, limit 2" in (failure.text or "")
    (run,) = json.loads(sarif.read_bytes())["runs"]
    first = next(result for result in run["results"] if result["ruleId"] == "lines")
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("bad.srt")
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {result["ruleId"] for result in run["results"]}


def test_signs_elsewhere_do_not_overlap(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    sign = "1\n00:00:01,000 --> 00:00:05,000\nI have to go now.\n\n2\n00:00:02,000 --> 00:00:04,000\n{\\an8}STATION\n"
    assert cli("qc", file(sign)).code == 0
    assert "overlap_ms" in cli("qc", file(sign.replace("{\\an8}", ""))).out


def test_any_language_may_be_named(cli: Callable[..., Any], file: Callable[[str], Path]) -> None:
    assert cli("qc", file(GOOD), "--language", "fr").code == 0
    assert cli("qc", file(GOOD), "--language", "no such").code == 2
