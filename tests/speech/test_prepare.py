"""Weights come by themselves: which engine runs after a fetch, without a network, and offline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_hub import FakeHub, closed_address, folder_files, point_at, publish
from video_pipeline.cli.checks import Check, examine
from video_pipeline.core import download, hub_cache
from video_pipeline.core.progress import WEIGHTS_STAGE
from video_pipeline.options import load_options
from video_pipeline.speech import choose
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import FetchFailed
from video_pipeline.speech.sensevoice import hubs, weights
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.process import process, results_key


class Followed:
    """Remembers stages with the share of each that was done, and notices."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.shares: dict[str, float] = {}
        self.notices: list[str] = []
        self.open: list[str] = []
        self._total = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self.stages.append(stage)
        self.open.append(stage)
        self._total = total_s or 1.0

    def phase(self, name: str, total: float | None) -> None:
        self.begin(name, total)

    def advance(self, done_s: float) -> None:
        self.shares[self.stages[-1]] = done_s / self._total

    def end(self, *, fresh: bool) -> None:
        self.open.pop()

    def notice(self, text: str) -> None:
        self.notices.append(text)


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model of this machine is seen, and no fetch has failed before."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "MODELSCOPE_CACHE", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "machine"))
    for name in ("HF_HUB_CACHE", weights.ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(choose._OfProcess, "failure", None)
    monkeypatch.setattr(download, "_PAUSES_S", (0.01, 0.01))


@pytest.fixture
def hub(small_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """Publishes the miniature model."""
    files = folder_files(small_checkpoint)
    publish(files, monkeypatch)
    with FakeHub(files=files).running() as running:
        point_at(running.address, monkeypatch)
        yield running


def test_auto_fetches_and_says_the_size_first(hub: FakeHub) -> None:
    followed = Followed()
    choose.prepare(SpeechOptions(), followed)
    total_mb = sum(map(len, hub.files.values())) / 1e6
    assert followed.notices == [f"fetching the speech model, once: {total_mb:.0f} MB"]
    assert followed.stages == [WEIGHTS_STAGE]
    assert followed.shares[WEIGHTS_STAGE] == pytest.approx(1.0)
    assert choose.choose(SpeechOptions()).name == "sensevoice"
    asked = len(hub.asked)
    choose.prepare(SpeechOptions(), followed)
    assert len(hub.asked) == asked


@pytest.mark.parametrize("options", [{"engine": "draft"}, {"model": "/nowhere"}, {"engine": "sensevoice", "model": "/nowhere"}])
def test_nothing_is_fetched_for_another_engine_or_a_named_folder(options: dict[str, str], hub: FakeHub) -> None:
    choose.prepare(SpeechOptions(**options), Followed())
    assert not hub.asked


def test_without_a_network_it_takes_seconds_and_names_three_ways_on(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(closed_address(), monkeypatch)
    followed, start_s = Followed(), time.perf_counter()
    choose.prepare(SpeechOptions(), followed)
    assert time.perf_counter() - start_s < 3
    assert not followed.stages
    (notice,) = followed.notices
    assert "\n" not in notice
    assert "it refuses the connection" in notice
    assert "run again when a network is reachable" in notice
    assert str(weights.default_folder()) in notice
    assert all(name in notice for name in hubs.FILES)
    assert "the engine draft for English" in notice
    assert choose.choose(SpeechOptions()).name == "draft"


def test_many_videos_do_not_each_wait_for_a_network_that_is_not_there(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.status = 403
    followed = Followed()
    choose.prepare(SpeechOptions(), followed)
    asked = len(hub.asked)
    choose.prepare(SpeechOptions(), followed)
    assert len(hub.asked) == asked
    assert followed.notices[0] == followed.notices[1]
    monkeypatch.setattr(choose, "_RETRY_FETCH_AFTER_S", 0.0)
    choose.prepare(SpeechOptions(), followed)
    assert len(hub.asked) > asked


def test_an_engine_requested_by_name_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(closed_address(), monkeypatch)
    with pytest.raises(FetchFailed, match="it refuses the connection"):
        choose.prepare(SpeechOptions(engine="sensevoice"), Followed())


@pytest.mark.parametrize("offline", [SpeechOptions(offline=True), SpeechOptions()])
def test_offline_never_asks_the_network(offline: SpeechOptions, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    if not offline.offline:
        monkeypatch.setenv(hub_cache.OFFLINE, "1")
    followed = Followed()
    choose.prepare(offline, followed)
    assert not hub.asked
    assert "offline mode" in followed.notices[0]


def test_a_video_is_processed_with_the_model_that_was_fetched_for_it(hub: FakeHub, media: object, tmp_path: Path) -> None:
    followed = Followed()
    hub.break_chance = 0.2
    with pytest.raises(NothingHeard):  # in a tone
        process(media("tone"), "timeline", load_options("default"), tmp_path / "out", followed)  # type: ignore[operator]
    assert WEIGHTS_STAGE in followed.stages[: followed.stages.index("listen")]
    assert WEIGHTS_STAGE not in followed.open
    assert any(notice.startswith("engine: sensevoice") for notice in followed.notices)
    assert hub.served[hubs.WEIGHTS] == len(hub.files[hubs.WEIGHTS])


def test_a_key_of_results_fetches_nothing(hub: FakeHub) -> None:
    results_key(load_options("default"))
    assert not hub.asked


def engine_row() -> Check:
    return next(check for check in examine("") if check.what == "engine sensevoice")


def test_doctor_says_when_the_weights_will_come_and_asks_nobody(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the first run fetches them" in engine_row().advice
    hub.breaks = [200_000, *[0] * 20]
    choose.prepare(SpeechOptions(), Followed())
    asked = len(hub.asked)
    assert "are here already" in engine_row().advice
    monkeypatch.setenv(hub_cache.OFFLINE, "1")
    assert "VIDEO_PIPELINE_OFFLINE is set" in engine_row().advice
    assert len(hub.asked) == asked
