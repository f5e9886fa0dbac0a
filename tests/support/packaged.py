"""The application as it is packaged for AWS, unpacked, and processes that have nothing but it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.build import Package, build


@lru_cache(maxsize=1)
def package() -> Package:
    """Packaged once for all tests of a process."""
    return build()


@contextmanager
def unpacked() -> Iterator[Path]:
    """The folder that Lambda would load."""
    folder = Path(tempfile.mkdtemp(prefix="matinee-packaged-"))
    try:
        with zipfile.ZipFile(package().archive) as bundle:
            bundle.extractall(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Worker:
    """A process that runs `script` with the package's libraries only; one line of JSON goes in, one comes out."""

    def __init__(self, script: Path, package: Path, environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        passed_on = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(script), str(package)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=package,
                env={**passed_on, **environment},
                text=True,
            )

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, f"the worker died:\n{self._log.read_text()[-3000:]}"
        return line

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def workers(
    script: Path, package: Path, environment: Mapping[str, str], told: list[dict[str, Any]]
) -> Iterator[list[Worker]]:
    """One for each of `told`, all ready to go."""
    logs = Path(tempfile.mkdtemp(prefix="matinee-workers-"))
    started = [Worker(script, package, environment, logs / str(n)) for n in range(len(told))]
    try:
        for worker, each in zip(started, told, strict=True):
            worker.tell(json.dumps(each))
        for worker in started:
            assert worker.hear() == "ready"
        yield started
    finally:
        for worker in started:
            worker.stop()
        shutil.rmtree(logs, ignore_errors=True)
