"""What the conversations of a library were like over time and by agent: means of periods, and whether they rise or fall."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import numpy as np

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.printable import path_stored
from video_pipeline.library.cards import card_of, metadata_of
from video_pipeline.library.rows import CatalogueRows, Row
from video_pipeline.report.conversation.record import LEAD, Conversation, Side
from video_pipeline.video.stages.conversation import ConversationReport
from video_pipeline.video.video import Video

SCHEMA_VERSION = 1
PERIODS = ("auto", "day", "week", "month")
_DAYS_BY_DAY = 21
_DAYS_BY_WEEK = 150
"""Longest time, in days, that is divided into days, or into weeks."""
_LEAST_CALLS = 6
"""Fewer have no trend: a test on ranks could not find one."""
_LEAST_DAYS = 5
"""With recordings; what changed between fewer days is the days', however many recordings each has."""
_LEAST_SPAN_DAYS = 30
"""From the first recording to the last; a slope per 30 days that was seen over less is a guess about days that were not."""
_SURE = 1.96
"""Of the Mann-Kendall statistic, from which a trend is no chance (5 %, both sides)."""
_AGENT_COLUMNS = ("agent", "speaker", "host", "teacher")


OF_WHOLE = ("duration_s", "silence_share", "overlap_share", "hold_s", "switches_per_min", "laughter_s")
"""Numbers of a conversation."""
OF_LEAD = ("talk_share", "words_per_min", "interrupts", "interrupted", "questions", "response_s")
"""Numbers of its agent, its teacher, or of who speaks most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One conversation of a library."""

    name: str
    day: str
    """`YYYY-MM-DD`."""
    agent: str
    folder: str
    numbers: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conversations of a period, or of an agent."""

    name: str
    calls: int
    means: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How a number changes over time: the median slope of all pairs (Theil-Sen), and whether that is chance (Mann-Kendall)."""

    per_30_days: float | None
    """Nothing where the conversations lie within less than 30 days."""
    direction: str
    """`rising`, `falling`, `steady`, or empty where there are too few conversations or days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """`conversations.json`."""

    kind: str
    period: str
    calls: tuple[Call, ...]
    whole: Group
    periods: tuple[Group, ...]
    agents: tuple[Group, ...]
    trends: dict[str, Trend]
    left_out: dict[str, str] = field(default_factory=dict)
    """Videos whose results cannot be reported on, and why."""
    schema_version: int = SCHEMA_VERSION


def read_conversations(record: CatalogueRows, kind: str) -> tuple[list[tuple[Row, Conversation]], dict[str, str]]:
    """The conversation of every finished video, measured from its results without listening; and those left out, with why."""
    found, left_out = [], {}
    for row in record.rows():
        if not row.folder or row.same_as:
            continue
        try:
            found.append((row, _measured(Path(row.folder), kind)))
        except PipelineError as error:
            left_out[row.source] = str(error)
    return found, left_out


def trends_of(
    found: Sequence[tuple[Row, Conversation]], kind: str, period: str = "auto", left_out: dict[str, str] | None = None
) -> Trends:
    """All tables; conversations of days that nobody knows come last, in no period."""
    calls = sorted(
        (_call(row, conversation) for row, conversation in found), key=lambda call: (not call.day, call.day, call.name)
    )
    names = list(dict.fromkeys(name for call in calls for name in call.numbers))
    period = period if period != "auto" else _period(calls)
    dated = [call for call in calls if call.day]
    agents = sorted((call for call in calls if call.agent), key=lambda call: call.agent)
    return Trends(
        kind=kind,
        period=period,
        calls=tuple(calls),
        whole=_group("", calls, names),
        periods=tuple(_groups(dated, lambda call: _start_of(call.day, period), names)),
        agents=tuple(_groups(agents, lambda call: call.agent, names)),
        trends={name: _trend(dated, name) for name in names},
        left_out=left_out or {},
    )


def _measured(folder: Path, kind: str) -> Conversation:
    stored = Video.open(folder)
    options = replace(stored.options, conversation=replace(stored.options.conversation, kind=kind))
    return Video.open(folder, options=options).write("conversation").of(ConversationReport)


def _call(row: Row, conversation: Conversation) -> Call:
    metadata = metadata_of(row)
    told = {key.lower(): value for key, value in metadata.items()}
    lead = _lead(conversation)
    agent = next((told[column] for column in _AGENT_COLUMNS if told.get(column)), lead.name if lead else "")
    numbers: dict[str, float | None] = {name: getattr(conversation, name) for name in OF_WHOLE}
    numbers |= {name: getattr(lead, name) if lead else None for name in OF_LEAD}
    numbers |= {f"has {name}": float(there) for name, there in conversation.checks.items()}
    return Call(
        name=conversation.name,
        day=_day(card_of(row.source, metadata).day, row.source),
        agent=agent,
        folder=row.folder,
        numbers=numbers,
    )


def _lead(conversation: Conversation) -> Side | None:
    role = LEAD.get(conversation.kind)
    named = next((side for side in conversation.sides if role and side.role == role), None)
    return named or max(conversation.sides, key=lambda side: side.talk_s, default=None)


def _day(known: str, source: str) -> str:
    """The day that a table or a name says, in full; else that on which the file was last written."""
    if known:
        return (known + "-01-01")[:10] if len(known) < len("YYYY-MM") else (known + "-01")[:10]
    try:
        return datetime.fromtimestamp(path_stored(source).stat().st_mtime, UTC).date().isoformat()
    except OSError:
        return ""


def _period(calls: Sequence[Call]) -> str:
    days = [date.fromisoformat(call.day) for call in calls if call.day]
    long = (max(days) - min(days)).days if days else 0
    return "day" if long <= _DAYS_BY_DAY else "week" if long <= _DAYS_BY_WEEK else "month"


def _start_of(day: str, period: str) -> str:
    """The first day of the period that holds a day; weeks begin on Mondays."""
    if period == "month":
        return day[:7]
    at = date.fromisoformat(day)
    return (at - timedelta(days=at.weekday()) if period == "week" else at).isoformat()


def _groups(calls: Sequence[Call], name_of: Callable[[Call], str], names: Sequence[str]) -> Iterator[Group]:
    return (_group(name, list(group), names) for name, group in groupby(calls, key=name_of))


def _group(name: str, calls: Sequence[Call], names: Sequence[str]) -> Group:
    return Group(name=name, calls=len(calls), means={one: _mean(call.numbers.get(one) for call in calls) for one in names})


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _trend(calls: Sequence[Call], name: str) -> Trend:
    points = [
        (date.fromisoformat(call.day).toordinal(), value) for call in calls if (value := call.numbers.get(name)) is not None
    ]
    days, values = np.array([day for day, _ in points], float), np.array([value for _, value in points], float)
    if len(points) < _LEAST_CALLS or len(set(days.tolist())) < _LEAST_DAYS:
        return Trend(per_30_days=None, direction="")
    first, second = np.triu_indices(len(points), 1)
    apart, rise = days[second] - days[first], values[second] - values[first]
    slope = float(np.median(rise[apart > 0] / apart[apart > 0]))
    score = float(np.sign(rise[apart > 0]).sum())
    sure = abs(score) - 1 >= _SURE * math.sqrt(_variance(days, values))
    direction = ("rising" if score > 0 else "falling") if sure else "steady"
    is_long = float(np.ptp(days)) >= _LEAST_SPAN_DAYS
    return Trend(per_30_days=round(30 * slope, 4) if is_long else None, direction=direction)


def _variance(days: np.ndarray, values: np.ndarray) -> float:
    """Of Kendall's sum where there is no trend, with ties on both sides (Kendall, Rank Correlation Methods, 1970)."""
    n = len(days)
    ties = [np.unique(one, return_counts=True)[1].astype(float) for one in (days, values)]
    whole = n * (n - 1) * (2 * n + 5) - sum(float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties)
    triples = math.prod(float((t * (t - 1) * (t - 2)).sum()) for t in ties) / (9 * n * (n - 1) * (n - 2))
    pairs = math.prod(float((t * (t - 1)).sum()) for t in ties) / (2 * n * (n - 1))
    return whole / 18 + triples + pairs
