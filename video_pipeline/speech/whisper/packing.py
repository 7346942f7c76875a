"""Fills the model's window of 30 s with several windows of speech, and gives each word back to the window it was said in.

The model reads 30 s whatever it is given, so windows of 2 s one by one cost ten times as much. Between two windows lies silence,
as it did in the recording; without it words slip over the joint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.pieces import Unit

PACK_S = 30.0
"""What the model reads at a time: fixed by the model."""
GAP_S = 0.5
"""Silence between two windows."""
_ENDS_SENTENCE = tuple(".!?…。！？")
_ENDS_CLAUSE = tuple(",;:，、；：")
_JOINT_S = {"sentence": 0.0, "clause": 0.1, "word": 0.25}
"""What it costs, in seconds of misplaced speech, that a window ends after such a word: people pause at the ends of sentences, and
the model's own times are least certain beside a pause."""

_SURE_S = 0.3
"""Of a word, before its end."""
_LATE_S = 0.1
"""Of the next window, into which a last word may reach: the first one in it lasts longer."""
_IN_PAUSE = 0.2
"""What a word's time in the pause after it counts. At 15 joints in Mandarin all characters are in their windows by this; four
last ones were not when it counted in full."""


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """Windows of one language that are read together; their numbers are the caller's."""

    numbers: tuple[int, ...]
    windows: tuple[Waveform, ...]

    @property
    def starts_s(self) -> list[float]:
        """Where each window begins in the pack."""
        starts, at_s = [], 0.0
        for window in self.windows:
            starts.append(at_s)
            at_s += window.duration_s + GAP_S
        return starts

    @property
    def duration_s(self) -> float:
        return self.starts_s[-1] + self.windows[-1].duration_s

    def samples(self) -> Samples:
        gap = np.zeros(round(GAP_S * RATE_HZ), np.float32)
        parts = [part for window in self.windows for part in (window.samples, gap)]
        return np.nan_to_num(np.concatenate(parts[:-1]))[: round(PACK_S * RATE_HZ)]

    def halves(self) -> tuple[Pack, Pack]:
        at = len(self.windows) // 2
        return Pack(self.numbers[:at], self.windows[:at]), Pack(self.numbers[at:], self.windows[at:])


def packed(numbers: Sequence[int], windows: Sequence[Waveform]) -> list[Pack]:
    """The windows in order, as many in each pack as it holds. `numbers` says which of `windows` are taken."""
    packs: list[list[int]] = []
    room_s = 0.0
    for number in numbers:
        needed_s = windows[number].duration_s + GAP_S
        if not packs or needed_s - GAP_S > room_s:
            packs.append([])
            room_s = PACK_S
        packs[-1].append(number)
        room_s -= needed_s
    return [Pack(tuple(pack), tuple(windows[number] for number in pack)) for pack in packs]


def shared_out(units: Sequence[Unit], pack: Pack) -> list[list[Unit]]:
    """The words of each window, their times from the start of the window.

    The division with the least speech outside its window, summed over all words, and joints at the ends of sentences. Characters
    of one piece of the vocabulary stay together: a piece that follows a pause often begins before it, so that an equal share of
    its time would leave the first character in the window before.
    """
    starts_s = pack.starts_s
    ends_s = [start_s + window.duration_s for start_s, window in zip(starts_s, pack.windows, strict=True)]
    pieces = _pieces(units)
    whole = [replace(piece[0], text="".join(unit.text for unit in piece), end=piece[-1].end) for piece in pieces]
    costs = np.array([[_outside_s(unit, a, b) for a, b in zip(starts_s, ends_s, strict=True)] for unit in whole])
    shares: list[list[Unit]] = [[] for _ in pack.windows]
    for piece, number in zip(pieces, _division(costs, whole) if len(whole) else (), strict=True):
        shares[number] += _inside(piece, starts_s[number])
    return shares


def _pieces(units: Sequence[Unit]) -> list[list[Unit]]:
    out: list[list[Unit]] = []
    for unit in units:
        if out and unit.goes_on:
            out[-1].append(unit)
        else:
            out.append([unit])
    return out


def _inside(piece: Sequence[Unit], start_s: float) -> Iterator[Unit]:
    """The characters of a piece with times from the start of its window; if it began before that, they share what is left."""
    first_s, last_s = piece[0].start - start_s, piece[-1].end - start_s
    scale = last_s / (last_s - first_s) if len(piece) > 1 and first_s < 0.0 < last_s else 1.0
    for unit in piece:
        own_s, until_s = (last_s - (last_s + start_s - edge_s) * scale for edge_s in (unit.start, unit.end))
        yield replace(unit, start=own_s, end=until_s)


def _outside_s(unit: Unit, start_s: float, end_s: float) -> float:
    """How much of a word lies outside a window.

    The model lets words begin and end anywhere in the pause beside them. So of one that begins early only the last part counts,
    and of one that ends late, what lies in the pause counts little.
    """
    late_s = max(0.0, unit.end - end_s)
    in_pause_s = min(late_s, GAP_S + _LATE_S)
    return max(0.0, start_s - max(unit.start, unit.end - _SURE_S)) + _IN_PAUSE * in_pause_s + late_s - in_pause_s


def _division(costs: np.ndarray, units: Sequence[Unit]) -> list[int]:
    """The window of each unit, never falling, at the least total cost: a shortest path over units and windows."""
    count, windows = costs.shape
    best = costs[0].copy()
    came_from = np.zeros((count, windows), int)
    for k in range(1, count):
        joint_s = _JOINT_S[_kind_of_end(units[k - 1].text)]
        reached = np.empty(windows)
        lead, lead_at = np.inf, 0
        for window in range(windows):
            stay = best[window]
            if stay <= lead:
                reached[window], came_from[k, window] = stay, window
            else:
                reached[window], came_from[k, window] = lead, lead_at
            if best[window] + joint_s < lead:
                lead, lead_at = best[window] + joint_s, window
        best = reached + costs[k]
    path = [int(np.argmin(best))]
    for k in range(count - 1, 0, -1):
        path.append(int(came_from[k, path[-1]]))
    return path[::-1]


def _kind_of_end(text: str) -> str:
    text = text.rstrip("\"'”’」』)）")
    return "sentence" if text.endswith(_ENDS_SENTENCE) else "clause" if text.endswith(_ENDS_CLAUSE) else "word"
