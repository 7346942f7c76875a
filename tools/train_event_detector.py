"""Train the small event detector and write its ONNX file.

    python tools/train_event_detector.py --corpus DIR --work /tmp/detector

DIR holds `manifest.json` with `media`: [{file, kind, seconds, repo, train_ok, licence, ...}]; only what may be trained on is
read. Scenes of 10 s are mixed from recordings and from synthesised sounds, each 50 ms labelled; a network of convolutions and
one bidirectional GRU learns the labels from the scenes as they are; with `--overlaid-steps` (400, say) then for a while from
scenes laid over each other, which has not been measured yet. Needs the project's packages, scipy, soundfile, onnx. `--work`
keeps the scenes and a checkpoint of each lesson (started again, it goes on from there), then the network is written to `--out`.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from overlay_scenes import as_they_are, overlaid
from torch import nn
from training_scenes import LABELS, Bank, Scenes, make_bank, read_bank, scenes

from video_pipeline.events.compact.features import BANDS

OUT = Path(__file__).resolve().parent.parent / "video_pipeline" / "events" / "compact" / "model.onnx"

SHARD = 100
"""Scenes in one file."""
BATCH = 24


@dataclass(frozen=True, slots=True)
class Lesson:
    """`steps` of learning at rates up to `highest`, from scenes changed by `change`; the weights are averaged with `memory`."""

    name: str
    steps: int
    highest: float
    memory: float
    change: Callable[[Scenes, np.random.Generator], Scenes]


class Net(nn.Module):
    """Log-mel [batch, 5 n, BANDS] to logits [batch, n, labels]. Sized for 300x real time on one thread."""

    def __init__(self, mean: np.ndarray, scale: np.ndarray, hidden: int = 96) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32))
        self.near = nn.Sequential(*conv(1, 20), *conv(20, 40), nn.MaxPool2d((5, 1)), *conv(40, 64))
        self.nearby = nn.Sequential(*conv(64, 64, 1))
        self.squeeze = nn.Sequential(nn.Dropout(0.2), nn.Linear(64 * BANDS // 8, 112), nn.ReLU())
        self.far = nn.GRU(112, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * hidden, len(LABELS)))

    def seen(self, mel: torch.Tensor) -> torch.Tensor:
        x = self.near(((mel - self.mean) * self.scale).unsqueeze(1))
        x = x + self.nearby(x)
        return self.squeeze(x.permute(0, 2, 1, 3).flatten(2))

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        return self.head(self.far(self.seen(mel))[0])


def conv(inputs: int, outputs: int, stride: int = 2) -> list[nn.Module]:
    """Keeps the time; a stride of 2 halves the bands."""
    return [nn.Conv2d(inputs, outputs, 3, (1, stride), 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def masked(mel: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Some bands hidden behind their mean, so that no single one decides."""
    for row in mel:
        if rng.random() < 0.5:
            at, width = int(rng.integers(BANDS - 10)), int(rng.integers(1, 10))
            row[:, at : at + width] = row[:, at : at + width].mean()
    return mel


def loss_of(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    each = nn.functional.binary_cross_entropy_with_logits(logits, truth.clamp(min=0), reduction="none")
    sure = truth >= 0
    return (each * sure).sum() / sure.sum()


def learn(net: Net, data: Scenes, lesson: Lesson, checkpoint: Path) -> nn.Module:
    """AdamW with a one-cycle rate; returns the moving average of the weights, which generalises better than the last ones."""
    (mels, truths), begin = data, time.monotonic()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    average = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(lesson.memory), use_buffers=True
    )
    first = step = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        first = step = state["step"]
    rng = np.random.default_rng([5, step])
    net.train()
    while step < lesson.steps:
        done = step / lesson.steps
        for group in optimiser.param_groups:
            group["lr"] = lesson.highest * min(done / 0.08 + 0.04, 0.5 * (1 + math.cos(math.pi * done)) + 0.002)
        rows = np.sort(rng.choice(len(mels), BATCH, replace=False))
        mel, truth = lesson.change((mels[rows].astype(np.float32), truths[rows]), rng)
        with torch.autocast("cpu", torch.bfloat16):  # only the convolutions: two and a half times as fast
            seen = net.seen(masked(torch.from_numpy(mel), rng))
        loss = loss_of(net.head(net.far(seen.float())[0]), torch.from_numpy(truth))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        average.update_parameters(net)
        step += 1
        if step % 100 == 0 or step == lesson.steps:
            left_s = (time.monotonic() - begin) / (step - first) * (lesson.steps - step)
            print(f"{lesson.name}: step {step} of {lesson.steps}: loss {loss.item():.4f}, {left_s / 60:.0f} min left", flush=True)
            state = {"net": net.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
            torch.save(state, checkpoint)
    return average.module


def measure(net: nn.Module, mels: np.ndarray, truths: np.ndarray) -> None:
    """Frame F1 at 0.5 per label."""
    net.eval()
    with torch.no_grad():
        found = np.concatenate([(net(torch.from_numpy(m[None].astype(np.float32))) > 0).numpy() for m in mels])
    for k, label in enumerate(LABELS):
        sure, true, got = truths[..., k] >= 0, truths[..., k] > 0.5, found[..., k]
        hits, wrong = (true & got & sure).sum(), ((true != got) & sure).sum()
        print(f"{label}: frame F1 {2 * hits / max(1, 2 * hits + wrong):.3f}")


def export(net: nn.Module, out: Path) -> None:
    """Input `mel` [1, 5 n, BANDS], output `probability` [1, n, labels]. Weights lie in the file as fp16, at half the size."""
    whole = nn.Sequential(net, nn.Sigmoid()).eval()
    axes = {"mel": {1: "frames"}, "probability": {1: "steps"}}
    torch.onnx.export(
        whole,
        (torch.zeros(1, 200, BANDS),),
        str(out),
        input_names=["mel"],
        output_names=["probability"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    halve(out)
    print(f"{out}: {out.stat().st_size} bytes, {sum(p.numel() for p in net.parameters())} parameters")


def halve(path: Path) -> None:
    """Store large fp32 weights as fp16; the runtime widens them once, when it loads them, and computes in fp32."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    widened = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 1000:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_fp16"))
            widened.append(onnx.helper.make_node("Cast", [f"{name}_fp16"], [name], to=onnx.TensorProto.FLOAT))
    for node in reversed(widened):
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, path)


_BANK: Bank


def write_shard(path: Path, seed: int, number: int) -> Path:
    """`SHARD` scenes of the bank that the parent process has filled."""
    if not path.exists():
        torch.set_num_threads(1)
        mels, truths = scenes(_BANK, np.random.default_rng([seed, number]), SHARD)
        part = path.with_suffix(".part.npz")
        np.savez(part, mels=mels, truths=truths.astype(np.int8))
        part.rename(path)
    return path


def all_scenes(options: argparse.Namespace) -> Scenes:
    """Read, or mixed in `--jobs` processes."""
    global _BANK
    paths = [options.work / f"scenes-{k:03d}.npz" for k in range(options.scenes // SHARD)]
    if not all(path.exists() for path in paths):
        _BANK = read_bank(options.corpus, set(options.without))
        print({kind: len(sounds) for kind, sounds in _BANK.real.items()}, flush=True)
        make_bank(_BANK, np.random.default_rng(options.seed), options.scale)
        print({kind: len(sounds) for kind, sounds in _BANK.made.items()}, flush=True)
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
            list(pool.map(write_shard, paths, [options.seed] * len(paths), range(len(paths))))
    stored = [np.load(path) for path in paths]
    return np.concatenate([s["mels"] for s in stored]), np.concatenate([s["truths"] for s in stored]).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=3000, help="of the first lesson, scenes as they are")
    parser.add_argument("--overlaid-steps", type=int, default=0, help="of a second, scenes laid over each other")
    parser.add_argument("--scale", type=int, default=60, help="synthesised sounds of each kind, times one to three")
    parser.add_argument("--without", nargs="*", default=[], help="repositories to hold out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes that mix")
    parser.add_argument("--threads", type=int, default=1, help="threads that learn")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="the highest learning rate")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    mels, truths = all_scenes(options)
    print(f"{len(mels)} scenes, shares {(truths > 0).mean(axis=(0, 1)).round(3)}", flush=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    some = mels[:200].astype(np.float32)
    net = Net(some.mean(axis=(0, 1)), 1 / (some.std(axis=(0, 1)) + 0.1))
    checked, learnt = len(mels) // 20, net
    lessons = [Lesson("checkpoint", options.steps, options.rate, 0.998, as_they_are)]
    if options.overlaid_steps:
        lessons.append(Lesson("overlaid", options.overlaid_steps, options.rate / 4, 0.99, overlaid))
    for lesson in lessons:
        net.load_state_dict(learnt.state_dict())
        learnt = learn(net, (mels[checked:], truths[checked:]), lesson, options.work / f"{lesson.name}.pt")
    measure(learnt, mels[:checked], truths[:checked])
    export(learnt, options.out)


if __name__ == "__main__":
    main()
