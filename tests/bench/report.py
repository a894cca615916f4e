"""`make bench-report`: the process that typesets the report, beside a plain Python script that makes the same pages.

Both are started anew for each report, read the same order and write a PDF, by turns, in one run on one machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from bench.comparison import Figure, beside, say_load, versions
from bench.peer import PeerFailed
from bench.start_up import RELEASE
from stack import report_sheets
from stack.terminal import Progress, heading, say

SIZES = (12, 100, 1_000)
ROUNDS = 15
PAPER = "a4"
TESTS = Path(__file__).resolve().parents[1]

# What a report of a hundred queues is held to on a machine with two processors.
HELD_TO_QUEUES = 100
HELD_TO_MS = 80.0
HELD_TO_MIB = 60.0
HELD_TO_ZIPPED_MB = 18.0

MEASURED = """\
Time: from the start of the process until it has ended and its PDF is read to the last byte. Peak memory: resident, by the kernel's
account. Both read the order from standard input. Ours sets tags, keeps PDF/UA-1 and PDF/A-2a, and draws charts as vectors; the script
sets none of them, and draws charts of 200 dots per inch."""


@dataclass(frozen=True)
class Program:
    """Something that makes a PDF of an order."""

    name: str
    command: list[str]
    environment: dict[str, str]


@dataclass
class Figures:
    """What was seen of one program at one size."""

    milliseconds: list[float] = field(default_factory=list)
    peaks_mib: list[float] = field(default_factory=list)
    pdf_bytes: int = 0

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.milliseconds)


def ours(program: Path) -> Program:
    """The function as the process that it starts for this, with what it sets for it."""
    if not program.is_file():
        raise SystemExit(f"{program} is missing; `make bench-report` builds it")
    verb = ["typeset"] if program.name == "nightly-report" else []
    return Program("ours", [str(program), *verb], report_sheets.ENVIRONMENT)


def theirs() -> Program:
    """The script, under this interpreter. Its cache of fonts lies where it is found again."""
    kept = {name: os.environ[name] for name in ("HOME", "MPLCONFIGDIR") if name in os.environ}
    return Program("the Python script", [sys.executable, "-m", "bench.peers.report_script"], {"PYTHONPATH": str(TESTS), **kept})


def pdf_of(program: Program, answer: bytes) -> bytes:
    """The file in an answer; before ours stands a line that tells how it went."""
    head, _, pdf = answer.partition(b"\n") if program.name == "ours" else (b'"done"', b"", answer)
    if b'"done"' not in head or not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-32:]:
        raise PeerFailed(f"{program.name} made no PDF: {head[:300]!r}")
    return pdf


def once(program: Program, order: bytes) -> tuple[float, float, bytes]:
    """Milliseconds, peak memory in MiB and the PDF of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(program.command, env=program.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(order)
    process.stdin.close()
    answer = process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    milliseconds = (time.perf_counter() - began) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise PeerFailed(f"{program.name} ended with {process.returncode}")
    return milliseconds, used.ru_maxrss / 1024, pdf_of(program, answer)


def measure(programs: list[Program], queues: int, rounds: int) -> list[Figures]:
    """A report of that many queues, made by all of them by turns; the first round warms the page cache and is not counted."""
    order = report_sheets.order(report_sheets.with_queues(report_sheets.sample("en"), queues), PAPER)
    found = [Figures() for _ in programs]
    progress = Progress()
    for at in range(rounds + 1):
        turns = list(zip(programs, found))
        for program, figures in turns if at % 2 else reversed(turns):
            milliseconds, peak, pdf = once(program, order)
            if at:
                figures.milliseconds.append(milliseconds)
                figures.peaks_mib.append(peak)
            figures.pdf_bytes = len(pdf)
        progress.show(f"{at} of {rounds} reports of {queues:,} queues")
    progress.done()
    return found


def lines_of(queues: int, mine: Figures, other: Figures) -> list[str]:
    """The figures of one size."""
    figures = [
        Figure("time to PDF, median", mine.median, other.median, "ms", 0),
        Figure("time to PDF, slowest", max(mine.milliseconds), max(other.milliseconds), "ms", 0),
        Figure("resident memory, peak", max(mine.peaks_mib), max(other.peaks_mib), "MiB", 1),
        Figure("size of the file", mine.pdf_bytes / 1000, other.pdf_bytes / 1000, "kB", 0),
    ]
    return beside(f"{queues:,} queues", "ours", figures)


def held_to(mine: Figures) -> str:
    """Whether what was promised holds here. Said, and not enforced: another machine is another machine."""
    holds = mine.median <= HELD_TO_MS and max(mine.peaks_mib) <= HELD_TO_MIB
    promised = f"at most {HELD_TO_MS:.0f} ms and {HELD_TO_MIB:.0f} MiB for {HELD_TO_QUEUES} queues"
    seen = f"{mine.median:.0f} ms and {max(mine.peaks_mib):.1f} MiB"
    return f"Promised are {promised}: {'kept' if holds else 'not kept here'}, {seen}."


def packed(program: Path) -> str:
    """What of the function is uploaded, beside what it may have."""
    megabytes = len(zlib.compress(program.read_bytes(), level=9)) / 1_000_000
    return f"Zipped, the function has {megabytes:.2f} MB; promised are at most {HELD_TO_ZIPPED_MB:.0f}."


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="make bench-report")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="reports of each size by each program")
    parser.add_argument("--program", type=Path, default=RELEASE / "nightly-report", help="what typesets")
    arguments = parser.parse_args()
    programs = [ours(arguments.program), theirs()]
    used = versions(("reportlab", "matplotlib"), "bench-report")
    heading(f"{arguments.rounds} reports of each size by each; the other one is a script with {used}")
    for queues in SIZES:
        mine, other = measure(programs, queues, arguments.rounds)
        for line in lines_of(queues, mine, other):
            say(line)
        if queues == HELD_TO_QUEUES:
            say(held_to(mine))
    say(packed(arguments.program))
    for line in MEASURED.splitlines():
        say(line)
    say_load()


if __name__ == "__main__":
    try:
        main()
    except PeerFailed as failed:
        raise SystemExit(str(failed)) from failed
