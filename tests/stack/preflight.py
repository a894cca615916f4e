"""Says in one line each what this machine lacks, before anything else fails in a less readable way.

Runs on any Python 3 with nothing installed, so it uses old syntax only.
"""

import importlib.util
import shutil
import sys

OLDEST = (3, 10)
NEWEST = (3, 13)


def missing(which=shutil.which, version=sys.version_info[:2], has_module=importlib.util.find_spec):
    """One sentence for each thing that is needed and not there."""
    lines = []
    if not OLDEST <= tuple(version) <= NEWEST:
        lines.append(
            "missing: Python 3.10 to 3.13 (this is %d.%d; choose one with `make PYTHON=python3.12 ...`)" % tuple(version)
        )
    if not (has_module("venv") and has_module("ensurepip")):
        lines.append("missing: Python's venv module (on Debian and Ubuntu: the package python3-venv)")
    if not (which("cargo") and which("rustc")):
        lines.append("missing: Rust (rustc and cargo 1.95 or newer on the PATH)")
    if not (which("cc") or which("gcc") or which("clang")):
        lines.append("missing: a C compiler (cc on the PATH; on Debian and Ubuntu: the package gcc)")
    if not which("make"):
        lines.append("missing: make")
    return lines


def main():
    """Prints the list; the exit code says whether it is empty."""
    lines = missing()
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
