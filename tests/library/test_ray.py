"""A cluster of two nodes gives what one process gives, byte for byte, and outlives its nodes and its runs."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.library.conftest import two_words
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.jobs.ray_engine import workers_beside
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.speech.errors import EngineUnavailable

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")
GOALS = ("subtitles", "highlights", "clips", "report")


@contextlib.contextmanager
def started(nodes: Sequence[dict[str, Any]], env: Mapping[str, str] = MappingProxyType({})) -> Iterator[Any]:
    """A cluster: a head that does no work, and nodes."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"PYTHONPATH": str(Path(__file__).parents[2]), **env}.items():
            patch.setenv(name, value)
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        try:
            for node in nodes:
                made.add_node(**node)
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one core, the second of which has something special.

    A new one for each test: what a killed worker leaves behind would take the place of the next run.
    """
    with started([{"num_cpus": 1}, {"num_cpus": 1, "resources": {"special": 1}}]) as made:
        yield made


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two words, which any of the videos is long enough for."""
    return two_words(tmp_path_factory.mktemp("stored"), 0.5, 0.9)


@pytest.fixture
def jobs(media: Any, said: dict[str, Any]) -> Callable[[Path], list[VideoJob]]:
    def make(out: Path) -> list[VideoJob]:
        names = ("tone", "ten-fps", "sound", "colours", "late-audio", "anamorphic")
        return [VideoJob(video=media(name), out=out, goals=GOALS, overrides=said) for name in names]

    return make


def worked(jobs: list[VideoJob], options: LibraryOptions, updates: list[JobUpdate]) -> list[Outcome]:
    with catalogue(jobs[0].out) as record:
        return list(run(record.undone(jobs), record, options, updates.append))


def test_two_nodes_give_the_same_bytes_as_one_process(
    cluster: Any, jobs: Any, sample: Path, sample_transcript: Path, tmp_path: Path, contents: Any
) -> None:
    """Clips of a real video too."""

    def everything(out: Path) -> list[VideoJob]:
        real = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
        return [*jobs(out), VideoJob(video=sample, out=out, goals=GOALS, overrides=real)]

    updates: list[JobUpdate] = []
    options = LibraryOptions(executor="ray", pool=Pool(address=cluster.address))
    here = worked(everything(tmp_path / "here"), LibraryOptions(), [])
    there = worked(everything(tmp_path / "there"), options, updates)
    assert {outcome.error for outcome in [*here, *there]} == {""}
    made = contents(tmp_path / "there")
    assert made == contents(tmp_path / "here")
    assert any(name.startswith("sample/clips/") and name.endswith(".mp4") for name in made)
    assert len({outcome.worker for outcome in there}) == 2
    assert {update.job_id for update in updates if update.kind == "started"} == {outcome.job.source for outcome in there}
    assert not worked(everything(tmp_path / "there"), options, [])


def test_a_worker_goes_where_its_resources_are(cluster: Any, jobs: Any, tmp_path: Path) -> None:
    pool = Pool(address=cluster.address, resources={"special": 1})
    made = worked(jobs(tmp_path)[:2], LibraryOptions(executor="ray", pool=pool), [])
    assert [outcome.error for outcome in made] == ["", ""]
    assert len({outcome.worker for outcome in made}) == 1


def test_what_fits_nowhere_is_said_at_once(cluster: Any, jobs: Any, tmp_path: Path) -> None:
    pool = Pool(address=cluster.address, gpus=0.5)
    with pytest.raises(EngineUnavailable, match=r"one needs 1 CPU, 0\.5 GPU"):
        worked(jobs(tmp_path)[:1], LibraryOptions(executor="ray", pool=pool), [])


@pytest.mark.parametrize("lost", [False, True], ids=["", "a worker dies"])
def test_standard_output_is_json_and_nothing_else(
    cluster: Any, jobs: Any, said: dict[str, Any], tmp_path: Path, lost: bool
) -> None:
    """More workers than the cluster has room for, and a worker that is killed: Ray itself has much to say."""
    settings = [word for name, value in said.items() for word in ("--set", f"{name}={value!r}")]
    names = [str(job.video) for job in jobs(tmp_path)]
    command = [sys.executable, "-m", "video_pipeline", "library", "run", *names, "-o", str(tmp_path / "out"), *settings, "--json"]
    with subprocess.Popen([*command, "--address", cluster.address, "--workers", "3"], stdout=subprocess.PIPE) as run_of:
        assert run_of.stdout is not None
        lines = []
        for line in run_of.stdout:
            lines.append(json.loads(line))
            if lost and lines[-1].get("stage") and kill_a_worker():
                lost = False
    assert run_of.returncode == 0
    assert lines[-1]["event"] == "summary" and lines[-1]["done"] == len(names)


def kill_a_worker() -> bool:
    """The process of one of this program's actors, in a cluster of this test's."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if b"ray::Actor" in (folder / "cmdline").read_bytes() and is_below(int(folder.name), os.getpid()):
                    os.kill(int(folder.name), signal.SIGKILL)
                    return True
    return False


def is_below(pid: int, ancestor: int) -> bool:
    """Whether a process was started by another, or by one that it started. Raises OSError where it is gone."""
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if pid == ancestor:
            return True
    return False


def test_no_cluster_is_said_at_once_and_another_ray_is_no_hindrance(cluster: Any, jobs: Any, tmp_path: Path) -> None:
    """Without an address a Ray of its own is started, though one runs here."""
    began_s = time.monotonic()
    with pytest.raises(EngineUnavailable, match="no cluster answers"):
        worked(jobs(tmp_path)[:1], LibraryOptions(executor="ray", pool=Pool(address="127.0.0.1:1")), [])
    assert time.monotonic() - began_s < 12
    made = worked(jobs(tmp_path)[:2], LibraryOptions(executor="ray", workers=1), [])
    assert [outcome.error for outcome in made] == ["", ""]


def test_a_killed_run_and_a_lost_node_cost_no_video(
    cluster: Any, jobs: Any, tmp_path: Path, contents: Any, begin_run: Any
) -> None:
    """The run is killed after its first video, and a node after the second run's first."""
    asked = jobs(tmp_path / "out")
    assert begin_run(asked, "ray", address=cluster.address, kill_after=1).wait(timeout=150) == -signal.SIGKILL
    with catalogue(tmp_path / "out") as record:
        (first,) = record.rows("done")
    node = cluster.add_node(num_cpus=1)
    options = LibraryOptions(executor="ray", workers=3, pool=Pool(address=cluster.address))
    with catalogue(tmp_path / "out") as record:
        for number, outcome in enumerate(run(record.undone(asked), record, options)):
            assert not outcome.error
            if number == 0:
                cluster.remove_node(node, allow_graceful=False)
        assert [row for row in record.rows("done") if row.source == first.source] == [first]
        assert record.totals().done == len(asked)
    worked(jobs(tmp_path / "here"), LibraryOptions(), [])
    assert contents(tmp_path / "out") == contents(tmp_path / "here")


def test_one_engine_a_gpu_serves_several_workers_and_is_replaced_when_it_dies(
    media: Any, sample: Path, small_checkpoint: Path, tmp_path: Path, contents: Any
) -> None:
    """The GPU is pretended, and so are its results; the engine alone has it."""
    overrides = {"speech.engine": "sensevoice", "speech.model": str(small_checkpoint)}

    def everything(out: Path) -> list[VideoJob]:
        videos = [sample, media("tone"), media("ten-fps"), media("sound")]
        return [VideoJob(video=video, out=out, goals=("events", "subtitles"), overrides=overrides) for video in videos]

    engines: list[int] = []
    loading: set[str] = set()

    def look(update: JobUpdate) -> None:
        """Stops the first engine when it is seen, and kills it when both workers wait for it."""
        updates.append(update)
        for found in set(engine_processes()).difference(engines):
            engines.append(found)
            if len(engines) == 1:
                os.kill(found, signal.SIGSTOP)
        if update.stage == "load" and update.worker not in loading:
            loading.add(update.worker)
            if len(loading) == 2:
                os.kill(engines[0], signal.SIGKILL)

    here = worked(everything(tmp_path / "here"), LibraryOptions(), [])
    updates: list[JobUpdate] = []
    with started([{"num_cpus": 3, "num_gpus": 1}]) as made:
        options = LibraryOptions(executor="ray", pool=Pool(address=made.address, gpus=1, share_engine="yes"))
        with catalogue(tmp_path / "there") as record:
            there = list(run(record.undone(everything(tmp_path / "there")), record, options, look))
        assert not engine_processes()
    assert sorted((outcome.job.video.name, outcome.error) for outcome in there) == sorted(
        (outcome.job.video.name, outcome.error) for outcome in here
    )
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert len({outcome.worker for outcome in there}) == 2
    assert len(engines) == 2
    assert [update.text for update in updates if "shared engine" in update.text] == [
        "the shared engine hung or died; another one is started"
    ]


def engine_processes() -> list[int]:
    """Those that an `EngineActor` of this test's started, and that see a GPU."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_bytes()
                if b"spawn_main" in line and b"CUDA_VISIBLE_DEVICES=0" in (folder / "environ").read_bytes().split(b"\0"):
                    found += [int(folder.name)] if is_below(int(folder.name), os.getpid()) else []
    return found


@pytest.mark.parametrize(
    ("nodes", "workers", "gpus", "expected"),
    [
        ([{"CPU": 3, "GPU": 1}], 0, 1, [2]),
        ([{"CPU": 8, "GPU": 2}, {"CPU": 64}], 0, 1, [3, 3]),
        ([{"CPU": 8, "GPU": 2}], 0, 0.5, [1, 1, 1, 1]),
        ([{"CPU": 8, "GPU": 2}], 3, 1, [2, 1]),
        ([{"CPU": 8, "GPU": 1}, {"CPU": 4, "GPU": 1}], 2, 1, [1, 1]),
        ([{"CPU": 3, "GPU": 1}], 5, 1, [2, 2, 1]),
        ([{"CPU": 1, "GPU": 1}], 0, 1, []),
        ([{"CPU": 4}], 0, 0, [3]),
        ([{"CPU": 4}], 0, 1, []),
    ],
)
def test_workers_are_spread_over_the_engines(
    nodes: list[dict[str, float]], workers: int, gpus: float, expected: list[int]
) -> None:
    there = [{"Alive": True, "Resources": has} for has in nodes] + [{"Alive": False, "Resources": {"CPU": 99, "GPU": 9}}]
    assert sorted(workers_beside(there, Pool(workers=workers, gpus=gpus)), reverse=True) == expected


def test_a_lost_head_is_told_in_one_line_and_costs_no_video(jobs: Any, said: dict[str, Any], media: Any, tmp_path: Path) -> None:
    """Ray itself would end the run without a word, its worker in the middle of a video."""
    held, slow = tmp_path / "held", tmp_path / "slow.mp4"
    held.touch()
    slow.write_bytes(media("colours").read_bytes())
    script = tmp_path / "bin" / "ffmpeg"
    script.parent.mkdir()
    waiting = f'case "$*" in *{slow}*) while [ -e {held} ]; do sleep 0.1; done;; esac'
    script.write_text(f'#!/bin/sh\n{waiting}\nexec "{find_ffmpeg()}" "$@"\n')
    script.chmod(0o755)
    env = {"PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}", "RAY_gcs_rpc_server_reconnect_timeout_s": "30"}
    names = [str(slow), *(str(job.video) for job in jobs(tmp_path)[:2])]
    settings = [word for name, value in said.items() for word in ("--set", f"{name}={value!r}")]
    command = [sys.executable, "-m", "video_pipeline", "library", "run", *names, "-o", str(tmp_path / "out"), *settings]
    with started([{"num_cpus": 1}], env) as made:
        there = [*command, "--json", "--address", made.address]
        with subprocess.Popen(there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env}) as run_of:
            assert run_of.stdout is not None
            for line in run_of.stdout:
                update = json.loads(line)
                if update["event"] == "started" and update["source"] == str(slow):
                    break
            made.head_node.kill_gcs_server()
            rest, words = run_of.communicate(timeout=120)
            wait_for_end(str(slow))
    *_, last = (json.loads(line) for line in rest.splitlines())
    assert "the Ray cluster was lost: its head at" in str(last) and "run the same command again" in str(last)
    assert (run_of.returncode, words) == (9, b"")
    with catalogue(tmp_path / "out") as record:
        before = {row.source: row.ended for row in record.rows("done")}
    held.unlink()
    assert str(slow) not in before
    assert subprocess.run([*command, "--quiet"], check=False).returncode == 0
    with catalogue(tmp_path / "out") as record:
        after = {row.source: row.ended for row in record.rows("done")}
    assert before.items() <= after.items() and set(after) == set(names)


def wait_for_end(word: str, limit_s: float = 20.0) -> None:
    """Until no process below this one has the word in its command line."""
    deadline_s = time.monotonic() + limit_s
    while any(word in line for line in command_lines()):
        assert time.monotonic() < deadline_s
        time.sleep(0.1)


def command_lines() -> Iterator[str]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                yield (folder / "cmdline").read_bytes().decode(errors="replace")


@pytest.mark.slow
def test_a_submitted_job_takes_its_cluster_and_leaves_its_progress_in_the_log(
    jobs: Any, said: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No flag says that there is a cluster. The token that lets the job in is of this test alone."""
    pytest.importorskip("aiohttp_cors", reason="the job server comes with ray[default]")
    token = tmp_path / "token"
    token.write_text(secrets.token_hex(32))
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    names = [str(job.video) for job in jobs(tmp_path)[:3]]
    settings = [word for name, value in said.items() for word in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "video_pipeline", "library", "run", *names, "-o", str(tmp_path / "out"), *settings]
    with head_with_jobs(tmp_path) as address:
        log = submitted(address, command)
    assert "3 videos: 3 done now, 0 done before, 0 failed" in log, log
    assert "succeeded" in log and "raylet" not in log
    with catalogue(tmp_path / "out") as record:
        assert {row.worker.partition(" (")[0] for row in record.rows("done")} <= {"ray 1", "ray 2"}


@contextlib.contextmanager
def head_with_jobs(folder: Path) -> Iterator[str]:
    """A head of one node with two cores and a job server; the server's address."""
    port, dashboard, client = free_ports(3)
    start = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--disable-usage-stats", "--num-cpus=2"]
    start += [f"--port={port}", f"--dashboard-port={dashboard}", f"--ray-client-server-port={client}"]
    with (folder / "head.log").open("wb") as log, tempfile.TemporaryDirectory(prefix="ray-") as short:  # sockets have short names
        head = subprocess.Popen([*start, f"--temp-dir={short}"], stdout=log, stderr=log, start_new_session=True)
        try:
            yield f"http://127.0.0.1:{dashboard}"
        finally:
            head.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                head.wait(timeout=20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(head.pid, signal.SIGKILL)
            head.wait()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_ones:
        found = [open_ones.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in found]


def submitted(address: str, command: Sequence[str], limit_s: float = 150.0) -> str:
    """What `ray job submit` shows of a command, once the cluster takes jobs."""
    submit = [sys.executable, "-m", "ray.scripts.scripts", "job", "submit", "--address", address]
    submit += ["--runtime-env-json", json.dumps({"env_vars": {"VIDEO_PIPELINE_DEBUG": "1"}}), "--", *command]
    deadline_s = time.monotonic() + limit_s
    while True:
        made = subprocess.run(submit, capture_output=True, text=True, timeout=limit_s, check=False)
        if "submitted successfully" in made.stdout or time.monotonic() > deadline_s:
            return made.stdout + made.stderr
        time.sleep(1.0)


@pytest.mark.slow
def test_nodes_that_share_no_folder_give_back_through_a_bucket_also_after_a_kill(
    media: Any, said: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the node looks, the library is an empty disk. The run is killed after its first video."""
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not hide a folder from a process")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    own = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**own, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
        monkeypatch.setenv(name, value)
    bucket = pytest.importorskip("fsspec").filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    bucket.mkdir("archive")
    bucket.mkdir("exchange")
    for name in ("tone", "ten-fps", "colours"):
        bucket.pipe_file(f"archive/{name}.mp4", media(name).read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    settings = [word for name, value in said.items() for word in ("--set", f"{name}={value!r}")]
    command = [sys.executable, "-m", "video_pipeline", "library", "run", "s3://archive", "-o", str(out), *settings, "--json"]
    try:
        with started([]) as made, hidden_node(made.address, out, tmp_path / "node.log"):
            command += ["--staging", "s3://exchange/tmp", "--address", made.address, "--workers", "1"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
                assert first.stdout is not None
                for line in first.stdout:
                    if json.loads(line)["event"] == "item":
                        first.kill()
            before = {row.source: row.ended for row in rows_of(out)}
            again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)
        lines = [json.loads(line) for line in again.stdout.splitlines()]
        assert (again.returncode, lines[-1]["event"], lines[-1]["failed"]) == (0, "summary", 0)
        after = {row.source: row.ended for row in rows_of(out)}
        assert len(before) >= 1 and before.items() <= after.items() and len(after) == 3
        with catalogue(out) as record:
            assert not list(record.damaged())
        assert bucket.find("exchange") == []
    finally:
        server.stop()


def rows_of(out: Path) -> list[Any]:
    with catalogue(out) as record:
        return list(record.rows("done"))


@contextlib.contextmanager
def hidden_node(address: str, hidden: Path, log: Path) -> Iterator[None]:
    """A node of one core that sees an empty disk in place of a folder."""
    start = shlex.join([sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1", f"--address={address}"])
    script = f"mount -t tmpfs none {shlex.quote(str(hidden))} && exec {start}"
    with log.open("wb") as file:
        node = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stdout=file, stderr=file, start_new_session=True)
    try:
        yield
    finally:
        node.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            node.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(node.pid, signal.SIGKILL)
        node.wait()
