"""`/api/jobs/ID/speakers`: who speaks, and other names for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

Own = tuple[TestClient, str, Path]


def people(client: TestClient, job_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"/api/jobs/{job_id}/speakers").json()
    return rows


def test_speakers_are_renamed_merged_separated_and_given_lines(own: Own) -> None:
    client, job_id, _ = own
    address = f"/api/jobs/{job_id}/speakers"
    first, second, *others = people(client, job_id)
    assert first["speech_s"] > 1 and first["lines"] and first["samples"][0]["text"]
    view = client.post(address, json={"rename": first["name"], "to": "Zoe"}).json()
    assert {row["speaker"] for row in view["segments"]} == {"Zoe", second["name"], *(row["name"] for row in others)}
    assert view["speakers"][0]["name"] == "Zoe"
    client.post(address, json={"merge": second["name"], "to": "Zoe"})
    assert people(client, job_id)[0]["parts"] == [first["name"], second["name"]]
    client.post(address, json={"separate": second["name"]})
    assert [row["name"] for row in people(client, job_id)][:2] == ["Zoe", second["name"]]
    line = view["segments"][0]
    given = {"start_s": line["start_s"], "end_s": line["end_s"]}
    view = client.post(address, json={"assign": given, "to": "Guest"}).json()
    assert view["segments"][0]["speaker"] == "Guest"
    assert "<v Guest>" in client.get(f"/api/jobs/{job_id}/subtitles/vtt").text


def test_what_is_no_change_of_speakers_is_refused(own: Own) -> None:
    client, job_id, _ = own
    first, second, *_ = (row["name"] for row in people(client, job_id))
    for wrong in (
        {},
        {"rename": first},
        {"rename": 7, "to": "Zoe"},
        {"rename": "nobody", "to": "Zoe"},
        {"rename": first, "to": second},
        {"rename": first, "to": "x" * 100},
        {"merge": first, "separate": first},
        {"separate": first},
        {"assign": {"start_s": 5, "end_s": 1}, "to": "Zoe"},
        {"assign": 3, "to": "Zoe"},
    ):
        answer = client.post(f"/api/jobs/{job_id}/speakers", json=wrong)
        assert answer.status_code == 400, (wrong, answer.text)
