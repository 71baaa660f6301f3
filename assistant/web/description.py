"""The API's description as a page at /api/docs: what /api/openapi.json says, for people, with nothing from elsewhere."""

import html
import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API · Quoth</title>
<link rel="stylesheet" href="../pages.css">
</head>
<body>
<header><a href="../">Quoth</a></header>
<main>
<h1>The API</h1>
<p>All paths stand below <code>/api</code>. Errors are <code>{{"error": {{"code", "message", "remedy"}}}}</code>. For programs:
<a href="openapi.json">openapi.json</a>.</p>
{operations}
</main>
</body>
</html>"""


def add_description(app: FastAPI) -> None:
    """Adds the page to the API that it describes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs() -> HTMLResponse:
        return HTMLResponse(_PAGE.format(operations="\n".join(_operations(app.openapi()))))

    app.include_router(router)


def _operations(schema: dict[str, Any]) -> Iterator[str]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"<section><h2>{method.upper()} {html.escape(path)}</h2>"
            yield f"<p>{html.escape(operation.get('description', operation.get('summary', '')))}</p>"
            yield from _parameters(operation.get("parameters", []))
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                body = json.dumps(_resolved(content["schema"], schema), indent=2, ensure_ascii=False)
                yield f'<p>Body, {html.escape(kind)}:</p><pre tabindex="0">{html.escape(body)}</pre>'
            yield "</section>"


def _parameters(parameters: list[dict[str, Any]]) -> Iterator[str]:
    if parameters:
        yield "<ul>"
        for one in parameters:
            needed = "required" if one.get("required") else f"default {one['schema'].get('default', 'none')}"
            kind = one["schema"].get("type", "")
            about = f"{one['in']}, {kind}, {needed}"
            yield f"<li><code>{html.escape(one['name'])}</code> ({html.escape(about)})</li>"
        yield "</ul>"


def _resolved(part: Any, schema: dict[str, Any]) -> Any:
    """A part of the schema with what it refers to in its place."""
    if isinstance(part, list):
        return [_resolved(one, schema) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _resolved(schema["components"]["schemas"][part["$ref"].rpartition("/")[2]], schema)
    return {key: _resolved(value, schema) for key, value in part.items() if key != "title"}
