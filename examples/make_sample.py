"""Make sample.mp4 and the two files beside it: a tiny comedy show, all of it synthesised, so that it may be used for anything.

    python examples/make_sample.py            (needs flite with the voices rms, slt and awb; takes about a minute)

Voices: flite. Laughter and applause: tools/synthesise_sounds.py. Picture: Pillow. The words' times come from aligning each
sentence with pocketsphinx. The same versions of these give the same file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import soundfile
from blake3 import blake3
from imageio_ffmpeg import get_ffmpeg_exe

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tools")]

import sample_picture  # noqa: E402
import synthesise_sounds as synth  # noqa: E402

from video_pipeline.core.labels import Emotion, Language, Sound  # noqa: E402
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript  # noqa: E402

RATE_HZ = synth.RATE_HZ
SPEECH_DB = -23.0
FLOOR_DB = -62.0
"""A quiet room: sound that is exactly zero exists in no recording."""
SEED = 20


@dataclass(frozen=True)
class Line:
    """What is said; `shot` starts a new picture; then after `wait_s` what is heard, for so long and so loud over speech."""

    voice: str
    text: str
    emotion: Emotion
    shot: str = ""
    reaction: Sound | None = None
    reaction_s: float = 0.0
    reaction_db: float = 0.0
    pause_s: float = 0.45


N, H = Emotion.NEUTRAL, Emotion.HAPPY
SHOW = (
    Line("rms", "Good evening, and welcome to our little show.", H, "stage"),
    Line("rms", "Tonight we are going to talk about subtitles.", N),
    Line("rms", "Most people can read about three words in one second.", N, pause_s=0.7),
    Line("slt", "My doctor told me to start running every morning.", N, "slt"),
    Line("slt", "So I ran to a different doctor.", H, "", Sound.LAUGHTER, 2.4, 1.0),
    Line("awb", "The lines must be short, and the words must be simple.", N, "awb"),
    Line("awb", "Every line should stay on the screen for two seconds.", N),
    Line("awb", "It makes me very angry when the words come too late.", Emotion.ANGRY, pause_s=0.8),
    Line("rms", "My wife says that I never listen to her.", Emotion.SAD, "rms"),
    Line("rms", "At least I think that is what she said.", H, "", Sound.LAUGHTER, 4.2, 6.0),
    Line("awb", "I asked my phone to call my mother.", N, "awb"),
    Line("awb", "It said, she is not going to like that.", Emotion.SURPRISED, "", Sound.LAUGHTER, 2.8, 3.0),
    Line("slt", "Thank you for coming, and good night.", H, "finale", Sound.APPLAUSE, 5.5, 4.0),
)
NAMES = {"rms": "Tom", "slt": "Ann", "awb": "Ian"}
TRUTH = ("start_s", "end_s", "text", "emotion", "speaker")
AUDIENCE_FROM_S = 4.0
"""A laugh at least this long is shown in the faces of the audience."""


def spoken(line: Line) -> np.ndarray:
    """[n] at RATE_HZ, its quiet ends cut, at the level of speech."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as target:
        subprocess.run(["flite", "-voice", line.voice, "-t", line.text, "-o", target.name], check=True)
        samples, rate_hz = soundfile.read(target.name, dtype="float64")
    if rate_hz != RATE_HZ:
        raise SystemExit(f"the flite voice {line.voice} speaks at {rate_hz} Hz, not {RATE_HZ}")
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return at_level(samples[max(0, loud[0] - 640) : loud[-1] + 1120], SPEECH_DB)


def at_level(samples: np.ndarray, level_db: float) -> np.ndarray:
    return samples * 10 ** ((level_db - 10 * np.log10(np.mean(samples**2))) / 20)


def reaction(line: Line, rng: np.random.Generator) -> np.ndarray:
    if line.reaction is Sound.APPLAUSE:
        sound = synth.applause(rng, line.reaction_s, 90)
    else:
        sound = synth.audience_laughter(rng, line.reaction_s, 26)
    return at_level(sound.astype(np.float64), SPEECH_DB + line.reaction_db)


def words(line: Line, samples: np.ndarray, start_s: float) -> tuple[Token, ...]:
    """A token a word; where the aligner fails, in proportion to the letters."""
    from pocketsphinx import Decoder

    texts = line.text.split()
    decoder = Decoder(samprate=RATE_HZ, loglevel="FATAL", bestpath=False)
    decoder.set_align_text(" ".join(t.strip(",.").lower() for t in texts))
    decoder.start_utt()
    padded = np.pad(samples, RATE_HZ // 5)
    decoder.process_raw((padded * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    found = [s for s in decoder.seg() or () if not s.word.startswith(("<", "["))]
    last_s = len(samples) / RATE_HZ
    if len(found) == len(texts):
        ends_s = [min(last_s, (s.end_frame + 1) / 100 - 0.2) for s in found]
        starts_s = [max(0.0, s.start_frame / 100 - 0.2) for s in found]
    else:
        print(f"no alignment for {line.text!r}: times are by letters")
        ends_s = list(np.cumsum([len(t) + 1 for t in texts]) / sum(len(t) + 1 for t in texts) * last_s)
        starts_s = [0.0, *ends_s[:-1]]
    return tuple(
        Token(round(start_s + a, 3), round(start_s + max(a, b), 3), text if k == 0 else f" {text}")
        for k, (text, a, b) in enumerate(zip(texts, starts_s, ends_s, strict=True))
    )


@dataclass
class Show:
    """The sound track and what is true of it."""

    track: np.ndarray
    segments: list[Segment]
    events: list[AudioEvent]
    shots: list[tuple[float, str]]

    def add(self, samples: np.ndarray, pause_s: float) -> tuple[float, float]:
        start_s = len(self.track) / RATE_HZ
        self.track = np.concatenate([self.track, samples, np.zeros(int(pause_s * RATE_HZ))])
        return round(start_s, 3), round(start_s + len(samples) / RATE_HZ, 3)


def perform() -> Show:
    show, rng = Show(np.zeros(int(0.8 * RATE_HZ)), [], [], []), np.random.default_rng(SEED)
    for line in SHOW:
        if line.shot:
            show.shots.append((max(0.0, len(show.track) / RATE_HZ - 0.2) if show.shots else 0.0, line.shot))
        sound = spoken(line)
        start_s, end_s = show.add(sound, 0.3 if line.reaction else line.pause_s)
        tokens = words(line, sound, start_s)
        show.segments.append(
            Segment(
                start_s,
                end_s,
                line.text,
                tokens=tokens,
                language=Language.EN,
                emotion=line.emotion,
                emotion_p=1.0,
                speaker=NAMES[line.voice],
            )
        )
        if line.reaction:
            start_s, end_s = show.add(reaction(line, rng), 0.6)
            show.events.append(AudioEvent(start_s, end_s, line.reaction, 1.0))
            if line.reaction is Sound.LAUGHTER and line.reaction_s >= AUDIENCE_FROM_S:
                show.shots.append((start_s + 0.4, "audience"))
    show.track = np.tanh(show.track) + 10 ** (FLOOR_DB / 20) * rng.standard_normal(len(show.track))
    return show


def write_video(show: Show, target: Path, cast: tuple[str, ...] = sample_picture.CAST) -> None:
    """H.264 and AAC; the picture is drawn while it is encoded."""
    pictures = sample_picture.frames(
        show.track, RATE_HZ, show.shots, [(s.start_s, s.end_s, s.speaker or "") for s in show.segments], cast
    )
    with tempfile.NamedTemporaryFile(suffix=".wav") as sound:
        soundfile.write(sound.name, np.clip(show.track, -1, 1), RATE_HZ, subtype="PCM_16")
        size = f"{sample_picture.WIDTH_PX}x{sample_picture.HEIGHT_PX}"
        command = [get_ffmpeg_exe(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size]
        command += ["-r", str(sample_picture.RATE_FPS), "-i", "pipe:0", "-i", sound.name]
        command += ["-c:v", "libx264", "-preset", "slow", "-crf", "27", "-pix_fmt", "yuv420p", "-g", "125", "-threads", "1"]
        command += ["-c:a", "aac", "-b:a", "72k", "-ar", "48000", "-movflags", "+faststart", "-fflags", "+bitexact", str(target)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin
            for picture in pictures:
                encoder.stdin.write(picture)
        if encoder.returncode:
            raise SystemExit("ffmpeg failed")


def write_truth(show: Show, media_file: Path) -> None:
    """The two files beside the media."""
    folder = media_file.parent
    duration_s = round(len(show.track) / RATE_HZ, 3)
    truth = {
        "duration_s": duration_s,
        "language": "en",
        "segments": [{key: getattr(s, key) for key in TRUTH} for s in show.segments],
        "events": [{"start_s": e.start_s, "end_s": e.end_s, "label": e.label} for e in show.events],
        "shots_s": [round(at_s, 3) for at_s, _ in show.shots[1:]],
    }
    (folder / "sample.truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    media = MediaIdentity(media_file.name, duration_s, blake3(media_file.read_bytes()).hexdigest())
    transcript = Transcript(media, EngineIdentity("truth"), tuple(show.segments), tuple(show.events))
    record = msgspec.json.format(msgspec.json.encode(transcript), indent=1)
    (folder / "sample.transcript.json").write_bytes(record + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--sound-only", action="store_true", help="sample.wav instead of sample.mp4")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    show, target = perform(), options.out / ("sample.wav" if options.sound_only else "sample.mp4")
    if options.sound_only:
        soundfile.write(target, np.clip(show.track, -1, 1), RATE_HZ, subtype="PCM_16")
    else:
        write_video(show, target)
    write_truth(show, target)
    print(f"{len(show.track) / RATE_HZ:.1f} s, peak {np.abs(show.track).max():.2f}, in {options.out}")


if __name__ == "__main__":
    main()
