"""The description of the API is complete, and what it describes is never answered with a defect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.web.conftest import copied
from tests.web.test_editing import Shown
from video_pipeline.web.policy import hashes

UPLOADS = ("/api/jobs", "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/highlights")
ENDLESS = ("progress", "news")
"""Streams, which end only when somebody hangs up."""


@pytest.fixture(scope="session")
def document(shown: Shown) -> dict[str, Any]:
    found: dict[str, Any] = shown[0].get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, methods in document["paths"].items() for method, found in methods.items()]


def test_every_operation_says_what_it_takes_and_how_it_fails(shown: Shown, document: dict[str, Any]) -> None:
    taking = {"POST", "PUT"}
    bare = {"/api/jobs/{job_id}/cancel", "/api/uploads"}
    for path, method, operation in operations(document):
        if method.upper() in taking and path not in bare:
            (schema,) = [content["schema"] for content in operation["requestBody"]["content"].values()]
            assert schema, path
        if path.startswith(("/api", "/v1")):
            error = operation["responses"]["400"]["content"]["application/json"]["schema"]["$ref"]
            assert error.endswith("OpenAIError" if path.startswith("/v1") else "Error") and "422" not in operation["responses"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for name in re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(document)):
        assert name in document["components"]["schemas"]


def test_the_page_for_people_runs_nothing_and_names_every_operation(shown: Shown, document: dict[str, Any]) -> None:
    answer = shown[0].get("/docs")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and hashes(answer.text)[1] in policy and "<script" not in answer.text
    assert all(f"<code>{path}</code>" in answer.text for path in document["paths"])


def test_every_parameter_of_a_path_is_described(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), (method, path)


@pytest.mark.parametrize("method", ["TRACE", "X"])
def test_other_methods_are_told_which_there_are(shown: Shown, document: dict[str, Any], method: str) -> None:
    for path, methods in document["paths"].items():
        answer = shown[0].request(method, re.sub(r"\{\w+\}", "x", path))
        assert answer.status_code == 405 and set(answer.headers["allow"].lower().split(", ")) & set(methods), path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda t: st.lists(t, max_size=3), max_leaves=4
)


def like(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit a schema, and now and then something else in the place of one."""
    return st.one_of(_fitting(schema, document), _fitting(schema, document), _fitting(schema, document), JSON)


def _fitting(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _fitting(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([_fitting(one, document) for one in schema["anyOf"]])
    kinds = schema.get("type", [])
    return st.one_of([_of_kind(kind, schema, document) for kind in ([kinds] if isinstance(kinds, str) else kinds)] or [JSON])


def _of_kind(kind: str, schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "object":
        known = {name: like(inner, document) for name, inner in schema.get("properties", {}).items()}
        required = {name: known.pop(name) for name in schema.get("required", ()) if name in known}
        fixed = st.fixed_dictionaries(required, optional=known)
        free = st.dictionaries(st.text(max_size=12), JSON, max_size=2)
        return st.builds(lambda one, other: {**other, **one}, fixed, free)
    if kind == "array":
        return st.lists(like(schema.get("items") or {}, document), max_size=3)
    number = st.sampled_from([0, 0.5, 4.1, 6.2, -1, 1e308, 10**400, 60]) | st.floats(allow_nan=False, allow_infinity=False)
    plain = {"string": st.text(max_size=12), "number": number, "integer": st.integers(), "boolean": st.booleans()}
    return plain.get(kind, st.none())


@pytest.fixture(scope="module")
def changeable(
    shown: Shown, sample: Path, sample_transcript: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, str]]:
    """A server of its own, since what is asked of it changes things."""
    with copied(shown, sample, sample_transcript, tmp_path_factory.mktemp("described") / "out") as found:
        yield found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_is_described_ends_in_a_defect(changeable: Shown, document: dict[str, Any], data: st.DataObject) -> None:
    """Of every operation, with bodies and parameters that fit the description or nearly do."""
    client, job_id = changeable
    found = [one for one in operations(document) if one[0] not in UPLOADS and not one[0].endswith(ENDLESS)]
    path, method, operation = data.draw(st.sampled_from(found), label="operation")
    if method == "delete" or path.endswith(("cancel", "retry", "export")):
        job_id = data.draw(st.sampled_from(["none", "..", "\x00", "ünknown", "a" * 300]), label="job")
    names = {"job_id": job_id, "name": "srt", "number": "0", "relative": "sample.srt"}
    for name in re.findall(r"\{(\w+)\}", path):
        value = data.draw(st.just(names.get(name, "x")) | st.text(min_size=1, max_size=12), label=name)
        path = path.replace(f"{{{name}}}", quote(value.encode("utf-8", "replace"), safe="") or "x")
    parameters = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    query = {one["name"]: str(data.draw(like(one["schema"], document), label=one["name"])) for one in parameters}
    body, headers = None, {}
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        value = data.draw(like(content["schema"], document), label="body")
        body = json.dumps(value).encode() if "json" in kind else str(value).encode("utf-8", "replace")
        headers = {"Content-Type": kind}
    answer = client.request(method.upper(), path, params=query, content=body, headers=headers)
    assert answer.status_code < 500, answer.text
    assert answer.status_code == 405 or str(answer.status_code) in operation["responses"], (method, path, answer.text)
    if answer.status_code >= 400 and path.startswith("/api") and method != "head":  # the answer to HEAD has no body
        assert {"error", "type"} <= answer.json().keys()
