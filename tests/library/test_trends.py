"""What the conversations of a library were like over time and by agent."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.pages import THEMES, axe_findings
from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.library.trend_files import write_trends
from video_pipeline.library.trends import trends_of
from video_pipeline.report.conversation.floor import Stretch
from video_pipeline.report.conversation.measure import Material, measure
from video_pipeline.report.conversation.options import ConversationOptions
from video_pipeline.report.conversation.record import Conversation
from video_pipeline.report.conversation.wording import PhraseTable


def call(name: str, agent_s: float, greeting: str = "Hello.") -> Conversation:
    """An agent who speaks so long, a pause of 4 s, a customer who speaks for 10 s."""
    end_s = agent_s + 14.0
    lines = (
        Segment(0.0, agent_s, greeting, language=Language.EN, speaker="Speaker 1"),
        Segment(agent_s + 4.0, end_s, "Well.", language=Language.EN, speaker="Speaker 2"),
    )
    stretches = [Stretch(line.start_s, line.end_s, line.speaker or "") for line in lines]
    transcript = Transcript(MediaIdentity(name, end_s), EngineIdentity("test"), lines)
    options = ConversationOptions(kind="call", required=("greeting",))
    return measure(Material(transcript=transcript, stretches=stretches, events=(), emotion=False), options, PhraseTable.of())


def row(source: str, **metadata: str) -> Any:
    return SimpleNamespace(source=source, folder=f"/out/{Path(source).stem}", job=json.dumps({"metadata": metadata}))


def month(count: int = 12, agents: tuple[str, ...] = ("Ann", "Ben")) -> list[tuple[Any, Conversation]]:
    """A call every third day, the agent speaking longer each time."""
    first = date(2026, 3, 2)
    days = [first + timedelta(days=3 * k) for k in range(count)]
    return [
        (
            row(f"/calls/{day} {k}.wav", agent=agents[k % len(agents)]),
            call(f"{day}.wav", 10.0 + k, "Hello." if k % 2 else "Right."),
        )
        for k, day in enumerate(days)
    ]


def test_means_of_periods_and_agents() -> None:
    found = trends_of(month(), "call")
    assert found.period == "week" and [group.name for group in found.periods][:2] == ["2026-03-02", "2026-03-09"]
    assert [group.calls for group in found.periods] == [3, 2, 2, 3, 2]
    assert found.periods[0].means["duration_s"] == pytest.approx((24 + 25 + 26) / 3, abs=1e-3)
    assert [(group.name, group.calls) for group in found.agents] == [("Ann", 6), ("Ben", 6)]
    assert found.agents[0].means["has greeting"] == 0.0 and found.agents[1].means["has greeting"] == 1.0
    assert [group.name for group in trends_of(month(), "call", "month").periods] == ["2026-03", "2026-04"]


def test_a_trend_is_told_where_it_is_no_chance() -> None:
    found = trends_of(month(), "call")
    assert found.trends["talk_share"].direction == "rising"
    assert found.trends["silence_share"].direction == "falling"
    assert found.trends["duration_s"].per_30_days == pytest.approx(10.0)
    assert found.trends["overlap_share"].direction == "steady"
    assert found.trends["has greeting"].direction == "steady"
    few = trends_of(month(5), "call")
    assert few.trends["duration_s"].direction == "" and few.trends["duration_s"].per_30_days is None
    one_day = trends_of([(row("/calls/2026-03-01.wav"), call("a", 10.0 + k)) for k in range(9)], "call")
    assert one_day.trends["duration_s"].direction == ""


def over(days: int, calls: int) -> list[tuple[Any, Conversation]]:
    """Conversations that grow longer, the last one so many days after the first."""
    first = date(2026, 3, 2)
    at = [first + timedelta(days=round(k * days / (calls - 1))) for k in range(calls)]
    return [(row(f"/calls/{day} {k}.wav"), call(f"{k}.wav", 10.0 + k)) for k, day in enumerate(at)]


@pytest.mark.parametrize(("days", "calls"), [(3, 40), (7, 12), (29, 30)])
def test_a_few_days_say_nothing_of_thirty(days: int, calls: int, tmp_path: Path) -> None:
    found = trends_of(over(days, calls), "call")
    assert {trend.per_30_days for trend in found.trends.values()} == {None}
    assert found.trends["duration_s"].direction == ("rising" if days > 3 else "")
    page, *_ = write_trends(found, tmp_path / "calls.html")
    trends = page.read_text(encoding="utf-8").split("<h2>Trends</h2>")[1].split("</section>")[0]
    assert "<td>+" not in trends and "<td>-" not in trends


def test_thirty_days_have_a_slope() -> None:
    assert trends_of(over(30, 31), "call").trends["duration_s"].per_30_days == pytest.approx(30.0, abs=1.5)


def test_days_come_from_tables_names_and_files(tmp_path: Path) -> None:
    there = tmp_path / "call.wav"
    there.write_bytes(b"a")
    rows = [row("/x/call.wav"), row("/x/2026-01.wav"), row("/x/a.wav", date="2025-12-24"), row(str(there))]
    days = [one.day for one in trends_of([(one, call("a", 10.0)) for one in rows], "call").calls]
    assert days[:2] == ["2025-12-24", "2026-01-01"] and days[-1] == "" and len(days[2]) == len("2026-01-01")


def test_the_files_say_the_same_and_stand_alone(tmp_path: Path) -> None:
    found = trends_of(
        [*month(), (row("/calls/2026-03-05 <b>.wav", agent="=SUM(A1)"), call("<b>.wav", 10.0))], "call", "auto", {"x": "y"}
    )
    page, table, numbers = write_trends(found, tmp_path / "calls.html")
    html = page.read_text(encoding="utf-8")
    assert "13 conversations" in html and "<td>+10.0</td><td>↗ rising" in html and "<td>–</td><td>→ steady" in html
    assert "0</td><td>→" not in html and "<b>.wav" not in html and "Left out" in html
    assert html.count("<polyline") == sum(mean is not None for mean in found.whole.means.values())
    assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", html)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 13 and "'=SUM(A1)" in {row["agent"] for row in rows}
    assert float(rows[0]["talk_share"]) == pytest.approx(0.5)
    assert json.loads(numbers.read_bytes())["trends"]["talk_share"]["direction"] == "rising"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotWrite):
        write_trends(found, tmp_path / "file" / "calls.html")


def test_no_conversation_is_a_page_that_says_so(tmp_path: Path) -> None:
    page, *_ = write_trends(trends_of([], "lesson"), tmp_path / "calls.html")
    assert "No finished video has speakers" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(browser: Any, tmp_path: Path, theme: str) -> None:
    page, *_ = write_trends(trends_of(month(), "call"), tmp_path / "calls.html")
    context = browser.new_context(color_scheme=theme, bypass_csp=True)
    window = context.new_page()
    window.goto(page.as_uri())
    assert axe_findings(window) == []
    context.close()
