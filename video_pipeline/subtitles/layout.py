"""From segments to cues: one search over the whole stream of words for the breaks, then sounds in between, then the times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from video_pipeline.core.cue import Cue
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.subtitles.atoms import Atom
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.runs import Opening, Run, runs_of
from video_pipeline.subtitles.search import cheapest
from video_pipeline.subtitles.sounds import with_sounds
from video_pipeline.subtitles.stream import batches
from video_pipeline.subtitles.timing import Clock, ended, started

_BATCH = 4096  # atoms searched together: some twenty minutes of speech


def make_cues(
    segments: Sequence[Segment],
    events: Sequence[AudioEvent],
    options: SubtitleOptions,
    *,
    rate_fps: float | None = None,
    cuts_s: Sequence[float] = (),
) -> list[Cue]:
    """All cues of a video in order: speech and sounds, with their final times.

    Args:
        segments, events: in order of their start.
        rate_fps: the picture's, for gaps in frames; None where there is no picture.
        cuts_s: when the picture cuts, in order.
    """
    clock = Clock.of(options, rate_fps, cuts_s)
    cues = started(sorted(_spoken(segments, clock), key=lambda cue: cue.start_s), clock)
    if options.labels != "none":
        cues = with_sounds(cues, events, clock)
    return ended(cues, clock)


def _spoken(segments: Sequence[Segment], clock: Clock) -> Iterator[Cue]:
    """Cues of speech, from their first word to their last."""
    for stream in batches(runs_of(segments, clock.options), _BATCH):
        atoms = [atom for run in stream.runs for atom in run.atoms]
        previous = None
        for i, j, starts in cheapest(stream, clock):
            run = stream.runs[stream.run[i]]
            yield _cue(run, [atoms[a:b] for a, b in pairwise((*starts, j))], Opening() if run is previous else run.opening)
            previous = run


def _cue(run: Run, lines: Sequence[Sequence[Atom]], opening: Opening) -> Cue:
    tokens = tuple(token for line in lines for atom in line for token in atom.tokens)
    return Cue(
        tokens[0].start_s,
        max(token.end_s for token in tokens),
        tuple(map(_line, lines)),
        run.voice.language,
        run.voice.emotion,
        opening.starts_emotion,
        None,
        run.voice.speaker,
        tokens,
        opening.names_speaker,
    )


def _line(atoms: Sequence[Atom]) -> str:
    parts = [atoms[0].text]
    for before, atom in pairwise(atoms):
        parts += before.tail, atom.lead, atom.text
    return "".join(parts)
