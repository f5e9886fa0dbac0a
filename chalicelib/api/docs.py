"""The API's description: the OpenAPI document, and a page of our own that shows it. Nothing comes from elsewhere."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.api.access import ANYONE
from chalicelib.api.contract import Answer, Call
from chalicelib.api.presenting import etag_of
from chalicelib.api.routing import Routes

routes = Routes("description")

# Short: the document changes with a deployment.
CACHE = "public, max-age=300"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PAGE = Path(__file__).parent / "reference"


@routes.get("/openapi.json", access=ANYONE, text=True, cache=CACHE, conditional=True)
def read_open_api_document(call: Call[Any, Any]) -> Answer:
    """Read this description as OpenAPI 3.1."""
    return _answer(_document())


@routes.get("/docs", access=ANYONE, media_type="text/html; charset=utf-8", cache=CACHE, conditional=True)
def read_docs(call: Call[Any, Any]) -> Answer:
    """Read this description as a page."""
    return _answer(_file("docs.html"))


@routes.get(
    "/docs/docs.js", access=ANYONE, media_type="text/javascript; charset=utf-8", cache=CACHE, conditional=True
)
def read_docs_script(call: Call[Any, Any]) -> Answer:
    """Read the page's script."""
    return _answer(_file("docs.js"))


@routes.get(
    "/docs/docs.css", access=ANYONE, media_type="text/css; charset=utf-8", cache=CACHE, conditional=True
)
def read_docs_style(call: Call[Any, Any]) -> Answer:
    """Read the page's style."""
    return _answer(_file("docs.css"))


def _answer(text: str) -> Answer:
    return Answer(None, text=text, etag=etag_of(text), headers=SECURITY_HEADERS)


@lru_cache(maxsize=1)
def _document() -> str:
    from chalicelib.api import openapi

    return json.dumps(openapi.document(), ensure_ascii=False, separators=(",", ":"))


@lru_cache
def _file(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")
