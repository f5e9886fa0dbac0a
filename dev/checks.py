"""The checks and tests, with each part's share of the time: python -m dev.checks check test proof

check   ruff, mypy, import-linter, cfn-lint, bandit; of the page vue-tsc, eslint, and its types of the API
test    each folder under tests/, and the page's own tests
proof   the folders that prove, in their long form: PROOF=1, more examples, more seeds
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from infra import web
from infra.build import BuildFailed

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Templates of other tools' making are linted too: what Chalice wrote is what is deployed.
TEMPLATES = ("infra/data.yaml", "dev/payments/template.yaml", ".build/template.json", ".build/site.json")
CODE = ("app.py", "chalicelib", "infra", "dev", "bench")
PROOF = ("properties", "api", "concurrency", "faults")
# Their tests are independent of one another and are shared out one by one; elsewhere a file stays together.
EVENLY = ("properties", "api", "local")
SEEDS = {"test": "500", "proof": "5000"}
NO_TESTS = 5


# Compiling the libraries anew costs every process seconds, and each folder of tests has a process for each processor:
# what is compiled is kept, also where the environment says otherwise, as images of containers often do.
KEPT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what it is told as."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What ran, how long it took, and what failed."""

    shares: list[tuple[str, float, bool]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    at_a_time: int = os.cpu_count() or 1
    _began: float = field(default_factory=time.monotonic)
    _telling: Lock = field(default_factory=Lock)

    def run(self, step: Step) -> None:
        """What it says is heard at once."""
        started = time.monotonic()
        print(f"── {step.name}", flush=True)
        done = subprocess.run(step.command, cwd=ROOT, env=_environment(step))
        self.shares.append(_share(step, started, done.returncode))

    def run_side_by_side(self, *chains: Sequence[Step]) -> None:
        """The steps of a chain one after the other, as many chains at a time as there are processors.

        What a step says is told as a whole, when it has ended.
        """
        with ThreadPoolExecutor(self.at_a_time) as pool:
            for shares in pool.map(self._run_chain, chains):
                self.shares += shares

    def _run_chain(self, chain: Sequence[Step]) -> list[tuple[str, float, bool]]:
        shares = []
        for step in chain:
            started = time.monotonic()
            with self._telling:
                print(f"── {step.name} …", flush=True)
            done = subprocess.run(
                step.command,
                cwd=ROOT,
                env=_environment(step),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            with self._telling:
                print(f"── {step.name}\n{done.stdout.decode(errors='replace')}", end="", flush=True)
            shares.append(_share(step, started, done.returncode))
        return shares

    def leave_out(self, what: str) -> None:
        """Told at the end: nobody should take it for tested."""
        self.left_out.append(what)

    def tell(self) -> int:
        print("── shares")
        for name, took, fine in self.shares:
            print(f"  {took:7.1f} s  {'' if fine else 'FAILED '}{name}")
        # Less than the sum of what ran side by side.
        print(f"  {time.monotonic() - self._began:7.1f} s  all")
        for what in self.left_out:
            print(f"  left out: {what}")
        return 0 if all(fine for _, _, fine in self.shares) else 1


def _environment(step: Step) -> dict[str, str]:
    return {**os.environ, **step.environment, **KEPT_BYTECODE}


def _share(step: Step, started: float, code: int) -> tuple[str, float, bool]:
    # A folder that has no tests yet proves nothing and breaks nothing.
    return step.name, time.monotonic() - started, code in (0, NO_TESTS)


def check(report: Report) -> None:
    """The longest of them begin first, after what takes no time."""
    report.run_side_by_side(
        [
            Step("ruff", [_tool("ruff"), "check", "--quiet", "."]),
            Step("ruff format", [_tool("ruff"), "format", "--check", "--quiet", "."]),
            Step("import-linter", [_tool("lint-imports"), "--no-logo"]),
        ],
        [_npm("web check", "check")],
        [
            Step("package", [sys.executable, "-m", "infra.build"]),
            Step("site template", [sys.executable, "-m", "infra.site"]),
            Step("cfn-lint", [_tool("cfn-lint"), "--non-zero-exit-code", "error", *TEMPLATES]),
        ],
        [Step("mypy", [_tool("mypy")])],
        [Step("web types", [sys.executable, "-m", "dev.types", "--check"])],
        [Step("bandit", [_tool("bandit"), "--quiet", "-c", "pyproject.toml", "-r", *CODE])],
    )


def test(report: Report) -> None:
    for folder in _folders():
        report.run(_pytest(folder, {"SEEDS": os.environ.get("SEEDS") or SEEDS["test"]}))
    report.run(_npm("web", "test"))
    report.leave_out("make e2e: the page in a browser, against make run")


def proof(report: Report) -> None:
    long = {"PROOF": "1", "SEEDS": os.environ.get("SEEDS") or SEEDS["proof"]}
    for folder in _folders():
        if folder in PROOF:
            report.run(_pytest(folder, long))


def _folders() -> list[str]:
    """Those that hold tests, the quick ones first."""
    found = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    order = ("unit", "properties", "api")
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def _pytest(folder: str, environment: Mapping[str, str]) -> Step:
    command = [sys.executable, "-m", "pytest", "-q", "--durations=5", f"--numprocesses={os.cpu_count() or 1}"]
    command += [f"--dist={'worksteal' if folder in EVENLY else 'loadfile'}", f"tests/{folder}"]
    return Step(f"tests/{folder}", command, environment)


def _npm(name: str, script: str) -> Step:
    command = [*web.command_of("npm"), "--silent", "--prefix", "web", "run", script]
    return Step(name, command, web.environment())


def _tool(name: str) -> str:
    return str(BIN / name)


def main(parts: list[str]) -> int:
    report = Report()
    try:
        for part in parts:
            {"check": check, "test": test, "proof": proof}[part](report)
    except BuildFailed as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1
    return report.tell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
