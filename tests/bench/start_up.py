"""Process start to first poll, memory and size of a release bootstrap.

A Lambda pays for start-up at every cold start. This starts the real binary against a stand-in for the Runtime API,
stops the clock when it asks for its first event, and prints the figures beside those of an empty Python interpreter
started in the same run, because milliseconds alone say little about another machine.

Usage: PYTHONPATH=tests python3 -m bench.start_up [path of a bootstrap]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.exchange import Exchange
from bench.peer import Peer, PeerFailed, Program

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASE = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release"
CONFIG = {"CONFIG": f"file:{REPOSITORY / 'infra' / 'config' / 'dev.toml'}"}
ROUNDS = 30


@dataclass(frozen=True)
class Starts:
    """What several starts of one program took, the fastest first, in milliseconds; and memory at the first poll in MiB."""

    milliseconds: list[float]
    memory: float
    memory_peak: float

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.milliseconds)


def bootstrap(name: str, folder: Path = RELEASE) -> Program:
    """A function of the bundle, with its configuration in a file, so that nothing is asked of AWS at its start."""
    program = folder / name
    if not program.is_file():
        raise SystemExit(f"{program} is missing; `make bench-webhook` builds it")
    return Program(name, [str(program)], CONFIG)


def starts(programs: list[Program], rounds: int = ROUNDS) -> list[Starts]:
    """Starts the programs in turn, so that what else the machine does falls on all of them."""
    measured: list[list[tuple[float, float, float]]] = [[] for _ in programs]
    for _ in range(rounds):
        for program, found in zip(programs, measured):
            found.append(start_once(program))
    return [
        Starts(sorted(one[0] for one in found), statistics.median(one[1] for one in found), max(one[2] for one in found))
        for found in measured
    ]


def start_once(program: Program) -> tuple[float, float, float]:
    """Milliseconds to the first poll; resident memory then, and at most so far, in MiB."""
    with Exchange() as exchange, Peer(exchange, program) as peer:
        milliseconds = peer.milliseconds_to_first_poll()
        memory = peer.memory()
        return milliseconds, memory.now, memory.peak


def empty_python() -> float:
    """Milliseconds that an empty Python interpreter takes from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measures and prints."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else RELEASE / "contact-sync"
    (found,) = starts([bootstrap(path.name, path.parent)])
    python = statistics.median(empty_python() for _ in range(ROUNDS))
    print(f"{path.name}: {ROUNDS} starts, warm page cache")
    print(f"  start to first poll   min {found.milliseconds[0]:.1f} ms   median {found.median:.1f} ms   max {found.milliseconds[-1]:.1f} ms")
    print(f"  empty Python          median {python:.1f} ms   (ratio {found.median / python:.2f})")
    print(f"  peak memory           {found.memory_peak:.1f} MiB")
    print(f"  size                  {os.path.getsize(path) / 1_000_000:.1f} MB")


if __name__ == "__main__":
    try:
        main()
    except PeerFailed as failed:
        raise SystemExit(str(failed)) from failed
