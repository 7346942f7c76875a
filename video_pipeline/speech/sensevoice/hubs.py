"""The two hubs that publish SenseVoiceSmall, the pinned revision on each, and where their tools store it.

Pinned are a full commit hash on each hub and the SHA-256 of each file. The two commits hold the same five files, byte for byte.
The values, sizes included, are those that more than five independent public projects record for their own downloads of these
two commits, all alike; they were not read from the hubs. A download that differs is refused. The files of another revision, if
one is named, are recorded as downloaded, without a published hash to compare with.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from video_pipeline.core import hub_cache
from video_pipeline.core.download import DownloadFailed, check

MODEL = "SenseVoiceSmall"
WEIGHTS = "model.pt"
CONFIG = "config.yaml"
CMVN = "am.mvn"
"""Shifts and scales of the features."""
TOKENIZER = "chn_jpn_yue_eng_ko_spectok.bpe.model"
CONFIGURATION = "configuration.json"

FILES = (CONFIG, CONFIGURATION, CMVN, TOKENIZER, WEIGHTS)
"""The files to download: small ones first, so that a wrong name or a blocked network shows before the big one."""

PUBLISHED_BYTES = {
    WEIGHTS: 936_291_369,
    CONFIG: 1_855,
    CONFIGURATION: 396,
    CMVN: 11_203,
    TOKENIZER: 377_341,
}
"""Sizes of the files at the pinned revisions."""

PUBLISHED_SHA256 = {
    WEIGHTS: "833ca2dcfdf8ec91bd4f31cfac36d6124e0c459074d5e909aec9cabe6204a3ea",
    CONFIG: "f71e239ba36705564b5bf2d2ffd07eece07b8e3f2bbf6d2c99d8df856339ac19",
    CONFIGURATION: "02810a7f8e9e8aee10370a265f7e799728ce25b4c00cdbf4602b303ee395a38e",
    CMVN: "29b3c740a2c0cfc6b308126d31d7f265fa2be74f3bb095cd2f143ea970896ae5",
    TOKENIZER: "aa87f86064c3730d799ddf7af3c04659151102cba548bce325cf06ba4da4e6a8",
}
"""Of each file at the pinned revisions."""
REACH_TIMEOUT_S = 6.0
"""Most that is waited for a first answer of any hub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A place to download from."""

    name: str
    repo: str
    revision: str
    """Full commit hash."""
    host: str
    mirrors: tuple[str, ...]
    """Environment variables that name another host, the first that is set is used."""
    path: str
    """Of a file on the host."""

    def url(self, file: str) -> str:
        """Where a file is, on the host or on a mirror that the environment names."""
        base = next((os.environ[name] for name in self.mirrors if os.environ.get(name)), self.host).rstrip("/")
        scheme = "" if "://" in base else "https://"
        return f"{scheme}{base}{self.path.format(repo=self.repo, revision=quote(self.revision), file=quote(file))}"


HUGGING_FACE = Hub(
    name="Hugging Face",
    repo="FunAudioLLM/SenseVoiceSmall",
    revision="3847d57b6bdf2dd8875cb1508d2af43d80a16bf7",
    host="huggingface.co",
    mirrors=("HF_ENDPOINT",),
    path="/{repo}/resolve/{revision}/{file}",
)
MODELSCOPE = Hub(
    name="ModelScope",
    repo="iic/SenseVoiceSmall",
    revision="7bf452403abd7353a300cd760f7adae7701c92c1",
    host="www.modelscope.cn",
    mirrors=("MODELSCOPE_ENDPOINT", "MODELSCOPE_DOMAIN"),
    path="/api/v1/models/{repo}/repo?Revision={revision}&FilePath={file}",
)
HUBS = (HUGGING_FACE, MODELSCOPE)
"""The one that answers first is used, then the other."""


def fastest_first(sources: Sequence[Hub]) -> tuple[list[Hub], dict[str, str]]:
    """Asks all at the same time, and waits only until one answers: that one, then those that may still answer.

    Beside them, why others cannot be used, by name. All within `REACH_TIMEOUT_S`, however long the system looks for a name.
    """
    answers: queue.SimpleQueue[tuple[Hub, str]] = queue.SimpleQueue()
    for hub in sources:
        threading.Thread(target=lambda hub=hub: answers.put((hub, _trouble(hub))), daemon=True).start()
    failures: dict[str, str] = {}
    deadline_s = time.monotonic() + REACH_TIMEOUT_S
    while len(failures) < len(sources):
        try:
            hub, trouble = answers.get(timeout=max(0.0, deadline_s - time.monotonic()))
        except queue.Empty:
            break
        if not trouble:
            return [hub, *(other for other in sources if other is not hub and other.name not in failures)], failures
        failures[hub.name] = trouble
    return [], {hub.name: failures.get(hub.name, "it does not answer") for hub in sources}


def _trouble(hub: Hub) -> str:
    """Why a hub cannot be downloaded from; empty if it can."""
    try:
        check(hub.url(FILES[0]))
    except DownloadFailed as failure:
        return failure.reason
    except Exception as error:  # noqa: BLE001 - an address in the environment may be anything
        return f"{type(error).__name__}: {error}"
    return ""


def cached_folders() -> list[Path]:
    """Where the hubs' own tools, and funasr through them, store the model; the most likely first."""
    return [*_modelscope_folders(), *hub_cache.snapshots(HUGGING_FACE.repo, HUGGING_FACE.revision)]


def _modelscope_folders() -> list[Path]:
    """All layouts that versions of ModelScope's client have used."""
    base = Path(os.environ.get("MODELSCOPE_CACHE") or Path.home() / ".cache" / "modelscope").expanduser()
    owner, name = MODELSCOPE.repo.split("/")
    flat = [base.joinpath(*parts, owner, name) for parts in (("hub", "models"), ("models",), ("hub",), ())]
    return [*hub_cache.revisions(base / "models" / f"{owner}--{name}", MODELSCOPE.revision), *flat]
