"""Builds the page, and runs what belongs to it: npm's scripts, with the Node that dev/env.sh found.

python -m infra.web         makes web/dist, if a source has changed since it was made
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.build import BUILD, ROOT, BuildFailed

WEB = ROOT / "web"
DIST = WEB / "dist"
PROGRAMS = ROOT / ".venvs" / "node" / "bin"
LOG = BUILD / "web.log"
_STAMP = BUILD / "web.made-from"


def build() -> Path:
    """The folder that is served. Raises BuildFailed."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "web.lock").open("w") as lock:
        # make run and make e2e may both be at it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_from = _digest()
        if (DIST / "index.html").is_file() and _STAMP.is_file() and _STAMP.read_text() == made_from:
            return DIST
        _STAMP.unlink(missing_ok=True)
        done = run("run", "build")
        LOG.write_text(done.stdout + done.stderr)
        if done.returncode != 0:
            raise BuildFailed(f"the page could not be built: {_why(done.stdout + done.stderr)} (log: {LOG})")
        _STAMP.write_text(made_from)
    return DIST


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """npm in web/. Raises BuildFailed if there is no Node."""
    command = [*command_of("npm"), "--silent", *arguments]
    return subprocess.run(command, cwd=WEB, env=environment(), capture_output=True, text=True)


def command_of(tool: str) -> list[str]:
    """Node's own, or what npm installed for the page. Raises BuildFailed if it is not there."""
    for folder in (PROGRAMS, WEB / "node_modules" / ".bin"):
        if (folder / tool).exists():
            return [str(folder / tool)]
    raise BuildFailed(f"there is no {tool} for the page yet: make env-node")


def environment() -> dict[str, str]:
    """npm, and what it runs, ask the path for `node`."""
    return {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _digest() -> str:
    """Of everything that the build reads. Tests and what drives the page from outside change nothing of it."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(WEB)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    beside = (path for path in WEB.iterdir() if path.is_file())
    below = (path for folder in ("src", "public") for path in (WEB / folder).rglob("*") if path.is_file())
    yield from sorted(path for path in (*beside, *below) if not path.name.endswith(".test.ts"))


def _why(said: str) -> str:
    """The one line that tells most: what vite names first, and where, without its colours and frames."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
    plain = re.sub(r"(?m)╭─\[ (.*) \]$", r"\1", plain)
    lines = [" ".join(line.split()) for line in plain.partition("error during build:")[2].splitlines()]
    telling = [
        line for line in lines if line and "Build failed with" not in line and "vite-plugin-pwa" not in line
    ]
    others = [line.strip() for line in plain.splitlines() if line.strip()]
    return " ".join(telling[:2]) or (others or ["it said nothing"])[-1]


def main() -> int:
    try:
        build()
    except BuildFailed as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
