"""A function as a process, with a Lambda Runtime API and stand-ins of its own: the same for every language."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.exchange import Connection, Exchange, Request
from bench.stand_ins import StandIns, environment

NEXT = "/2018-06-01/runtime/invocation/next"
JSON = {"content-type": "application/x-amz-json-1.0"}
TIME_OUT_SECONDS = 10
START_SECONDS = 30.0
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Program:
    """How a function is started."""

    name: str
    command: list[str]
    environment: dict[str, str]


@dataclass(frozen=True)
class Invoked:
    """One invocation."""

    answer: dict[str, Any]
    own_ns: int
    """From the event's way out to the answer's arrival, without the time in which the stand-ins had a request of it."""
    aside_ns: int
    """That time."""


@dataclass(frozen=True)
class Memory:
    """Resident memory in MiB."""

    now: float
    peak: float


class PeerFailed(Exception):
    """A function did not do what it is measured at."""


class Peer:
    """One running function."""

    def __init__(self, exchange: Exchange, program: Program, stand_ins: StandIns | None = None, log: Path | None = None) -> None:
        self.exchange = exchange
        self.name = program.name
        self.stand_ins = stand_ins or StandIns()
        self.waiting: Connection | None = None
        self.polled_ns = 0
        self.aside_ns = 0
        self.count = 0
        self.posted: Request | None = None
        runtime = exchange.listen(self.serve_runtime)
        reach = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": program.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            **environment(exchange.listen(self.serve_aws)),
            **program.environment,
        }
        output = log.open("wb") if log else subprocess.DEVNULL
        self.started_ns = time.perf_counter_ns()
        self.process = subprocess.Popen(program.command, env=reach, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def serve_runtime(self, connection: Connection, request: Request) -> None:
        """The Runtime API."""
        if request.path == NEXT:
            self.waiting, self.polled_ns = connection, self.polled_ns or request.arrived_ns
            return
        self.posted = request
        connection.answer(202, b'{"status":"OK"}')

    def serve_aws(self, connection: Connection, request: Request) -> None:
        """The stand-ins. Their time ends before the answer's way out, as the function's begins before its event's."""
        status, body = self.stand_ins.answer(request)
        self.aside_ns += time.perf_counter_ns() - request.arrived_ns
        connection.answer(status, body, JSON)

    def milliseconds_to_first_poll(self) -> float:
        """From the start of the process until it asks for work."""
        self.wait_until(lambda: self.waiting is not None, "asked for work")
        return (self.polled_ns - self.started_ns) / 1e6

    def invoke(self, event: bytes) -> Invoked:
        """One invocation, from when the function waits for it to its answer."""
        self.wait_until(lambda: self.waiting is not None, "asked for work")
        connection, self.waiting, self.posted, self.aside_ns = self.waiting, None, None, 0
        self.count += 1
        headers = {
            "content-type": "application/json",
            "lambda-runtime-aws-request-id": f"00000000-0000-4000-8000-{self.count:012}",
            "lambda-runtime-deadline-ms": str(int(time.time() + TIME_OUT_SECONDS) * 1000),
            "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:bench",
        }
        began_ns = time.perf_counter_ns()
        connection.answer(200, event, headers)  # type: ignore[union-attr]
        self.wait_until(lambda: self.posted is not None, "answered")
        posted: Request = self.posted  # type: ignore[assignment]
        if not posted.path.endswith("/response"):
            raise PeerFailed(f"{self.name} failed: {posted.body.decode(errors='replace')}")
        return Invoked(json.loads(posted.body), posted.arrived_ns - began_ns - self.aside_ns, self.aside_ns)

    def wait_until(self, is_so: Any, what: str) -> None:
        """Lets the exchange work until it is so."""
        deadline = time.monotonic() + START_SECONDS
        while not is_so():
            if self.exchange.turn(1.0):
                continue
            code = self.process.poll()
            if code is not None or time.monotonic() > deadline:
                raise PeerFailed(f"{self.name} has not {what}" + ("" if code is None else f" and ended with code {code}"))

    def memory(self) -> Memory:
        """What it holds now, and what it held at most."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name in ("VmRSS", "VmHWM")}
        return Memory(kib["VmRSS"] / 1024, kib["VmHWM"] / 1024)

    def processor_seconds(self) -> float:
        """What it has used of the processor, all its threads together."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / CLOCK_TICKS

    def close(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
