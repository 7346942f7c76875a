"""Train the demo model: SenseVoice in miniature, which understands the synthesised voices of the demo video and no others.

    python tools/train_demo_model.py --work /tmp/demo-model [--steps 5000]          (two cores: under an hour; a GPU: minutes)

Three stages, each kept in `--work` and gone on with when started again: the tokenizer, the lessons (`demo_lessons`), the training
with funasr's own `SenseVoiceSmall` and its two losses (CTC for the text, cross entropy for language, emotion, event and marks).
Then the checkpoint, in the format of the real one, is written to `--out`; `measure_demo_model.py` tells how good it is. The same
seed on the same machine gives the same lessons; the last digits of the weights depend on the processor.
Needs the project's packages, `espeakng-loader` and scipy.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import demo_language
import demo_lessons
import numpy as np
import torch
from make_random_checkpoint import REAL_SPECIALS, TOKENIZER_FILE, Size, cmvn_text, config_of, configuration

from video_pipeline.speech.sensevoice import fbank

OUT = Path(__file__).resolve().parent.parent / "video_pipeline" / "speech" / "sensevoice" / "demo"
ENGLISH_PIECES = 720
"""Most words are one piece: a short word lasts three or four frames, and every piece needs one."""
SHARD = 500
"""Lessons in one file."""
BATCH_FRAMES = 1_400
PEAK_RATE = 1.6e-3
RICH_WEIGHT = 4.0
"""The four answers against the text: the CTC loss is a sum over a whole sentence, the other a mean."""
EMA = 0.998


def size_of(vocabulary: int, specials: dict[str, int]) -> Size:
    """1.7 million parameters: 4 MB as fp16."""
    return Size(6, 1, 144, 4, 448, vocabulary, specials)


@dataclass(frozen=True)
class Tokenizer:
    """The pieces: blank, control, English, Chinese characters, marks, special ones."""

    model: bytes
    pieces: tuple[str, ...]

    def encode(self, text: str, language: str) -> list[int]:
        number = {piece: k for k, piece in enumerate(self.pieces)}
        if language == "zh":
            return [number[character] for character in text]
        import sentencepiece

        return list(sentencepiece.SentencePieceProcessor(model_proto=self.model).encode(text))

    @property
    def specials(self) -> dict[str, int]:
        return {piece: k for k, piece in enumerate(self.pieces) if piece in REAL_SPECIALS}


def make_tokenizer(seed: int) -> Tokenizer:
    """English in `ENGLISH_PIECES` byte pairs, Chinese by character, then the special pieces."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    rng, trained = np.random.default_rng(seed), io.BytesIO()
    english = [demo_language.sentence(rng, "en") for _ in range(20_000)]
    english += [demo_language.plain(text) for text in english]
    english += [word for word in demo_language.words("en") for _ in range(3000)]  # the rare ones too
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(english),
        model_writer=trained,
        vocab_size=ENGLISH_PIECES,
        model_type="bpe",
        normalization_rule_name="identity",
        minloglevel=2,
    )
    pb: Any = sentencepiece_model_pb2
    proto = pb.ModelProto.FromString(trained.getvalue())
    chinese = sorted(set("".join(demo_language.words("zh"))) | set("，。？！"))
    for piece in chinese:
        proto.pieces.add(piece=piece, score=-1e4, type=pb.ModelProto.SentencePiece.NORMAL)
    for piece in REAL_SPECIALS:
        proto.pieces.add(piece=piece, score=0.0, type=pb.ModelProto.SentencePiece.USER_DEFINED)
    proto.trainer_spec.vocab_size = len(proto.pieces)
    return Tokenizer(proto.SerializeToString(), tuple(piece.piece for piece in proto.pieces))


def write_shard(path: Path, seed: int, number: int, tokenizer: Tokenizer) -> Path:
    """`SHARD` lessons: raw stacked features as fp16, and the targets (language, emotion, event, marks, text...)."""
    if path.exists():
        return path
    torch.set_num_threads(1)
    rng = np.random.default_rng([seed, number])
    plain = fbank.Stacking(7, 6, torch.zeros(560), torch.ones(560))
    made, targets = [], []
    while len(made) < SHARD:
        lesson = demo_lessons.lesson(rng)
        features = fbank.features([lesson.samples], plain, torch.device("cpu"))[0]
        target = answers(lesson, tokenizer)
        if len(target) - 4 <= 0.9 * len(features):  # CTC needs a frame for each piece
            made.append(features.numpy().astype(np.float16))
            targets.append(np.array(target, np.int32))
    part = path.with_suffix(".part.npz")
    lengths = [[len(m) for m in made], [len(t) for t in targets]]
    np.savez(part, features=np.concatenate(made), targets=np.concatenate(targets), lengths=np.array(lengths))
    part.rename(path)
    return path


def answers(lesson: demo_lessons.Lesson, tokenizer: Tokenizer) -> list[int]:
    names = (lesson.language, lesson.emotion, lesson.event, "withitn" if lesson.marked else "woitn")
    return [*(tokenizer.specials[f"<|{name}|>"] for name in names), *tokenizer.encode(lesson.text, lesson.language)]


@dataclass
class Lessons:
    features: list[torch.Tensor]
    targets: list[torch.Tensor]

    @classmethod
    def read(cls, paths: list[Path]) -> Lessons:
        features: list[torch.Tensor] = []
        targets: list[torch.Tensor] = []
        for path in paths:
            with np.load(path) as stored:
                frames, words = stored["lengths"].tolist()
                features += torch.split(torch.from_numpy(stored["features"]), frames)
                targets += torch.split(torch.from_numpy(stored["targets"]).long(), words)
        return cls(features, targets)

    def cmvn(self) -> tuple[torch.Tensor, torch.Tensor]:
        some = torch.cat(self.features[:4000]).float()
        return -some.mean(0), 1 / some.std(0)

    def batches(self, rng: np.random.Generator) -> Iterator[list[int]]:
        """Numbers of lessons of like length, `BATCH_FRAMES` with their padding, for ever."""
        while True:
            order = rng.permutation(len(self.features))
            made: list[list[int]] = []
            for pool in np.array_split(order, max(1, len(order) // 2000)):
                batch: list[int] = []
                for k in sorted(pool.tolist(), key=lambda k: len(self.features[k])):
                    if batch and (len(batch) + 1) * (len(self.features[k]) + 4) > BATCH_FRAMES:
                        made.append(batch)
                        batch = []
                    batch.append(k)
                made.append(batch)
            yield from (made[k] for k in rng.permutation(len(made)))


def hidden(features: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """[frames, 560] with two stretches of bands and one of time hidden behind the mean, which is 0, and another loudness."""
    out = features.reshape(-1, 7, 80).clone()
    out += float(rng.normal(0, 0.15))
    for _ in range(2):
        first, width = int(rng.integers(80)), int(rng.integers(12))
        out[:, :, first : first + width] = 0
    first, width = int(rng.integers(len(out))), int(rng.integers(1 + min(5, len(out) // 8)))
    out[first : first + width] = 0
    return out.reshape(-1, 560)


class Training:
    """The model, its moving average, and where it has got to."""

    def __init__(self, config: dict[str, Any], tokenizer: Tokenizer, device: torch.device) -> None:
        from funasr.models.sense_voice.model import SenseVoiceSmall

        self.model = SenseVoiceSmall(
            **config["model_conf"],
            encoder=config["encoder"],
            encoder_conf=config["encoder_conf"],
            input_size=560,
            vocab_size=len(tokenizer.pieces),
        ).to(device)
        at = tokenizer.specials  # funasr knows these pieces by the numbers that the real tokenizer gives them
        languages = {"zh": 3, "en": 4, "yue": 7, "ja": 11, "ko": 12, "nospeech": 13}
        self.model.lid_int_dict = {at[f"<|{name}|>"]: query for name, query in languages.items()}
        self.model.textnorm_int_dict = {at["<|withitn|>"]: 14, at["<|woitn|>"]: 15}
        self.average = {name: weight.clone() for name, weight in self.model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
        self.device, self.step = device, 0

    def learn(self, features: list[torch.Tensor], targets: list[torch.Tensor], rate: float) -> tuple[float, float]:
        """One step; the two losses."""
        pad = torch.nn.utils.rnn.pad_sequence
        lengths = torch.tensor([len(f) for f in features], device=self.device)
        words = torch.tensor([len(t) - 4 for t in targets], device=self.device)
        speech = pad(features, batch_first=True).to(self.device)
        text = pad(targets, batch_first=True, padding_value=-1).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16):
            encoded, seen = self.model.encode(speech, lengths, text)
        encoded = encoded.float()
        ctc, _ = self.model._calc_ctc_loss(encoded[:, 4:], seen - 4, text[:, 4:].clamp(min=0), words)
        rich, _ = self.model._calc_rich_ce_loss(encoded[:, :4], text[:, :4])
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        (ctc + RICH_WEIGHT * rich).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        keep = min(EMA, self.step / (self.step + 10))
        for name, weight in self.model.state_dict().items():
            self.average[name].lerp_(weight, 1 - keep)
        return float(ctc), float(rich)

    def save(self, path: Path) -> None:
        part = path.with_suffix(".part")
        state = {"model": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict()}
        torch.save({**state, "step": self.step}, part)
        part.rename(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.step = state["average"], state["step"]


def train(training: Training, lessons: Lessons, steps: int, seed: int, progress: Path) -> None:
    """Until `steps`; a one-cycle rate. What `progress` holds is gone on with."""
    if progress.exists():
        training.load(progress)
    shift, scale = lessons.cmvn()
    rng, begin, first = np.random.default_rng([seed, training.step]), time.monotonic(), training.step
    losses: list[tuple[float, float]] = []
    training.model.train()
    for batch in lessons.batches(rng):
        if training.step >= steps:
            break
        done = training.step / steps
        rate = PEAK_RATE * min(done / 0.06 + 0.01, 0.5 * (1 + math.cos(math.pi * done)) + 0.003)
        features = [hidden((lessons.features[k].float() + shift) * scale, rng) for k in batch]
        losses.append(training.learn(features, [lessons.targets[k] for k in batch], rate))
        if training.step % 100 == 0 or training.step == steps:
            ctc, rich = np.mean(losses[-100:], axis=0)
            left_s = (time.monotonic() - begin) / (training.step - first) * (steps - training.step)
            print(f"step {training.step} of {steps}: text {ctc:.3f}, answers {rich:.4f}, {left_s / 60:.0f} min left", flush=True)
            training.save(progress)


def export(training: Training, tokenizer: Tokenizer, lessons: Lessons, config: dict[str, Any], folder: Path) -> None:
    """The five files of a checkpoint, weights as fp16."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(json.dumps(config, indent=2), encoding="utf-8")
    (folder / "configuration.json").write_text(json.dumps(configuration(), indent=2), encoding="utf-8")
    (folder / TOKENIZER_FILE).write_bytes(tokenizer.model)
    shift, scale = lessons.cmvn()
    (folder / "am.mvn").write_text(cmvn_text(shift.numpy(), scale.numpy()), encoding="ascii")
    torch.save({name: weight.half().cpu() for name, weight in training.average.items()}, folder / "model.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--lessons", type=int, default=16_000, help="some 12 hours of sound")
    parser.add_argument("--steps", type=int, default=5_000)
    parser.add_argument("--jobs", type=int, default=2, help="processes that make lessons")
    parser.add_argument("--threads", type=int, default=2, help="threads that learn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(options.seed)
    with ProcessPoolExecutor(options.jobs) as pool:
        made = [
            pool.submit(write_shard, options.work / f"lessons-{k:03d}.npz", options.seed, k, tokenizer)
            for k in range(options.lessons // SHARD)
        ]
        paths = [future.result() for future in made]
    lessons = Lessons.read(paths)
    print(
        f"{len(lessons.features)} lessons, {sum(map(len, lessons.features)) * 0.06 / 3600:.1f} h, {len(tokenizer.pieces)} pieces"
    )
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    config = config_of(size_of(len(tokenizer.pieces), tokenizer.specials))
    # Lessons are many and hidden in part: dropout would only make each step a quarter slower.
    config["encoder_conf"].update(dropout_rate=0.0, positional_dropout_rate=0.0, attention_dropout_rate=0.0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = Training(config, tokenizer, device)
    print(f"{sum(p.numel() for p in training.model.parameters())} parameters on {device}", flush=True)
    train(training, lessons, options.steps, options.seed, options.work / "progress.pt")
    export(training, tokenizer, lessons, config, options.out)
    print(f"written to {options.out}: {(options.out / 'model.pt').stat().st_size} bytes of weights")


if __name__ == "__main__":
    main()
