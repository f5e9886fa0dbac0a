"""The one origin that people see: Caddy in front of the gateway, the sandbox provider and a few pages."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

from dev.local import children, cloud

PAGES = Path(__file__).parent / "pages"
SITE = cloud.ROOT / "web" / "dist"
START_TIMEOUT_S = 20

# `{{` and `}}` are braces of Caddy's. Problems are worded as chalicelib/api/problems.py words them.
_CADDYFILE = """\
{{
	admin off
	auto_https off
	persist_config off
	grace_period 2s
	log {{
		level WARN
	}}
	servers {{
		trusted_proxies static 127.0.0.1/32
	}}
}}

http://127.0.0.1:{port}, http://localhost:{port} {{
	bind 127.0.0.1
	encode gzip
	request_body {{
		max_size 10MB
	}}

	handle /api/* {{
		# The proxy marks the ETag of what it compresses. A client sends it back as it came.
		request_header If-Match `-gzip"` `"`
		{api_path}
		reverse_proxy {api} {{
			transport http {{
				response_header_timeout 31s
			}}
		}}
	}}
	handle /pay/* {{
		rewrite * {pay_prefix}{{uri}}
		reverse_proxy {gateway}
	}}
	handle /outbox/messages {{
		rewrite * /_ministack/ses/messages
		reverse_proxy {gateway}
	}}
	handle /outbox {{
		root * {pages}
		rewrite * /outbox.html
		file_server
	}}
	handle {{
{site}
	}}

	handle_errors {{
		@too_large expression `{{err.status_code}} == 413 && path('/api/*')`
		handle @too_large {{
			header Content-Type application/problem+json
			respond `{{"type":"/problems/too-large","title":"The body is too large",\
"status":413,"detail":"Send at most 512 KB."}}` 413
		}}
		@api path /api/*
		handle @api {{
			header Content-Type application/problem+json
			respond `{{"type":"/problems/unavailable","title":"Busy, try again",\
"status":{{err.status_code}},"detail":"{{err.status_text}}"}}` {{err.status_code}}
		}}
		respond "{{err.status_code}} {{err.status_text}}" {{err.status_code}}
	}}
}}
"""
_SITE = """\
		root * {root}
		try_files {{path}} /index.html
		header /assets/* Cache-Control "public, max-age=31536000, immutable"
		file_server"""
_PLACEHOLDER = """\
		root * {root}
		try_files {{path}} /home.html
		file_server"""


@dataclass(frozen=True, slots=True)
class Routes:
    """Where requests go. `api` is host:port of what answers under /api; `api_path` makes its paths of ours."""

    port: int
    gateway: str
    api: str
    api_path: str
    pay_prefix: str


def gateway_routes(port: int, running: cloud.LocalCloud, api_id: str, payments_id: str, stage: str) -> Routes:
    """The stage of our API is called `api`, as on AWS: the path goes on unchanged behind the API's own address."""
    gateway = f"{cloud.HOST}:{running.port}"
    prefix = "/_aws/execute-api/"
    path = f"rewrite * {prefix}{api_id}{{uri}}"
    return Routes(port, gateway, gateway, path, f"{prefix}{payments_id}/{stage}")


def served_from_source(routes: Routes, port: int) -> Routes:
    """The same, but for the API: it answers on a port of its own, and knows nothing of /api."""
    return replace(routes, api=f"{cloud.HOST}:{port}", api_path="uri strip_prefix /api")


def start(routes: Routes, state: Path) -> children.Child:
    """Start it and wait until it answers. Raises children.ChildDied, or TimeoutError."""
    config = state / "Caddyfile"
    site = _SITE.format(root=SITE) if SITE.is_dir() else _PLACEHOLDER.format(root=PAGES)
    config.write_text(
        _CADDYFILE.format(
            port=routes.port,
            gateway=routes.gateway,
            api=routes.api,
            api_path=routes.api_path,
            pay_prefix=routes.pay_prefix,
            pages=PAGES,
            site=site,
        )
    )
    child = children.start(
        "the proxy",
        [str(cloud.BIN / "caddy"), "run", "--config", str(config), "--adapter", "caddyfile"],
        state / "logs" / "proxy.log",
        environment={
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(state),
            "XDG_DATA_HOME": str(state / "proxy"),
            "XDG_CONFIG_HOME": str(state / "proxy"),
        },
        grace_s=5,
    )
    try:
        _wait_until_ready(child, routes.port)
    except BaseException:
        child.stop()
        raise
    return child


def _wait_until_ready(child: children.Child, port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        child.check()
        try:
            with urllib.request.urlopen(f"http://{cloud.HOST}:{port}/outbox", timeout=2):  # nosec B310
                return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"the proxy did not answer within {START_TIMEOUT_S} s (log: {child.log})")
        time.sleep(0.05)
