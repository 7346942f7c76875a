"""From segments to cues: a search over all words for the breaks, then the sounds between them, then the times."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.subtitles.atom_arrays import batches
from video_pipeline.subtitles.atoms import Atom
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.search import cheapest
from video_pipeline.subtitles.sounds import with_sounds
from video_pipeline.subtitles.timing import TimingLimits, with_ends, with_starts, within_media
from video_pipeline.subtitles.utterances import Opening, Utterance, utterances_of

_BATCH_ATOMS = 4096
"""Atoms searched together: about twenty minutes of speech."""


def make_cues(
    segments: Sequence[Segment],
    events: Sequence[AudioEvent],
    options: SubtitleOptions,
    *,
    rate_fps: float | None = None,
    cuts_s: Sequence[float] = (),
    media_end_s: float = math.inf,
) -> list[Cue]:
    """All cues of a video in order, for speech and for sounds, with their final times.

    Args:
        segments: in order of their start.
        events: in order of their start.
        rate_fps: frame rate of the picture, for gaps in frames; None without a picture.
        cuts_s: when the picture cuts, in order.
        media_end_s: where the video ends: no cue lasts longer, however much there is to read.
    """
    limits = TimingLimits.of(options, rate_fps, cuts_s, media_end_s)
    cues = with_starts(sorted(_spoken(segments, limits), key=lambda cue: cue.start_s), limits)
    if options.labels != "none":
        cues = with_sounds(cues, events, limits)
    return with_ends(within_media(cues, limits), limits)


def _spoken(segments: Sequence[Segment], limits: TimingLimits) -> Iterator[Cue]:
    """Cues of speech, from their first word to their last."""
    for arrays in batches(utterances_of(segments, limits.options), _BATCH_ATOMS):
        atoms = [atom for utterance in arrays.utterances for atom in utterance.atoms]
        previous = None
        for i, j, starts in cheapest(arrays, limits):
            utterance = arrays.utterances[arrays.utterance[i]]
            opening = Opening() if utterance is previous else utterance.opening
            yield _cue(utterance, [atoms[a:b] for a, b in pairwise((*starts, j))], opening)
            previous = utterance


def _cue(utterance: Utterance, lines: Sequence[Sequence[Atom]], opening: Opening) -> Cue:
    tokens = tuple(token for line in lines for atom in line for token in atom.tokens)
    return Cue(
        tokens[0].start_s,
        max(token.end_s for token in tokens),
        tuple(map(_line, lines)),
        language=utterance.voice.language,
        emotion=utterance.voice.emotion,
        starts_emotion=opening.starts_emotion,
        speaker=utterance.voice.speaker,
        speaker_label=opening.speaker_label,
        tokens=tokens,
    )


def _line(atoms: Sequence[Atom]) -> str:
    parts = [atoms[0].text]
    for before, atom in pairwise(atoms):
        parts += before.tail, atom.lead, atom.text
    return "".join(parts)
