"""Plain, readable output: colours and moving lines on a terminal, ordinary lines everywhere else."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence

IS_TERMINAL = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ
GREEN, RED, BOLD, DIM = "32", "31", "1", "2"


def paint(text: str, colour: str) -> str:
    """The text in a colour, on a terminal only."""
    return f"\033[{colour}m{text}\033[0m" if IS_TERMINAL else text


def say(text: str = "") -> None:
    """One line."""
    print(text, flush=True)


def heading(text: str) -> None:
    """Starts a part of the output."""
    say()
    say(paint(text, BOLD))


def table(rows: Sequence[Sequence[object]], indent: str = "  ") -> list[str]:
    """Lines with columns as wide as their widest cell."""
    cells = [[str(cell) for cell in row] for row in rows]
    columns = max((len(row) for row in cells), default=0)
    widths = [max((len(row[at]) for row in cells if at < len(row)), default=0) for at in range(columns)]
    return [(indent + "  ".join(cell.ljust(widths[at]) for at, cell in enumerate(row))).rstrip() for row in cells]


class Progress:
    """A line that moves while something goes on. Without a terminal it is one line every few seconds."""

    QUIET_SECONDS = 5.0

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.last_shown = self.started
        self.last_text = ""

    def show(self, text: str) -> None:
        """Says how far it is, if that is news."""
        now = time.monotonic()
        if text == self.last_text:
            return
        if IS_TERMINAL:
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write("\r\033[K" + f"  {now - self.started:5.1f} s  {text}"[:width])
            sys.stdout.flush()
        elif now - self.last_shown >= self.QUIET_SECONDS:
            say(f"  {now - self.started:5.1f} s  {text}")
        else:
            return
        self.last_shown, self.last_text = now, text

    def done(self) -> None:
        """Clears the moving line."""
        if IS_TERMINAL:
            sys.stdout.write("\r\033[K")
            sys.stdout.flush()
