"""Processes that `make run` starts, and that never outlive it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec little may be called.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ChildDied(Exception):
    """A process that should run for as long as we do has ended. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class Child:
    """`grace_s` is how long it may take to end when told to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    grace_s: float

    def check(self) -> None:
        """Raises ChildDied, with the last line of its log."""
        status = self.process.poll()
        if status is not None:
            told = f": {last_line(self.log)} (log: {self.log})" if self.log else ""
            raise ChildDied(f"{self.name} ended with {status}{told}")

    def stop(self) -> None:
        """Ask, wait, then end whatever is left of it and of what it started."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(self.grace_s)
            except subprocess.TimeoutExpired:
                print(f"  {self.name} did not stop in {self.grace_s:.0f} s and is killed", file=sys.stderr)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(
    name: str,
    command: Sequence[str],
    log: Path | None,
    *,
    environment: Mapping[str, str],
    directory: Path | None = None,
    grace_s: float = 10,
) -> Child:
    """Start it in a session of its own: Ctrl-C reaches only us, and we stop the others in order.

    Should we be killed, Linux tells it to end. `log` gets what it prints, from this start on; None
    leaves it to our own output.
    """
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") if log is not None else nullcontext() as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
            preexec_fn=_end_with_parent if _LIBC is not None else None,
        )
    return Child(name, process, log, grace_s)


def _end_with_parent() -> None:
    assert _LIBC is not None
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def last_line(log: Path | None) -> str:
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace")[-4000:].strip().splitlines()
    return lines[-1].strip() if lines else ""
