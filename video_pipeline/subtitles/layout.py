"""From segments to cues: which words share a cue and a line, solved per segment as a shortest path over the places to break."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.breaks import FORBIDDEN, SENTENCE_END, penalties
from video_pipeline.subtitles.labels import emotion_label
from video_pipeline.subtitles.rules import ReadingRules, SubtitleOptions, width
from video_pipeline.subtitles.sounds import with_sounds
from video_pipeline.subtitles.timing import settle
from video_pipeline.subtitles.tokens import layout_tokens, shown_text

_CUE = 1.2  # each cue: fewer interruptions
_LINE = 0.3  # each further line: one line is read faster than two
_BALANCE = 0.6  # lines of different length; the upper one should be the shorter
_TOO_SHORT = 1.5  # per second missing to the least time
_TOO_FAST = 0.15  # per character per second above the reading speed
_BETWEEN_LINES, _BETWEEN_CUES = 0.5, 1.5  # how much a bad break weighs there
_RUN_ON = 1.6  # each sentence that ends inside a cue
_PAUSE = 4.0  # gained per second of pause (up to half a second) at a break between cues
_ORPHAN = 1.5  # a line of one or two characters


def make_cues(
    segments: Sequence[Segment], events: Sequence[AudioEvent], options: SubtitleOptions, *, rate_fps: float | None = None
) -> list[Cue]:
    """All cues of a video in order: speech and sounds, with their final times."""
    cues: list[Cue] = []
    shown: Emotion | None = None
    for segment in segments:
        emotion = segment.emotion if segment.emotion in SHOWN_EMOTIONS else None
        cues += _segment_cues(segment, options, emotion, starts_emotion=emotion is not None and emotion != shown)
        shown = emotion
    cues.sort(key=lambda cue: cue.start_s)
    if options.labels != "none":
        cues = with_sounds(cues, events, options)
    return settle(cues, options, rate_fps)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One segment prepared for the search: prefix sums make the width of any run of tokens a subtraction."""

    tokens: Sequence[Token]
    language: Language
    breaks: Sequence[float]
    sums: Sequence[float]
    reading: ReadingRules
    sentence_ends: Sequence[int]  # how many sentences ended before each token
    first_line_less: float  # room taken by a label before the first word

    def width(self, i: int, j: int) -> float:
        lead = self.tokens[i].text[:1].isspace()
        less = self.first_line_less if i == 0 else 0.0
        return self.sums[j] - self.sums[i] - (width(" ", self.language) if lead else 0.0) + less

    def lines(self, i: int, j: int, most: int) -> tuple[float, tuple[int, ...]]:
        """The cost and the starts of the lines of tokens i to j; infinite where they do not fit."""
        if self.width(i, j) <= self.reading.line_width:
            return 0.0, (i,)
        best: tuple[float, tuple[int, ...]] = (math.inf, ())
        if most < 2:
            return best
        for k in range(j - 1, i, -1):
            lower = self.width(k, j)
            if lower > self.reading.line_width:
                break
            if self.breaks[k] == FORBIDDEN:
                continue
            cost, starts = self.lines(i, k, most - 1)
            upper = self.width(i, k)
            cost += (
                _LINE
                + _BETWEEN_LINES * self.breaks[k]
                + _BALANCE * (abs(upper - lower) + max(0.0, upper - lower)) / self.reading.line_width
            )
            cost += _ORPHAN * (min(upper, lower) < 3)
            if cost < best[0]:
                best = cost, (*starts, k)
        return best


def _segment_cues(segment: Segment, options: SubtitleOptions, emotion: Emotion | None, starts_emotion: bool) -> list[Cue]:
    reading = options.reading(segment.language)
    label = emotion_label(emotion, segment.language, options.labels) if emotion and starts_emotion else ""
    room = width(label + " ", segment.language) if label else 0.0
    if room > reading.line_width / 2:
        room, starts_emotion = 0.0, False  # a label that leaves no room for words is dropped: colour still says it
    tokens = layout_tokens(segment, reading.line_width - room)
    while tokens and not shown_text(tokens[:1], segment.language):
        tokens = tokens[1:]  # a mark that is not shown must not carry the label away
    if not tokens:
        return []
    sums = [0.0]
    for token in tokens:
        sums.append(sums[-1] + width(token.text, segment.language))
    breaks = penalties(tokens, segment.language)
    sentence_ends = list(itertools.accumulate(cost == SENTENCE_END and k > 0 for k, cost in enumerate(breaks)))
    sheet = _Sheet(tokens, segment.language, breaks, sums, reading, sentence_ends, room)
    cues: list[Cue] = []
    for i, j, starts in _path(sheet, options):
        ends = (*starts[1:], j)
        lines = tuple(shown_text(tokens[a:b], segment.language) for a, b in zip(starts, ends, strict=True))
        lines = tuple(line for line in lines if line)
        if lines:
            span = (tokens[i].start_s, max(tokens[i].start_s, tokens[j - 1].end_s))
            first = starts_emotion and not cues
            cues.append(Cue(*span, lines, segment.language, emotion, first, None, segment.speaker, tuple(tokens[i:j])))
    return cues


def _path(sheet: _Sheet, options: SubtitleOptions) -> list[tuple[int, int, tuple[int, ...]]]:
    """The cheapest way through a segment: `(first token, end, starts of lines)` of each cue."""
    count = len(sheet.tokens)
    best = [0.0] + [math.inf] * count
    came: list[tuple[int, tuple[int, ...]]] = [(0, ())] * (count + 1)
    most_width = options.lines * sheet.reading.line_width
    for j in range(1, count + 1):
        for i in range(j - 1, -1, -1):
            if sheet.width(i, j) > most_width + 1 or (_duration_s(sheet, i, j) > options.longest_s and i < j - 1):
                break
            if best[i] == math.inf:
                continue
            cost, starts = sheet.lines(i, j, options.lines)
            if not starts:
                if i < j - 1:
                    continue
                cost, starts = 0.0, (i,)  # one token always makes a cue, or nothing could
            cost += best[i] + _CUE + _cue_cost(sheet, i, j, options)
            if cost < best[j]:
                best[j], came[j] = cost, (i, starts)
    return _walk_back(came, count)


def _walk_back(came: list[tuple[int, tuple[int, ...]]], count: int) -> list[tuple[int, int, tuple[int, ...]]]:
    cues, j = [], count
    while j > 0:
        i, starts = came[j]
        cues.append((i, j, starts))
        j = i
    return cues[::-1]


def _duration_s(sheet: _Sheet, i: int, j: int) -> float:
    return sheet.tokens[j - 1].end_s - sheet.tokens[i].start_s


def _cue_cost(sheet: _Sheet, i: int, j: int, options: SubtitleOptions) -> float:
    """What is wrong with tokens i to j as one cue: its length, its speed, and the break that ends it."""
    start_s = sheet.tokens[i].start_s
    last = j == len(sheet.tokens)
    room_s = (_duration_s(sheet, i, j) + options.linger_s) if last else max(0.0, sheet.tokens[j].start_s - start_s)
    cost = _RUN_ON * (sheet.sentence_ends[j - 1] - sheet.sentence_ends[i])
    cost += _TOO_SHORT * max(0.0, options.least_s - room_s)
    speed_cps = sheet.width(i, j) / max(room_s, options.least_s)
    cost += _TOO_FAST * max(0.0, speed_cps - sheet.reading.speed_cps)
    if not last:
        pause_s = max(0.0, sheet.tokens[j].start_s - sheet.tokens[j - 1].end_s)
        broken = sheet.breaks[j] if sheet.breaks[j] != FORBIDDEN else 20.0
        cost += _BETWEEN_CUES * broken - _PAUSE * min(0.5, pause_s)
    return cost
