"""The command line of the gap server."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack.gap.server import serve


def main() -> None:
    """Serves until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m stack.gap")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--emulator", required=True, help="its address, http://127.0.0.1:<port>")
    parser.add_argument("--clock-file", help="the clock of the stack: two numbers, seconds ahead and speed")
    parser.add_argument("--updating-seconds", type=float, default=0.5, help="how long a table is UPDATING after a change, and an instance Pending")
    parser.add_argument("--mails", type=Path, default=Path("mails"), help="the folder in which mails are kept")
    arguments = parser.parse_args()
    serve(arguments.port, arguments.emulator, arguments.clock_file, arguments.updating_seconds, arguments.mails)


if __name__ == "__main__":
    main()
