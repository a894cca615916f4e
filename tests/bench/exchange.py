"""HTTP/1.1 with kept connections on one thread and one clock, for services that answer at once.

A function's own time is what is left of an invocation when the waits for others are taken out. Everything that it can
wait for answers from here, so that the moment when a request is complete and the moment when its answer leaves are read
from one clock, for every function in the same way.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

READ_BYTES = 1 << 20
REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request"}


@dataclass(frozen=True)
class Request:
    """One request, complete."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    arrived_ns: int
    """When its last byte was read, by `time.perf_counter_ns`."""


@dataclass
class Connection:
    """One kept connection and what has arrived on it so far."""

    socket: socket.socket
    take: Callable[[Connection, Request], None]
    arrived: bytes = b""

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Sends an answer in one piece."""
        lines = [f"HTTP/1.1 {status} {REASONS[status]}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def next_request(self, now_ns: int) -> Request | None:
        """Takes a complete request out of what has arrived."""
        head, found, rest = self.arrived.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        if "transfer-encoding" in headers:
            raise ValueError("a request in chunks: only bodies with a content-length are read here")
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self.arrived = rest[length:]
        method, path, _ = first.split(" ")
        return Request(method, path, headers, rest[:length], now_ns)


@dataclass
class Exchange:
    """All listeners and connections."""

    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def listen(self, take: Callable[[Connection, Request], None]) -> int:
        """Opens a port of this machine whose requests go to `take`; returns its number."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.selector.register(listener, selectors.EVENT_READ, take)
        return int(listener.getsockname()[1])

    def turn(self, seconds: float) -> bool:
        """Waits for something to arrive and deals with it; false when nothing came."""
        ready = self.selector.select(seconds)
        for key, _ in ready:
            if isinstance(key.data, Connection):
                self.read(key.data)
            else:
                self.accept(key)
        return bool(ready)

    def accept(self, key: selectors.SelectorKey) -> None:
        """A new connection."""
        accepted, _ = key.fileobj.accept()  # type: ignore[union-attr]
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(accepted, selectors.EVENT_READ, Connection(accepted, key.data))

    def read(self, connection: Connection) -> None:
        """What has arrived on a connection; its end closes it."""
        try:
            piece = connection.socket.recv(READ_BYTES)
        except ConnectionResetError:
            piece = b""
        now_ns = time.perf_counter_ns()
        if not piece:
            self.selector.unregister(connection.socket)
            connection.socket.close()
            return
        connection.arrived += piece
        while (request := connection.next_request(now_ns)) is not None:
            connection.take(connection, request)

    def close(self) -> None:
        """Closes everything."""
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
