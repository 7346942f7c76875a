"""Videos that lie elsewhere: a server that speaks S3 and one that speaks HTTP, both on this machine, both real."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest

from video_pipeline.cli.advice import advised
from video_pipeline.core.errors import CannotWrite, NoSuchFile, PipelineError
from video_pipeline.core.heartbeat import beats_to
from video_pipeline.library import remote
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.deliver import upload
from video_pipeline.library.errors import CannotPut, RemoteBroken, RemoteMissing, RemoteRefused, RemoteTooBig, RemoteUnknown
from video_pipeline.library.plan import plan
from video_pipeline.library.remote import is_remote, local_copy, name_of, put
from video_pipeline.library.repair import repair
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.sources import find_videos
from video_pipeline.video.video import Video

BUCKET = "talks"


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """A file system over an S3 server of this module's own."""
    server_module = pytest.importorskip("moto.server")
    fsspec = pytest.importorskip("fsspec")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        }.items():
            patch.setenv(name, value)
        system = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
        system.mkdir(BUCKET)
        yield system
        fsspec.filesystem("s3").clear_instance_cache()
    server.stop()


class Web(BaseHTTPRequestHandler):
    """`/whole` gives 1000 bytes, `/half` promises them and gives 400, `/flaky` breaks only the first time."""

    seen: dict[str, int]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.seen[path] = self.seen.get(path, 0) + 1
        status = {"/refused.mp4": 403, "/gone.mp4": 404, "/sick.mp4": 500}.get(path, 200)
        self.send_response(status)
        broken = path == "/half.mp4" or (path == "/flaky.mp4" and self.seen[path] == 1)
        if path == "/unsized.mp4":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", "1000" if status == 200 else "0")
        self.end_headers()
        if status == 200:
            self.wfile.write(b"x" * (400 if broken else 1000))
            self.close_connection = True

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("aiohttp")
    monkeypatch.setattr(remote, "_WAITS_S", (0.0, 0.0))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Web,), {"seen": {}}))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    monkeypatch.setenv(remote.SCRATCH, str(folder))
    return folder


def left(scratch: Path) -> list[Path]:
    return list(scratch.rglob("*")) if scratch.exists() else []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("s3://bucket/a.mp4", True), ("https://host/a.mp4", True), ("simplecache::s3://b/a", True), ("memory://a", True),
        ("talks/a.mp4", False), ("C:\\talks\\a.mp4", False), ("file:///talks/a.mp4", False), ("a://", True), ("://a", False),
    ],
)  # fmt: skip
def test_addresses_and_paths(source: str, expected: bool) -> None:
    assert is_remote(source) is expected


def test_a_remote_file_has_a_name(tmp_path: Path) -> None:
    assert name_of("https://host/talks/caf%C3%A9%20%2F1.mp4?token=a/b") == "1.mp4"
    assert name_of("s3://bucket/deep/a?b.mp4") == "a_b.mp4"


def test_a_file_comes_whole_and_goes_again(web: str, scratch: Path) -> None:
    for name in ("whole.mp4", "unsized.mp4", "flaky.mp4"):
        with local_copy(f"{web}/{name}?key=1", name) as path:
            assert (path.name, path.read_bytes()) == (name, b"x" * 1000)
        assert not left(scratch)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("gone.mp4", RemoteMissing), ("refused.mp4", RemoteRefused), ("half.mp4", RemoteBroken), ("sick.mp4", RemoteBroken)],
)
def test_what_does_not_come_is_an_error_with_a_name(web: str, scratch: Path, name: str, kind: type[PipelineError]) -> None:
    with pytest.raises(kind, match=name) as raised, local_copy(f"{web}/{name}", name):
        pass
    assert isinstance(raised.value, NoSuchFile)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert not left(scratch)


@pytest.mark.parametrize("name", ["whole.mp4", "unsized.mp4"])
def test_a_file_that_is_too_large_is_not_fetched(web: str, scratch: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(remote.MOST_GB, "0.0000005")
    with pytest.raises(RemoteTooBig, match="larger than 5e-07 GB") as caught, local_copy(f"{web}/{name}", name):
        pass
    assert remote.MOST_GB in advised(caught.value)
    assert not left(scratch)


def test_a_full_or_closed_scratch_folder_is_no_fault_of_the_server(web: str, scratch: Path) -> None:
    scratch.parent.mkdir(exist_ok=True)
    scratch.write_text("a file where a folder should be")
    with pytest.raises(CannotWrite), local_copy(f"{web}/whole.mp4", "a.mp4"):
        pass


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PermissionError("Forbidden"), RemoteRefused),
        (FileNotFoundError("bucket/x"), RemoteMissing),
        (OSError(28, "No space left on device", "/scratch/a.mp4"), CannotWrite),
        (PermissionError(13, "Permission denied", "/scratch/a.mp4"), CannotWrite),
        (TimeoutError(), RemoteBroken),
    ],
    ids=repr,
)
def test_errors_of_storage_become_ours(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, kind: type[Exception]
) -> None:
    fsspec = pytest.importorskip("fsspec")

    def refuse(*words: Any, **more: Any) -> None:
        raise error

    monkeypatch.setattr(remote, "_WAITS_S", ())
    monkeypatch.setattr(fsspec.filesystem("memory").__class__, "get_file", refuse)
    with pytest.raises(kind), local_copy("memory://bucket/x.mp4", "x.mp4"):
        pass


def test_nobody_there(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_WAITS_S", ())
    with pytest.raises(RemoteBroken), local_copy("http://127.0.0.1:9/a.mp4", "a.mp4"):
        pass


@pytest.mark.parametrize("url", ["nosuch://a/b.mp4", "az://a/b.mp4"])
def test_kinds_that_cannot_be_opened(url: str) -> None:
    with pytest.raises(RemoteUnknown, match=url):
        find_videos([url])


def test_what_killed_processes_left_is_removed(web: str, scratch: Path) -> None:
    with local_copy(f"{web}/whole.mp4", "a.mp4") as path:
        mine = path.parent
    orphan = scratch / mine.name.replace(f".{mine.name.split('.')[-2]}.", ".999999999.")
    orphan.mkdir(parents=True)
    with local_copy(f"{web}/whole.mp4", "a.mp4") as first, local_copy(f"{web}/whole.mp4", "a.mp4") as second:
        assert not orphan.exists()
        assert first.exists() and second.exists()


def test_buckets_folders_and_patterns(s3: Any) -> None:
    for name in ("one/a.mp4", "one/deep/b.MKV", "one/notes.txt", "one/.c.mp4", "two/[d].mp4"):
        s3.pipe(f"{BUCKET}/{name}", name.encode())
    base = f"s3://{BUCKET}"
    found = find_videos([f"{base}/one"])
    assert [(video.source, video.below.as_posix()) for video in found] == [
        (f"{base}/one/a.mp4", "."), (f"{base}/one/deep/b.MKV", "deep"),
    ]  # fmt: skip
    assert [video.bytes for video in found] == [9, 14]
    assert [video.name for video in find_videos([f"{base}/one/**/*.MKV", f"{base}/two/[d].mp4"])] == ["b.MKV", "[d].mp4"]
    with pytest.raises(RemoteMissing):
        find_videos([f"{base}/three"])
    with pytest.raises(RemoteMissing):
        find_videos(["s3://no-such-bucket-here/x"])


def test_equal_content_has_an_equal_mark(s3: Any) -> None:
    for name, content in (("a", b"same"), ("b", b"same"), ("c", b"other")):
        s3.pipe(f"{BUCKET}/marks/{name}.mp4", content)
    a, b, c = find_videos([f"s3://{BUCKET}/marks"])
    assert a.etag == b.etag != c.etag


def test_a_list_in_a_bucket(s3: Any, scratch: Path) -> None:
    s3.pipe(f"{BUCKET}/lists/all.csv", b"video,top\na.mp4,2\nhttps://host.example/b.mp4,\n")
    found = find_videos([f"s3://{BUCKET}/lists/all.csv"])
    assert [video.source for video in found] == ["https://host.example/b.mp4", f"s3://{BUCKET}/lists/a.mp4"]
    assert found[1].overrides == {"highlights.top": 2}
    assert not left(scratch)


def test_a_folder_of_results_goes_up_with_its_marker_last(s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "talk"
    (folder / "clips").mkdir(parents=True)
    for name in (".stages.json", "talk.srt", "clips/01.mp4", ".x.part"):
        (folder / name).write_text(name)
    order: list[str] = []
    monkeypatch.setattr("video_pipeline.library.deliver.put", lambda path, url: (order.append(url), put(path, url)))
    upload(folder, f"s3://{BUCKET}/results/talk")
    assert [url.partition("results/")[2] for url in order] == ["talk/clips/01.mp4", "talk/talk.srt", "talk/.stages.json"]
    assert s3.cat_file(f"{BUCKET}/results/talk/clips/01.mp4") == b"clips/01.mp4"
    with pytest.raises(CannotPut, match="no-such-bucket-here"):
        upload(folder, "s3://no-such-bucket-here/results")


def test_an_upload_in_parts_reports_progress(s3: Any, tmp_path: Path) -> None:
    content, beats = bytes(range(256)) * (90 << 10), list[int]()  # 22.5 MB
    (tmp_path / "large.mp4").write_bytes(content)
    with beats_to(lambda: beats.append(1)):
        put(tmp_path / "large.mp4", f"s3://{BUCKET}/parts/large.mp4")
    assert len(beats) >= 4
    assert s3.cat_file(f"{BUCKET}/parts/large.mp4") == content


@pytest.fixture
def said(tmp_path: Path, transcript_text: str) -> dict[str, Any]:
    stored = tmp_path / "said.json"
    stored.write_text(transcript_text)
    return {"speech.engine": "replay", "speech.transcript": str(stored)}


@pytest.fixture(scope="module")
def transcript_text() -> str:
    words = {"start_s": 0.2, "end_s": 1.6, "text": "Good morning."}
    record = {"media": {"name": "x", "duration_s": 2}, "engine": {"name": "test"}, "segments": [{**words, "tokens": [words]}]}
    return msgspec.json.encode(record).decode()


def test_a_run_over_a_bucket(s3: Any, media: Any, said: dict[str, Any], tmp_path: Path, scratch: Path) -> None:
    s3.put_file(str(media("tone")), f"{BUCKET}/run/deep/good.mp4")
    s3.put_file(str(media("sound")), f"{BUCKET}/run/vanishing.mp4")
    options = LibraryOptions(goals=("subtitles",), overrides=said, sidecars=True, upload=f"s3://{BUCKET}/made")
    jobs = plan([f"s3://{BUCKET}/run"], tmp_path / "out", options)
    s3.rm_file(f"{BUCKET}/run/vanishing.mp4")
    with catalogue(tmp_path / "out") as book:
        outcomes = {outcome.job.source.rpartition("/")[2]: outcome for outcome in run(jobs, book, options)}
        assert outcomes["good.mp4"].error == ""
        assert outcomes["vanishing.mp4"].error_type == "RemoteMissing"
        assert [job.source.rpartition("/")[2] for job in book.undone(jobs)] == ["vanishing.mp4"]
    subtitles = (tmp_path / "out/deep/good/good.srt").read_bytes()
    assert s3.cat_file(f"{BUCKET}/run/deep/good.srt") == subtitles
    assert s3.cat_file(f"{BUCKET}/made/deep/good/good.srt") == subtitles
    assert not left(scratch)


def test_results_name_the_address_and_not_the_copy(s3: Any, sample_transcript: Path, tmp_path: Path, scratch: Path) -> None:
    """Pages, cut lists and the folder's memory, also after a correction; the page offers what a browser opens."""
    s3.put_file(str(sample_transcript.with_name("sample.mp4")), f"{BUCKET}/named/a talk.mp4")
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript), "clips.exports": ["timelines"]}
    options = LibraryOptions(goals=("subtitles", "highlights", "clips", "report"), overrides=said)
    url, folder = f"s3://{BUCKET}/named/a talk.mp4", tmp_path / "out/a talk"
    with catalogue(tmp_path / "out") as book:
        assert [outcome.error for outcome in run(plan([url], tmp_path / "out", options), book, options)] == [""]
    video = Video.open(folder)
    assert (video.path, video.info.url) == (folder / "a talk.mp4", f"s3://{BUCKET}/named/a%20talk.mp4")
    assert '"media":["a%20talk.mp4"]' in (folder / "report.html").read_text().replace(": ", ":")
    video.correct(0, "Good evening.")
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert str(scratch).encode() not in path.read_bytes() and b"-fetched" not in path.read_bytes(), path
    for name in ("highlights.fcpxml", "highlights.edl", "highlights.otio", "highlights.xml"):
        assert f"s3://{BUCKET}/named/a%20talk.mp4" in (folder / "clips/timelines" / name).read_text()
    (tmp_path / "out/library.sqlite").unlink()
    (folder / "library.sqlite.item.json").unlink()
    repair(tmp_path / "out")
    with catalogue(tmp_path / "out") as book:
        assert [row.source for row in book.rows()] == [url]


def test_sidecars_beside_files_respect_what_is_there(media: Any, said: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    for name in ("mine", "own"):
        shutil.copy(media("tone"), folder / f"{name}.mp4")
    (folder / "mine.mp4").write_bytes((folder / "mine.mp4").read_bytes() + b"\0")  # not the same content
    (folder / "mine.srt").write_text("a person made this")
    options = LibraryOptions(goals=("subtitles",), overrides=said, sidecars=True)
    for again in (False, True):
        with catalogue(tmp_path / "out") as book:
            asked = (
                LibraryOptions(goals=("subtitles",), overrides={**said, "subtitles.labels": "none"}, sidecars=True)
                if again
                else options
            )
            jobs = plan([str(folder)], tmp_path / "out", asked)
            assert [outcome.error for outcome in run(list(book.undone(jobs)), book, asked)] == ["", ""]
    assert {path.name for path in folder.iterdir()} == {
        "mine.mp4", "own.mp4", "mine.srt", "mine.pipeline.srt", "mine.ass", "own.srt", "own.ass",
    }  # fmt: skip
    assert (folder / "mine.srt").read_text() == "a person made this"
