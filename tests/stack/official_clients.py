"""The vendors' own clients, unmodified, in a session against a simulator: every call is made, and its answer looked at.

Runs in its own virtual environment (`requirements/clients.lock`), started by `test_official_clients`. It prints one JSON
object: how many calls each client made. A call that fails, or answers something else than it should, ends it with an error.

    python -m stack.official_clients http://127.0.0.1:8700
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

from stack.official_genesys import genesys_session
from stack.official_salesforce import salesforce_session


class Control:
    """The simulator's control requests."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def counted(session: Callable[[Control], None], control: Control) -> int:
    """Runs a session; how many requests reached the simulator."""
    before = control("GET", "journal/counts")["total"]
    session(control)
    return control("GET", "journal/counts")["total"] - before


def main() -> int:
    """Both sessions, one after the other."""
    control = Control(sys.argv[1])
    calls = {"genesys": counted(genesys_session, control), "salesforce": counted(salesforce_session, control)}
    print(json.dumps(calls))
    return 0


if __name__ == "__main__":
    sys.exit(main())
