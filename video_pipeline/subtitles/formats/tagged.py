"""Text with tags like those of HTML, which SRT and WebVTT share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from video_pipeline.core.cue import Cue, Look, Run
from video_pipeline.subtitles.labels import labelled_lines, prefix


@dataclass(frozen=True, slots=True)
class HtmlTags:
    """Which tags a format knows."""

    font_colour: bool = False
    """Colours are `<font color>`; otherwise they are classes, `<c.yellow>`."""
    strike: bool = False
    """It knows `<s>`."""
    ruby_in_brackets: bool = False
    """It has no ruby, so the reading follows its text in brackets."""


def labelled_runs(cue: Cue, labels: str) -> list[tuple[Run, ...]]:
    """The runs of the lines of a cue as they are shown, with its labels before the first."""
    before = prefix(cue, labels)
    first, *rest = cue.runs or ((),)
    lines = [(Run(before), *first) if before else first, *rest]
    return [line for line in lines if "".join(run.text for run in line).strip()]


def tagged_lines(cue: Cue, labels: str, tags: HtmlTags, safe: Callable[[str], str]) -> list[str]:
    """The lines of a cue with tags. `safe` escapes what is text. Every tag is closed on its own line."""
    if not cue.is_marked:
        return [safe(line) for line in labelled_lines(cue, labels)]
    return [tagged(line, tags, safe) for line in labelled_runs(cue, labels)]


def tagged(line: Sequence[Run], tags: HtmlTags, safe: Callable[[str], str]) -> str:
    """One line. Tags that go on from one run to the next are not closed between them."""
    out: list[str] = []
    open_tags: list[tuple[str, str]] = []
    for run in line:
        wanted = _tags(run.look, tags, safe)
        keep = 0
        while keep < min(len(open_tags), len(wanted)) and open_tags[keep] == wanted[keep]:
            keep += 1
        out += [closing for _, closing in reversed(open_tags[keep:])]
        out += [opening for opening, _ in wanted[keep:]]
        open_tags = wanted
        out.append(_text(run, tags, safe))
    out += [closing for _, closing in reversed(open_tags)]
    return "".join(out)


def _tags(look: Look, tags: HtmlTags, safe: Callable[[str], str]) -> list[tuple[str, str]]:
    """Opening and closing tags of a look, outermost first."""
    found = []
    if look.voice and not tags.font_colour:
        found.append((f"<v {safe(look.voice)}>", "</v>"))
    if look.colour:
        found.append(
            (f'<font color="{look.colour}">', "</font>") if tags.font_colour else (f"<c.{colour_class(look.colour)}>", "</c>")
        )
    found += [(f"<{name}>", f"</{name}>") for name, on in (("i", look.italic), ("b", look.bold), ("u", look.underline)) if on]
    if look.strike:
        found.append(("<s>", "</s>") if tags.strike else ("<c.strike>", "</c>"))
    return found


def _text(run: Run, tags: HtmlTags, safe: Callable[[str], str]) -> str:
    if not run.ruby:
        return safe(run.text)
    if tags.ruby_in_brackets:
        return f"{safe(run.text)}({safe(run.ruby)})"
    return f"<ruby>{safe(run.text)}<rt>{safe(run.ruby)}</rt></ruby>"


def colour_class(colour: str) -> str:
    """The WebVTT class of a colour: a name of its own, or `colour-rrggbb`."""
    from video_pipeline.subtitles.read.markup import VTT_COLOURS

    return next((name for name, value in VTT_COLOURS.items() if value == colour), f"colour-{colour[1:]}")


def word_runs(line: Sequence[Run], lengths: Sequence[int]) -> list[list[Run]]:
    """The runs of a line divided into words of these lengths. A reading stays with the first part of its text."""
    out: list[list[Run]] = []
    rest = list(line)
    for length in lengths:
        word: list[Run] = []
        while length > 0 and rest:
            run = rest.pop(0)
            if len(run.text) > length:
                rest.insert(0, replace(run, text=run.text[length:], ruby=""))
                run = replace(run, text=run.text[:length])
            word.append(run)
            length -= len(run.text)
        out.append(word)
    return out
