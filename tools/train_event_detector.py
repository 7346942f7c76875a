"""Train the small event detector and write its ONNX file.

    python tools/train_event_detector.py --corpus DIR --minutes 16 --work /tmp/detector

DIR holds `manifest.json` with `media`: [{file, kind, seconds, repo, train_ok, licence, ...}]; only what may be trained on is
read. Scenes of 10 s are mixed from recordings and from `synthesise_sounds`, each 50 ms labelled; a network of convolutions and
one bidirectional GRU learns the labels. A fifth of the time goes into mixing, the rest into learning, on one thread.
Needs the project's packages, scipy, soundfile, onnx. Results in `--work`: checkpoint.pt after every minute, then `--out`.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from training_scenes import LABELS, Scenes, make_bank, read_bank, scenes

from video_pipeline.events.compact.features import BANDS

OUT = Path(__file__).resolve().parent.parent / "video_pipeline" / "events" / "compact" / "model.onnx"


class Net(nn.Module):
    """Log-mel [batch, 5 n, BANDS] to probabilities [batch, n, labels]. Sized for 600x real time on one thread."""

    def __init__(self, mean: np.ndarray, scale: np.ndarray, hidden: int = 64) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32))
        self.near = nn.Sequential(*conv(1, 16), *conv(16, 32), nn.MaxPool2d((5, 1)), *conv(32, 48))
        self.squeeze = nn.Sequential(nn.Dropout(0.2), nn.Linear(48 * BANDS // 8, 96), nn.ReLU())
        self.far = nn.GRU(96, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * hidden, len(LABELS)))

    def seen(self, mel: torch.Tensor) -> torch.Tensor:
        x = self.near(((mel - self.mean) * self.scale).unsqueeze(1))
        return self.squeeze(x.permute(0, 2, 1, 3).flatten(2))

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        return self.head(self.far(self.seen(mel))[0])


def conv(inputs: int, outputs: int) -> list[nn.Module]:
    """Halves the bands, keeps the time."""
    return [nn.Conv2d(inputs, outputs, 3, (1, 2), 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


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


def learn(net: Net, data: Scenes, seconds: float, highest: float, checkpoint: Path) -> None:
    """AdamW with a one-cycle rate over the time that there is."""
    (mels, truths), step = data, 0
    rng, begin, saved = np.random.default_rng(5), time.monotonic(), time.monotonic()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    net.train()
    while (done := (time.monotonic() - begin) / seconds) < 1:
        rate = highest * min(done / 0.08 + 0.04, 0.5 * (1 + np.cos(np.pi * done)) + 0.002)
        for group in optimiser.param_groups:
            group["lr"] = rate
        rows = np.sort(rng.choice(len(mels), 24, replace=False))
        with torch.autocast("cpu", torch.bfloat16):  # only the convolutions: two and a half times as fast
            seen = net.seen(masked(torch.from_numpy(mels[rows].astype(np.float32)), rng))
        loss = loss_of(net.head(net.far(seen.float())[0]), torch.from_numpy(truths[rows]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step += 1
        if step % 25 == 0:
            print(f"{done:5.1%} step {step} loss {loss.item():.4f}", flush=True)
        if time.monotonic() - saved > 60:
            saved = time.monotonic()
            torch.save(net.state_dict(), checkpoint)
    torch.save(net.state_dict(), checkpoint)


def measure(net: Net, mels: np.ndarray, truths: np.ndarray) -> None:
    """Frame F1 at 0.5 per label."""
    net.eval()
    with torch.no_grad():
        found = np.concatenate([(net(torch.from_numpy(m[None].astype(np.float32))) > 0).numpy() for m in mels])
    for k, label in enumerate(LABELS):
        sure, true, got = truths[..., k] >= 0, truths[..., k] > 0.5, found[..., k]
        hits, wrong = (true & got & sure).sum(), ((true != got) & sure).sum()
        print(f"{label}: frame F1 {2 * hits / max(1, 2 * hits + wrong):.3f}")


def export(net: Net, out: Path) -> None:
    """Input `mel` [1, 5 n, BANDS], output `probability` [1, n, labels]."""
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
    print(f"{out}: {out.stat().st_size} bytes, {sum(p.numel() for p in net.parameters())} parameters")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=16.0)
    parser.add_argument("--scale", type=int, default=40, help="synthesised sounds of each kind, times one to three")
    parser.add_argument("--without", nargs="*", default=[], help="repositories to hold out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="a checkpoint.pt to go on from, on fresh scenes")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="the highest learning rate")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    rng, begin = np.random.default_rng(options.seed), time.monotonic()
    bank = read_bank(options.corpus, set(options.without))
    print({kind: len(sounds) for kind, sounds in bank.real.items()})
    make_bank(bank, rng, options.scale)
    mels, truths = scenes(bank, rng, max(5.0, options.minutes * 13 - (time.monotonic() - begin)))
    print(f"{len(mels)} scenes after {time.monotonic() - begin:.0f} s, shares {(truths > 0).mean(axis=(0, 1))}", flush=True)
    some = mels[:200].astype(np.float32)
    net = Net(some.mean(axis=(0, 1)), 1 / (some.std(axis=(0, 1)) + 0.1))
    checked = len(mels) // 20
    left_s = options.minutes * 60 - (time.monotonic() - begin)
    if options.start:
        net.load_state_dict(torch.load(options.start, weights_only=True))
    learn(net, (mels[checked:], truths[checked:]), left_s, options.rate, options.work / "checkpoint.pt")
    measure(net, mels[:checked], truths[:checked])
    export(net, options.out)


if __name__ == "__main__":
    main()
