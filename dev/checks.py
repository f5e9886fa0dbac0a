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
from dataclasses import dataclass, field
from pathlib import Path

from infra import web
from infra.build import BuildFailed

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Templates of other tools' making are linted too: what Chalice wrote is what is deployed.
TEMPLATES = ("infra/data.yaml", "dev/payments/template.yaml", ".build/template.json", ".build/site.json")
CODE = ("app.py", "chalicelib", "infra", "dev", "bench")
PROOF = ("properties", "api", "concurrency", "faults")
# Their tests are independent of one another and are shared out one by one; elsewhere a file stays together.
EVENLY = ("properties", "api")
SEEDS = {"test": "500", "proof": "5000"}
NO_TESTS = 5


@dataclass
class Report:
    """What ran, how long it took, and what failed."""

    shares: list[tuple[str, float, bool]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        started = time.monotonic()
        print(f"── {name}", flush=True)
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})})
        # A folder that has no tests yet proves nothing and breaks nothing.
        fine = done.returncode in (0, NO_TESTS)
        self.shares.append((name, time.monotonic() - started, fine))

    def leave_out(self, what: str) -> None:
        """Told at the end: nobody should take it for tested."""
        self.left_out.append(what)

    def tell(self) -> int:
        print("── shares")
        for name, took, fine in self.shares:
            print(f"  {took:7.1f} s  {'' if fine else 'FAILED '}{name}")
        print(f"  {sum(took for _, took, _ in self.shares):7.1f} s  all")
        for what in self.left_out:
            print(f"  left out: {what}")
        return 0 if all(fine for _, _, fine in self.shares) else 1


def check(report: Report) -> None:
    report.run("ruff", [_tool("ruff"), "check", "--quiet", "."])
    report.run("ruff format", [_tool("ruff"), "format", "--check", "--quiet", "."])
    report.run("mypy", [_tool("mypy")])
    report.run("import-linter", [_tool("lint-imports"), "--no-logo"])
    report.run("package", [sys.executable, "-m", "infra.build"])
    report.run("site template", [sys.executable, "-m", "infra.site"])
    report.run("cfn-lint", [_tool("cfn-lint"), "--non-zero-exit-code", "error", *TEMPLATES])
    report.run("bandit", [_tool("bandit"), "--quiet", "-c", "pyproject.toml", "-r", *CODE])
    report.run("web types", [sys.executable, "-m", "dev.types", "--check"])
    _npm(report, "web check", "check")


def test(report: Report) -> None:
    for folder in _folders():
        _pytest(report, folder, {"SEEDS": os.environ.get("SEEDS") or SEEDS["test"]})
    _npm(report, "web", "test")
    report.leave_out("make e2e: the page in a browser, against make run")


def proof(report: Report) -> None:
    long = {"PROOF": "1", "SEEDS": os.environ.get("SEEDS") or SEEDS["proof"]}
    for folder in _folders():
        if folder in PROOF:
            _pytest(report, folder, long)


def _folders() -> list[str]:
    """Those that hold tests, the quick ones first."""
    found = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    order = ("unit", "properties", "api")
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def _pytest(report: Report, folder: str, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--durations=5", f"--numprocesses={os.cpu_count() or 1}"]
    command += [f"--dist={'worksteal' if folder in EVENLY else 'loadfile'}", f"tests/{folder}"]
    report.run(f"tests/{folder}", command, environment)


def _npm(report: Report, name: str, script: str) -> None:
    report.run(
        name, [*web.command_of("npm"), "--silent", "--prefix", "web", "run", script], web.environment()
    )


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
