"""Makes deployable functions of what cargo built, for this machine only: AWS gets the artefacts of `make build`."""

from __future__ import annotations

import hashlib
import io
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
    shutil.copy2(source, staged)
    if profile != "release" and shutil.which("strip"):
        subprocess.run(["strip", "--strip-debug", str(staged)], check=True)
    staged.with_name("profile").write_text(profile, encoding="ascii")
    return staged


def same_profile(staged: Path, profile: str) -> bool:
    """Whether what is staged came from the same kind of build."""
    note = staged.with_name("profile")
    return note.exists() and note.read_text(encoding="ascii") == profile


def zipped(bootstrap: Path) -> tuple[str, bytes]:
    """The deployment package and a name that changes with its content."""
    content = bootstrap.read_bytes()
    entry = zipfile.ZipInfo("bootstrap", date_time=(2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", compresslevel=1) as archive:
        archive.writestr(entry, content, compresslevel=1)
    return hashlib.sha256(content).hexdigest()[:16] + ".zip", package.getvalue()
