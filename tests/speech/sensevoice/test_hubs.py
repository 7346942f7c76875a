"""Downloading from the two hubs, as far as it goes without network."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

from video_pipeline.speech.sensevoice import hubs
from video_pipeline.speech.sensevoice.hubs import Hub


@pytest.mark.parametrize("hub", hubs.HUBS)
def test_a_host_that_does_not_answer_is_noticed_at_once(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(address: tuple[str, int], timeout: float) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(hubs, "getproxies", dict)
    monkeypatch.setattr(hubs.socket, "create_connection", refuse)
    with pytest.raises(ConnectionError, match=f"cannot reach {hub.host}"):
        hubs.download_file(hub, hubs.FILES[0], tmp_path)
    for name in hub.mirrors:
        with monkeypatch.context() as patch:
            patch.setenv(name, "https://mirror.example")
            hubs._check_reachable(hub)


def test_the_clients_are_asked_for_the_pinned_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every argument that is passed is one that the installed client has."""
    asked = []
    for path, name in (("huggingface_hub", "hf_hub_download"), ("modelscope.hub.file_download", "model_file_download")):
        module = importlib.import_module(path)
        signature = inspect.signature(getattr(module, name))

        def client(*values: object, signature: inspect.Signature = signature, **named: object) -> None:
            asked.append(signature.bind(*values, **named).arguments)

        monkeypatch.setattr(module, name, client)
    for hub in hubs.HUBS:
        hubs.download_file(hub, hubs.WEIGHTS, tmp_path)
    assert [one["revision"] for one in asked] == [hub.revision for hub in hubs.HUBS]
    assert [Path(one["local_dir"]) for one in asked] == [tmp_path, tmp_path]
    assert [one.get("filename", one.get("file_path")) for one in asked] == [hubs.WEIGHTS] * 2


def test_what_is_pinned_is_whole() -> None:
    assert all(len(hub.revision) == 40 for hub in hubs.HUBS)
    assert set(hubs.PUBLISHED_SHA256) == set(hubs.FILES)
