"""The page's types of the API, made from the API's own document by openapi-typescript.

python -m dev.types             writes web/src/api/schema.d.ts
python -m dev.types --check     fails if it is not what would be written
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from infra import web
from infra.build import BuildFailed

TYPES = web.WEB / "src" / "api" / "schema.d.ts"


def made(document: object) -> str:
    """The TypeScript for an OpenAPI document. Raises BuildFailed."""
    with tempfile.TemporaryDirectory() as folder:
        told, written = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        told.write_text(json.dumps(document))
        done = web.run("run", "types", "--", str(told), "--output", str(written))
        if done.returncode != 0:
            raise BuildFailed(f"the types could not be made: {(done.stderr or done.stdout).strip()}")
        return written.read_text()


def is_current(path: Path = TYPES) -> bool:
    return path.is_file() and path.read_text() == made(_document())


def _document() -> object:
    from chalicelib.api import openapi

    return openapi.document()


def main(arguments: list[str]) -> int:
    try:
        if "--check" not in arguments:
            TYPES.write_text(made(_document()))
        elif not is_current():
            print(
                f"{TYPES.relative_to(web.WEB.parent)} is not what the API's document gives: make types",
                file=sys.stderr,
            )
            return 1
    except BuildFailed as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
