"""The API from source, on Chalice's local server: started anew whenever a file is saved.

python -m dev.local.server PORT             watches, and runs the next line
python -m dev.local.server PORT --serve
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from dev.local.cloud import HOST, ROOT

LOOK_EVERY_S = 0.4


def watch(port: int) -> None:
    """Until told to end. A source that does not load is told of, and tried again when it changes."""
    signal.signal(signal.SIGTERM, _leave)
    seen = dict(_versions())
    server = _start(port)
    try:
        while True:
            time.sleep(LOOK_EVERY_S)
            now = dict(_versions())
            if now == seen:
                continue
            changed = sorted(str(path.relative_to(ROOT)) for path, _ in now.items() ^ seen.items())
            print(f"  {', '.join(dict.fromkeys(changed))} changed", flush=True)
            seen = now
            _stop(server)
            server = _start(port)
    finally:
        _stop(server)


def serve(port: int) -> None:
    from chalice.config import Config
    from chalice.local import ChaliceRequestHandler, LocalDevServer

    sys.path.insert(0, str(ROOT))
    from app import app

    class Handler(ChaliceRequestHandler):
        """Written at once and in one piece: with Nagle's algorithm an answer takes 40 ms longer."""

        wbufsize = -1
        disable_nagle_algorithm = True

    LocalDevServer(app, Config(), HOST, port, handler_cls=Handler).serve_forever()


def _versions() -> Iterator[tuple[Path, int]]:
    for path in (ROOT / "app.py", *(ROOT / "chalicelib").rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            yield path, path.stat().st_mtime_ns


def _start(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dev.local.server", str(port), "--serve"], cwd=ROOT)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    os.chdir(ROOT)
    (serve if "--serve" in sys.argv else watch)(int(sys.argv[1]))
