"""The findings of `qc` in the forms that CI systems and code scanners read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from video_pipeline.subtitles.qc import Finding
    from video_pipeline.subtitles.read.reading import Reading

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file that was checked, or that could not be read."""

    path: Path
    reading: Reading | None = None
    findings: Sequence[Finding] = ()
    _: KW_ONLY
    strict: bool = False
    """Soft rules fail too."""
    error: str = ""

    def fails(self, finding: Finding) -> bool:
        return finding.hard or self.strict

    def line(self, finding: Finding) -> int:
        """Line of the cue in the file; 0 if unknown."""
        lines = self.reading.lines if self.reading else ()
        return lines[finding.cue - 1] if finding.cue <= len(lines) else 0

    def words(self, finding: Finding) -> str:
        """The finding as a sentence."""
        from video_pipeline.core.timecode import clock

        at = f" at {clock(self.reading.cues[finding.cue - 1].start_s)}" if self.reading else ""
        return f"cue {finding.cue}{at}: {finding.rule} is {finding.value:g}, limit {finding.limit:g}"


def junit(results: Sequence[FileResult], profile: str) -> bytes:
    """JUnit XML: a test case per file, which fails by its findings and errs if it is unreadable; soft findings are its output."""
    failed = [result for result in results if any(map(result.fails, result.findings))]
    errors = [result for result in results if result.error]
    counts = {"tests": str(len(results)), "failures": str(len(failed)), "errors": str(len(errors))}
    root = ElementTree.Element("testsuites", {"name": "subtitles", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": f"qc {profile}", **counts})
    for result in results:
        names = {"classname": f"qc.{profile}", "name": str(result.path), "file": str(result.path)}
        case = ElementTree.SubElement(suite, "testcase", names)
        if result.error:
            ElementTree.SubElement(case, "error", {"message": _xml(result.error), "type": "unreadable"})
        broken = [finding for finding in result.findings if result.fails(finding)]
        if broken:
            failure = ElementTree.SubElement(case, "failure", {"message": f"{len(broken)} rules broken", "type": broken[0].rule})
            failure.text = "\n".join(map(result.words, broken))
        if soft := [finding for finding in result.findings if not result.fails(finding)]:
            ElementTree.SubElement(case, "system-out").text = "\n".join(map(result.words, soft))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def sarif(results: Sequence[FileResult]) -> bytes:
    """SARIF 2.1.0: a result per finding, hard ones as errors, at the line of the cue; unreadable files are notifications."""
    import msgspec

    from video_pipeline import __version__
    from video_pipeline.subtitles.qc import HARD

    rules = sorted({finding.rule for result in results for finding in result.findings})
    notes = [_notification(result) for result in results if result.error]
    driver = {
        "name": "video-pipeline qc",
        "version": __version__,
        "rules": [{"id": rule, "defaultConfiguration": {"level": "error" if rule in HARD else "warning"}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(result, finding) for result in results for finding in result.findings],
        "invocations": [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}],
    }
    return (
        msgspec.json.format(msgspec.json.encode({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}), indent=1) + b"\n"
    )


def _result(result: FileResult, finding: Finding) -> dict[str, Any]:
    line = result.line(finding)
    place: dict[str, Any] = {"artifactLocation": {"uri": result.path.as_posix()}}
    if line:
        place["region"] = {"startLine": line}
    return {
        "ruleId": finding.rule,
        "level": "error" if result.fails(finding) else "warning",
        "message": {"text": result.words(finding)},
        "locations": [{"physicalLocation": place}],
    }


def _notification(result: FileResult) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": result.path.as_posix()}}}
    return {"level": "error", "message": {"text": result.error}, "locations": [place]}


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n")
