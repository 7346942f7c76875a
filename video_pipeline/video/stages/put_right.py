"""Words as they may be stored: with a person's corrections, without emotions where those are off, and with masks."""

from __future__ import annotations

from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.options import Options
from video_pipeline.speech.masking import without_personal, without_personal_alone
from video_pipeline.video.base import Given
from video_pipeline.video.corrections import corrected, corrections_in


def put_right(transcript: Transcript, given: Given) -> Transcript:
    """A transcript as it is stored."""
    transcript = corrected(transcript, corrections_in(given.space), emotion=given.options.emotion)
    return without_personal(transcript) if given.options.mask else transcript


def storable(segment: Segment, options: Options) -> Segment:
    """A segment as it is stored while others are still listened to."""
    segment = segment if options.emotion else segment.without_emotion()
    return without_personal_alone(segment) if options.mask else segment
