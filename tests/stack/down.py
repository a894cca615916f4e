"""`make down`: ends what `make up` started and removes its files."""

from __future__ import annotations

import sys
from pathlib import Path

from stack import state_file
from stack.processes import end_groups, remove_folder
from stack.terminal import say


def main() -> int:
    """Fine as well when nothing runs."""
    running = state_file.recall()
    if running is None:
        say("nothing is running")
        return 0
    end_groups(state_file.own_groups(running))
    remove_folder(Path(running.folder))
    state_file.forget()
    say("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
