"""The one origin that people see: Caddy in front of the page, the gateway, the sandbox provider and the outbox.

The page is served as CloudFront serves it (infra/site.yaml): the same headers, and index.html for the page's routes.
"""

from __future__ import annotations

import os
import textwrap
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

from dev.local import children, cloud
from infra import site_headers, web

PAGES = Path(__file__).parent / "pages"
START_TIMEOUT_S = 60

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
		header Cache-Control no-store
		header Content-Type "text/plain; charset=utf-8"
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


@dataclass(frozen=True, slots=True)
class Routes:
    """Where requests go. `api` is host:port of what answers under /api; `api_path` makes its paths of ours.

    `page` is a folder, or host:port of what answers for the page.
    """

    port: int
    gateway: str
    api: str
    api_path: str
    pay_prefix: str
    page: Path | str = web.DIST


def gateway_routes(port: int, running: cloud.LocalCloud, api_id: str, payments_id: str, stage: str) -> Routes:
    """The stage of our API is called `api`, as on AWS: the path goes on unchanged behind the API's own address."""
    gateway = f"{cloud.HOST}:{running.port}"
    prefix = "/_aws/execute-api/"
    path = f"rewrite * {prefix}{api_id}{{uri}}"
    return Routes(port, gateway, gateway, path, f"{prefix}{payments_id}/{stage}")


def served_from_source(routes: Routes, port: int, page_port: int) -> Routes:
    """The same, but for API and page: each answers on a port of its own, and the API knows nothing of /api."""
    host = cloud.HOST
    return replace(routes, api=f"{host}:{port}", api_path="uri strip_prefix /api", page=f"{host}:{page_port}")


def start(routes: Routes, state: Path) -> children.Child:
    """Start it and wait until it answers. Raises children.ChildDied, or TimeoutError."""
    config = state / "Caddyfile"
    config.write_text(
        _CADDYFILE.format(
            port=routes.port,
            gateway=routes.gateway,
            api=routes.api,
            api_path=routes.api_path,
            pay_prefix=routes.pay_prefix,
            pages=PAGES,
            site=textwrap.indent(_site(routes.page), "\t\t"),
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


def _site(page: Path | str) -> str:
    """The directives that answer for the page."""
    if isinstance(page, str):
        # The development server injects styles and scripts as it goes: it has headers of its own.
        return f"reverse_proxy {page}"
    headers = [f'header {name} "{value}"' for name, value in site_headers.security_headers().items()]
    types = [
        f'@{suffix[1:]} path *{suffix}\nheader @{suffix[1:]} Content-Type "{kind}"'
        for suffix, kind in site_headers.CONTENT_TYPES.items()
    ]
    rules = [f'\t"~{rule}" "{value}"' for rule, value in site_headers.CACHE_RULES]
    return "\n".join(
        (
            "map {path} {cache_control} {",
            *rules,
            f'\tdefault "{site_headers.SHORT}"',
            "}",
            "header Cache-Control {cache_control}",
            *headers,
            *types,
            f'root * "{page}"',
            f"@route path_regexp {site_headers.ROUTE}",
            "rewrite @route /index.html",
            "file_server",
        )
    )


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
