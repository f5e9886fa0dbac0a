"""The script of twenty lines that a door could run."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.gateways.ticket_tokens import TicketTokens

TOKENS = TicketTokens({"t1": bytes(range(32)), "t2": bytes(range(1, 33))}, "t2")
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def verify(tmp_path: Path, token: str) -> subprocess.CompletedProcess[str]:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": TOKENS.published()}))
    return subprocess.run(
        [sys.executable, "-m", "dev.verify_ticket", str(keys)],
        input=token,
        capture_output=True,
        text=True,
        check=False,
    )


def test_genuine_ticket_says_its_seat(tmp_path: Path) -> None:
    done = verify(tmp_path, TOKENS.sign("K7M2QX-4FZ81QW", "K7M2QX", "F-12", LATER))

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["F-12", "K7M2QX", "K7M2QX-4FZ81QW"]


def test_ticket_with_another_seat_written_in_is_not_ours(tmp_path: Path) -> None:
    header, _, signature = TOKENS.sign("K7M2QX-4FZ81QW", "K7M2QX", "F-12", LATER).split(".")
    _, payload, _ = TOKENS.sign("K7M2QX-4FZ81QW", "K7M2QX", "A-1", LATER).split(".")

    done = verify(tmp_path, f"{header}.{payload}.{signature}")

    assert done.returncode == 1
    assert "not a ticket of ours" in done.stderr


def test_expired_ticket_is_told_as_such(tmp_path: Path) -> None:
    done = verify(tmp_path, TOKENS.sign("K7M2QX-4FZ81QW", "K7M2QX", "F-12", datetime(2020, 1, 1, tzinfo=UTC)))

    assert "expired" in done.stderr
