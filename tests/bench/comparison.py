"""How a measurement is printed: figures of ours beside those of a plain Python program, seen in the same run."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from stack.terminal import say, table


@dataclass(frozen=True)
class Figure:
    """One line: what was seen of ours and of the Python program."""

    name: str
    ours: float
    python: float
    unit: str
    digits: int

    def cells(self) -> tuple[str, str, str, str]:
        """The line's columns; the last is how many times more the Python program takes, in three digits."""
        times = self.python / self.ours
        return self.name, self.told(self.ours), self.told(self.python), f"{times:,.{2 if times < 10 else 1}f}"

    def told(self, value: float) -> str:
        """A value with its unit."""
        return f"{value:,.{self.digits}f} {self.unit}"


def beside(about: str, name: str, figures: Sequence[Figure]) -> list[str]:
    """The lines of one table: what it is about, and what ours is called."""
    return table([(about, name, "Python", "Python / ours"), *(figure.cells() for figure in figures)])


def versions(packages: Sequence[str], target: str) -> str:
    """What the Python side is made of. Its packages are in the environment of the measurement only."""
    parts = [f"Python {platform.python_version()}"]
    for package in packages:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError as error:
            raise SystemExit(f"{package} is missing: use `make {target}`, which has an environment for it") from error
    return ", ".join(parts)


def say_load(more: str = "") -> None:
    """What else the machine may have had to do."""
    say(f"The machine's load was {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors. About 1 is the measurement's own{more}.")
