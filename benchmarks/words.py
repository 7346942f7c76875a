"""Words of every engine that can run here, on a folder of recordings with texts: errors, times, speed, memory.

    python -m benchmarks.words FOLDER [--engines whisper draft] [--model NAME] [--languages en zh] [--named] [--one-at-a-time]
        [--texts BETTER.json] [--half 0 | 1] [--by-file]

The folder holds `NAME.txt` beside `NAME.flac` (or any other sound), or a `manifest.json` with `file`, `language` and `transcript`
of each, or scenes: `NAME.truth.json` with `speech` (`start_s`, `end_s`, `text`, `language`) beside `NAME.wav`.

Errors are edits per word (English and other languages with spaces) or per character (Chinese, Cantonese, Japanese, Korean) of
texts made alike (`benchmarks/word_errors.py`). `--texts` names a JSON object that says what is really said in a recording whose
text is a title or a formula (`{"name.mp3": "..."}`; null leaves it out). `--half` takes the recordings of one
half of the sources, so that what is chosen on one half is measured on the other. Times are those of scenes: first words against
the start of the utterance. Each engine runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.word_errors import described, edits, units
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import SpeechEngine, SpeechOptions
from video_pipeline.speech.choose import availabilities, choose, open_here
from video_pipeline.speech.errors import OtherLanguage
from video_pipeline.speech.margins import with_margins
from video_pipeline.speech.windows import WindowOptions, windows
from video_pipeline.video.stages.recogniser import chosen_engine

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
    source: str
    """Who recorded it."""
    is_scene: bool = False

    @property
    def language(self) -> str:
        """Of all that is said; `mixed` if there are several."""
        found = {utterance.language for utterance in self.said}
        return found.pop() if len(found) == 1 else "mixed"


def recordings(folder: Path, texts: Mapping[str, str | None]) -> Iterator[Recording]:
    """All with texts below a folder; `texts` replaces those of some, by file name."""
    for path in sorted(folder.rglob("*.truth.json")):
        said = [Utterance(s["text"], s["language"], s["start_s"]) for s in json.loads(path.read_text(encoding="utf-8"))["speech"]]
        yield Recording(path.with_name(path.name.replace(".truth.json", ".wav")), tuple(said), path.name, is_scene=True)
    if (folder / "manifest.json").is_file():
        for row in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["media"]:
            path = folder / row["file"]
            text = texts.get(path.name, row.get("transcript"))
            if text and row.get("language"):
                yield Recording(path, (Utterance(text, row["language"]),), row.get("repo", path.name))
    for text in sorted(folder.glob("*.txt")):
        for sound in sorted(folder.glob(f"{text.stem}.*")):
            if sound != text:
                yield Recording(sound, (Utterance(text.read_text(encoding="utf-8"), "en"),), text.stem)


def halved(found: Sequence[Recording]) -> tuple[list[Recording], list[Recording]]:
    """Two halves with no source in common: each source, the largest first, goes to the half with fewer recordings."""
    halves: tuple[list[Recording], list[Recording]] = ([], [])
    by_source: dict[str, list[Recording]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one)
    for _, own in sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0])):
        min(halves, key=len).extend(own)
    return halves


def transcribed(engine: SpeechEngine, path: Path, *, one_at_a_time: bool) -> tuple[list[Segment], float]:
    """The segments of a recording, and the seconds of speech that the engine got."""
    found = list(windows(audio_blocks(path), with_margins(WindowOptions(), engine)))
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
    texts = json.loads(arguments.texts.read_text(encoding="utf-8")) if arguments.texts else {}
    found = list(recordings(arguments.folder, texts))
    for recording in found if arguments.half is None else halved(found)[arguments.half]:
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
        written = _units(segments, language)
        wrong = edits(wanted, written)
        if arguments.by_file:
            places = "; ".join(described(wanted, written, language))
            print(f"| {language} | {recording.path.name} | {wrong} of {len(wanted)} | {places} |", file=sys.stderr)
        errors[language] += wrong
        lengths[language] += len(wanted)
        files[language] += 1
        right += bool(segments) and max(segments, key=lambda one: one.duration_s).language == language
        off_s += [] if not recording.is_scene else list(_offsets_s(recording, segments))
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


def _units(segments: Sequence[Segment], language: str) -> list[str]:
    """The units of what an engine wrote. A recording in one language is divided as a whole, since a number may be spread over
    segments; a mixed one by the language of each segment."""
    if language != "mixed":
        return units(" ".join(segment.text for segment in segments), language)
    kinds = [(segment, "en" if segment.language is Language.UNKNOWN else segment.language) for segment in segments]
    return [unit for segment, kind in kinds for unit in units(segment.text, kind)]


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
    parser.add_argument("--texts", type=Path, metavar="JSON", help="what is really said, by file name")
    parser.add_argument("--half", type=int, choices=(0, 1), help="one half of the sources")
    parser.add_argument("--by-file", action="store_true", help="a row for each recording, with what differs, on stderr")
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
