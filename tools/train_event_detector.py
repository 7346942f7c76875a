"""Train the small event detector and write its ONNX file.

    python tools/train_event_detector.py --corpus DIR --work /tmp/detector

DIR holds `manifest.json` with `media`: [{file, kind, seconds, repo, train_ok, licence, ...}]; only what may be trained on is
read. The detector is several networks, the `MEMBERS`, each of convolutions and one bidirectional GRU. For each, scenes of 10 s
are mixed from recordings and from synthesised sounds, each 50 ms labelled; it learns the labels, and all are joined in one file.
Needs the project's packages, scipy, soundfile, onnx, flite. `--work` keeps the scenes and a checkpoint of each network (started
again, it goes on from there). About 70 minutes on two cores.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from join_detectors import joined
from torch import nn
from training_scenes import LABELS, Bank, Scenes, make_bank, read_bank, scenes

from video_pipeline.events.compact.features import BANDS

OUT = Path(__file__).resolve().parent.parent / "video_pipeline" / "events" / "compact" / "model.onnx"

SHARD = 100
"""Scenes in one file."""
BATCH = 24
RATE = 2.5e-3
"""The highest learning rate."""
MEMORY = 0.998
"""Of the moving average of the weights, per step."""
SCALE = 60
"""Synthesised sounds of each kind, times one to three."""


@dataclass(frozen=True, slots=True)
class Member:
    """One network.

    Attributes:
        crowds: whether it is also fed made crowds, bodies, animals, weather and machines (see `Bank`).
        scenes, steps: how many it learns from, and for how long.
        moments: steps at which the averaged weights are taken; their mean is the result, which generalises better than either.
        widths: channels of the three convolutions, then of the layer before the GRU, then of the GRU.
        deep: one more convolution.
        voice: by label, how much its opinion counts where that is not 1.
    """

    name: str
    seed: int
    crowds: bool
    scenes: int
    steps: int
    moments: tuple[int, ...]
    widths: tuple[int, int, int, int, int]
    deep: bool = False
    voice: dict[str, float] = field(default_factory=dict)


SMALL, LARGE = (16, 32, 48, 96, 64), (20, 40, 64, 112, 96)
MEMBERS = (
    # Fed with crowds, one tells laughs from much else, but takes roars and dense applause for each other.
    Member("crowds", 1, True, 6000, 3000, (2200, 3000), LARGE, deep=True, voice={"laughter": 3.0}),
    Member("everyday", 2, False, 2400, 2400, (2400,), SMALL),
    Member("everyday-2", 3, False, 2400, 2400, (2400,), SMALL),
)


class Net(nn.Module):
    """Log-mel [batch, 5 n, BANDS] to logits [batch, n, labels]. All members together run at over 300x real time on one thread."""

    def __init__(self, member: Member, mean: np.ndarray, scale: np.ndarray) -> None:
        super().__init__()
        first, second, third, squeezed, hidden = member.widths
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32))
        self.near = nn.Sequential(*conv(1, first), *conv(first, second), nn.MaxPool2d((5, 1)), *conv(second, third))
        self.nearby = nn.Sequential(*conv(third, third, 1)) if member.deep else None
        self.squeeze = nn.Sequential(nn.Dropout(0.2), nn.Linear(third * BANDS // 8, squeezed), nn.ReLU())
        self.far = nn.GRU(squeezed, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * hidden, len(LABELS)))

    def seen(self, mel: torch.Tensor) -> torch.Tensor:
        x = self.near(((mel - self.mean) * self.scale).unsqueeze(1))
        if self.nearby is not None:
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


def learn(net: Net, data: Scenes, member: Member, checkpoint: Path) -> nn.Module:
    """AdamW with a one-cycle rate; returns the mean of the weights' moving average at the member's moments."""
    (mels, truths), begin = data, time.monotonic()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    moving = torch.optim.swa_utils.get_ema_multi_avg_fn(MEMORY)
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=moving, use_buffers=True)
    result = torch.optim.swa_utils.AveragedModel(net, use_buffers=True)
    parts = {"net": net, "average": average, "result": result, "optimiser": optimiser}
    first = step = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        first = step = state["step"]
    rng = np.random.default_rng([5, step])
    net.train()
    while step < member.steps:
        done = step / member.steps
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(done / 0.08 + 0.04, 0.5 * (1 + math.cos(math.pi * done)) + 0.002)
        rows = np.sort(rng.choice(len(mels), BATCH, replace=False))
        with torch.autocast("cpu", torch.bfloat16):  # only the convolutions: two and a half times as fast
            seen = net.seen(masked(torch.from_numpy(mels[rows].astype(np.float32)), rng))
        loss = loss_of(net.head(net.far(seen.float())[0]), torch.from_numpy(truths[rows]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        average.update_parameters(net)
        step += 1
        if step in member.moments:
            result.update_parameters(average.module)
        if step % 100 == 0 or step == member.steps:
            left_s = (time.monotonic() - begin) / (step - first) * (member.steps - step)
            print(f"{member.name}: step {step} of {member.steps}: loss {loss.item():.4f}, {left_s / 60:.0f} min left", flush=True)
            part_path = checkpoint.with_suffix(".part")
            torch.save({"step": step, **{name: part.state_dict() for name, part in parts.items()}}, part_path)
            part_path.replace(checkpoint)
    return result.module


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


def shards(member: Member, work: Path) -> list[Path]:
    return [work / member.name / f"scenes-{number:03d}.npz" for number in range(member.scenes // SHARD)]


def mix(member: Member, options: argparse.Namespace) -> None:
    """The member's scenes, those that are not there yet, in `--jobs` processes."""
    global _BANK
    paths = shards(member, options.work)
    if all(path.exists() for path in paths):
        return
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    _BANK = read_bank(options.corpus, set(options.without), member.crowds)
    print(member.name, {kind: len(sounds) for kind, sounds in _BANK.real.items()}, flush=True)
    make_bank(_BANK, np.random.default_rng(member.seed), SCALE)
    print(member.name, {kind: len(sounds) for kind, sounds in _BANK.made.items()}, flush=True)
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
        list(pool.map(write_shard, paths, [member.seed] * len(paths), range(len(paths))))


def train(member: Member, work: Path) -> Path:
    """The member's own ONNX file, on one thread."""
    stored = [np.load(path) for path in shards(member, work)]
    mels = np.concatenate([s["mels"] for s in stored])
    truths = np.concatenate([s["truths"] for s in stored]).astype(np.float32)
    print(f"{member.name}: {len(mels)} scenes, shares {(truths > 0).mean(axis=(0, 1)).round(3)}", flush=True)
    torch.set_num_threads(1)
    torch.manual_seed(member.seed)
    some = mels[: 2 * SHARD].astype(np.float32)
    net = Net(member, some.mean(axis=(0, 1)), 1 / (some.std(axis=(0, 1)) + 0.1))
    checked = len(mels) // 20
    learnt = learn(net, (mels[checked:], truths[checked:]), member, work / member.name / "checkpoint.pt")
    measure(learnt, mels[:checked], truths[:checked])
    out = work / f"{member.name}.onnx"
    export(learnt, out)
    return out


def shares(members: tuple[Member, ...]) -> np.ndarray:
    """[members, labels] of the decision."""
    voices = np.array([[member.voice.get(label, 1.0) for label in LABELS] for member in members], np.float32)
    return voices / voices.sum(axis=0)


def main() -> None:
    import onnx

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=[], help="repositories to hold out")
    parser.add_argument("--jobs", type=int, default=2, help="processes that mix and learn")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    for member in MEMBERS:
        mix(member, options)
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        files = list(pool.map(train, MEMBERS, [options.work] * len(MEMBERS)))
    onnx.save(joined([onnx.load(file) for file in files], shares(MEMBERS)), options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
