"""Writes the table of routes that the package carries, so that no cold start loads every resource.

python -m infra.route_table PATH
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from chalicelib.api import resources


def write(path: Path) -> None:
    """As `chalicelib.api.resources.table` reads it."""
    rows = [[each.method, each.path, each.operation_id, each.module] for each in resources.declared()]
    path.write_text(json.dumps(rows, indent=0), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
