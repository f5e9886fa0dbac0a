"""Packages the application as it goes to AWS: one archive with all its libraries, and one template.

    python -m infra.build        writes .build/matinee.zip and .build/template.json

Chalice packages the code. The libraries come from requirements.txt, apart from it, so that a change of the code
costs two seconds: they are kept until the lock, the interpreter or the platform is another one.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.alarms import alarms

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"
LOCK = ROOT / "requirements.txt"
STAGE = "package"

# botocore brings the models of some 400 services; these are called.
SERVICES = ("dynamodb", "secretsmanager", "ses", "sqs")
# Mails are written in these; babel brings the dates and amounts of some 300 languages.
LANGUAGES = ("en",)
# Raised when what is left out of the archive changes.
LAYOUT = 2
# Where Lambda unpacks the archive: tracebacks name files by it.
TASK_ROOT = "/var/task"
# What Lambda loads: its glibc is 2.26 for Python 3.11. uv knows no platform of that age, so pip installs.
GLIBC = (
    "manylinux_2_26",
    "manylinux_2_24",
    "manylinux_2_17",
    "manylinux2014",
    "manylinux_2_12",
    "manylinux2010",
)
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BuildFailed(Exception):
    """The application could not be packaged. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a deployment needs. `key` names the archive by its content."""

    archive: Path
    template: Path
    key: str


def build(architecture: str | None = None) -> Package:
    """architecture: "x86_64" or "arm64"; None is this machine's. Raises BuildFailed."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        # make run and make test may both be at it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(architecture or _MACHINES[platform.machine().lower()])


def _build(architecture: str) -> Package:
    libraries = _libraries(architecture)
    packaged = _package_code(architecture)
    archive = _joined(libraries, packaged)
    template = json.loads((packaged / "sam.json").read_text())
    _complete(template)
    path = BUILD / "template.json"
    path.write_text(json.dumps(template, indent=1))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:20]
    return Package(archive, path, f"matinee/{digest}.zip")


def _libraries(architecture: str) -> Path:
    """The archive of the libraries, compiled, and without what no function needs."""
    made_from = (LOCK.read_text(), sys.version, architecture, sys.platform, repr(SERVICES), str(LAYOUT))
    digest = hashlib.sha256("\0".join(made_from).encode()).hexdigest()[:16]
    archive = BUILD / f"libraries-{digest}.zip"
    if archive.exists():
        return archive
    target = BUILD / "libraries"
    shutil.rmtree(target, ignore_errors=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    install += ["--require-hashes", "--only-binary", ":all:", "--target", str(target)]
    install += ["--no-compile", "--requirement", str(LOCK)]
    if sys.platform == "linux":
        machine = {"x86_64": "x86_64", "arm64": "aarch64"}[architecture]
        for glibc in GLIBC:
            install += ["--platform", f"{glibc}_{machine}"]
    _run(install, "the libraries could not be installed")
    _trim(target)
    _compile(target)
    for old in BUILD.glob("libraries-*.zip"):
        old.unlink()
    partial = archive.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        _add(bundle, target)
    partial.replace(archive)
    shutil.rmtree(target)
    return archive


def _trim(target: Path) -> None:
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)
    for folder in (target / "botocore" / "data").iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for locale in (target / "babel" / "locale-data").glob("*.dat"):
        if locale.stem.partition("_")[0] not in ("root", *LANGUAGES):
            locale.unlink()
    for name in ("boto3/examples", "pycparser"):
        shutil.rmtree(target / name)
    for record in target.glob("*.dist-info/RECORD"):
        record.unlink()


def _package_code(architecture: str) -> Path:
    """Run `chalice package` over a copy that has no libraries. Returns the folder it wrote."""
    project, out = BUILD / "project", BUILD / "packaged"
    shutil.rmtree(project, ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    without = shutil.ignore_patterns("__pycache__", "*.pyc", "deployed", "deployments")
    shutil.copytree(ROOT / "chalicelib", project / "chalicelib", ignore=without)
    shutil.copytree(ROOT / ".chalice", project / ".chalice", ignore=without)
    shutil.copy(ROOT / "app.py", project / "app.py")
    (project / "requirements.txt").touch()
    config = json.loads((project / ".chalice" / "config.json").read_text())
    config["lambda_architecture"] = architecture
    (project / ".chalice" / "config.json").write_text(json.dumps(config))
    merge = BUILD / "merge.json"
    merge.write_text(json.dumps(_laid_over()))
    chalice = str(Path(sys.executable).with_name("chalice"))
    _list_routes(project)
    command = [chalice, "package", "--stage", STAGE, "--merge-template", str(merge)]
    said = _run([*command, str(out)], "chalice package failed", directory=project)
    if "Could not install dependencies" in said:
        # Chalice goes on without the library and exits with 0.
        raise BuildFailed(f"chalice package left a library out: {said.strip().splitlines()[-1]}")
    code = BUILD / "code"
    shutil.rmtree(code, ignore_errors=True)
    with zipfile.ZipFile(out / "deployment.zip") as bundle:
        bundle.extractall(code)
    _compile(code)
    return out


def _list_routes(project: Path) -> None:
    """Into the package, so that a cold start loads no resource but the one that is asked for."""
    api = project / "chalicelib" / "api"
    if api.exists():  # an application without one has no routes
        command = [sys.executable, "-m", "infra.route_table", str(api / "routes.json")]
        _run(command, "the routes could not be listed")


def _laid_over() -> dict[str, Any]:
    """infra/app.yaml with the alarms."""
    template: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "app.yaml").read_text())
    template["Resources"] |= alarms()
    return template


def _complete(template: dict[str, Any]) -> None:
    """What is made from the code itself; a code that does not load has failed `chalice package` by now."""
    from infra.gateway_responses import gateway_responses

    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    definition["x-amazon-apigateway-gateway-responses"] = gateway_responses()
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}


def _joined(libraries: Path, packaged: Path) -> Path:
    archive = BUILD / "matinee.zip"
    partial = archive.with_suffix(".partial")
    shutil.copy(libraries, partial)
    with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED) as bundle:
        _add(bundle, packaged.parent / "code")
    partial.replace(archive)
    return archive


def _add(bundle: zipfile.ZipFile, folder: Path) -> None:
    """The same bytes for the same files, whenever and wherever."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            executable = os.access(path, os.X_OK)
            entry.external_attr = (0o755 if executable else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())


def _compile(folder: Path) -> None:
    """Lambda's disk is read-only: without these, every cold start compiles everything."""
    compileall.compile_dir(
        folder,
        quiet=2,
        workers=2,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        stripdir=str(folder),
        prependdir=TASK_ROOT,
    )


def _run(command: list[str], failure: str, *, directory: Path = ROOT) -> str:
    environment = dict(os.environ)
    # chalice package asks for a region and does not use it.
    environment.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise BuildFailed(f"{failure}: {(said.strip() or 'it said nothing').splitlines()[-1]}")
    return said


if __name__ == "__main__":
    try:
        made = build(sys.argv[1] if len(sys.argv) > 1 else None)
    except BuildFailed as failed:
        sys.exit(f"matinee: {failed}")
    print(f"{made.archive.relative_to(ROOT)}  {made.archive.stat().st_size / 1e6:.1f} MB  {made.key}")
    print(f"{made.template.relative_to(ROOT)}  {made.template.stat().st_size / 1e3:.0f} kB")
