from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path

import pytest

from dev.local import cloud


def kept(folder: Path, payload: object) -> Path:
    path = folder / "lambda.json"
    path.write_text(json.dumps({"__ministack_format__": 2, "payload": payload}))
    return path


def test_readers_begin_anew_because_the_engine_forgets_the_streams(tmp_path: Path) -> None:
    positions = {"__account_region_scoped__": True, "data": {"a reader": 2091}}
    path = kept(tmp_path, {"functions": {"one": 1}, "dynamodb_stream_positions": positions})

    cloud.forget_stream_positions(tmp_path)

    assert json.loads(path.read_text()) == {
        "__ministack_format__": 2,
        "payload": {
            "functions": {"one": 1},
            "dynamodb_stream_positions": {"__account_region_scoped__": True, "data": {}},
        },
    }


@pytest.mark.parametrize("left", ["", "[]", '{"payload": {}}', '{"payload": '])
def test_what_has_no_positions_is_left_as_it_is(tmp_path: Path, left: str) -> None:
    path = tmp_path / "lambda.json"
    path.write_text(left)

    cloud.forget_stream_positions(tmp_path)

    assert path.read_text() == left


def test_a_first_run_has_kept_nothing(tmp_path: Path) -> None:
    cloud.forget_stream_positions(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_free_port_is_none_that_somebody_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind((cloud.HOST, 0))
        listener.listen()
        taken = int(listener.getsockname()[1])
        free = cloud.free_port()
        ports = iter([taken, taken, free])
        monkeypatch.setattr(secrets, "choice", lambda _: next(ports))

        assert cloud.free_port() == free
