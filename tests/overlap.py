"""How well two spans agree."""

from video_pipeline.core.span import Span


def iou(a: Span, b: Span) -> float:
    """Intersection over union, 0 to 1; 0 if either is empty."""
    shared = a.overlap_s(b)
    return shared / (a.duration_s + b.duration_s - shared) if shared else 0.0
