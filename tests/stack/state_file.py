"""Where `make up` writes down what it started, so that `make down`, `make deploy STAGE=local` and people find it."""

from __future__ import annotations

import json
from pathlib import Path

from stack.processes import group_is_alive
from stack.stack import Running
from stack.template import ROOT

STATE_FILE = ROOT / ".run" / "stack.json"


def remember(running: Running) -> None:
    """Writes the file."""
    STATE_FILE.parent.mkdir(exist_ok=True)
    STATE_FILE.write_text(json.dumps(running.as_json(), indent=2) + "\n", encoding="utf-8")


def recall() -> Running | None:
    """What was started last, whether it still runs or not."""
    try:
        return Running(**json.loads(STATE_FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget() -> None:
    """Removes the file."""
    STATE_FILE.unlink(missing_ok=True)


def own_groups(running: Running) -> list[int]:
    """The process groups that are still ours: a number may belong to somebody else by now."""
    return [group for group in running.groups if group_is_alive(group) and is_ours(group)]


def is_ours(group: int) -> bool:
    """Whether the group's first process is the emulator's launcher, the gap server or the simulator."""
    try:
        command = Path(f"/proc/{group}/cmdline").read_bytes()
    except OSError:
        return False
    return any(part in command for part in (b"stack.launcher", b"stack.gap", b"simulator"))
