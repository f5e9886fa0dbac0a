"""A world's payment provider, over HTTP: for processes that reach it as they do in production."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from dev.payments.api import Api
from tests.support import secret
from tests.support.world import World


@contextmanager
def provider_over_http(world: World) -> Iterator[str]:
    """Its URL."""
    api: Api | None = None

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            assert api is not None
            told = api(
                {
                    "httpMethod": self.command,
                    "path": url.path,
                    "headers": dict(self.headers),
                    "queryStringParameters": dict(parse_qsl(url.query)),
                    "body": body.decode(),
                    "isBase64Encoded": False,
                }
            )
            text = told["body"].encode()
            self.send_response(told["statusCode"])
            for name, value in {**told["headers"], "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """A test tells what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    api = Api(world.payments.provider, secret.DOCUMENT["payments_key"], url)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
