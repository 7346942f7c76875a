"""Links in the work folder: what they lead to is neither shown, nor bundled, nor written over."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, served, upload

SECRET = "what nobody outside may read"
Own = tuple[TestClient, str, Path]


def linked(folder: Path, outside: Path) -> list[str]:
    """Links of every kind in a folder of results, to a folder and its file outside; their names."""
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "relative.srt").symlink_to("../../outside/secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "deep").mkdir()
    (folder / "deep" / "link.html").symlink_to(outside / "secret.txt")
    return ["link.txt", "relative.srt", "folder/secret.txt", "deep/link.html"]


def test_they_are_not_there(own: Own, tmp_path: Path) -> None:
    client, job_id, folder = own
    names = linked(folder, tmp_path / "outside")
    listed = {file["path"] for file in client.get(f"/api/jobs/{job_id}/files").json()}
    assert listed and not listed & set(names)
    for name in names:
        answer = client.get(f"/api/jobs/{job_id}/files/{name}")
        assert answer.status_code == 404 and SECRET not in answer.text, name


def test_a_bundle_of_all_files_leaves_them_out(own: Own, tmp_path: Path) -> None:
    client, job_id, folder = own
    names = linked(folder, tmp_path / "outside")
    made = over(client, client.post(f"/api/jobs/{job_id}/export", json={"what": "files"}).json()["id"])
    assert made["state"] == "done", made["error"]
    with zipfile.ZipFile(io.BytesIO(client.get(made["url"]).content)) as bundle:
        assert bundle.namelist() and not set(bundle.namelist()) & set(names)
        assert not any(SECRET.encode() in bundle.read(name) for name in bundle.namelist())


def test_a_file_that_is_written_takes_the_place_of_a_link(own: Own, tmp_path: Path) -> None:
    """And does not go through it."""
    client, job_id, folder = own
    outside = tmp_path / "outside.txt"
    outside.write_text(SECRET)
    for name in ("sample.srt", "report.html", "corrections.json", "choice.json", "decisions.json", "transcript.json"):
        if name.endswith(("srt", "html")):
            (folder / name).unlink()
        if not (folder / name).exists():
            (folder / name).symlink_to(outside)
    client.put(f"/api/jobs/{job_id}/segments/0", json={"text": "other words"})
    client.put(f"/api/jobs/{job_id}/clips", json={"clips": [{"start_s": 1, "end_s": 9}]})
    client.post(f"/api/jobs/{job_id}/cut", json={"take_out": [{"start_s": 1, "end_s": 2}]})
    client.get(f"/api/jobs/{job_id}/files/report.html")
    assert outside.read_text() == SECRET


@pytest.mark.parametrize("dangling", [False, True])
def test_a_folder_that_is_a_link_is_nobodys_results(one_line: Path, tone: object, tmp_path: Path, dangling: bool) -> None:
    """A video of that name gets a folder beside it."""
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    outside = tmp_path / "outside"
    with served(tmp_path / "first", overrides=said) as client:
        over(client, upload(client, tone(1), "talk.wav")["id"])  # type: ignore[operator]
    shutil.copytree(tmp_path / "first" / "talk", outside)
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "talk").symlink_to(tmp_path / "nowhere" if dangling else outside)
    with served(tmp_path / "out", overrides=said) as client:
        job = over(client, upload(client, tone(1), "talk.wav")["id"])  # type: ignore[operator]
        assert job["state"] == "done", job
        assert all(one["folder"] != "talk" for one in client.get("/api/library").json())
        client.delete(f"/api/jobs/{job['id']}")
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "nowhere").exists()
