"""A bundle that is unpacked on somebody's machine: no name in it leads out of the folder it is unpacked in."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over
from video_pipeline.clips.base import ClipJob, ClipOptions, SourceVideo
from video_pipeline.core.clip import Clip
from video_pipeline.media.probe import probe

Own = tuple[TestClient, str, Path]
NAMES = [
    "../../../evil",
    "/etc/cron.d/evil",
    "C:\\Windows\\evil",
    "..\\..\\evil",
    "\\\\host\\share\\evil",
    "con",
    "nul.txt",
    "a\x00b",
    "-rf",
    "~/.ssh/authorized_keys",
    "....//....//evil",
    "a:b",
    ".hidden",
    "x" * 300,
    "evil\n../evil",
    "\u202egpj.exe",
    "%2e%2e%2fevil",
]
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def harmless(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not PurePosixPath(name).is_absolute()
        and not PureWindowsPath(name).anchor
        and not set('\\:*?"<>|') & set(name)
        and all(character.isprintable() for character in name)
        and not any(
            part.startswith((".", "-", "~")) or part.endswith(".") or _RESERVED.match(part) or len(part) > 200 for part in parts
        )
    )


def _is_plain(part: str) -> bool:
    return not (part.startswith((".", "-", "~")) or part.endswith(".") or _RESERVED.match(part) or len(part) > 200)


@pytest.mark.parametrize("name", NAMES)
def test_a_title_becomes_part_of_a_harmless_name(name: str, tmp_path: Path, media: Any) -> None:
    job = ClipJob(
        source=SourceVideo(info=probe(media("colours"))),
        clips=(Clip(1.0, 2.0, 50.0, name),),
        folder=tmp_path,
        options=ClipOptions(),
    )
    assert harmless(f"{job.stem(0)}.mp4")


def test_titles_of_clips_name_files(own: Own) -> None:
    client, job_id, _ = own
    clips = [{"start_s": 2.0 + n, "end_s": 2.6 + n, "title": name} for n, name in enumerate(NAMES[:3])]
    assert client.put(f"/api/jobs/{job_id}/clips", json={"clips": clips}).status_code == 200
    made = over(client, client.post(f"/api/jobs/{job_id}/export", json={"timelines": True}).json()["id"])
    assert made["state"] == "done", made
    with zipfile.ZipFile(io.BytesIO(client.get(made["url"]).content)) as bundle:
        assert len([name for name in bundle.namelist() if name.endswith(".mp4")]) == len(clips)
        assert [name for name in bundle.namelist() if not harmless(name)] == []


def test_a_speaker_names_no_file_anywhere_else(own: Own, tmp_path: Path) -> None:
    client, job_id, folder = own
    for name in NAMES:
        view = client.get(f"/api/jobs/{job_id}/view").json()["segments"][0]
        line = {key: view[key] for key in ("start_s", "end_s", "text")}
        edit = {"edits": [{"was": [line], "lines": [{**line, "speaker": name}]}]}
        assert client.post(f"/api/jobs/{job_id}/lines", json=edit).status_code == 200
    client.get(f"/api/jobs/{job_id}/files/report.html")
    assert [path for path in tmp_path.rglob("*") if "evil" in path.name] == []
    assert all(harmless(path.relative_to(folder).as_posix()) for path in folder.iterdir() if not path.name.startswith("."))
