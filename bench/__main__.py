"""make bench. Exits with 0 when a figure is missed too: it tells, the tests judge."""

from __future__ import annotations

import json
import os
import platform
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bench import cpu, imports, page, throughput, units
from bench.figures import show
from dev.e2e import Refused
from tests.support import secret
from tests.support.cloud import a_cloud
from tests.support.packaged import unpacked
from tests.support.races import a_real_world
from tests.support.world import ENVIRONMENT

PARTS = ("units", "cpu", "imports", "throughput", "page")


def main(asked: list[str]) -> None:
    parts = asked or list(PARTS)
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    if {*parts} - {"page"}:
        _application(parts)
    if "page" in parts:
        try:
            show("The page, on a processor four times slower", list(page.figures()))
        except Refused as refused:
            print(f"\nThe page: left out, {refused}")


def _application(parts: Sequence[str]) -> None:
    with a_cloud() as cloud:
        if "units" in parts:
            with a_real_world(cloud) as world:
                show("Units", list(units.figures(world)))
            with a_real_world(cloud) as world:
                show("Units, crowded", list(units.crowded(world)))
        if "cpu" in parts:
            with a_real_world(cloud) as world:
                show("CPU of a warm request", list(cpu.figures(world)))
        if not {"imports", "throughput"} & set(parts):
            return
        with a_real_world(cloud) as world, unpacked() as package:
            world.clock.set(datetime.now(UTC))  # the packaged handler has no other clock
            name = f"bench-{secrets.token_hex(4)}"
            cloud.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret.DOCUMENT))
            environment = {key: os.environ[key] for key in (*ENVIRONMENT, "AWS_ENDPOINT_URL")}
            environment["SECRET_ID"] = name
            if "imports" in parts:
                show("CPU of a cold start's imports", list(imports.figures(package, environment)))
            if "throughput" in parts:
                show("Throughput", list(throughput.figures(world, package, environment)))


if __name__ == "__main__":
    main(sys.argv[1:])
