"""`/openapi.json`: every body, answer and error of the API; and `/docs`, the same as a page that runs no script.

Bodies are looked at by the code that uses them, with better words than a schema has; here stands what they look like.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import msgspec

from video_pipeline.web.export import ExportRequest
from video_pipeline.web.lines import LineEdit
from video_pipeline.web.montage import CropRequest, CutRequest
from video_pipeline.web.openai_request import FORMATS, GRANULARITIES, INCLUDES
from video_pipeline.web.replacing import ReplaceRequest

Schema = dict[str, Any]
Tree = dict[str, Any]

_NUMBERS: Schema = {"type": "object", "additionalProperties": {"type": "number"}}
_OPTIONS: Schema = {
    "type": "object",
    "description": "Flat: `preset`, short names (`language`, `engine`, `labels`, ...) and options by dotted key.",
    "examples": [{"preset": "talk-show", "labels": "emoji", "subtitles.lines": 1}],
}
_FILE: Schema = {"type": "string", "format": "binary"}


def _fields(required: str = "", **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required.split()}


_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_CLIP = _fields("start_s end_s", start_s=_NUMBER, end_s=_NUMBER, title=_TEXT)
_STYLE = _fields(preset={"type": ["string", "null"]}, subtitles={"type": "object"})
_SPEECH = _fields(
    "file model",
    file=_FILE,
    model=_TEXT,
    language=_TEXT,
    prompt=_TEXT,
    response_format={"type": "string", "enum": list(FORMATS)},
    temperature=_NUMBER,
    stream=_FLAG,
    **{
        "timestamp_granularities[]": {"type": "array", "items": {"type": "string", "enum": list(GRANULARITIES)}},
        "include[]": {"type": "array", "items": {"type": "string", "enum": list(INCLUDES)}},
    },
)
_JSON = "application/json"
_FORM = "multipart/form-data"
BODIES: Mapping[tuple[str, str], tuple[str, Schema]] = {
    ("post", "/api/jobs"): (
        _FORM,
        _fields(
            "file",
            file=_FILE,
            options={**_TEXT, "description": "JSON, as in retry"},
            webhook={**_TEXT, "format": "uri", "description": "Is told when it is over, see the server's documentation."},
        ),
    ),
    ("patch", "/api/uploads/{upload_id}"): ("application/offset+octet-stream", _FILE),
    ("post", "/api/jobs/{job_id}/retry"): (_JSON, _fields(options=_OPTIONS)),
    ("post", "/api/jobs/{job_id}/lines"): (_JSON, {"$ref": "#/components/schemas/Lines"}),
    ("put", "/api/jobs/{job_id}/subtitles/{name}"): ("application/octet-stream", _FILE),
    ("put", "/api/jobs/{job_id}/segments/{number}"): (_JSON, _fields("text", text=_TEXT)),
    ("post", "/api/jobs/{job_id}/speakers"): (
        _JSON,
        _fields(
            rename=_TEXT, merge=_TEXT, separate=_TEXT, assign=_fields("start_s end_s", start_s=_NUMBER, end_s=_NUMBER), to=_TEXT
        ),
    ),
    ("post", "/api/jobs/{job_id}/rank"): (_JSON, _fields(weights=_NUMBERS)),
    ("put", "/api/jobs/{job_id}/clips"): (
        _JSON,
        _fields(
            clips={"type": ["array", "null"], "items": _CLIP, "maxItems": 200},
            weights=_NUMBERS,
            was={"type": "array", "items": _CLIP, "description": "The clips as they were seen."},
            by=_TEXT,
        ),
    ),
    ("post", "/api/library/replace"): (_JSON, {"$ref": "#/components/schemas/ReplaceRequest"}),
    ("post", "/api/jobs/{job_id}/cut"): (_JSON, {"$ref": "#/components/schemas/CutRequest"}),
    ("post", "/api/jobs/{job_id}/crop"): (_JSON, {"$ref": "#/components/schemas/CropRequest"}),
    ("post", "/api/jobs/{job_id}/snap"): (
        _JSON,
        _fields("at_s edge", at_s=_NUMBER, edge={"type": "string", "enum": ["start", "end"]}),
    ),
    ("post", "/api/jobs/{job_id}/style"): (_JSON, _fields(at_s=_NUMBER, **_STYLE["properties"])),
    ("post", "/api/jobs/{job_id}/restyle"): (_JSON, _STYLE),
    ("post", "/api/jobs/{job_id}/export"): (_JSON, {"$ref": "#/components/schemas/ExportRequest"}),
    ("put", "/api/presets/{name}"): (_JSON, _fields(text={**_TEXT, "description": "TOML"}, options=_OPTIONS)),
    ("post", "/v1/audio/transcriptions"): (_FORM, _SPEECH),
    ("post", "/v1/audio/translations"): (_FORM, _SPEECH),
    ("post", "/v1/highlights"): (_FORM, _fields("file model", file=_FILE, model=_TEXT, weights={**_TEXT, "description": "JSON"})),
}
"""Of every operation that takes one: its type, and what it looks like."""
_OTHER_ANSWERS = {
    "/api/jobs/{job_id}/progress": "text/event-stream",
    "/api/jobs/{job_id}/news": "text/event-stream",
    "/api/jobs/{job_id}/media": "video/*",
    "/api/jobs/{job_id}/poster": "image/jpeg",
    "/api/jobs/{job_id}/style": "image/jpeg",
    "/api/jobs/{job_id}/files/{relative}": "application/octet-stream",
    "/metrics": "text/plain",
}
"""What is not answered in JSON."""
_JOB: Schema = _fields(
    "id kind name state created",
    id=_TEXT,
    kind={"type": "string", "enum": ["video", "export"]},
    name=_TEXT,
    state={"type": "string", "enum": ["queued", "running", "done", "failed", "cancelled"]},
    place={"type": ["integer", "null"], "description": "In the queue, from 1."},
    stage=_TEXT,
    done_s=_NUMBER,
    total_s={"type": ["number", "null"]},
    error=_TEXT,
    error_type=_TEXT,
    advice=_TEXT,
    notices={"type": "array", "items": _TEXT},
    created=_TEXT,
    ended=_TEXT,
    duration_s={"type": ["number", "null"]},
)
_ERROR = _fields("error type", error={**_TEXT, "description": "What is wrong, for people."}, type=_TEXT, advice=_TEXT)
_OPENAI_ERROR = _fields(
    "error",
    error=_fields(
        "message type", message=_TEXT, type=_TEXT, param={"type": ["string", "null"]}, code={"type": ["string", "null"]}
    ),
)
_JOBS = ("/api/jobs", "/api/jobs/{job_id}", "/api/jobs/{job_id}/cancel", "/api/jobs/{job_id}/retry", "/api/jobs/{job_id}/export")
_STATUSES = {
    "400": "What was sent cannot be.",
    "401": "Log in.",
    "403": "Not with these rights, under this name, or from this page.",
    "404": "There is no such thing.",
    "405": "Not by this method.",
    "408": "It did not come in time.",
    "409": "Not now.",
    "413": "It is too large.",
    "415": "It is no video or sound that can be used.",
    "429": "Later.",
    "503": "What it needs is not installed here.",
    "507": "There is no room for it.",
}
_OF_PIECES = {"412": "This version of the protocol is not spoken here.", "423": "Another request adds to this upload."}


def completed(document: Tree) -> Tree:
    """FastAPI's own description with the bodies, and all errors in their shapes."""
    (_, structs) = msgspec.json.schema_components(
        [LineEdit, ExportRequest, CutRequest, CropRequest, ReplaceRequest], ref_template="#/components/schemas/{name}"
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    edits = {"type": "array", "items": {"$ref": "#/components/schemas/LineEdit"}, "minItems": 1, "maxItems": 3000}
    schemas |= structs | {
        "Job": _JOB,
        "Error": _ERROR,
        "OpenAIError": _OPENAI_ERROR,
        "Lines": _fields("edits", edits=edits, by={**_TEXT, "description": "Comes back in the news of it."}),
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    document["components"]["securitySchemes"] = {
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer", "description": "The password."},
    }
    document["security"] = [{}, {"basic": []}, {"bearer": []}]
    return document


def _complete(path: str, method: str, operation: Tree) -> None:
    if body := BODIES.get((method, path)):
        kind, schema = body
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    responses = operation["responses"]
    responses.pop("422", None)  # it is 400 here
    error = "OpenAIError" if path.startswith("/v1/") else "Error"
    content = {_JSON: {"schema": {"$ref": f"#/components/schemas/{error}"}}}
    statuses = {**_STATUSES, **(_OF_PIECES if path.startswith("/api/uploads") else {})}
    responses |= {status: {"description": words, "content": content} for status, words in statuses.items()}
    for status in ("200", "201"):
        if status in responses and path in _OTHER_ANSWERS:
            responses[status]["content"] = {_OTHER_ANSWERS[path]: {}}
        elif status in responses and path in _JOBS:
            one = {"$ref": "#/components/schemas/Job"}
            many = {"type": "array", "items": one}
            responses[status]["content"] = {_JSON: {"schema": many if (path, method) == ("/api/jobs", "get") else one}}


_LOOK = """body{max-width:70rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color:#151922;background:#fff}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;background:#f0f2f6;border-radius:8px}
summary{cursor:pointer;padding:.35rem 0}b{display:inline-block;min-width:4.5rem}
@media(prefers-color-scheme:dark){body{color:#eef1f6;background:#0b0d12}pre{background:#1a1f28}a{color:#b9a5ff}}"""


def docs_page(document: Tree) -> str:
    """The description for people: each operation with its body, its answers and the schemas at the end."""
    operations = [
        _operation(path, method, operation) for path, found in document["paths"].items() for method, operation in found.items()
    ]
    schemas = [_folded(name, schema) for name, schema in document["components"]["schemas"].items()]
    title = escape(f"{document['info']['title']} {document['info']['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head><body><main><h1>{title}</h1>'
        '<p>The same for programs: <a href="openapi.json">openapi.json</a></p>'
        f"<h2>Operations</h2>{''.join(operations)}<h2>Schemas</h2>{''.join(schemas)}</main></body></html>"
    )


def _operation(path: str, method: str, operation: Tree) -> str:
    facts: Tree = {key: operation[key] for key in ("parameters", "requestBody", "responses") if key in operation}
    about = escape(str(operation.get("description") or operation.get("summary") or ""))
    head = f"<summary><b>{method.upper()}</b> <code>{escape(path)}</code></summary>"
    return f"<details>{head}<p>{about}</p>{_pre(facts)}</details>"


def _folded(name: str, schema: Schema) -> str:
    return f"<details><summary><code>{escape(name)}</code></summary>{_pre(schema)}</details>"


def _pre(tree: Tree) -> str:
    return f'<pre tabindex="0">{escape(msgspec.json.format(msgspec.json.encode(tree), indent=2).decode())}</pre>'
