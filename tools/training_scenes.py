"""Scenes for training the small event detector: recordings and synthesised sounds, mixed and labelled."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import synthesise_body as body
import synthesise_crowd as crowd
import synthesise_nature as nature
import synthesise_sounds as synth

from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.events.compact.detector import LABELS
from video_pipeline.events.compact.features import HOP, LEAD, WINDOW, log_mel

SCENE_S, FRAME_S = 10.0, 0.05
SCENE, FRAME = int(SCENE_S * RATE_HZ), int(FRAME_S * RATE_HZ)
QUIET_DB = 32.0
"""A sound ends where it stays this far under its loudest 10 ms."""
NOT_CHEERS = ("boo", "gasp", "aww", "hiss", "audience")
UNSURE = -1.0


@dataclass
class Bank:
    """Pieces of sound by kind, recorded and made.

    `crowds`: whether made crowds and what bodies, animals, weather and machines do are among them. Made crowds cheer without
    clapping; where there are recordings alone, nobody can be sure that a cheer holds no claps.
    """

    crowds: bool = True
    real: dict[str, list[np.ndarray]] = field(default_factory=dict)
    made: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def pick(self, rng: np.random.Generator, kind: str, real_share: float = 0.75) -> np.ndarray:
        real, made = self.real.get(kind, []), self.made.get(kind, [])
        source = real if real and (not made or rng.random() < real_share) else made
        return source[int(rng.integers(len(source)))]


def may_train(item: dict[str, Any]) -> bool:
    """Marked for training, not doubtful, and under a licence somebody stated."""
    licence = item.get("licence", "")
    stated = not licence.startswith("unstated") or (item.get("language") == "en" and "CC0" in licence)
    return bool(item.get("train_ok") and not item.get("label_doubtful") and stated)


def rms_db(samples: np.ndarray) -> np.ndarray:
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    return 10 * np.log10((frames**2).mean(axis=1) + 1e-10)


def pieces(samples: np.ndarray, hole_s: float = 0.5) -> list[np.ndarray]:
    """`samples` cut at silences longer than `hole_s`, quiet ends trimmed, what is shorter than 0.3 s left out."""
    level = rms_db(samples)
    loud = np.flatnonzero(level > level.max() - QUIET_DB)
    cuts = np.flatnonzero(np.diff(loud) > hole_s * 100)
    starts, ends = loud[np.concatenate([[0], cuts + 1])], loud[np.concatenate([cuts, [len(loud) - 1]])] + 1
    return [samples[a * HOP : b * HOP] for a, b in zip(starts, ends, strict=True) if b - a >= 30]


def read(path: Path) -> np.ndarray:
    import soundfile
    from scipy.signal import resample_poly

    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    common = np.gcd(rate_hz, RATE_HZ)
    return resample_poly(samples.mean(axis=1), RATE_HZ // common, rate_hz // common).astype(np.float32)


def read_bank(corpus: Path, without: set[str], crowds: bool) -> Bank:
    """Recordings of `corpus` by kind, except those from the repositories in `without`."""
    bank = Bank(crowds)
    for item in json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))["media"]:
        kind = item["kind"]
        if kind not in (*LABELS, "noise") or not may_train(item) or item["repo"] in without:
            continue
        if kind == "laughter" and item.get("laugh_type") == "inside speech":
            continue
        if kind == "cheer" and any(word in item["file"].lower() for word in NOT_CHEERS):
            kind = "other crowd"
        if kind == "applause" and "cheer" in f"{item['file']} {item.get('note')}".lower():
            kind = "applause and cheer"
        sound = read(corpus / item["file"])
        bank.real.setdefault(kind, []).extend(pieces(sound) if kind in LABELS[:3] else [sound])
    return bank


NOUNS = ("friend", "doctor", "teacher", "river", "window", "coffee", "house", "train", "money", "story", "weather", "morning")
VERBS = ("goes to", "runs from", "likes", "makes", "finds", "says no to", "told", "asked about", "never saw", "is under")
LINKS = ("and then", "because", "but", "so", "while", "when", "although", "if")


def made_clause(rng: np.random.Generator) -> str:
    return f"the {rng.choice(NOUNS)} {rng.choice(VERBS)} my {rng.choice(NOUNS)}"


def made_speech(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Sentences without sense from the flite synthesiser, where it is installed."""
    if not shutil.which("flite"):
        return []
    out = []
    for k in range(count):
        with tempfile.NamedTemporaryFile(suffix=".wav") as target:
            text = f" {rng.choice(LINKS)} ".join(made_clause(rng) for _ in range(int(rng.integers(1, 4))))
            stretch = f"duration_stretch={rng.uniform(0.8, 1.25):.2f}"
            voice = ("slt", "rms", "awb", "kal16")[k % 4]
            subprocess.run(["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", target.name], check=True)
            out.append(read(Path(target.name)))
    return out


HARD = (synth.rain, synth.typing, synth.beeps, synth.hum)
"""What is easily taken for applause or laughter."""
HARDER = (
    *(crowd.babble, body.cough, body.sneeze, body.sobbing, body.singing, nature.waves, nature.pulses, nature.pulses),
    *(nature.barks, nature.chirps, nature.meow, nature.baby, nature.screams, nature.ringing),
)
OTHER_CROWDS = (crowd.boo, crowd.aww, crowd.gasp)
CHEERS = (crowd.roar, crowd.roar, crowd.children, crowd.shout)


def make_bank(bank: Bank, rng: np.random.Generator, scale: int) -> None:
    """Adds the made sounds; `scale` counts each kind, times one to three."""
    made = bank.made
    made["laughter"] = [synth.laughter(rng, float(rng.uniform(0.5, 5))) for _ in range(3 * scale)]
    made["laughter"] += [synth.audience_laughter(rng, float(rng.uniform(1, 6)), int(rng.integers(4, 40))) for _ in range(scale)]
    made["applause"] = [synth.applause(rng, float(rng.uniform(1.5, 9)), int(rng.integers(3, 150))) for _ in range(2 * scale)]
    cheers, hards = ((synth.cheer, *CHEERS), (*HARD, *HARDER)) if bank.crowds else ((synth.cheer,), HARD)
    made["cheer"] = [cheer(rng, float(rng.uniform(1, 8))) for cheer in cheers for _ in range(scale // 2)]
    if bank.crowds:
        made["other crowd"] = [other(rng, float(rng.uniform(0.8, 5))) for other in OTHER_CROWDS for _ in range(scale // 2)]
    made["music"] = [synth.music(rng, SCENE_S) for _ in range(2 * scale)]
    made["noise"] = [synth.noise(rng, SCENE_S, float(rng.uniform(0, 1))) for _ in range(scale)]
    made["noise"] += [hard(rng, float(rng.uniform(1, SCENE_S))) for hard in hards for _ in range(scale // 2)]
    made["speech"] = made_speech(rng, 3 * scale)


def altered(rng: np.random.Generator, sound: np.ndarray, speed: float = 0.25) -> np.ndarray:
    """Faster or slower with its pitch, a little more so here than there, through another microphone, sometimes in a room."""
    bend = np.interp(np.arange(len(sound)), np.linspace(0, len(sound), 4), rng.uniform(-speed / 3, speed / 3, 4))
    at = np.cumsum(np.exp(float(rng.uniform(-speed, speed)) + bend))
    out = np.interp(np.arange(0, at[-1]), at, sound)
    out = equalised(rng, out, 5.0)
    return synth.reverberated(rng, out, float(rng.uniform(0.1, 0.8))) if rng.random() < 0.3 else out


def equalised(rng: np.random.Generator, sound: np.ndarray, spread_db: float) -> np.ndarray:
    return synth._shaped(sound, 10 ** (np.interp(np.linspace(0, 1, 65), np.linspace(0, 1, 7), rng.normal(0, spread_db, 7)) / 20))


class Mixer:
    """One scene: `track` [SCENE] and `truth` [frames, labels] with 1, 0 or `UNSURE`."""

    def __init__(self, bank: Bank, rng: np.random.Generator) -> None:
        self.bank, self.rng = bank, rng
        self.track = np.zeros(SCENE)
        self.truth = np.zeros((SCENE // FRAME, len(LABELS)), np.float32)

    def put(self, sound: np.ndarray, at: int, db: float, labels: tuple[str, ...], unsure: tuple[str, ...] = ()) -> int:
        """Returns the sample where the sound ends."""
        sound = sound[: max(0, SCENE - at)]
        if len(sound) < FRAME:
            return at
        level = rms_db(sound)
        self.track[at : at + len(sound)] += sound * 10 ** ((db - 10 * np.log10((sound**2).mean() + 1e-10)) / 20)
        first, last = round(at / FRAME), round((at + len(sound)) / FRAME)
        for label in labels:
            column = self.truth[first:last, LABELS.index(label)]
            column[:] = np.maximum(column, spoken(level, last - first) if label == "speech" else 1.0)
        for label in unsure:
            self.truth[first:last, LABELS.index(label)] = UNSURE
        return at + len(sound)

    def reaction(self) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
        """A sound, the labels it has, and those nobody can be sure of."""
        rng, draw = self.rng, self.rng.random()
        kinds = ((0.38, "laughter"), (0.53, "applause"), (0.67, "cheer"), (0.96, "noise"), (1.0, "music"))
        kind = next(name for below, name in kinds if draw < below)
        if kind in ("applause", "cheer") and rng.random() < 0.15 and self.bank.real.get("applause and cheer"):
            return self.cut(altered(rng, self.bank.pick(rng, "applause and cheer"), 0.12), 0), ("applause",), ("cheer",)
        if kind == "noise" and rng.random() < 0.15 and (self.bank.made | self.bank.real).get("other crowd"):
            return self.cut(altered(rng, self.bank.pick(rng, "other crowd", 0.4)), 0), (), ("cheer",)
        sound = self.bank.pick(rng, kind, 0.5 if kind == "noise" else 0.75)
        sound = altered(rng, sound, 0.25 if kind == "laughter" else 0.12)
        if kind == "laughter" and rng.random() < 0.2:
            other = altered(rng, self.bank.pick(rng, kind))[: len(sound)]
            sound[: len(other)] += other * float(rng.uniform(0.3, 1.0)) * np.abs(sound).max() / (np.abs(other).max() + 1e-9)
        unsure = ("applause",) if kind == "cheer" and not self.bank.crowds else ()
        return self.cut(sound, 0.3), () if kind == "noise" else (kind,), unsure

    def cut(self, sound: np.ndarray, least_s: float) -> np.ndarray:
        """The start of it, or any part, faded at the ends."""
        length = int(max(least_s, min(self.rng.uniform(0.6, 6), len(sound) / RATE_HZ)) * RATE_HZ)
        start = 0 if self.rng.random() < 0.6 else int(self.rng.integers(max(1, len(sound) - length)))
        part = sound[start : start + length]
        return part * synth._envelope(len(part), 0.02, float(self.rng.uniform(0.05, 0.3)))

    def mix(self) -> tuple[np.ndarray, np.ndarray]:
        rng, at, talk_db = self.rng, int(self.rng.uniform(-2, 2) * RATE_HZ), float(self.rng.normal(-23, 3))
        talks, calm = rng.random() < 0.85, rng.random() < 0.25
        while at < SCENE:
            begin = max(0, at)
            for _ in range(int(rng.integers(1, 3)) if talks else 0):
                speech = altered(rng, self.bank.pick(rng, "speech"), 0.12)
                speech = speech[max(0, -at) :][: int(rng.uniform(1, 6) * RATE_HZ)]
                at = self.put(speech, max(0, at), talk_db + float(rng.normal(0, 1.5)), ("speech",))
                at += int(rng.uniform(0.05, 0.7) * RATE_HZ)
            at = max(0, at)
            if not calm:
                sound, labels, unsure = self.reaction()
                over = talks and rng.random() < 0.3
                where = int(rng.integers(begin, max(begin + 1, at))) if over else at
                snr_db = float(rng.uniform(-5, 8) if over else rng.uniform(-10, 15))
                at = max(at, self.put(sound, where, talk_db + snr_db, labels, unsure)) + int(rng.uniform(0, 1.5) * RATE_HZ)
            at += 0 if talks else int(rng.uniform(0.2, 2.0) * RATE_HZ)
        self.bed(talk_db)
        return self.spoiled(), self.truth

    def bed(self, talk_db: float) -> None:
        rng, draw = self.rng, self.rng.random()
        kind = "noise" if draw < 0.45 else "music" if draw < 0.65 else ""
        if kind:
            sound = np.tile(altered(rng, self.bank.pick(rng, kind), 0.1), 8)
            db = talk_db + float(rng.uniform(-30, -8))
            faint = db <= talk_db - 20
            self.put(sound[:SCENE], 0, db, ("music",) * (kind == "music" and not faint), ("music",) * (kind == "music" and faint))
        self.track += 10 ** (float(rng.uniform(-85, -45)) / 20) * rng.standard_normal(SCENE)

    def spoiled(self) -> np.ndarray:
        """What recording does to sound: its level, its curve, a telephone, an overload."""
        rng, track = self.rng, equalised(self.rng, self.track, 3.0)
        if rng.random() < 0.07:
            freqs_hz = np.linspace(0, RATE_HZ / 2, 129)
            track = synth._shaped(track, ((freqs_hz > 250) & (freqs_hz < 3500)) + 0.003)
        elif rng.random() < 0.15:  # what a codec leaves at low rates
            track = synth._shaped(track, (np.linspace(0, 1, 129) < float(rng.uniform(0.45, 0.95))) + 0.001)
        track = track * 10 ** (float(rng.uniform(-18, 12)) / 20)
        if rng.random() < 0.04:
            track = track * 6
        return np.clip(track + (float(rng.normal(0, 0.05)) if rng.random() < 0.05 else 0), -1, 1)


def spoken(level: np.ndarray, frames: int) -> np.ndarray:
    """[frames] 1 where speech of this level, in 10 ms steps, is loud, short pauses filled."""
    loud = (level > np.percentile(level, 95) - 30).astype(float)
    near = np.convolve(loud, np.ones(20), "same") > 0.5
    return np.interp(np.linspace(0, len(near) - 1, frames), np.arange(len(near)), near).round()


def features(track: np.ndarray) -> np.ndarray:
    return log_mel(np.pad(track.astype(np.float32), (LEAD, WINDOW - HOP - LEAD)))


Scenes = tuple[np.ndarray, np.ndarray]


def scenes(bank: Bank, rng: np.random.Generator, count: int) -> Scenes:
    """Log-mel [count, frames, BANDS] float16 and truth [count, frames, labels]."""
    mels, truths = [], []
    for _ in range(count):
        track, truth = Mixer(bank, rng).mix()
        mels.append(features(track).astype(np.float16))
        truths.append(truth)
    return np.stack(mels), np.stack(truths)
