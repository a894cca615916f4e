"""The server: one thread for each connection, one lock for what the gap server itself knows."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from stack.gap.control import Control
from stack.gap.groups import Groups
from stack.gap.mails import Mails
from stack.gap.messages import LOST, Answer, Refused, Request
from stack.gap.recording import Recording
from stack.gap.scaling import Scaling
from stack.gap.tables import Tables

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
UPSTREAM_SECONDS = 130  # longer than the emulator takes for anything


class Gap:
    """Everything behind the port."""

    def __init__(self, emulator: str, clock_file: str | None, updating_seconds: float, mails: Path) -> None:
        self.address = urlsplit(emulator).netloc
        self.connections = threading.local()
        self.lock = threading.RLock()
        self.recording = Recording()
        self.tables = Tables(emulator, clock_file, updating_seconds, self.forward)
        self.scaling = Scaling(self.tables)
        self.groups = Groups(emulator, clock_file, updating_seconds, self.forward)
        self.mails = Mails(emulator, clock_file, mails, self.forward)
        self.control = Control(self.recording, self.tables, self.scaling, self.groups, self.mails)

    def answer(self, request: Request) -> Answer:
        """Who answers: the gap server or the emulator."""
        if request.target.startswith("/_gap/"):
            with self.lock:
                return self.control.answer(request)
        try:
            answer = self.dispatch(request)
        except Refused as refused:
            answer = refused.answer()
        with self.lock:
            self.recording.add(request, answer.status)
        return answer

    def dispatch(self, request: Request) -> Answer:
        """By the target that a client names; the rest is the emulator's."""
        target = request.header("x-amz-target")
        if target.startswith("AnyScaleFrontendService."):
            with self.lock:
                return self.scaling.answer(request)
        if target.startswith("DynamoDB_20120810.") and request.action in ("UpdateTable", "DescribeTable"):
            with self.lock:
                self.scaling.follow()  # a floor that was raised while the table was UPDATING
                return self.tables.answer(request)
        if request.service == "autoscaling":
            with self.lock:
                return self.groups.answer(request)
        if request.service == "ses" and request.action == "SendEmail":
            with self.lock:
                return self.mails.answer(request)
        return self.forward(request)

    def forward(self, request: Request) -> Answer:
        """The emulator's answer to the request as it came."""
        try:
            return self.exchange(request)
        except (http.client.HTTPException, OSError):
            self.connections.upstream = None  # it was closed between two requests
            return self.exchange(request)

    def exchange(self, request: Request) -> Answer:
        """One request and its answer on this thread's connection."""
        upstream = getattr(self.connections, "upstream", None)
        if upstream is None:
            upstream = http.client.HTTPConnection(self.address, timeout=UPSTREAM_SECONDS)
            self.connections.upstream = upstream
        upstream.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            upstream.putheader(name, value)
        upstream.endheaders(request.body or None)
        received = upstream.getresponse()
        body = received.read()
        return Answer(received.status, body, [pair for pair in received.getheaders() if pair[0].lower() not in HOP_BY_HOP])


class Handler(BaseHTTPRequestHandler):
    """HTTP on the side of the client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gap: Gap

    def handle_any(self) -> None:
        """One request of any method."""
        request = Request(self.command, self.path, list(self.headers.items()), self.read_body())
        answer = self.gap.answer(request)
        if answer is LOST:
            self.close_connection = True
            return
        lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.status != 204:
            lines.append(f"content-length: {len(answer.body)}")
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = handle_any

    def read_body(self) -> bytes:
        """The body, as it came: a chunked one keeps its chunks."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        while True:
            size = self.rfile.readline()
            chunk = self.rfile.read(int(size.partition(b";")[0], 16) + 2)
            body += size + chunk
            if int(size.partition(b";")[0], 16) == 0:
                return body

    def log_message(self, template: str, *values: object) -> None:
        """Requests are recorded, not logged."""


class Server(ThreadingHTTPServer):
    """Threads end with the process; a backlog for many functions at once."""

    daemon_threads = True
    request_queue_size = 128


def serve(port: int, emulator: str, clock_file: str | None, updating_seconds: float, mails: Path) -> None:
    """Serves for ever."""
    Handler.gap = Gap(emulator, clock_file, updating_seconds, mails)
    with Server(("127.0.0.1", port), Handler) as server:
        server.serve_forever()
