"""Makes deployable functions of what cargo built, for this machine only: AWS gets the artefacts of `make build`."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from stack.processes import PartFailed
from stack.template import ROOT, Function

STAGED = ROOT / "target" / "stack"


def built_binary(function: Function, profile: str) -> Path:
    """Where the function's program is: cargo's dev build, or the release artefact that `make build` left."""
    if profile == "release":
        path, command = ROOT / ".aws-sam" / "build" / function.resource / "bootstrap", "make build"
    else:
        path, command = ROOT / "target" / "debug" / function.name, "cargo build --bin " + function.name
    if not path.is_file():
        raise PartFailed("package", f"{path.relative_to(ROOT)} is not there; run `{command}` first", lines=[])
    return path


def stage(function: Function, profile: str) -> Path:
    """Copies the program to target/stack/<function>/bootstrap, without debug information."""
    source = built_binary(function, profile)
    staged = STAGED / function.name / "bootstrap"
    if staged.exists() and staged.stat().st_mtime >= source.stat().st_mtime and same_profile(staged, profile):
        return staged
    staged.parent.mkdir(parents=True, exist_ok=True)
    made = staged.with_name(f"bootstrap-{os.getpid()}")  # stacks are started side by side, and each reads a whole program
    shutil.copy2(source, made)
    if profile != "release" and shutil.which("strip"):
        subprocess.run(["strip", "--strip-debug", str(made)], check=True)
    packed(staged).unlink(missing_ok=True)
    made.replace(staged)
    staged.with_name("profile").write_text(profile, encoding="ascii")
    return staged


def same_profile(staged: Path, profile: str) -> bool:
    """Whether what is staged came from the same kind of build."""
    note = staged.with_name("profile")
    return note.exists() and note.read_text(encoding="ascii") == profile


def packed(staged: Path) -> Path:
    """Where the package of what is staged is kept: packing takes longer than all the rest of a deployment here."""
    return staged.with_name("package.zip")


def deployable(function: Function, profile: str) -> tuple[str, bytes]:
    """The deployment package of a function, and a name that changes with its content."""
    staged = stage(function, profile)
    kept = packed(staged)
    if not kept.exists():
        made = kept.with_name(f"package-{os.getpid()}")
        made.write_bytes(zipped(staged))
        made.replace(kept)
    content = kept.read_bytes()
    return hashlib.sha256(content).hexdigest()[:16] + ".zip", content


def zipped(bootstrap: Path) -> bytes:
    """A deployment package."""
    entry = zipfile.ZipInfo("bootstrap", date_time=(2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", compresslevel=1) as archive:
        archive.writestr(entry, bootstrap.read_bytes(), compresslevel=1)
    return package.getvalue()
