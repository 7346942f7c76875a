"""Whole shows with known truth, composed of single recordings: acts, a warm-up, ad breaks, a laugh track, a dull middle.

What a moment is worth is planted: it has more, longer and louder laughs the stronger it is, and the strongest end in applause.
What is no moment is planted too: applause that welcomes and says goodbye, laughs that come and go, the same canned laugh over
music, the same advertisement twice, and a teaser at the start that shows the best moment in advance.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.media.decode import audio_blocks

Samples = npt.NDArray[np.float32]

MOMENTS = 12
SPEECH_DB = -23.0
_QUIET_DB = 32.0
"""A recording begins and ends where it is this far under its loudest 10 ms, and a reaction at the first hole of half a second."""
_FRAME = 160
_FLOOR_DB = -62.0
"""Noise of the room under everything."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """Sounds by kind, of one folder with a `manifest.json`: {"media": [{"file", "kind", "seconds", "language", "repo", ...}]}."""

    root: Path
    by_kind: dict[str, list[str]]
    words: dict[str, str] = field(default_factory=dict)
    """Of speech, by file."""

    @classmethod
    def of(cls, root: Path, part: int, parts: int) -> Recordings:
        """Reactions are those that no detector was trained on (`train_ok` false), of every `parts`th source only."""
        media = json.loads((root / "manifest.json").read_text(encoding="utf-8"))["media"]
        sources = sorted({item["repo"] for item in media if not item.get("train_ok")})
        chosen = set(sources[part::parts])
        by_kind: dict[str, list[str]] = {}
        for item in media:
            if _usable(item) and (item["kind"] not in ("laughter", "applause", "cheer") or item["repo"] in chosen):
                by_kind.setdefault(item["kind"], []).append(item["file"])
        words = {item["file"]: item["transcript"] for item in media if item["kind"] == "speech" and _usable(item)}
        return cls(root, {kind: sorted(files) for kind, files in by_kind.items()}, words)

    def sound(self, name: str) -> Samples:
        return _decoded(self.root / name)


def _usable(item: dict[str, Any]) -> bool:
    if item.get("label_doubtful") or item.get("events") or item.get("laugh_type") == "inside speech":
        return False
    if item["kind"] == "speech":
        return bool(item.get("transcript")) and item.get("language") == "en" and 1.5 <= (item.get("seconds") or 0) <= 16
    if item["kind"] in ("laughter", "applause"):
        return not item.get("train_ok") and (item.get("seconds") or 0) >= 1
    return item["kind"] in ("music", "noise") and (item.get("seconds") or 0) >= 2


@cache
def _decoded(path: Path) -> Samples:
    samples = np.concatenate([block.samples for block in audio_blocks(path)])
    loud = np.flatnonzero(_levels_db(samples) > _levels_db(samples).max() - _QUIET_DB)
    return samples[loud[0] * _FRAME : (loud[-1] + 1) * _FRAME]


def _levels_db(samples: Samples) -> npt.NDArray[np.float64]:
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-12))


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) + 1e-6


def _to_first_hole(samples: Samples) -> Samples:
    levels_db = _levels_db(samples)
    loud = np.flatnonzero(levels_db > levels_db.max() - _QUIET_DB)
    holes = np.flatnonzero(np.diff(loud) > 50)
    return samples[: (loud[holes[0]] + 1) * _FRAME] if len(holes) else samples


@dataclass
class Show:
    """Grows part by part; `parts` are summed into one track at the end."""

    recordings: Recordings
    rng: np.random.Generator
    now_s: float = 0.0
    parts: list[tuple[float, Samples]] = field(default_factory=list)
    truth: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"events": [], "speech": [], "moments": [], "decoys": [], "acts": []}
    )

    def add(self, sound: Samples, at_s: float, db: float, fade_s: float = 0.02) -> float:
        """Returns when it ends; `now_s` moves there if that is later."""
        level_db = 10 * np.log10(float(np.mean(sound.astype(np.float64) ** 2)) + 1e-12)
        ramp = min(len(sound) // 2, int(fade_s * RATE_HZ))
        out = sound * np.float32(10 ** ((db - level_db) / 20))
        out[:ramp] *= np.linspace(0, 1, ramp, dtype=np.float32)
        out[len(out) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
        self.parts.append((at_s, out))
        end_s = at_s + len(out) / RATE_HZ
        self.now_s = max(self.now_s, end_s)
        return end_s

    def any_of(self, kind: str) -> str:
        files = self.recordings.by_kind[kind]
        return files[int(self.rng.integers(len(files)))]

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def talk(self, seconds: float) -> float:
        """Utterances until `seconds` have passed. Returns when the first began."""
        begin_s = self.now_s
        while self.now_s - begin_s < seconds:
            start_s, name = self.now_s, self.any_of("speech")
            end_s = self.add(self.recordings.sound(name), start_s, SPEECH_DB + self.uniform(-1.5, 1.5))
            said = {"text": self.recordings.words.get(name, ""), "language": "en"}
            self.truth["speech"].append({"start_s": start_s, "end_s": end_s, **said})
            self.now_s += self.uniform(0.15, 0.7)
        return begin_s

    def another(self, sound: Samples, label: str) -> Samples:
        """The same people at another time, and others with them: one recording that is heard again and again is canned."""
        varied = [self.stretched(sound), self.stretched(_to_first_hole(self.recordings.sound(self.any_of(label))))]
        length = len(varied[0])
        quiet = np.resize(varied[1], length) * np.float32(self.uniform(0.4, 0.8) * _rms(varied[0]) / _rms(varied[1]))
        return varied[0] + quiet

    def stretched(self, sound: Samples) -> Samples:
        """Up to a fifth slower or faster, at another pitch."""
        return np.interp(np.arange(0, len(sound), self.uniform(0.8, 1.2)), np.arange(len(sound)), sound).astype(np.float32)

    def react(self, label: str, seconds: float, db: float, name: str = "", after_s: float = 0.3) -> tuple[float, float]:
        """A reaction of at most `seconds`, `db` over the speech."""
        sound = _to_first_hole(self.recordings.sound(name or self.any_of(label)))
        sound = sound if name else self.another(sound, label)
        while len(sound) < seconds * RATE_HZ and label == "applause":
            sound = np.concatenate([sound, sound[len(sound) // 5 :]])
        start_s = self.now_s + after_s
        end_s = self.add(sound[: int(seconds * RATE_HZ)], start_s, SPEECH_DB + db, fade_s=0.2)
        self.truth["events"].append({"start_s": start_s, "end_s": end_s, "label": label})
        return start_s, end_s

    def music(self, seconds: float, db: float, at_s: float | None = None) -> tuple[float, float]:
        start_s, sound = self.now_s if at_s is None else at_s, self.recordings.sound(self.any_of("music"))
        looped = np.tile(sound, int(seconds * RATE_HZ) // len(sound) + 1)[: int(seconds * RATE_HZ)]
        return start_s, self.add(looped, start_s, SPEECH_DB + db, fade_s=0.4)

    def moment(self, strength: int) -> None:
        """Laughs that grow with `strength` (1 to `MOMENTS`), each after a set-up; the strongest end in applause."""
        laughs, share = 1 + round(3 * (strength - 1) / (MOMENTS - 1)), strength / MOMENTS
        begin_s = first_s = end_s = self.now_s
        for number in range(laughs):
            self.talk(self.uniform(4, 8) if number else self.uniform(8, 13))
            start_s, end_s = self.react("laughter", self.uniform(1.2, 1.6) + 2.4 * share, -4 + 12 * share)
            first_s = start_s if not number else first_s
        if strength > MOMENTS * 2 / 3:
            _, end_s = self.react("applause", self.uniform(3, 5), 2 + 4 * share, after_s=0.1)
        self.now_s = end_s + self.uniform(0.3, 0.7)
        self.truth["moments"].append({"start_s": begin_s, "first_s": first_s, "end_s": end_s, "strength": strength, "shown": []})

    def decoy(self, kind: str, start_s: float, end_s: float) -> None:
        self.truth["decoys"].append({"kind": kind, "start_s": start_s, "end_s": end_s})

    def track(self) -> Samples:
        """All parts together, over the noise of the room, without overload."""
        frames = int((self.now_s + 1) * RATE_HZ)
        out = np.asarray(10 ** (_FLOOR_DB / 20) * self.rng.standard_normal(frames), np.float32)
        for at_s, sound in self.parts:
            first = int(at_s * RATE_HZ)
            out[first : first + len(sound)] += sound[: frames - first]
        return out * np.float32(min(1.0, 0.98 / float(np.abs(out).max())))


def show(of: Show, hours: float) -> None:
    """A show in six acts with a warm-up, two breaks, a laugh track and a dull stretch in the middle."""
    warm_up(of)
    teaser_at = len(of.parts)
    strengths = of.rng.permutation(np.arange(1, MOMENTS + 1)).tolist()
    act_s = (hours * 3600 - of.now_s) / 6
    for act in range(6):
        begin_s = of.now_s
        welcome(of, act)
        planted = [int(strengths.pop()) for _ in range(MOMENTS // 4 if act not in (2, 3) else 0)]
        for strength in planted:
            filler(of, (act_s - 150) / 3 - 25)
            of.moment(strength)
        while of.now_s - begin_s < act_s - 20:
            of.talk(of.uniform(20, 60))
        of.truth["acts"].append({"start_s": begin_s, "end_s": of.now_s})
        if act in (1, 4):
            break_with_ads(of)
        if act == 3:
            laugh_track(of)
    goodbye(of)
    teaser(of, teaser_at)


def filler(of: Show, seconds: float) -> None:
    """Talk with a small laugh now and then."""
    until_s = of.now_s + seconds
    while of.now_s < until_s:
        of.talk(of.uniform(20, 50))
        if of.rng.random() < 0.3:
            of.decoy("small laugh", *of.react("laughter", of.uniform(0.6, 1.0), of.uniform(-6, -2)))


def warm_up(of: Show) -> None:
    start_s, _ = of.music(of.uniform(5, 8), 4)
    of.react("applause", of.uniform(10, 16), 8)
    of.decoy("warm-up", start_s, of.now_s)
    of.talk(15)


def welcome(of: Show, act: int) -> None:
    """The next guest: after a sting while nobody speaks, or announced by the host and played on."""
    announced = bool(act % 2)
    if announced:
        of.talk(4)
    start_s = of.now_s
    if not announced:
        of.music(of.uniform(2, 4), 3)
    clap_s, end_s = of.react("applause", of.uniform(4, 8), of.uniform(2, 7), after_s=0.1)
    if announced:
        of.music(end_s - clap_s, 0, clap_s)
    of.decoy("welcome", start_s, of.now_s)
    of.talk(8)


def break_with_ads(of: Show) -> None:
    """Loud talk over music; the same advertisement, with the same laugh, at its start and end."""
    start_s = of.now_s
    advert: list[tuple[float, Samples]] = []
    for number in range(4):
        begin_s, first = of.now_s, len(of.parts)
        if number == 3:
            for offset_s, sound in advert:
                of.parts.append((begin_s + offset_s, sound))
                of.now_s = max(of.now_s, begin_s + offset_s + len(sound) / RATE_HZ)
            break
        of.talk(of.uniform(12, 20))
        of.react("laughter", 1.5, 4)
        of.music(of.now_s - begin_s, 0, begin_s)
        if not number:
            advert = [(at_s - begin_s, sound) for at_s, sound in of.parts[first:]]
    of.decoy("advertisement", start_s, of.now_s)


def laugh_track(of: Show) -> None:
    """A sketch with one canned laugh again and again, over music."""
    start_s, name = of.now_s, of.any_of("laughter")
    for _ in range(6):
        of.talk(of.uniform(5, 10))
        of.react("laughter", 3.0, 4, name)
    of.music(of.now_s - start_s, -8, start_s)
    of.decoy("laugh track", start_s, of.now_s)


def goodbye(of: Show) -> None:
    of.talk(12)
    start_s, _ = of.react("applause", of.uniform(12, 18), 9)
    of.music(6, 5)
    of.decoy("goodbye", start_s, of.now_s)


def teaser(of: Show, before: int) -> None:
    """The best moment, shown in advance: all that comes after the warm-up moves back."""
    best = max(of.truth["moments"], key=lambda moment: moment["strength"])
    span_s = best["end_s"] - best["start_s"]
    at_s = of.parts[before][0]
    copied = [(start_s, sound) for start_s, sound in of.parts if best["start_s"] <= start_s < best["end_s"] - 0.1]
    shift_s = span_s + 2.0
    of.parts = of.parts[:before] + [(start_s + shift_s, sound) for start_s, sound in of.parts[before:]]
    of.parts += [(at_s + start_s - best["start_s"], sound) for start_s, sound in copied]
    of.now_s += shift_s
    for row in (row for rows in of.truth.values() for row in rows if row["start_s"] >= at_s):
        for key in ("start_s", "first_s", "end_s"):
            if key in row:
                row[key] += shift_s
    back_s = at_s - best["start_s"]
    for kind in ("events", "speech"):
        shown = [row for row in of.truth[kind] if best["start_s"] <= row["start_s"] < best["end_s"]]
        of.truth[kind] += [{**row, "start_s": row["start_s"] + back_s, "end_s": row["end_s"] + back_s} for row in shown]
    best["shown"] = [{"start_s": at_s, "end_s": at_s + span_s}]


def dull(of: Show, hours: float) -> None:
    """Nothing happens: talk, noises, a jingle. No clip is right."""
    while of.now_s < hours * 3600:
        of.talk(of.uniform(60, 200))
        of.add(of.recordings.sound(of.any_of("noise")), of.now_s - 20, SPEECH_DB - 7)
        if of.rng.random() < 0.1:
            of.music(of.uniform(3, 6), 0)


def lecture(of: Show, hours: float) -> None:
    """Talk; laughs in the middle are the moments, applause that welcomes and thanks is none; questions after it."""
    of.talk(6)
    of.decoy("welcome", *of.react("applause", of.uniform(4, 6), 3))
    strengths = of.rng.permutation([3, 6, 9]).tolist()
    part_s = (hours * 3600 * 0.8 - of.now_s) / 4
    for strength in [*strengths, 0]:
        of.talk(part_s)
        if strength:
            of.moment(int(strength))
    of.talk(10)
    of.decoy("goodbye", *of.react("applause", of.uniform(9, 15), 7))
    while of.now_s < hours * 3600:
        of.talk(of.uniform(8, 15))
        of.now_s += of.uniform(1, 3)
        of.talk(of.uniform(30, 60))


KINDS = {"show": show, "lecture": lecture, "dull": dull}


def compose(kind: str, seed: int, recordings: Recordings, hours: float) -> tuple[Samples, dict[str, Any]]:
    """The sound of one show and what is true of it."""
    of = Show(recordings, np.random.default_rng([seed, list(KINDS).index(kind)]))
    KINDS[kind](of, hours)
    samples = of.track()
    for rows in of.truth.values():
        rows.sort(key=lambda row: row["start_s"])
    return samples, {**of.truth, "kind": kind, "duration_s": len(samples) / RATE_HZ}


def names(seeds: Sequence[int]) -> Iterator[tuple[str, int]]:
    return ((kind, seed) for seed in seeds for kind in KINDS)
