"""Runs the modules of the tests in Python side by side. Most of their time they wait for an emulator, not for the processor.

Each module is a process of its own, so no two share a stack, a port or a name that was replaced. What a module prints is
shown as a whole once it has ended. At the end stand the seconds of each, so that the next person sees where the time goes,
and once more everything that did not pass.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stack.processes import end_like_ctrl_c_on_sigterm
from stack.template import ROOT
from stack.terminal import heading, say, table

TESTS = ROOT / "tests"
# Begun first, in this order: whoever takes longest would otherwise be waited for alone.
LONGEST = ("test_report", "test_wiring", "test_capacity", "test_report_pdf", "test_contact_sync", "test_events", "test_run")
# One more than there are processors, since one of them nearly always waits.
AT_ONCE = (os.cpu_count() or 1) + 1


@dataclass
class Ended:
    """What became of one module."""

    module: str
    seconds: float = 0.0
    output: str = ""
    ran: int = 0
    passed: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """What did not pass, and why."""
    is_fine: bool = False


class Keeping(unittest.TextTestResult):
    """Remembers which tests passed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.passed: list[str] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        """One more."""
        super().addSuccess(test)
        self.passed.append(test.id())


class Children:
    """The processes under way, so that they can be asked to end."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[subprocess.Popen[str]] = set()
        self.is_over = False

    def run(self, command: list[str]) -> tuple[int, str]:
        """Exit code, and what it said."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}
        with self.lock:
            if self.is_over:
                return 1, ""
            child = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
            )
            self.running.add(child)
        output, _ = child.communicate()
        with self.lock:
            self.running.remove(child)
        return child.returncode, output

    def end(self) -> None:
        """They end what they have started before they end themselves."""
        with self.lock:
            self.is_over = True
            for child in self.running:
                child.terminate()


def modules(folder: Path = TESTS / "stack") -> list[str]:
    """Every module of tests, the longest first."""
    names = sorted(path.stem for path in folder.glob("test_*.py"))
    return sorted(names, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))


def run_one(module: str, children: Children, package: str = "stack") -> Ended:
    """Runs a module in a process of its own."""
    ended = Ended(module)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        code, ended.output = children.run([sys.executable, "-m", "stack.in_parallel", "--one", f"{package}.{module}", "--tell", str(told)])
        if told.exists():
            found = json.loads(told.read_text(encoding="utf-8"))
            ended.ran, ended.passed, ended.problems = found["ran"], found["passed"], [(test, why) for test, why in found["problems"]]
        else:
            ended.problems = [(module, f"its process ended early, with code {code}; the last it said:\n" + ended.output[-4000:])]
    ended.seconds = time.monotonic() - began
    ended.is_fine = code == 0 and not ended.problems and ended.ran > 0
    if not ended.is_fine and not ended.problems:
        ended.problems = [(module, f"{ended.ran} tests ran, and its process ended with code {code}")]
    return ended


def run(names: list[str], at_once: int = AT_ONCE, package: str = "stack") -> list[Ended]:
    """Runs them, and shows each as soon as it has ended."""
    children = Children()
    found: list[Ended] = []
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for future in as_completed([pool.submit(run_one, name, children, package) for name in names]):
                found.append(future.result())
                show(found[-1])
        finally:
            children.end()
    return found


def show(ended: Ended) -> None:
    """Everything that a module said."""
    heading(f"{ended.module}: {ended.ran} tests in {ended.seconds:.1f} s{'' if ended.is_fine else ', NOT ALL PASSED'}")
    say(ended.output.strip())


def summary(found: list[Ended], seconds: float, at_once: int) -> list[str]:
    """Where the time went, and what did not pass."""
    rows = [(f"{ended.seconds:.1f} s", f"{ended.ran} tests", ended.module) for ended in sorted(found, key=lambda ended: -ended.seconds)]
    lines = table(rows)
    for ended in found:
        for test, why in ended.problems:
            lines += ["", f"NOT PASSED  {test}", *why.rstrip().splitlines()]
    together = sum(ended.seconds for ended in found)
    lines += ["", f"{seconds:.1f} s on the clock, {together:.1f} s one after the other, {at_once} modules at once"]
    # Alone on a line, and worded as programs look for it.
    return [*lines, f"{sum(len(ended.passed) for ended in found)} passed, {sum(len(ended.problems) for ended in found)} failed"]


def run_all(at_once: int = AT_ONCE) -> tuple[set[str], bool]:
    """Runs every module; the names of the tests that passed, and whether all did."""
    began = time.monotonic()
    found = run(modules(), at_once)
    heading("Tests in Python")
    for line in summary(found, time.monotonic() - began, at_once):
        say(line)
    return {test.rsplit(".", 1)[-1] for ended in found for test in ended.passed}, all(ended.is_fine for ended in found)


def in_this_process(module: str, told: Path) -> int:
    """The child's side: runs one module and writes down how it went."""
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Keeping).run(suite)
    assert isinstance(result, Keeping)
    unexpected = [(test.id(), "it passed, and was expected to fail") for test in result.unexpectedSuccesses]
    problems = [(test.id(), why) for test, why in [*result.errors, *result.failures]] + unexpected
    content = {"ran": result.testsRun, "passed": result.passed, "problems": problems}
    told.write_text(json.dumps(content), encoding="utf-8")
    return 0 if result.wasSuccessful() else 1


def main() -> int:
    """The command line: all of it, or one module as a child."""
    parser = argparse.ArgumentParser(prog="python -m stack.in_parallel")
    parser.add_argument("--one", help="a module to run in this process")
    parser.add_argument("--tell", type=Path, help="where to write how it went")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="how many modules side by side")
    arguments = parser.parse_args()
    end_like_ctrl_c_on_sigterm()
    try:
        if arguments.one:
            return in_this_process(arguments.one, arguments.tell)
        return 0 if run_all(arguments.at_once)[1] else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
