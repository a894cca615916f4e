"""The clock that emulator, simulator and functions share: a file with two numbers, seconds ahead and speed.

Now is the machine's time plus the seconds; a wait takes its length divided by the speed. Moving the file's first number
past the next half hour makes EventBridge Scheduler fire, which is how `make run` gets its ticks.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICK_SECONDS = 1800  # contact-sync's schedule


@dataclass(frozen=True)
class Clock:
    """What the file says."""

    seconds_ahead: float = 0.0
    speed: float = 1.0


def read_clock(path: str | None) -> Clock:
    """The clock at `path`; the machine's own time when there is no path, no file, or it cannot be read."""
    if not path:
        return Clock()
    try:
        ahead, speed = Path(path).read_text(encoding="ascii").split()
        return Clock(float(ahead), float(speed))
    except (OSError, ValueError):
        return Clock()


def write_clock(path: Path, clock: Clock) -> None:
    """Replaces the file in one step, so that no reader sees half of it."""
    new = path.with_suffix(".new")
    new.write_text(f"{clock.seconds_ahead:.3f} {clock.speed:g}\n", encoding="ascii")
    os.replace(new, path)


def moved_now(path: Path) -> float:
    """Seconds since 1970 by the moved clock."""
    return time.time() + read_clock(str(path)).seconds_ahead


def move_past_next_tick(path: Path, seconds_after: float = 1.0, tick_seconds: int = TICK_SECONDS) -> float:
    """Moves the clock to just after the next tick and returns that moment, in seconds since 1970."""
    clock = read_clock(str(path))
    tick = (int(moved_now(path)) // tick_seconds + 1) * tick_seconds
    write_clock(path, Clock(tick + seconds_after - time.time(), clock.speed))
    return float(tick)
