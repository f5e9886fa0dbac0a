"""Threads that serve the application side by side, as the bench does, each see their own request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from chalicelib.api.application import Application

THREADS = 4


def test_threads_side_by_side_keep_their_own_request() -> None:
    app = Application("sample")
    all_have_set = Barrier(THREADS)

    def serve(request: Any) -> tuple[Any, Any]:
        app.current_request = request
        app.lambda_context = -request
        all_have_set.wait(timeout=120)
        return app.current_request, app.lambda_context

    with ThreadPoolExecutor(THREADS) as pool:
        seen = list(pool.map(serve, range(1, THREADS + 1)))

    assert seen == [(number, -number) for number in range(1, THREADS + 1)]
