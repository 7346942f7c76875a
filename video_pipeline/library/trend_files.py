"""The conversations of a library as files: `conversations.html`, `.csv` and `.json`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import msgspec

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.core.labels import Language
from video_pipeline.library.report import link
from video_pipeline.library.trends import OF_LEAD, Group, Trends
from video_pipeline.media.web_font import style_sheet
from video_pipeline.report.conversation.table import safe_cell
from video_pipeline.ui import page
from video_pipeline.video.stages.conversation import PAGE_FILE

_PERCENT = ("silence_share", "overlap_share", "talk_share")
_LABELS = {
    "duration_s": "length, s",
    "silence_share": "silence",
    "overlap_share": "two at once",
    "hold_s": "hold, s",
    "switches_per_min": "changes of speaker a minute",
    "laughter_s": "laughter, s",
    "talk_share": "talk share",
    "words_per_min": "words a minute",
    "interrupts": "interrupts",
    "interrupted": "is interrupted",
    "questions": "questions",
    "response_s": "answers after, s",
}
_IN_LIST: tuple[str, ...] = ("duration_s", "silence_share", "talk_share", "interrupts", "response_s")
"""Numbers that stand beside each conversation; all of them are in the table."""
_LEADS = {"call": "agent", "lesson": "teacher", "podcast": "who speaks most"}
_ARROWS = {"rising": "↗ rising", "falling": "↘ falling", "steady": "→ steady", "": "–"}
_WIDTH, _HEIGHT, _EDGE = 220, 36, 4
"""Of a small chart, in pixels."""


def write_trends(found: Trends, target: Path) -> list[Path]:
    """Writes the page, and beside it the table and the numbers. Raises CannotWrite."""
    contents = {
        target: trends_page(found, target.absolute().parent).encode(),
        target.with_suffix(".csv"): trends_table(found).encode("utf-8-sig"),
        target.with_suffix(".json"): msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n",
    }
    for path, content in contents.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(path, content)
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None
    return list(contents)


def trends_table(found: Trends) -> str:
    """CSV: a row for each conversation, in order of their days."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = list(found.whole.means)
    writer.writerow(["video", "day", "agent", *names])
    for call in found.calls:
        writer.writerow([safe_cell(call.name), call.day, safe_cell(call.agent), *(call.numbers.get(name) for name in names)])
    return out.getvalue()


def trends_page(found: Trends, beside: Path) -> str:
    """HTML that stands alone; links are relative to the folder `beside`."""
    body = "".join(_body(found, beside))
    letters = style_sheet(body, Language.UNKNOWN)
    return page("conversation", title=f"{found.whole.calls} conversations", body=body, style=letters)


def _body(found: Trends, beside: Path) -> Iterator[str]:
    days = [call.day for call in found.calls if call.day]
    span = f" · {days[0]} – {days[-1]}" if days else ""
    about = f"{found.kind}{span} · means by {found.period}"
    yield f"<header><h1>{found.whole.calls} conversations</h1><p>{escape(about)}</p></header>"
    if not found.calls:
        yield "<section><p>No finished video has speakers: run the library with speakers.find=true.</p></section>"
    else:
        yield from _trends(found)
        yield from _groups(found, "By " + found.period, found.periods)
        yield from _groups(found, f"By {_LEADS[found.kind]}", found.agents)
        yield from _calls(found, beside)
    if found.left_out:
        rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(why)}</td></tr>" for name, why in found.left_out.items())
        yield f'<section><h2>Left out</h2><table class="list">{rows}</table></section>'
    yield (
        "<footer><p>A trend is told from 6 conversations on 5 days: rising or falling only where that is no chance "
        "(Mann-Kendall, 5 %), and how much per 30 days, the median slope of all pairs (Theil-Sen), only where they cover 30 "
        "days. Times and words are no judgement of a person.</p></footer>"
    )


def _trends(found: Trends) -> Iterator[str]:
    yield '<section><h2>Trends</h2><div class="wide trends"><table><thead><tr><td></td><th>mean</th><th>over time</th>'
    yield "<th>per 30 days</th><td></td></tr></thead><tbody>"
    for name, mean in found.whole.means.items():
        trend = found.trends[name]
        slope = _shown(name, None if trend.direction == "steady" else trend.per_30_days, signed=True)
        chart = _chart([group.means.get(name) for group in found.periods], _label(found, name))
        cells = (_shown(name, mean), chart, slope, _ARROWS[trend.direction])
        yield f"<tr><th>{escape(_label(found, name))}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table></div></section>"


def _groups(found: Trends, title: str, groups: Sequence[Group]) -> Iterator[str]:
    names = list(found.whole.means)
    if not groups:
        return
    head = "".join(f"<th>{escape(_label(found, name))}</th>" for name in names)
    yield f'<section><h2>{escape(title)}</h2><div class="wide trends"><table>'
    yield f"<thead><tr><td></td><th>number</th>{head}</tr></thead><tbody>"
    for group in groups:
        cells = "".join(f"<td>{_shown(name, group.means.get(name))}</td>" for name in names)
        yield f"<tr><th>{escape(group.name)}</th><td>{group.calls}</td>{cells}</tr>"
    yield "</tbody></table></div></section>"


def _calls(found: Trends, beside: Path) -> Iterator[str]:
    names = [name for name in found.whole.means if name in _IN_LIST or name not in _LABELS]
    head = "".join(f"<th>{escape(_label(found, name))}</th>" for name in names)
    yield '<section><h2>Conversations</h2><div class="wide trends"><table>'
    yield f"<thead><tr><td></td><td></td><td></td>{head}</tr></thead><tbody>"
    for call in found.calls:
        cells = "".join(f"<td>{_shown(name, call.numbers.get(name))}</td>" for name in names)
        address = link(Path(call.folder, PAGE_FILE), beside)
        title = f"<a href={quoteattr(address)}>{escape(call.name)}</a>" if address else escape(call.name)
        yield f"<tr><th>{title}</th><td>{call.day}</td><td>{escape(call.agent)}</td>{cells}</tr>"
    yield "</tbody></table></div></section>"


def _chart(values: Sequence[float | None], title: str) -> str:
    """A line through the periods, with a dot for each; SVG."""
    known = [(k, value) for k, value in enumerate(values) if value is not None]
    if not known:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    rise = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    middle = _HEIGHT / 2
    points = [(_EDGE + k * step, _HEIGHT - _EDGE - (value - low) * rise if high > low else middle) for k, value in known]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    return (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label={quoteattr(title)}>'
        f'<polyline points="{line}"/>{dots}</svg>'
    )


def _label(found: Trends, name: str) -> str:
    label = _LABELS.get(name, f"{name.removeprefix('has ')} said")
    return f"{_LEADS[found.kind]}: {label}" if name in OF_LEAD and found.kind != "podcast" else label


def _shown(name: str, value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    sign = "+" if signed else ""
    return f"{100 * value:{sign}.1f} %" if name in _PERCENT or name.startswith("has ") else f"{value:{sign}.1f}"
