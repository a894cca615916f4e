"""Process start to first poll, peak memory and size of a release bootstrap.

A Lambda pays for start-up at every cold start. This starts the real binary against a stand-in for the Runtime API,
stops the clock when it asks for its first event, and prints the figures beside those of an empty Python interpreter
started in the same run, because milliseconds alone say little about another machine.

Usage: python3 tests/bench/start_up.py [path of a bootstrap]
"""

from __future__ import annotations

import http.server
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_BOOTSTRAP = REPOSITORY / "target" / "release" / "contact-sync"
ROUNDS = 30


class RuntimeApi(http.server.ThreadingHTTPServer):
    """Answers nothing: the first request for work is all we wait for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Poll)
        self.polled = threading.Event()
        self.polled_at = 0.0
        self.release = threading.Event()


class Poll(http.server.BaseHTTPRequestHandler):
    """The request `GET /2018-06-01/runtime/invocation/next`."""

    server: RuntimeApi

    def do_GET(self) -> None:  # noqa: N802, the name is the library's
        self.server.polled_at = time.perf_counter()
        self.server.polled.set()
        self.server.release.wait(10)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def environment(port: int) -> dict[str, str]:
    """The environment of a function whose configuration lies in a file, so that nothing is asked of AWS."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": "contact-sync",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "STAGE": "dev",
        "CONFIG": f"file:{REPOSITORY / 'infra' / 'config' / 'dev.toml'}",
        "STATE_TABLE": "bench",
        "GENESYS_SECRET_ID": "bench",
        "SALESFORCE_SECRET_ID": "bench",
        "DIGEST_SECRET_ID": "bench",
        "AUDIT_LOG_GROUP": "bench",
    }


def start_once(bootstrap: Path) -> tuple[float, float]:
    """Milliseconds to the first poll, and peak resident memory in MiB."""
    server = RuntimeApi()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.perf_counter()
    process = subprocess.Popen([bootstrap], env=environment(server.server_port), stdout=subprocess.DEVNULL)
    try:
        if not server.polled.wait(10):
            raise SystemExit(f"{bootstrap} did not ask for work within 10 s")
        milliseconds = (server.polled_at - began) * 1000
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak_kib = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        return milliseconds, peak_kib / 1024
    finally:
        process.kill()
        process.wait()
        server.release.set()
        server.shutdown()
        server.server_close()


def empty_python() -> float:
    """Milliseconds that an empty Python interpreter takes from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measures and prints."""
    bootstrap = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_BOOTSTRAP
    if not bootstrap.exists():
        raise SystemExit(f"{bootstrap} is missing; `make bench` builds it")
    runs = [start_once(bootstrap) for _ in range(ROUNDS)]
    python = statistics.median(empty_python() for _ in range(ROUNDS))
    starts = sorted(milliseconds for milliseconds, _ in runs)
    median = statistics.median(starts)
    print(f"{bootstrap.name}: {ROUNDS} starts, warm page cache")
    print(f"  start to first poll   min {starts[0]:.1f} ms   median {median:.1f} ms   max {starts[-1]:.1f} ms")
    print(f"  empty Python          median {python:.1f} ms   (ratio {median / python:.2f})")
    print(f"  peak memory           {max(memory for _, memory in runs):.1f} MiB")
    print(f"  size                  {os.path.getsize(bootstrap) / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()
