"""Child processes that never outlive their purpose: each has its own process group, a clean environment and a log file.

A `Workshop` owns a private temporary directory and everything started in it. Leaving its `with` block, by success,
failure or Ctrl-C, ends the process groups and removes the directory.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType

GRACE_SECONDS = 3.0  # between asking a group to end and killing it
POLL_SECONDS = 0.05
PORTS = (20_000, 32_768)  # below those that Linux gives to connections which ask for none


class PartFailed(Exception):
    """One part of the stack did not do what it should. Knows the log whose last lines tell why."""

    def __init__(self, part: str, what: str, log: Path | None = None, lines: list[str] | None = None) -> None:
        super().__init__(f"{part}: {what}")
        self.part = part
        self.log = log
        self.lines = lines

    def last_lines(self, count: int = 20) -> list[str]:
        """The end of the part's log."""
        lines = self.lines
        if lines is None and self.log is not None and self.log.exists():
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return (lines or [])[-count:]


class Part:
    """A running process with its name and log."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    def wait_until(self, ready: Callable[[], object], seconds: float, what: str) -> object:
        """Polls `ready` until it answers something true; the part's end or the time's end is a `PartFailed`."""
        deadline = time.monotonic() + seconds
        while True:
            answer = ready()
            if answer:
                return answer
            code = self.process.poll()
            if code is not None:
                raise PartFailed(self.name, f"ended with code {code} before {what}", self.log)
            if time.monotonic() > deadline:
                raise PartFailed(self.name, f"waited {seconds:g} s for {what}", self.log)
            time.sleep(POLL_SECONDS)


class Workshop:
    """A private directory and the processes that were started in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cx-bridge-"))
        self.parts: list[Part] = []
        self.kept = False
        # A test that is interrupted never comes to the end of its class; nothing is left behind then either.
        atexit.register(self.__exit__, None, None, None)

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> Part:
        """Starts a process in its own group, with this environment and nothing of ours but PATH."""
        log = self.folder / f"{name}.log"
        scratch = self.folder / f"{name}-tmp"
        scratch.mkdir()
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            **environment,
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=clean,
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        part = Part(name, process, log)
        self.parts.append(part)
        return part

    def keep(self) -> None:
        """From now on the processes and the directory outlive this program (`make up`); `make down` ends them."""
        self.kept = True

    def close(self) -> None:
        """Ends every group and removes the directory."""
        atexit.unregister(self.__exit__)
        end_groups([part.process.pid for part in self.parts])
        for part in self.parts:
            part.process.wait()
        remove_folder(self.folder)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self.kept:
            self.close()


def end_groups(groups: list[int]) -> None:
    """Asks the process groups to end, then kills what is left of them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            signal_group(group, number)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(group_is_alive(group) for group in groups):
            time.sleep(POLL_SECONDS)


def signal_group(group: int, number: signal.Signals) -> None:
    """Signals a whole group; one that is gone is fine."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def group_is_alive(group: int) -> bool:
    """Whether any process of the group still runs; what has ended and was not collected yet does not count."""
    return any(member_group == group and state != "Z" for member_group, state in process_groups())


def process_groups() -> Iterator[tuple[int, str]]:
    """Process group and state of every process on this machine."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            after_name = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # ended in between
            continue
        yield int(after_name[2]), after_name[0]


def remove_folder(folder: Path) -> None:
    """Removes one of our own directories, and refuses anything else."""
    if folder.name.startswith("cx-bridge-"):
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago, and that no connection of another program will be given meanwhile."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(*PORTS)))
            except OSError:  # taken
                continue
            return int(probe.getsockname()[1])


def end_like_ctrl_c_on_sigterm() -> None:
    """A polite kill takes the same way out as Ctrl-C, so that nothing is left behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
