"""Finding the checkpoint, fetching it from a hub that is only pretended, and noticing damage. No network is used."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import WeightsDamaged, WeightsMissing
from video_pipeline.speech.sensevoice import hubs, weights
from video_pipeline.speech.sensevoice.hubs import HUGGING_FACE, MODELSCOPE, Hub

CONTENT = {name: name.encode() * 1000 for name in hubs.FILES}


@dataclass
class PretendedHub:
    """A `Download` that serves `content`; `broken` files stop half way with an error, as often as they are listed."""

    content: dict[str, bytes] = field(default_factory=lambda: dict(CONTENT))
    broken: list[str] = field(default_factory=list)
    closed: tuple[str, ...] = ()
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, hub: Hub, file: str, folder: Path) -> None:
        self.asked.append((hub.name, hub.revision, file))
        if hub.name in self.closed:
            raise ConnectionError(f"cannot reach {hub.name}\nand more lines")
        partial = folder / ".cache" / f"{file}.incomplete"
        partial.parent.mkdir(exist_ok=True)
        data = self.content[file]
        if file in self.broken:
            self.broken.remove(file)
            partial.write_bytes(data[: len(data) // 2])
            raise KeyboardInterrupt if file == hubs.CMVN else TimeoutError("the line went dead")
        (folder / file).write_bytes(data)

    def files(self) -> Counter[str]:
        return Counter(file for _, _, file in self.asked)


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model and no settings of this machine are seen; the files pretended are the published ones."""
    for name in ("MODELSCOPE_CACHE", "HF_HUB_CACHE", "HF_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", weights.ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "data" / hubs.MODEL)
    monkeypatch.setattr(hubs, "PUBLISHED_SHA256", {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()})
    monkeypatch.setattr(hubs, "TOTAL_BYTES", sum(map(len, CONTENT.values())))


def filled(folder: Path, files: tuple[str, ...] = hubs.FILES) -> Path:
    folder.mkdir(parents=True)
    for name in files:
        (folder / name).write_bytes(CONTENT[name])
    return folder


# Search


def test_nothing_is_found_on_an_empty_machine(tmp_path: Path) -> None:
    assert weights.locate(SpeechOptions()) is None
    error = weights.missing(SpeechOptions())
    assert str(tmp_path / "data" / hubs.MODEL) in error.searched


def test_the_order_of_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place, made after those that come later in the order, wins over them."""
    hugging_face = tmp_path / "hf" / "hub" / "models--FunAudioLLM--SenseVoiceSmall" / "snapshots"
    modelscope = tmp_path / "ms" / "models" / "iic" / "SenseVoiceSmall"
    named, environment = tmp_path / "named", tmp_path / "environment"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "ms"))
    options = SpeechOptions()
    for folder in (hugging_face / "abc", hugging_face / HUGGING_FACE.revision, modelscope, weights.default_folder()):
        filled(folder)
        assert weights.locate(options) == folder
    monkeypatch.setenv(weights.ENVIRONMENT, str(filled(environment)))
    assert weights.locate(options) == environment
    assert weights.locate(SpeechOptions(model=str(filled(named)))) == named


@pytest.mark.parametrize(
    "layout",
    [
        "models/iic--SenseVoiceSmall/snapshots/master",
        "hub/models/iic/SenseVoiceSmall",
        "hub/iic/SenseVoiceSmall",
        "iic/SenseVoiceSmall",
    ],
)
def test_every_layout_of_modelscopes_cache_is_known(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "ms"))
    folder = filled(tmp_path / "ms" / layout)
    assert weights.locate(SpeechOptions()) == folder


def test_a_named_folder_that_is_wrong_is_not_replaced_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(weights.default_folder())
    for options in (SpeechOptions(model=str(tmp_path / "nowhere")), SpeechOptions()):
        monkeypatch.setenv(weights.ENVIRONMENT, str(tmp_path / "nowhere"))
        assert weights.locate(options) is None
        error = weights.missing(options)
        assert error.searched == (str(tmp_path / "nowhere"),)
        assert "no such folder" in error.reason
    assert weights.missing(SpeechOptions(model=str(tmp_path))).reason == "the folder has no model.pt"


@pytest.mark.parametrize("lacking", [hubs.WEIGHTS, hubs.TOKENIZER, hubs.CMVN, hubs.CONFIG])
def test_a_cache_that_is_not_complete_is_passed_over(lacking: str) -> None:
    folder = filled(weights.default_folder())
    (folder / lacking).write_bytes(b"")
    assert weights.locate(SpeechOptions()) is None


def test_locating_is_quick(tmp_path: Path) -> None:
    folder = filled(tmp_path / "named")
    start_s = time.perf_counter()
    for _ in range(20):
        weights.locate(SpeechOptions(model=str(folder)))
        weights.locate(SpeechOptions())
    assert (time.perf_counter() - start_s) / 40 < 0.01


# Fetching


def test_fetching_brings_the_five_files_and_their_record() -> None:
    hub, reports = PretendedHub(), []
    folder = weights.fetch(download=hub, progress=lambda *report: reports.append(report))
    assert weights.locate(SpeechOptions()) == folder
    assert sorted(path.name for path in folder.iterdir()) == sorted([*hubs.FILES, weights.CHECKSUMS])
    assert not folder.with_name("SenseVoiceSmall.part").exists()
    assert hub.asked == [(HUGGING_FACE.name, HUGGING_FACE.revision, name) for name in hubs.FILES]
    assert reports[-1] == (hubs.TOTAL_BYTES, hubs.TOTAL_BYTES)
    record = json.loads((folder / weights.CHECKSUMS).read_text())
    assert record["revision"] == HUGGING_FACE.revision
    assert record["sha256"] == hubs.PUBLISHED_SHA256
    weights.verify(folder)


def test_a_complete_folder_is_not_fetched_twice_unless_asked() -> None:
    hub = PretendedHub()
    folder = weights.fetch(download=hub)
    weights.fetch(download=hub)
    assert len(hub.asked) == len(hubs.FILES)
    (folder / hubs.WEIGHTS).write_bytes(b"damaged")
    weights.fetch(download=hub, again=True)
    weights.verify(folder)
    assert [path.name for path in folder.parent.glob("[!.]*")] == [hubs.MODEL]


def test_many_that_fetch_at_once_download_once() -> None:
    hub, told = PretendedHub(), lambda *report: None
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda number: weights.fetch(download=hub, progress=told), range(8)))
    assert folders == {weights.default_folder()}
    assert len(hub.asked) == len(hubs.FILES)
    weights.verify(weights.default_folder())


def test_a_download_is_measured_while_its_folders_come_and_go(tmp_path: Path) -> None:
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            (tmp_path / "a" / "b").mkdir(parents=True)
            (tmp_path / "a" / "b" / "file").write_bytes(b"1234")
            shutil.rmtree(tmp_path / "a")

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(come_and_go)
        sizes = {weights._size_of(tmp_path) for _ in range(3000)}
        over.set()
        other.result()
    assert sizes <= {0, 4}


@pytest.mark.parametrize("file", [hubs.CONFIG, hubs.WEIGHTS])
def test_a_broken_download_leaves_nothing_usable_and_the_next_goes_on(file: str) -> None:
    hub = PretendedHub(broken=[file, file])
    with pytest.raises(WeightsMissing) as caught:
        weights.fetch(download=hub)
    assert "the line went dead" in caught.value.reason
    assert weights.locate(SpeechOptions()) is None
    assert not weights.default_folder().exists()
    weights.verify(weights.fetch(download=hub))
    assert {name: count for name, count in hub.files().items() if count > 1} == {file: 3}, "what was whole is not fetched again"


def test_an_interrupt_leaves_nothing_usable_and_the_next_goes_on() -> None:
    hub = PretendedHub(broken=[hubs.CMVN])
    with pytest.raises(KeyboardInterrupt):
        weights.fetch(download=hub, progress=lambda done, total: None)
    assert weights.locate(SpeechOptions()) is None
    weights.verify(weights.fetch(download=hub))
    assert hub.files()[hubs.CMVN] == 2


def test_a_broken_refetch_leaves_the_old_weights() -> None:
    folder = weights.fetch(download=PretendedHub())
    with pytest.raises(WeightsMissing):
        weights.fetch(download=PretendedHub(closed=(HUGGING_FACE.name, MODELSCOPE.name)), again=True)
    weights.verify(folder)


def test_modelscope_steps_in_where_hugging_face_is_closed() -> None:
    folder = weights.fetch(download=PretendedHub(closed=(HUGGING_FACE.name,)))
    assert json.loads((folder / weights.CHECKSUMS).read_text())["source"] == "ModelScope iic/SenseVoiceSmall"


def test_without_network_there_is_one_clear_error() -> None:
    with pytest.raises(WeightsMissing) as caught:
        weights.fetch(download=PretendedHub(closed=(HUGGING_FACE.name, MODELSCOPE.name)))
    assert caught.value.reason == "Hugging Face: cannot reach Hugging Face; ModelScope: cannot reach ModelScope"


@pytest.mark.parametrize("switch", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_mode_asks_nobody(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(switch, "1")
    hub = PretendedHub()
    with pytest.raises(WeightsMissing, match=switch):
        weights.fetch(download=hub)
    assert not hub.asked
    assert not weights.default_folder().parent.exists()


def test_a_file_that_is_not_the_published_one_is_refused() -> None:
    with pytest.raises(WeightsMissing, match=r"am\.mvn is not the published file"):
        weights.fetch(download=PretendedHub(content={**CONTENT, hubs.CMVN: b"something else"}))
    assert weights.locate(SpeechOptions()) is None


def test_another_revision_is_trusted_as_it_comes() -> None:
    hub = PretendedHub(content={**CONTENT, hubs.CMVN: b"newer"})
    folder = weights.fetch(download=hub, revision="main", sources=[MODELSCOPE])
    assert {(name, revision) for name, revision, _ in hub.asked} == {(MODELSCOPE.name, "main")}
    weights.verify(folder)


def test_a_full_disk_is_noticed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=50_000_000))
    hub = PretendedHub()
    with pytest.raises(WeightsMissing, match="no room"):
        weights.fetch(download=hub)
    assert not hub.asked


# Damage and identity


@pytest.mark.parametrize("file", hubs.FILES)
def test_verify_names_the_damaged_file(file: str) -> None:
    folder = weights.fetch(download=PretendedHub())
    (folder / file).write_bytes(CONTENT[file][:-1] + b"?")
    with pytest.raises(WeightsDamaged) as caught:
        weights.verify(folder)
    assert caught.value.reason.startswith(f"{file} ")
    (folder / file).unlink()
    with pytest.raises(WeightsDamaged, match="is missing"):
        weights.verify(folder)


def test_verify_needs_a_record(tmp_path: Path) -> None:
    with pytest.raises(WeightsDamaged, match="checksums"):
        weights.verify(filled(tmp_path / "bare"))


def test_the_revision_follows_the_content_only(small: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    assert weights.revision(copy) == weights.revision(small)
    (copy / hubs.CMVN).write_text("other")
    assert weights.revision(copy) != weights.revision(small)
    shutil.copy(small / hubs.CMVN, copy)
    data = bytearray((copy / hubs.WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / hubs.WEIGHTS).write_bytes(data)
    assert weights.revision(copy) != weights.revision(small)


def test_a_model_in_a_cache_is_called_by_the_hubs_name() -> None:
    assert weights.model_name(Path("/x/models--FunAudioLLM--SenseVoiceSmall/snapshots/abc")) == "FunAudioLLM/SenseVoiceSmall"
    assert weights.model_name(Path("/x/iic--SenseVoiceSmall/snapshots/master")) == "iic/SenseVoiceSmall"
    assert weights.model_name(Path("/x/SenseVoiceSmall")) == "SenseVoiceSmall"
