"""How good clips are against the truth of a composed scene: the best group on top, none lost, the cuts right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from benchmarks.event_score import iou, matched
from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span

Truth = Mapping[str, Any]
Share = tuple[float, float]
"""A numerator and a denominator."""
_SPEECH_SLACK_S = 0.3
"""An edge this close to an utterance's own edge does not cut it: recordings begin and end with breath."""


@dataclass
class Measures:
    """Sums over scenes, so that pooled shares are of all groups and clips, not means of means."""

    shares: dict[str, list[Share]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, truth: Truth, clips: Sequence[Clip]) -> None:
        """`clips`, best first, of one scene."""
        groups = sorted(truth["groups"], key=lambda group: -group["intensity"])
        for name, share in _shares(truth, groups, clips).items():
            self.shares.setdefault(name, []).append(share)
        for name, count in _counts(truth, clips).items():
            self.counts[name] = self.counts.get(name, 0) + count

    def share(self, name: str) -> float | None:
        """None where nothing could be hit."""
        total = sum(of for _, of in self.shares.get(name, ()))
        return sum(hit for hit, _ in self.shares[name]) / total if total else None


def _shares(truth: Truth, groups: Sequence[Mapping[str, float]], clips: Sequence[Clip]) -> dict[str, Share]:
    spans = [_span(group) for group in groups]
    first = bool(clips and spans and (iou(clips[0], spans[0]) >= 0.5 or _covered(clips[0], spans[0]) >= 0.8))
    covered = sum(any(_covered(clip, span) >= 0.8 for clip in clips) for span in spans)
    joked = [(clip, joke) for clip in clips if (joke := _first_joke(truth, clip)) is not None]
    set_up = sum(clip.start_s <= joke["setup_start_s"] + 1 for clip, joke in joked)
    agreement, pairs = _order(groups, clips)
    return {
        "hit_at_1": (first, bool(groups)),
        "recall_covered_0.8": (covered, len(groups)),
        "recall_iou_0.5": (len(matched(spans, list(clips), 0.5)), len(groups)),
        "setup_coverage": (set_up, len(joked)),
        "kendall_tau": (agreement, pairs),
    }


def _counts(truth: Truth, clips: Sequence[Clip]) -> dict[str, int]:
    reactions = [_span(event) for event in truth["events"] if event["label"] in ("laughter", "applause")]
    said = [_span(utterance) for utterance in truth["speech"]]
    edges = [edge_s for clip in clips for edge_s in (clip.start_s, clip.end_s)]
    return {
        "clips": len(clips),
        "ends_inside_a_reaction": sum(any(r.start_s + 0.1 < clip.end_s < r.end_s - 0.2 for r in reactions) for clip in clips),
        "edges_inside_speech": sum(
            any(u.start_s + _SPEECH_SLACK_S < edge_s < u.end_s - _SPEECH_SLACK_S for u in said) for edge_s in edges
        ),
        "outside_15_to_60_s": sum(not 14.9 <= clip.end_s - clip.start_s <= 60.1 for clip in clips),
        "overlapping_pairs": sum(iou(a, b) > 0.1 for a, b in combinations(clips, 2)),
    }


def _order(groups: Sequence[Mapping[str, float]], clips: Sequence[Clip]) -> tuple[float, int]:
    """Pairs of clips in the order of the intensity of their groups, less those in the wrong one, and all pairs."""
    best = [max(groups, key=lambda group, clip=clip: iou(_span(group), clip), default=None) for clip in clips]
    paired = [(clip.score, g["intensity"]) for clip, g in zip(clips, best, strict=True) if g and iou(_span(g), clip) > 0]
    signs = [(a[0] - b[0]) * (a[1] - b[1]) for a, b in combinations(paired, 2)]
    return sum((sign > 0) - (sign < 0) for sign in signs), len(signs)


def _first_joke(truth: Truth, clip: Clip) -> Mapping[str, float] | None:
    inside = [joke for joke in truth["jokes"] if clip.holds(joke["laugh_start_s"])]
    return min(inside, key=lambda joke: joke["laugh_start_s"], default=None)


def _covered(clip: Span, group: Span) -> float:
    return clip.overlap_s(group) / group.duration_s


def _span(row: Mapping[str, float]) -> Span:
    return Span(row["start_s"], row["end_s"])
