"""The README's table of evidence, held by the run of the tests.

A row of the table names a feature, how it was seen to work, and the tests that show it. The names are written by a person;
the column between is made here, of where each test lives, and a name counts only when its test passed in the last run.

    python -m stack.evidence cargo -- cargo test --workspace    runs it, prints what it prints, keeps which tests passed
    python -m stack.evidence unittest                           the same for the tests in Python (`in_parallel.py`)
    python -m stack.evidence check                              the table says what the run has shown, or what differs
    python -m stack.evidence write                              writes the column anew
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from stack import in_parallel
from stack.processes import end_like_ctrl_c_on_sigterm
from stack.template import ROOT

README = ROOT / "README.md"
KEPT = ROOT / "target" / "evidence"
ORDER = ("unit", "stand-in", "simulator", "emulator", "vendor SDK")
PASSED = re.compile(r"^test (?:.*::)?(\w+) (?:- should panic )?\.\.\. ok$")
TEST = re.compile(r"^\s*(?:async )?(?:fn|def) (\w+)\(", re.MULTILINE)
NAME = re.compile(r"`([\w:]+)`")
SKIPPED = {"target", ".venv", ".run", ".git", ".aws-sam"}


def kind(path: str, text: str) -> str:
    """How a test of this file sees a feature."""
    if path.startswith("tests/stack/"):
        if "official" in path:
            return "vendor SDK"
        return "emulator" if "stack.stack import" in text else "unit"
    if path.startswith("tests/scenarios/"):
        return "stand-in" if Path(path).name.startswith("events") else "simulator"
    runs_the_function = path.startswith("functions/") and "/tests/" in path and "async fn" in text
    return "stand-in" if runs_the_function else "unit"


def kinds(root: Path = ROOT) -> dict[str, set[str]]:
    """For each function in the project's sources what a test of that name would be."""
    found: dict[str, set[str]] = {}
    for path in sorted([*root.rglob("*.rs"), *root.rglob("test_*.py")]):
        place = path.relative_to(root)
        if SKIPPED.isdisjoint(place.parts):
            text = path.read_text(encoding="utf-8")
            for name in TEST.findall(text):
                found.setdefault(name, set()).add(kind(place.as_posix(), text))
    return found


def row(line: str, known: dict[str, set[str]], passed: set[str]) -> tuple[str, list[str]]:
    """The row as it should read, and the tests in it that did not pass."""
    cells = line.strip().strip("|").split("|")
    if len(cells) != 3 or not NAME.search(cells[2]):
        return line, []
    names = [name.rsplit("::", 1)[-1] for name in NAME.findall(cells[2])]
    seen = set().union(*(known.get(name, set()) for name in names))
    column = ", ".join(sorted(seen, key=ORDER.index))
    return f"|{cells[0]}| {column} |{cells[2]}|", [name for name in names if name not in passed]


def table(readme: str, known: dict[str, set[str]], passed: set[str]) -> tuple[str, list[str]]:
    """The README as it should read, and the tests in its table that did not pass."""
    lines, missing, inside = [], [], False
    for line in readme.splitlines():
        inside = line == "## Evidence" or (inside and not line.startswith("## "))
        fresh, lacking = row(line, known, passed) if inside and line.startswith("| ") else (line, [])
        lines.append(fresh)
        missing.extend(lacking)
    return "\n".join(lines) + "\n", missing


def keep(suite: str, names: set[str]) -> None:
    """Keeps what passed, for the check."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{suite}.txt").write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def kept() -> set[str]:
    """What passed in the last run of each suite."""
    files = [KEPT / f"{suite}.txt" for suite in ("cargo", "unittest")]
    lacking = [str(file.relative_to(ROOT)) for file in files if not file.exists()]
    if lacking:
        raise SystemExit(f"there is no {' and no '.join(lacking)}: run `make test` first")
    return {line for file in files for line in file.read_text(encoding="utf-8").split()}


def cargo(command: list[str]) -> int:
    """Runs the tests in Rust."""
    names: set[str] = set()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace") as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            if found := PASSED.match(line.rstrip("\n")):
                names.add(found.group(1))
    keep("cargo", names)
    return run.returncode


def in_python() -> int:
    """Runs the tests in Python."""
    names, all_passed = in_parallel.run_all()
    keep("unittest", names)
    return 0 if all_passed else 1


def check(write: bool) -> int:
    """Compares the README with the run, or writes it."""
    readme = README.read_text(encoding="utf-8")
    fresh, missing = table(readme, kinds(), kept())
    if missing:
        print("README.md names as evidence what did not pass in the last run: " + ", ".join(sorted(missing)), file=sys.stderr)
        return 1
    if write:
        README.write_text(fresh, encoding="utf-8")
    elif fresh != readme:
        print("README.md says otherwise how features were seen to work: run `make evidence`", file=sys.stderr)
        return 1
    return 0


def main(arguments: list[str]) -> int:
    """One of the four."""
    end_like_ctrl_c_on_sigterm()
    match arguments:
        case ["cargo", "--", *command] if command:
            return cargo(command)
        case ["unittest"]:
            return in_python()
        case ["check"] | ["write"]:
            return check(arguments == ["write"])
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
