"""CPU to import the packaged API, against importing botocore and making one client. Both from the package, compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from bench.figures import Figure

ROUNDS = 3
EACH = 3
_CODE = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
{what}
print(time.process_time() - began)
"""
API = _CODE.format(what="import app")
BOTOCORE = _CODE.format(
    what="import botocore.session\nbotocore.session.get_session().create_client('dynamodb', 'eu-west-1')"
)


def figures(package: Path, environment: Mapping[str, str]) -> Iterator[Figure]:
    api, floor = [], []
    for _ in range(ROUNDS):
        api.append(median(_cpu(API, package, environment) for _ in range(EACH)))
        floor.append(median(_cpu(BOTOCORE, package, environment) for _ in range(EACH)))
    ratios = [a / b for a, b in zip(api, floor, strict=True)]
    yield Figure("botocore and one client: ms", median(floor) * 1000)
    yield Figure("the packaged API: ms", median(api) * 1000)
    told = "runs " + ", ".join(f"{each:.2f}" for each in ratios)
    yield Figure("import of the packaged API ÷ botocore and a client", median(ratios), at_most=1.5, note=told)


def _cpu(code: str, package: Path, environment: Mapping[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(package)],
        cwd=package,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.strip().splitlines()[-1])
