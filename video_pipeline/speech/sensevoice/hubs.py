"""The two hubs that publish SenseVoiceSmall, the pinned revision on each, and how to download one file.

Pinned are a full commit hash on each hub and the SHA-256 of each file. The two commits hold the same five files, byte for byte.
These values were not read from the hubs for this package: several independent public projects record them for their own
downloads, all alike. A download that differs is refused. The files of another revision, if one is named, are recorded as
downloaded, without a published hash to compare with.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.request import getproxies

MODEL = "SenseVoiceSmall"
WEIGHTS = "model.pt"
CONFIG = "config.yaml"
CMVN = "am.mvn"
"""Shifts and scales of the features."""
TOKENIZER = "chn_jpn_yue_eng_ko_spectok.bpe.model"
CONFIGURATION = "configuration.json"

FILES = (CONFIG, CONFIGURATION, CMVN, TOKENIZER, WEIGHTS)
"""The files to download: small ones first, so that a wrong name or a blocked network shows before the big one."""

TOTAL_BYTES = 936_682_164
"""Total size of the five files."""

PUBLISHED_SHA256 = {
    WEIGHTS: "833ca2dcfdf8ec91bd4f31cfac36d6124e0c459074d5e909aec9cabe6204a3ea",
    CONFIG: "f71e239ba36705564b5bf2d2ffd07eece07b8e3f2bbf6d2c99d8df856339ac19",
    CONFIGURATION: "02810a7f8e9e8aee10370a265f7e799728ce25b4c00cdbf4602b303ee395a38e",
    CMVN: "29b3c740a2c0cfc6b308126d31d7f265fa2be74f3bb095cd2f143ea970896ae5",
    TOKENIZER: "aa87f86064c3730d799ddf7af3c04659151102cba548bce325cf06ba4da4e6a8",
}
"""Of each file at the pinned revisions."""
_REACH_TIMEOUT_S = 10.0
"""Long enough for any working connection; the clients themselves would retry for a minute."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A place to download from."""

    name: str
    repo: str
    revision: str
    """Full commit hash."""
    host: str
    mirrors: tuple[str, ...]
    """Environment variables that send the hub's client to another host."""


HUGGING_FACE = Hub(
    "Hugging Face",
    "FunAudioLLM/SenseVoiceSmall",
    "3847d57b6bdf2dd8875cb1508d2af43d80a16bf7",
    "huggingface.co",
    ("HF_ENDPOINT",),
)
MODELSCOPE = Hub(
    "ModelScope",
    "iic/SenseVoiceSmall",
    "7bf452403abd7353a300cd760f7adae7701c92c1",
    "modelscope.cn",
    ("MODELSCOPE_ENDPOINT", "MODELSCOPE_DOMAIN"),
)
HUBS = (HUGGING_FACE, MODELSCOPE)
"""In the order they are tried."""

Download = Callable[[Hub, str, Path], None]
"""`download(hub, file, folder)` leaves `folder/file` complete, or raises. It may keep its data for resuming in `folder`."""


def download_file(hub: Hub, file: str, folder: Path) -> None:
    """Downloads with the hub's own client library, which resumes an interrupted file."""
    if file == FILES[0]:
        _check_reachable(hub)
    if hub.name == HUGGING_FACE.name:
        from huggingface_hub import hf_hub_download

        hf_hub_download(hub.repo, file, revision=hub.revision, local_dir=folder)
        return
    from modelscope.hub.file_download import model_file_download

    model_file_download(hub.repo, file, revision=hub.revision, local_dir=str(folder))


def _check_reachable(hub: Hub) -> None:
    """Fail within seconds if there is no network: the clients would retry for a minute.

    Skipped if a proxy or a mirror is set, because then the client does not connect to `hub.host` itself.
    """
    if getproxies() or any(os.environ.get(name) for name in hub.mirrors):
        return
    try:
        socket.create_connection((hub.host, 443), timeout=_REACH_TIMEOUT_S).close()
    except OSError as error:
        raise ConnectionError(f"cannot reach {hub.host} ({error})") from None


def offline_reason() -> str:
    """Why downloads are not allowed; empty if they are. Reads the switches of Hugging Face's tools."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        if os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE"):
            return f"offline mode: {name} is set"
    return ""


def cached_folders() -> list[Path]:
    """Where the hubs' own tools, and funasr through them, store the model; the most likely first."""
    return [*_modelscope_folders(), *_hugging_face_folders()]


def _modelscope_folders() -> list[Path]:
    """All layouts that versions of ModelScope's client have used."""
    base = Path(os.environ.get("MODELSCOPE_CACHE") or Path.home() / ".cache" / "modelscope").expanduser()
    owner, name = MODELSCOPE.repo.split("/")
    flat = [base.joinpath(*parts, owner, name) for parts in (("hub", "models"), ("models",), ("hub",), ())]
    return [*_snapshots(base / "models" / f"{owner}--{name}", MODELSCOPE.revision), *flat]


def _hugging_face_folders() -> list[Path]:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or cache / "huggingface")
    base = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()
    return _snapshots(base / f"models--{HUGGING_FACE.repo.replace('/', '--')}", HUGGING_FACE.revision)


def _snapshots(repo: Path, pinned: str) -> list[Path]:
    """The stored revisions, the pinned one first, then the newest."""
    found = [path for path in (repo / "snapshots").glob("*") if path.is_dir()]
    return sorted(found, key=lambda path: (path.name != pinned, -path.stat().st_mtime))
