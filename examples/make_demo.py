"""Make demo.mp4 and its truth: a show in English and Mandarin, all of it synthesised, that the demo model understands.

    python examples/make_demo.py            (needs the package espeakng-loader; takes about a minute)

Voices: eSpeak NG, speaking in the four manners that the demo model has learnt as emotions (tools/demo_lessons.py). Its sentences
are not among those the model was trained on. Laughter and applause: tools/synthesise_sounds.py. Picture: Pillow.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tools")]

import make_sample  # noqa: E402
import synthesise_sounds as synth  # noqa: E402
from demo_language import DEMO_LINES  # noqa: E402
from demo_lessons import RATE_HZ, SPEECH_DB, spoken  # noqa: E402

from video_pipeline.core.labels import Emotion, Language, Sound  # noqa: E402
from video_pipeline.core.transcript import AudioEvent, Segment, Token  # noqa: E402

SEED = 7
PAUSE_S = 0.9
VOICES = {"Tom": "en-us+m3", "Ann": "en-gb-x-rp+f2", "Lin": "cmn+f1"}
CAST = ("Ann", "Tom", "Lin")


@dataclass(frozen=True)
class Part:
    """How a line of `DEMO_LINES` is performed: by whom, in which picture (empty: no cut), and what follows for how long."""

    who: str
    emotion: Emotion
    shot: str = ""
    reaction: Sound | None = None
    reaction_s: float = 0.0


N, H, S, A = Emotion.NEUTRAL, Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY
PARTS = (
    Part("Tom", N, "stage"),
    Part("Tom", N, "Tom"),
    Part("Lin", H, "Lin"),
    Part("Tom", H, "Tom", Sound.LAUGHTER, 2.8),
    Part("Lin", N, "Lin"),
    Part("Lin", S),
    Part("Ann", S, "Ann"),
    Part("Ann", A, "", Sound.LAUGHTER, 4.2),
    Part("Lin", A, "Lin", Sound.LAUGHTER, 3.0),
    Part("Tom", N, "stage"),
    Part("Tom", N, "Tom"),
    Part("Ann", N, "Ann"),
    Part("Lin", N, "Lin"),
    Part("Lin", N),
    Part("Tom", N, "Tom"),
    Part("Tom", S),
    Part("Ann", N, "Ann"),
    Part("Ann", H, "", Sound.LAUGHTER, 5.2),
    Part("Lin", A, "Lin", Sound.APPLAUSE, 4.5),
    Part("Tom", N, "stage"),
    Part("Tom", N, "Tom"),
    Part("Lin", N, "Lin"),
    Part("Ann", H, "Ann"),
    Part("Lin", H, "stage"),
    Part("Tom", H, "finale", Sound.APPLAUSE, 3.2),
)


def perform() -> make_sample.Show:
    show, rng = make_sample.Show(np.zeros(int(0.8 * RATE_HZ)), [], [], []), np.random.default_rng(SEED)
    for part, line in zip(PARTS, DEMO_LINES, strict=True):
        if part.shot:
            show.shots.append((max(0.0, len(show.track) / RATE_HZ - 0.3) if show.shots else 0.0, part.shot))
        said = spoken(rng, line.text, VOICES[part.who], part.emotion.name)
        start_s, end_s = show.add(said.samples, 0.4 if part.reaction else PAUSE_S)
        tokens = tokens_of(line.text, said.words, start_s)
        show.segments.append(
            Segment(
                start_s,
                end_s,
                line.text,
                tokens=tokens,
                language=Language(line.language),
                emotion=part.emotion,
                emotion_p=1.0,
                speaker=part.who,
            )
        )
        if part.reaction:
            react(show, part, rng)
    show.track = np.tanh(show.track) + 10 ** (make_sample.FLOOR_DB / 20) * rng.standard_normal(len(show.track))
    return show


def react(show: make_sample.Show, part: Part, rng: np.random.Generator) -> None:
    applause = part.reaction is Sound.APPLAUSE
    sound = synth.applause(rng, part.reaction_s, 40) if applause else synth.audience_laughter(rng, part.reaction_s, 26)
    start_s, end_s = show.add(make_sample.at_level(sound.astype(float), SPEECH_DB + 3.0), 0.8)
    show.events.append(AudioEvent(start_s, end_s, part.reaction or Sound.LAUGHTER, 1.0))
    if part.reaction_s >= make_sample.AUDIENCE_FROM_S and not applause:
        show.shots.append((start_s + 0.4, "audience"))


def tokens_of(text: str, words: tuple[tuple[float, float, str], ...], start_s: float) -> tuple[Token, ...]:
    """A token a word, a Chinese one a character, each with the marks after it and the space before it."""
    tokens, at = [], 0
    for k, (from_s, until_s, word) in enumerate(words):
        first = text.index(word, at)
        at = text.index(words[k + 1][2], first + len(word)) if k + 1 < len(words) else len(text)
        space = " " if first and text[first - 1] == " " else ""
        tokens.append(Token(round(start_s + from_s, 3), round(start_s + until_s, 3), space + text[first:at].rstrip()))
    return tuple(tokens)


def write_truth(show: make_sample.Show, target: Path) -> None:
    truth = {
        "duration_s": round(len(show.track) / RATE_HZ, 3),
        "segments": [
            {
                **{name: getattr(s, name) for name in ("start_s", "end_s", "text", "language", "emotion", "speaker")},
                "words": [{"start_s": t.start_s, "end_s": t.end_s, "text": t.text.strip()} for t in s.tokens],
            }
            for s in show.segments
        ],
        "events": [{"start_s": e.start_s, "end_s": e.end_s, "label": e.label} for e in show.events],
        "shots_s": [round(at_s, 3) for at_s, _ in show.shots[1:]],
    }
    target.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    show = perform()
    make_sample.write_video(show, options.out / "demo.mp4", CAST)
    write_truth(show, options.out / "demo.truth.json")
    print(f"{len(show.track) / RATE_HZ:.1f} s, peak {np.abs(show.track).max():.2f}, in {options.out}")


if __name__ == "__main__":
    main()
