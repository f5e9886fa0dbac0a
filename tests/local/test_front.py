"""The proxy of make run: it changes nothing of what clients and the API say to each other, and serves the page as
CloudFront does."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dev.local import cloud, front
from infra import site_headers


class Gateway(BaseHTTPRequestHandler):
    """Answers with the If-Match it was sent, at a length that is worth compressing."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"if_match": self.headers.get("If-Match"), "padding": "x" * 4000}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", '"7"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what it would print tells a test nothing."""


def a_page(folder: Path) -> Path:
    """What vite makes of the page, in little."""
    files = {
        "index.html": "<title>Matinee</title>",
        "assets/main-4f2a.js": "start()",
        "posters/a.svg": "<svg/>",
        "sw.js": "",
        "manifest.webmanifest": "{}",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@contextmanager
def a_front(state: Path) -> Iterator[str]:
    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{gateway.server_address[1]}"
    (state / "logs").mkdir(parents=True)
    port = cloud.free_port()
    proxy = front.start(front.Routes(port, address, address, "", "", a_page(state / "page")), state)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        proxy.stop()
        gateway.shutdown()
        gateway.server_close()


def put(url: str, body: bytes, **headers: str) -> urllib.request.Request:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.Request(url, data=body, method="PUT", headers=told)


def test_etag_of_a_compressed_answer_is_good_for_if_match(tmp_path: Path) -> None:
    with a_front(tmp_path) as site:
        with urllib.request.urlopen(put(f"{site}/api/v1/x", b"{}", Accept_Encoding="gzip")) as read:
            assert read.headers["Content-Encoding"] == "gzip"
            etag = read.headers["ETag"]

        written = put(f"{site}/api/v1/x", b"{}", If_Match=etag, Accept_Encoding="gzip")
        with urllib.request.urlopen(written) as answer:
            reached = json.loads(gzip.decompress(answer.read()))

    assert reached["if_match"] == '"7"'


def test_body_that_the_proxy_refuses_is_told_as_the_api_tells_it(tmp_path: Path) -> None:
    with a_front(tmp_path) as site:
        try:
            urllib.request.urlopen(put(f"{site}/api/v1/x", b"x" * 10_000_001))
        except urllib.error.HTTPError as refused:
            status, problem = refused.code, json.loads(refused.read())

    assert status == 413
    assert problem["type"] == "/problems/too-large"


def get(url: str) -> tuple[int, str, Message]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers


def test_every_answer_of_the_page_bears_what_cloudfront_sends_too(tmp_path: Path) -> None:
    with a_front(tmp_path) as site:
        for path in ("/", "/movies/42", "/assets/main-4f2a.js", "/posters/a.svg", "/assets/gone.js"):
            headers = get(f"{site}{path}")[2]
            sent = {name: headers[name] for name in site_headers.security_headers()}
            assert sent == site_headers.security_headers(), path


@pytest.mark.parametrize("path", ["/", "/movies/42", "/bookings/ABC?token=a.b.c", "/v1.2/deep/route", "/api"])
def test_path_without_an_extension_is_a_route_of_the_page(tmp_path: Path, path: str) -> None:
    with a_front(tmp_path) as site:
        status, text, headers = get(f"{site}{path}")

    assert (status, text) == (200, "<title>Matinee</title>")
    assert headers["Cache-Control"] == site_headers.REVALIDATED


@pytest.mark.parametrize("path", ["/assets/main-old.js", "/posters/b.svg", "/movies/favicon.ico"])
def test_file_that_is_missing_is_not_answered_by_the_page(tmp_path: Path, path: str) -> None:
    with a_front(tmp_path) as site:
        status, text, headers = get(f"{site}{path}")

    assert status == 404
    assert "Matinee" not in text
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/assets/main-4f2a.js", "/posters/a.svg", "/sw.js", "/index.html", "/manifest.webmanifest"]
)
def test_files_are_typed_and_kept_as_on_cloudfront(tmp_path: Path, path: str) -> None:
    with a_front(tmp_path) as site:
        status, _, headers = get(f"{site}{path}")

    assert status == 200
    assert headers.get_all("Content-Type") == [site_headers.CONTENT_TYPES[Path(path).suffix]]
    assert headers.get_all("Cache-Control") == [site_headers.cache_control(path)]


def test_outbox_keeps_its_own_headers(tmp_path: Path) -> None:
    with a_front(tmp_path) as site:
        headers = get(f"{site}/outbox")[2]

    assert headers["Content-Security-Policy"] is None
