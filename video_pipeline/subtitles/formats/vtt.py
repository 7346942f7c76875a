"""WebVTT (`.vtt`): speakers are voices, emotions are classes with a style sheet, words may have times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from video_pipeline.core import timecode
from video_pipeline.core.cue import BOTTOM, Cue, Place, Run
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.formats.tagged import HtmlTags, colour_class, tagged, tagged_lines, word_runs
from video_pipeline.subtitles.formats.vtt_place import place_of_settings, region_of_block, settings_of
from video_pipeline.subtitles.formats.vtt_text import cue_text, rules_of, within
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.read.direction import isolated
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.stamps import Timing, frame_rate, timing_of
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.word_times import shown_words

_SAFE = CONTROL | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""`>` is escaped too, so that no text can contain an arrow."""
_LINE_SHARE = 0.1
"""Bottom margin, as a share of the picture's height, up to which players' own position for cues is low enough."""
_REGION_LINE_SHARE = 0.0533
_HEADER = re.compile(r"^\s*\ufeff?WEBVTT(?=$|\s)")
_HEADER_LINE = re.compile(r"^[\w-]+\s*[:=]")
_LANGUAGE = re.compile(r"^Language:\s*(\S+)")
_MAP = re.compile(r"^X-TIMESTAMP-MAP\s*=", re.IGNORECASE)
_MPEGTS = re.compile(r"MPEGTS:(\d+)", re.IGNORECASE)
_LOCAL = re.compile(r"LOCAL:(?:(\d+):)?(\d+):(\d+)[.,](\d+)", re.IGNORECASE)
_TICK_HZ = 90_000
_USUAL_START = 10 * _TICK_HZ
"""Where Apple's and most other packagers let the picture of a stream start."""
_WRAP = 1 << 33
"""The clock of MPEG-TS starts again after this many ticks."""
_COMMENT = re.compile(r"^(?:NOTE|STYLE|REGION)(?=$|\s)|^Region:|^::cue")
_TAGS = HtmlTags()


class VttFormat:
    """Writes word times as stamps within the text if the style asks for them.

    Reads speakers, emotions (classes as this writer names them), looks, places and word times, also of segments of a stream
    one after another, whose time maps move their cues. Players drop text in a block without a timing line; this reader adds
    it to the cue before and reports it.
    """

    suffixes = ("vtt",)
    resolution_ms = 1
    holds = frozenset(("italic", "bold", "underline", "strike", "colour", "ruby", "voice", "place", "overlap"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        blocks = [
            "WEBVTT",
            *_notes(appearance.note),
            *_sheets(shown, appearance.style),
            *_regions(shown),
            *(_block(cue, appearance) for cue in shown),
        ]
        return appearance.mark + "\n\n".join(blocks) + "\n"

    def match(self, text: str) -> Match:
        if _HEADER.match(text):
            return Match.SIGNATURE
        timings = (timing_of(line, vtt=True) for line in text.split("\n"))
        return Match.PATTERN if any(timing and timing.has_arrow and not timing.is_lost for timing in timings) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        if not (header := _HEADER.match(text)):
            report.add("missing header", 1, "WEBVTT")
        elif header.group().lstrip("\ufeff") != "WEBVTT":
            report.add("spaces before the header", 1)
        return _Reader(text.split("\n"), report).drafts()


@dataclass(slots=True)
class _Reader:
    """Reads blocks in order; a header inside starts another segment."""

    lines: list[str]
    report: Report
    out: list[Draft] = field(default_factory=list)
    regions: dict[str, Place] = field(default_factory=dict)
    sheet: list[str] = field(default_factory=list)
    segments: list[tuple[int, int, float]] = field(default_factory=list)
    """Of each time map: number of the first cue after it, its ticks, its local time in seconds."""

    def drafts(self) -> list[Draft]:
        k = 0
        while k < len(self.lines):
            if not self.lines[k].strip():
                k += 1
            elif _HEADER.match(self.lines[k]):
                k = self._header(k + 1)
            elif _COMMENT.match(self.lines[k]):
                k = self._comment(k)
            else:
                end = self._block_end(k)
                self._block(k, end)
                k = end
        self._move()
        return self._once()

    def _block_end(self, k: int) -> int:
        while k < len(self.lines) and self.lines[k].strip() and not _HEADER.match(self.lines[k]):
            k += 1
        return k

    def _header(self, k: int) -> int:
        while k < len(self.lines) and _HEADER_LINE.match(self.lines[k]) and not timing_of(self.lines[k], vtt=True):
            line = self.lines[k]
            if language := _LANGUAGE.match(line):
                self.report.language, self.report.tag = language_of_tag(language.group(1)), language.group(1)
            elif _MAP.match(line):
                self._map(line, k)
            elif line.startswith("Region:"):
                name, place = region_of_block(line.split(":", 1)[1].split())
                self.regions[name] = place
            k += 1
        return k

    def _map(self, line: str, k: int) -> None:
        ticks, local = _MPEGTS.search(line), _LOCAL.search(line)
        if ticks is None:
            self.report.add("time map left out", k + 1, line[:60])
            return
        local_s = 0.0
        if local:
            local_s = int(local[1] or 0) * 3600 + int(local[2]) * 60 + int(local[3]) + int(local[4].ljust(3, "0")[:3]) / 1000
        self.segments.append((len(self.out), int(ticks[1]), local_s))

    def _comment(self, k: int) -> int:
        kind, start = self.lines[k], k
        k = self._block_end(k)
        if kind.startswith(("STYLE", "::cue")):
            while k < len(self.lines) and _open_braces(self.lines[start:k]) > 0 and "-->" not in self.lines[k]:
                k += 1
            self.sheet += self.lines[start:k]
        elif kind.startswith(("REGION", "Region")):
            name, place = region_of_block(self.lines[start:k])
            self.regions[name] = place
        return k

    def _block(self, start: int, end: int) -> None:
        timings = [(k, timing) for k in range(start, end) if (timing := self._timing(k, start))]
        if not timings:
            self._orphan("\n".join(self.lines[start:end]), start)
            return
        if timings[0][0] > start + 1:
            self.report.add("text before a timing line", start + 1, self.lines[start][:40])
        ends = [k for k, _ in timings[1:]] + [end]
        for (at, timing), stop in zip(timings, ends, strict=True):
            if at != timings[0][0]:
                self.report.add("missing empty line", at + 1)
            if timing.oddity:
                self.report.add(timing.oddity, at + 1, self.lines[at].strip()[:60])
            body = self.lines[at + 1 : stop]
            if stop != end and len(body) > 1 and body[-1].strip().isdecimal():
                body = body[:-1]  # the number of the next cue
            self._cue(timing, at, body)

    def _timing(self, k: int, start: int) -> Timing | None:
        """The timing line that a line is. In the first two lines of a block, an arrow is never text."""
        line = self.lines[k]
        if (timing := timing_of(line, vtt=True)) is None and "-->" in line and k <= start + 1:
            return Timing(None, None, "", "unreadable timing line")
        return timing

    def _cue(self, timing: Timing, at: int, body: list[str]) -> None:
        raw, place = "\n".join(body), BOTTOM
        if timing.rest:
            settings = place_of_settings(timing.rest, self.regions)
            if settings is None and not raw.strip():
                self.report.add("text on the timing line", at + 1, timing.rest[:60])
                raw = timing.rest
            elif settings is None:
                self.report.add("setting left out", at + 1, timing.rest[:60])
            place = settings or BOTTOM
        draft = cue_text(raw, rules_of("\n".join(self.sheet)), at + 1, self.report)
        if timing.is_lost:
            self.report.add("cue left out: its times cannot be read", at + 1, draft.text[:80])
            return
        rate_fps, guessed = frame_rate([timing], self.report.rate_fps)
        if guessed and not self.out:
            self.report.add("frame rate unknown", 0, f"{rate_fps:g} frames per second assumed")
        draft.place = place
        self.out.append(_timed(draft, timing, rate_fps, self.out))

    def _orphan(self, text: str, start: int) -> None:
        if self.out:
            self.report.add("empty line inside a cue", start + 1)
            more = cue_text(text, rules_of("\n".join(self.sheet)), start + 1, self.report)
            self.out[-1].text += "\n" + more.text
            self.out[-1].runs = (*self.out[-1].runs, Run("\n"), *more.runs)
        else:
            self.report.add("text before the first cue", start + 1, text.split("\n")[0][:40])

    def _move(self) -> None:
        """Moves the cues of each segment by its time map, as far as that is not the start of the whole stream."""
        if not self.segments:
            return
        ticks = [self.segments[0][1]]
        for _, value, _ in self.segments[1:]:
            ticks.append(value + _WRAP if value < ticks[0] - _WRAP // 2 else value)
        base = min(_USUAL_START, min(ticks))
        starts = [first for first, _, _ in self.segments] + [len(self.out)]
        moves = {round((value - base) / _TICK_HZ - segment[2], 3) for value, segment in zip(ticks, self.segments, strict=True)}
        for (first, _, local_s), stop, value in zip(self.segments, starts[1:], ticks, strict=True):
            by_s = (value - base) / _TICK_HZ - local_s
            for draft in self.out[first:stop]:
                _shift(draft, by_s)
        if moves != {0.0}:
            self.report.add("time map", 0, f"cues moved by {', '.join(f'{by:+g}' for by in sorted(moves))} s")

    def _once(self) -> list[Draft]:
        """Cues that the next segment of a stream repeats are kept once."""
        if not self.segments:
            return self.out
        kept: dict[tuple[float, float | None, str], Draft] = {}
        for draft in self.out:
            key = (round(draft.start_s, 3), draft.end_s and round(draft.end_s, 3), draft.text.strip())
            if key in kept:
                self.report.add("repeated cue", draft.line, draft.text[:40])
            kept.setdefault(key, draft)
        return list(kept.values())


def _open_braces(lines: list[str]) -> int:
    return sum(line.count("{") - line.count("}") for line in lines)


def _timed(draft: Draft, timing: Timing, rate_fps: float, before: Sequence[Draft]) -> Draft:
    from video_pipeline.subtitles.formats.srt import timed

    timed(draft, timing, rate_fps, before)
    if draft.tokens:
        draft.tokens = within(draft.tokens, draft.start_s, draft.end_s)
    return draft


def _shift(draft: Draft, by_s: float) -> None:
    draft.start_s += by_s
    draft.end_s = None if draft.end_s is None else draft.end_s + by_s
    draft.tokens = tuple(token.shifted(by_s) for token in draft.tokens)


def _notes(note: str) -> list[str]:
    return [f"NOTE {_plain(one_line(note))}"] if note else []


def _sheets(cues: Sequence[Cue], style: StyleOptions) -> list[str]:
    used = {cue.emotion for cue in cues}
    rules = [f"::cue {{\n  color: {PLAIN_COLOUR};\n  background-color: {BACKDROP_COLOUR};\n}}"]
    rules += [f"::cue(.{e.value}) {{\n  color: {style.colour_of(e)};\n}}" for e in SHOWN_EMOTIONS if e in used]
    if any(not cue.lines for cue in cues):
        rules.append(f"::cue(.sound) {{\n  color: {SOUND_COLOUR};\n  font-style: italic;\n}}")
    looks = {run.look for cue in cues for line in cue.runs for run in line}
    colours = sorted({look.colour for look in looks if look.colour})
    rules += [f"::cue(.{colour_class(colour)}) {{\n  color: {colour};\n}}" for colour in colours]
    if any(look.strike for look in looks):
        rules.append("::cue(.strike) {\n  text-decoration: line-through;\n}")
    return ["STYLE\n" + "\n".join(rules)] if cues else []


def _regions(cues: Sequence[Cue]) -> list[str]:
    """The regions that cues name, as blocks."""
    places = {cue.place.region: cue.place for cue in cues if cue.place.region}
    return [f"REGION\n{_region(name, place)}" for name, place in places.items()]


def _region(name: str, place: Place) -> str:
    width, height = place.width or 1.0, place.height or 3 * _REGION_LINE_SHARE
    left = (place.x if place.x is not None else 0.5) - width * place.column / 2
    usual_y = (0.95, 0.5, 0.05)[place.row]
    y = place.y if place.y is not None else usual_y
    anchor_y = (100, 50, 0)[place.row]
    lines = max(1, round(height / _REGION_LINE_SHARE))
    origin = f"regionanchor:0%,{anchor_y}%\nviewportanchor:{100 * left:g}%,{100 * y:g}%"
    return f"id:{name}\nwidth:{100 * width:g}%\nlines:{lines}\n{origin}"


def _block(cue: Cue, appearance: Appearance) -> str:
    timing = f"{timecode.vtt(cue.start_s)} --> {timecode.vtt(cue.end_s)}"
    if not cue.place.is_usual:
        timing += f" {settings_of(cue.place)}".rstrip()
    elif appearance.safe_zone.bottom > _LINE_SHARE:
        timing += f" line:{100 * (1 - appearance.safe_zone.bottom):.0f}%,end"
    text = _text(cue, appearance)
    if cue.lines and cue.emotion in SHOWN_EMOTIONS:
        text = f"<c.{cue.emotion}>{text}</c>"
    elif not cue.lines:
        text = f"<c.sound>{text}</c>"
    if cue.speaker and (name := one_line(cue.speaker)):
        text = f"<v {_plain(name)}>{text}</v>"
    return f"{timing}\n{text}"


def _text(cue: Cue, appearance: Appearance) -> str:
    if appearance.style.words == "plain" or not cue.lines:
        return "\n".join(isolated(tagged_lines(cue, appearance.labels, _TAGS, _plain)))
    label, last_ms = _plain(prefix(cue, appearance.labels)), timecode.to_ms(cue.start_s)
    lines = []
    for runs, line in zip(cue.runs, shown_words(cue), strict=True):
        out = ""
        for word, part in zip(line, word_runs(runs, [len(word.text) for word in line]), strict=True):
            ms = timecode.to_ms(word.start_s)
            if last_ms < ms < timecode.to_ms(cue.end_s):  # stamps must increase within the cue
                out += f"<{timecode.vtt(word.start_s)}>"
                last_ms = ms
            out += tagged(part, _TAGS, _plain)
        lines.append(out)
    return label + "\n".join(lines)


def _plain(text: str) -> str:
    return text.translate(_SAFE)
