"""Fetching the checkpoint from a hub on this machine that breaks off, throttles, refuses, lies, or is not there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fake_hub import FakeHub, closed_address, point_at, publish
from video_pipeline.core import download, hub_cache
from video_pipeline.core.checksums import CHECKSUMS
from video_pipeline.speech import checksums
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import FetchFailed
from video_pipeline.speech.sensevoice import fetching, hubs, weights

_SMALL = {name: name.encode() * 100 for name in hubs.FILES}
CONTENT = {**_SMALL, hubs.WEIGHTS: random.Random(1).randbytes(3_000_000)}
TOTAL = sum(map(len, CONTENT.values()))


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model of this machine is seen, `CONTENT` is what is published, and retries come at once."""
    for name in ("MODELSCOPE_CACHE", "HF_HUB_CACHE", "HF_HOME", weights.ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    publish(CONTENT, monkeypatch)
    monkeypatch.setattr(download, "_PAUSES_S", (0.01, 0.01))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """The only hub there is; change it before fetching."""
    with FakeHub(files=dict(CONTENT)).running() as running:
        point_at(running.address, monkeypatch)
        yield running


def reason_of_failure() -> str:
    with pytest.raises(FetchFailed) as caught:
        fetching.fetch()
    assert not weights.default_folder().exists()
    assert weights.locate(SpeechOptions()) is None
    assert str(weights.default_folder()) in str(caught.value)
    assert all(name in str(caught.value) for name in hubs.FILES)
    return caught.value.reason


def part() -> Path:
    folder = fetching.part_of(weights.default_folder())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_fetching_brings_the_five_files_and_their_record(hub: FakeHub) -> None:
    reports: list[tuple[int, int]] = []
    folder = fetching.fetch(on_progress=lambda *report: reports.append(report))
    assert weights.locate(SpeechOptions()) == folder == weights.default_folder()
    assert sorted(path.name for path in folder.iterdir()) == sorted([*hubs.FILES, CHECKSUMS])
    assert {path.name for path in folder.parent.glob("[!.]*")} == {hubs.MODEL}
    assert reports[-1] == (TOTAL, TOTAL)
    assert reports == sorted(reports)
    record = json.loads((folder / CHECKSUMS).read_text())
    assert record["sha256"] == hubs.PUBLISHED_SHA256
    assert (record["source"], record["revision"]) in {(f"{one.name} {one.repo}", one.revision) for one in hubs.HUBS}
    checksums.verify(folder)


def test_a_complete_folder_is_not_fetched_twice_unless_asked(hub: FakeHub) -> None:
    folder = fetching.fetch()
    asked = len(hub.asked)
    fetching.fetch()
    assert len(hub.asked) == asked
    (folder / hubs.WEIGHTS).write_bytes(b"damaged")
    fetching.fetch(again=True)
    checksums.verify(folder)
    assert {path.name for path in folder.parent.glob("[!.]*")} == {hubs.MODEL}


def test_many_that_fetch_at_once_download_once_and_all_see_progress(hub: FakeHub) -> None:
    hub.bytes_per_s = 4e6
    seen: list[set[int]] = [set() for _ in range(6)]

    def one(number: int) -> Path:
        return fetching.fetch(on_progress=lambda done, total: seen[number].add(done))

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(one, range(6))) == {weights.default_folder()}
    assert hub.served[hubs.WEIGHTS] == len(CONTENT[hubs.WEIGHTS])
    assert all(len(reports) > 1 for reports in seen)


# Connections that break


def test_a_connection_that_breaks_off_at_random_is_resumed(hub: FakeHub) -> None:
    hub.break_chance = 0.05
    fetching.fetch()
    checksums.verify(weights.default_folder())
    assert hub.count(hubs.WEIGHTS) > 2
    assert hub.served[hubs.WEIGHTS] == len(CONTENT[hubs.WEIGHTS])


def test_a_hub_that_dies_is_followed_by_the_other_which_goes_on_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeHub(files=dict(CONTENT), silent=True).running() as late, FakeHub(files=dict(CONTENT)).running() as first:
        point_at(first.address, monkeypatch, late.address)
        first.breaks = [2_000_000, 0, 0, 0, 0, 0]
        late.silent = False
        monkeypatch.setattr(hubs, "fastest_first", lambda sources: (list(sources), {}))
        folder = fetching.fetch()
    assert json.loads((folder / CHECKSUMS).read_text())["source"].startswith("ModelScope")
    assert first.served[hubs.WEIGHTS] + late.served[hubs.WEIGHTS] == len(CONTENT[hubs.WEIGHTS])


def test_a_hub_without_ranges_still_gets_there(hub: FakeHub) -> None:
    hub.ranges, hub.breaks = False, [1_000_000, 500_000, 2_000_000]
    fetching.fetch()
    checksums.verify(weights.default_folder())


def test_a_hub_that_always_breaks_is_given_up_and_what_came_is_kept(hub: FakeHub) -> None:
    hub.breaks = [1_000_000, *[0] * 20]
    assert "model.pt: the connection broke off" in reason_of_failure()
    assert 900_000 < (part() / hubs.WEIGHTS).stat().st_size < 1_100_000
    hub.breaks = []
    fetching.fetch()
    assert hub.served[hubs.WEIGHTS] == len(CONTENT[hubs.WEIGHTS])


def test_a_slow_hub_is_no_broken_one(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "CONNECT_TIMEOUT_S", 0.3)
    hub.bytes_per_s = 3e6
    fetching.fetch()
    assert hub.count(hubs.WEIGHTS) == 1


_FETCH = """
import json, sys
from pathlib import Path
from video_pipeline.speech.sensevoice import fetching, hubs
hubs.PUBLISHED_BYTES, hubs.PUBLISHED_SHA256 = json.loads(sys.argv[2])
fetching.fetch(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("seed", range(2))
def test_a_download_killed_three_times_goes_on_each_time(hub: FakeHub, tmp_path: Path, seed: int) -> None:
    rng, target = random.Random(seed), tmp_path / "killed" / hubs.MODEL
    hub.bytes_per_s = 1.5e6
    pins = json.dumps([hubs.PUBLISHED_BYTES, hubs.PUBLISHED_SHA256])
    words = (sys.executable, "-c", _FETCH, str(target), pins)
    sizes = [0]
    for _ in range(3):
        process = subprocess.Popen(words, env={**os.environ}, start_new_session=True)
        goal = sizes[-1] + rng.randint(200_000, 600_000)
        deadline_s = time.monotonic() + 60
        while fetching.partial_bytes(target) < goal and process.poll() is None and time.monotonic() < deadline_s:
            time.sleep(0.01)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        sizes.append(fetching.partial_bytes(target))
        assert sizes[-1] >= goal
    subprocess.run(words, check=True, timeout=120)
    checksums.verify(target)
    assert hub.served_bytes <= 1.1 * TOTAL


# Hubs that refuse or lie


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "it gets too many requests (HTTP 429)"),
        (403, "it refuses access (HTTP 403)"),
        (404, "it does not have the file (HTTP 404)"),
        (503, "it answers HTTP 503 (Service Unavailable)"),
    ],
)
@pytest.mark.parametrize("failing", [hubs.FILES, (hubs.WEIGHTS,)])
def test_a_refusal_is_named(hub: FakeHub, status: int, words: str, failing: tuple[str, ...]) -> None:
    hub.status, hub.failing = status, failing
    reason = reason_of_failure()
    assert words in reason
    assert "Hugging Face: " in reason
    assert "ModelScope: " in reason


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_refusal_that_passes_is_waited_for(hub: FakeHub, status: int) -> None:
    hub.status, hub.failing, hub.fails_left = status, (hubs.WEIGHTS,), 2
    checksums.verify(fetching.fetch())


@pytest.mark.parametrize("failing", [hubs.FILES, (hubs.WEIGHTS,)])
@pytest.mark.parametrize("page_type", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_login_page_is_no_file(hub: FakeHub, failing: tuple[str, ...], page_type: str) -> None:
    hub.login_page, hub.failing, hub.page_type = True, failing, page_type
    reason = reason_of_failure()
    if page_type.startswith("text/html") or failing == hubs.FILES:
        assert "it answers with a web page instead of the file" in reason
    else:
        assert f"instead of {len(CONTENT[hubs.WEIGHTS])}" in reason
    hub.login_page = False
    checksums.verify(fetching.fetch())


def test_wrong_bytes_are_refused_and_removed(hub: FakeHub) -> None:
    hub.files[hubs.WEIGHTS] = bytes(len(CONTENT[hubs.WEIGHTS]))
    assert "model.pt is not the published file: its SHA-256 is wrong" in reason_of_failure()
    assert not (part() / hubs.WEIGHTS).exists()
    hub.files = dict(CONTENT)
    checksums.verify(fetching.fetch())


def test_a_file_of_another_size_is_refused_before_it_comes(hub: FakeHub) -> None:
    hub.files[hubs.WEIGHTS] = bytes(5_000_000)
    assert "its file has 5000000 bytes instead of 3000000" in reason_of_failure()
    assert (part() / hubs.WEIGHTS).stat().st_size == 0


def test_another_revision_is_trusted_as_it_comes(hub: FakeHub) -> None:
    (part() / hubs.WEIGHTS).write_bytes(b"of the pinned one")
    hub.files[hubs.CMVN] = b"newer"
    folder = fetching.fetch(revision="main", sources=[hubs.MODELSCOPE])
    assert all("Revision=main" in path for path, _, _ in hub.asked)
    assert (folder / hubs.CMVN).read_bytes() == b"newer"
    assert json.loads((folder / CHECKSUMS).read_text())["revision"] == "main"
    checksums.verify(folder)


# Machines without a network, or with a proxy


def test_where_nobody_listens_that_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(closed_address(), monkeypatch)
    start_s = time.perf_counter()
    assert reason_of_failure() == "Hugging Face: it refuses the connection; ModelScope: it refuses the connection"
    assert time.perf_counter() - start_s < 3


def test_a_name_that_is_unknown_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at("http://no-such-host.invalid", monkeypatch)
    monkeypatch.setattr(hubs, "REACH_TIMEOUT_S", 2.0)
    start_s = time.perf_counter()
    assert "its name cannot be resolved" in (reason := reason_of_failure()) or "does not answer" in reason
    assert time.perf_counter() - start_s < 4


def test_a_proxy_is_used(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at("http://no-such-host.invalid", monkeypatch)
    monkeypatch.setenv("http_proxy", hub.address)
    checksums.verify(fetching.fetch())
    assert all(path.startswith("http://no-such-host.invalid/") for path, _, _ in hub.asked)


@pytest.mark.parametrize("switch", [hub_cache.OFFLINE, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_mode_asks_nobody(switch: str, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(switch, "1")
    assert switch in reason_of_failure()
    assert not hub.asked
    assert not weights.default_folder().parent.exists()


def test_offline_as_an_option_asks_nobody(hub: FakeHub) -> None:
    with pytest.raises(FetchFailed, match="offline mode was requested"):
        fetching.fetch(offline=True)
    assert not hub.asked


# The disk


def test_a_full_disk_is_noticed_before(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=50_000_000))
    assert "no room" in reason_of_failure()
    assert not hub.asked


def test_a_disk_that_fills_up_is_said_once_and_no_other_hub_is_asked(hub: FakeHub) -> None:
    (part() / hubs.WEIGHTS).symlink_to("/dev/full")
    assert reason_of_failure() == "model.pt: the disk is full"
    assert hub.count(hubs.WEIGHTS) == 1


def test_a_folder_that_cannot_be_made_is_named(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FetchFailed, match="file"):
        fetching.fetch(tmp_path / "file" / hubs.MODEL)


# Leftovers


def cut(folder: Path) -> None:
    (folder / hubs.WEIGHTS).write_bytes(CONTENT[hubs.WEIGHTS][:2_000_000])


def wrong(folder: Path) -> None:
    (folder / hubs.WEIGHTS).write_bytes(bytes(2_000_000))


def longer(folder: Path) -> None:
    (folder / hubs.WEIGHTS).write_bytes(bytes(4_000_000))


def of_other_tools(folder: Path) -> None:
    (folder / ".cache" / "huggingface").mkdir(parents=True)
    (folder / "model.pt.incomplete").write_bytes(b"?")


@pytest.mark.parametrize(
    ("leave", "served"), [(cut, 1_000_000), (wrong, 4_000_000), (longer, 3_000_000), (of_other_tools, 3_000_000)]
)
def test_leftovers_are_used_or_removed(leave: Callable[[Path], None], served: int, hub: FakeHub) -> None:
    leave(part())
    folder = fetching.fetch()
    checksums.verify(folder)
    assert hub.served[hubs.WEIGHTS] == served
    assert sorted(path.name for path in folder.iterdir()) == sorted([*hubs.FILES, CHECKSUMS])


def test_a_complete_part_needs_no_network(hub: FakeHub) -> None:
    for name, data in CONTENT.items():
        (part() / name).write_bytes(data)
    checksums.verify(fetching.fetch())
    assert not hub.asked


def test_files_of_incomplete_caches_are_not_downloaded_again(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "ms" / "models" / "iic" / "SenseVoiceSmall"
    cache.mkdir(parents=True)
    (cache / hubs.WEIGHTS).write_bytes(CONTENT[hubs.WEIGHTS])
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "ms"))
    checksums.verify(fetching.fetch())
    assert hub.count(hubs.WEIGHTS) == 0


def test_leftovers_beside_a_complete_model_are_removed(hub: FakeHub) -> None:
    folder = fetching.fetch()
    cut(part())
    folder.with_name(f"{folder.name}.old").mkdir()
    fetching.fetch()
    assert {path.name for path in folder.parent.glob("[!.]*")} == {hubs.MODEL}


def test_a_broken_refetch_leaves_the_old_weights(hub: FakeHub) -> None:
    folder = fetching.fetch()
    hub.status = 403
    shutil.rmtree(fetching.part_of(folder), ignore_errors=True)
    with pytest.raises(FetchFailed):
        fetching.fetch(again=True)
    checksums.verify(folder)


def test_an_interrupt_keeps_what_came(hub: FakeHub) -> None:
    def stop(done: int, total: int) -> None:
        if done > 1_000_000:
            raise KeyboardInterrupt

    hub.bytes_per_s = 3e6
    with pytest.raises(KeyboardInterrupt):
        fetching.fetch(on_progress=stop)
    assert fetching.partial_bytes() > 1_000_000
    hub.bytes_per_s = 0
    checksums.verify(fetching.fetch())
