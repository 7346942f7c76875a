"""The two hubs: where their files are, which of them answers, and what is pinned."""

from __future__ import annotations

import time

import pytest

from tests.fake_hub import FakeHub, closed_address, point_at
from video_pipeline.speech.sensevoice import hubs
from video_pipeline.speech.sensevoice.hubs import HUBS, HUGGING_FACE, MODELSCOPE

FILES = dict.fromkeys(hubs.FILES, b"content")


def test_addresses_are_those_of_the_hubs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*HUGGING_FACE.mirrors, *MODELSCOPE.mirrors):
        monkeypatch.delenv(name, raising=False)
    assert HUGGING_FACE.url("am.mvn") == (
        "https://huggingface.co/FunAudioLLM/SenseVoiceSmall/resolve/3847d57b6bdf2dd8875cb1508d2af43d80a16bf7/am.mvn"
    )
    assert MODELSCOPE.url("am.mvn") == (
        "https://www.modelscope.cn/api/v1/models/iic/SenseVoiceSmall/repo"
        "?Revision=7bf452403abd7353a300cd760f7adae7701c92c1&FilePath=am.mvn"
    )


def test_modelscopes_address_is_the_one_its_own_client_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    client = pytest.importorskip("modelscope.hub.file_download")
    for name in MODELSCOPE.mirrors:
        monkeypatch.delenv(name, raising=False)
    assert client.get_file_download_url(MODELSCOPE.repo, hubs.WEIGHTS, MODELSCOPE.revision) == MODELSCOPE.url(hubs.WEIGHTS)


def test_hugging_faces_address_is_the_one_its_own_client_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    client = pytest.importorskip("huggingface_hub")
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    address = client.hf_hub_url(
        HUGGING_FACE.repo, hubs.WEIGHTS, revision=HUGGING_FACE.revision, endpoint="https://huggingface.co"
    )
    assert address == HUGGING_FACE.url(hubs.WEIGHTS)


@pytest.mark.parametrize(
    ("hub", "name", "value", "start"),
    [
        (HUGGING_FACE, "HF_ENDPOINT", "https://mirror.example/", "https://mirror.example/FunAudioLLM/"),
        (MODELSCOPE, "MODELSCOPE_ENDPOINT", "http://mirror.example:81", "http://mirror.example:81/api/"),
        (MODELSCOPE, "MODELSCOPE_DOMAIN", "mirror.example", "https://mirror.example/api/"),
    ],
)
def test_mirrors_take_the_place_of_the_hubs(
    hub: hubs.Hub, name: str, value: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mirror in hub.mirrors:
        monkeypatch.delenv(mirror, raising=False)
    monkeypatch.setenv(name, value)
    assert hub.url("am.mvn").startswith(start)


def test_the_hub_that_answers_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeHub(files=FILES, silent=True).running() as silent, FakeHub(files=FILES).running() as hub:
        point_at(silent.address, monkeypatch, hub.address)
        assert hubs.fastest_first(HUBS) == ([MODELSCOPE, HUGGING_FACE], {})
        point_at(hub.address, monkeypatch, silent.address)
        assert hubs.fastest_first(HUBS) == ([HUGGING_FACE, MODELSCOPE], {})


def test_a_network_that_says_nothing_takes_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "REACH_TIMEOUT_S", 0.5)
    with FakeHub(files=FILES, silent=True).running() as silent:
        point_at(silent.address, monkeypatch)
        start_s = time.perf_counter()
        assert hubs.fastest_first(HUBS) == ([], {hub.name: "it does not answer" for hub in HUBS})
        assert time.perf_counter() - start_s < 2


def test_an_address_that_is_none_is_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at("ftp://mirror.example", monkeypatch, closed_address())
    order, failures = hubs.fastest_first(HUBS)
    assert not order
    assert failures["ModelScope"] == "it refuses the connection"
    assert failures["Hugging Face"]


def test_what_is_pinned_is_whole() -> None:
    assert all(len(hub.revision) == 40 for hub in hubs.HUBS)
    assert set(hubs.PUBLISHED_SHA256) == set(hubs.PUBLISHED_BYTES) == set(hubs.FILES)
    assert all(len(digest) == 64 for digest in hubs.PUBLISHED_SHA256.values())
