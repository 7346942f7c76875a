"""Words of every engine that can run here, on a folder of recordings with texts: errors, times, speed, memory.

    python -m benchmarks.words FOLDER [--engines whisper draft] [--model NAME] [--languages en zh] [--named] [--one-at-a-time]

The folder holds `NAME.txt` beside `NAME.flac` (or any other sound), or a `manifest.json` with `file`, `language` and `transcript`
of each, or scenes: `NAME.truth.json` with `speech` (`start_s`, `end_s`, `text`, `language`) beside `NAME.wav`.

Errors are edits per word (English and other languages with spaces) or per character (Chinese, Cantonese, Japanese, Korean) of the
text without case, marks, spaces (where characters count) and what is in brackets; scripts, and numbers above twelve, are not made
alike. Times are those of scenes: first words against the start of the utterance. Each engine runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import SpeechEngine, SpeechOptions
from video_pipeline.speech.choose import availabilities, choose, open_here
from video_pipeline.speech.errors import OtherLanguage
from video_pipeline.speech.windows import WindowOptions, windows
from video_pipeline.video.stages.recogniser import chosen_engine

_NUMBERS = dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve".split()))
"""Engines write small numbers in words or digits."""
_BY_CHARACTER = ("zh", "yue", "ja", "ko")
_NEAR_S = 0.75
"""A first word further from the start of an utterance belongs to another one."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said somewhere; the times are 0 where the recording holds nothing else."""

    text: str
    language: str
    start_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Recording:
    path: Path
    said: tuple[Utterance, ...]
    is_scene: bool = False

    @property
    def language(self) -> str:
        """Of all that is said; `mixed` if there are several."""
        found = {utterance.language for utterance in self.said}
        return found.pop() if len(found) == 1 else "mixed"


def recordings(folder: Path) -> Iterator[Recording]:
    """All with texts below a folder."""
    for path in sorted(folder.rglob("*.truth.json")):
        said = [Utterance(s["text"], s["language"], s["start_s"]) for s in json.loads(path.read_text(encoding="utf-8"))["speech"]]
        yield Recording(path.with_name(path.name.replace(".truth.json", ".wav")), tuple(said), is_scene=True)
    if (folder / "manifest.json").is_file():
        for row in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["media"]:
            if row.get("transcript") and row.get("language"):
                yield Recording(folder / row["file"], (Utterance(row["transcript"], row["language"]),))
    for text in sorted(folder.glob("*.txt")):
        for sound in sorted(folder.glob(f"{text.stem}.*")):
            if sound != text:
                yield Recording(sound, (Utterance(text.read_text(encoding="utf-8"), "en"),))


def units(text: str, language: str) -> list[str]:
    """What errors are counted in."""
    text = unicodedata.normalize("NFKC", re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", text)).lower().replace("’", "'")
    text = "".join(c if unicodedata.category(c)[0] in "LNM" or c in "' " else " " for c in text)
    return (
        list("".join(text.split()))
        if language in _BY_CHARACTER
        else [_NUMBERS.get(int(word), word) if word.isascii() and word.isdigit() else word.strip("'") for word in text.split()]
    )


def edits(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(found) + 1))
    for i, a in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(found, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def transcribed(engine: SpeechEngine, path: Path, *, one_at_a_time: bool) -> tuple[list[Segment], float]:
    """The segments of a recording, and the seconds of speech that the engine got."""
    found = list(windows(audio_blocks(path), WindowOptions()))
    calls = [[window] for window in found] if one_at_a_time else [found]
    memory: dict[str, str] = {}
    heard = [result for call in calls for result in engine.transcribe(iter(call), memory)]
    return [result.segment for result in heard if result.segment], sum(window.duration_s for window in found)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """The figures of one engine, in this process."""
    began_s = time.process_time()
    engines: dict[str, SpeechEngine] = {}
    errors, lengths, files = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
    off_s: list[float] = []
    right, refused, speech_s, wall_s, cpu_s = 0, 0, 0.0, 0.0, 0.0
    for recording in recordings(arguments.folder):
        language = recording.language
        if arguments.languages and language not in arguments.languages:
            continue
        named = language if arguments.named and language != "mixed" else "mixed" if language == "mixed" else "auto"
        if named not in engines:
            options = SpeechOptions(engine=arguments.engine, model=arguments.model, language=named)
            engines[named] = open_here(options, chosen_engine(options).identity)
            began_s = began_s if len(engines) > 1 else time.process_time() - began_s
        start_s, start_cpu_s = time.monotonic(), time.process_time()
        try:
            segments, length_s = transcribed(engines[named], recording.path, one_at_a_time=arguments.one_at_a_time)
        except OtherLanguage:
            refused += 1
            continue
        wall_s, cpu_s, speech_s = (
            wall_s + time.monotonic() - start_s,
            cpu_s + time.process_time() - start_cpu_s,
            speech_s + length_s,
        )
        wanted = [unit for utterance in recording.said for unit in units(utterance.text, utterance.language)]
        wrong = edits(wanted, [unit for segment in segments for unit in units(segment.text, _kind(language, segment))])
        errors[language] += wrong
        lengths[language] += len(wanted)
        files[language] += 1
        right += bool(segments) and max(segments, key=lambda one: one.duration_s).language == language
        off_s += [] if not recording.is_scene else list(_offsets_s(recording, segments))
        if arguments.verbose and wrong:
            print(
                f"{wrong:3} of {len(wanted)} {recording.path.name}: {' | '.join(one.text for one in segments)}", file=sys.stderr
            )
    return {
        "errors_percent": {name: [round(100 * errors[name] / lengths[name], 1), files[name], lengths[name]] for name in lengths},
        "language_right": right,
        "refused": refused,
        "start_off_s": [round(statistics.median(map(abs, off_s)), 3), len(off_s)] if off_s else None,
        "speech_s": round(speech_s, 1),
        "wall_per_speech": round(wall_s / speech_s, 3) if speech_s else None,
        "cpu_per_speech": round(cpu_s / speech_s, 3) if speech_s else None,
        "open_cpu_s": round(began_s, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _kind(language: str, segment: Segment) -> str:
    """The language by which a text is divided: the wanted one, in a mixed recording that of the segment."""
    return language if language != "mixed" else segment.language if segment.language is not Language.UNKNOWN else "en"


def _offsets_s(recording: Recording, segments: Sequence[Segment]) -> Iterator[float]:
    starts_s = [token.start_s for segment in segments for token in segment.tokens[:1]]
    for utterance in recording.said:
        near = min((start_s - utterance.start_s for start_s in starts_s), key=abs, default=1e9)
        if abs(near) <= _NEAR_S:
            yield near


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engines", nargs="*", default=[])
    parser.add_argument("--model", default="")
    parser.add_argument("--languages", nargs="*", default=[])
    parser.add_argument("--named", action="store_true", help="name the language instead of letting the engine find it")
    parser.add_argument("--one-at-a-time", action="store_true", help="hand over each window of speech alone")
    parser.add_argument("--verbose", action="store_true", help="print the texts with errors")
    parser.add_argument("--engine", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        print(json.dumps(measure(arguments)))
        return
    ready = [
        name for name, answer in availabilities(SpeechOptions(model=arguments.model)).items() if answer.ready and name != "replay"
    ]
    for name in arguments.engines or ([choose(SpeechOptions(model=arguments.model)).name] if arguments.model else ready):
        command = [sys.executable, "-m", "benchmarks.words", *sys.argv[1:], "--engine", name]
        print(name, subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
