"""The proxy of make run changes nothing of what clients and the API say to each other."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dev.local import cloud, front


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


@contextmanager
def a_front(state: Path) -> Iterator[str]:
    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{gateway.server_address[1]}"
    (state / "logs").mkdir(parents=True)
    port = cloud.free_port()
    proxy = front.start(front.Routes(port, address, address, "", ""), state)
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
