"""What is heard in a scene, kept on disk, so that what is made of it can be measured again in seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.files import file_digest
from video_pipeline.core.span import Span
from video_pipeline.events.compact.detector import CompactDetector
from video_pipeline.events.store import Hearing, load_hearing, store_hearing
from video_pipeline.events.traits import TraitStream
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.windows import WindowOptions, windows


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A scene, its truth, and what was heard in it: `spoken` are the windows of the speech detector."""

    name: str
    seed: str
    truth: dict[str, Any]
    hearing: Hearing
    spoken: list[Span]


def heard_scenes(folder: Path, cache: Path) -> Iterator[Scene]:
    """All scenes below `folder`, in order of their paths; the scene's seed is the name of the folder it lies in."""
    cache.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*.truth.json")):
        name = path.name.removesuffix(".truth.json")
        hearing, spoken = _heard(path.with_name(f"{name}.wav"), cache)
        yield Scene(name, path.parent.name, json.loads(path.read_text(encoding="utf-8")), hearing, spoken)


def _heard(sound: Path, cache: Path) -> tuple[Hearing, list[Span]]:
    """By the content of the sound and the identity of the detector."""
    detector = CompactDetector()
    stored = cache / f"{file_digest(sound)[:16]}-{detector.identity}.npz"
    spans = stored.with_suffix(".json")
    if not spans.is_file():
        traits, end_s, spoken = TraitStream(), 0.0, []
        blocks = list(audio_blocks(sound))
        for block in blocks:
            detector.hear(block)
            traits.hear(block)
            end_s = block.end_s
        spoken = [window.span for window in windows(iter(blocks), WindowOptions())]
        hearing = Hearing({"compact": detector.finish(end_s)}, traits.finish(end_s), end_s)
        stored.write_bytes(store_hearing(hearing))
        spans.write_bytes(msgspec.json.encode(spoken))
    return load_hearing(stored), msgspec.json.decode(spans.read_bytes(), type=list[Span])
