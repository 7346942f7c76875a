"""Writes what a telephone adds to every voice print: the mean of many people's prints through three telephones.

    python tools/telephone_voice.py FOLDER     # recordings of one voice each, in any depth

The telephones pass 300 to 3400 Hz with soft, steep and steeper edges and code the sound by mu-law at 8 kHz. Each recording counts
the same, with at most twelve seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfiltfilt

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Samples
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.speakers.own.runs import RunFinder
from video_pipeline.speech.speakers.own.stitching import Stitcher

PACKAGE = Path(__file__).parents[1] / "video_pipeline" / "speech" / "speakers" / "own"
LONGEST_S = 12.0
ORDERS = (2, 5, 10)
"""Of the band pass, which runs forwards and backwards."""
LEVEL = 0.05
"""Root mean square of each recording."""


def through_telephone(samples: Samples, order: int) -> Samples:
    narrow = sosfiltfilt(butter(order, [300, 3400], "band", fs=8000, output="sos"), resample_poly(samples, 1, 2))
    coded = np.sign(narrow) * np.log1p(255 * np.abs(np.clip(narrow, -1, 1))) / np.log(256)
    coded = np.round(coded * 127) / 127
    return np.asarray(resample_poly(np.sign(coded) * (256 ** np.abs(coded) - 1) / 255, 2, 1), np.float32)


def prints_of(samples: Samples) -> list[npt.NDArray[np.float32]]:
    finder, stitcher = RunFinder(), Stitcher()
    finder.hear(samples)
    runs = [run for activity in (*stitcher.hear(samples), stitcher.finish()) for run in finder.see(activity)]
    return [one.vector for run in (*runs, *finder.finish()) for one in run.prints]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    means = []
    for path in sorted(parser.parse_args().folder.rglob("*")):
        try:
            sound = np.concatenate([block.samples for block in audio_blocks(path, within=Span(0.0, LONGEST_S))])
        except (PipelineError, ValueError, OSError):
            continue
        sound = sound * (LEVEL / (np.sqrt(np.mean(sound**2)) + 1e-9))
        heard = [np.mean(prints, axis=0) for order in ORDERS if (prints := prints_of(through_telephone(sound, order)))]
        means += [np.mean(heard, axis=0)] if heard else []
    mean = np.mean(means, axis=0)
    np.save(PACKAGE / "telephone.npy", mean.astype(np.float16))
    print(f"{len(means)} recordings; length of what they share: {np.linalg.norm(mean):.2f}")


if __name__ == "__main__":
    main()
