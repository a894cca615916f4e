"""The measurement measures what it says: both functions do the same work, and a wait is not taken for work."""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import time
import unittest

from bench import deliveries
from bench.exchange import Connection, Exchange, Request
from bench.peer import Peer, PeerFailed, Program
from bench.stand_ins import StandIns
from bench.start_up import CONFIG, bootstrap, starts
from bench.webhook import check_calls, check_refusals, delivery_table, measure, start_table
from stack.template import ROOT

DEBUG = ROOT / "target" / "debug"
# AWS's own runtime client for Python is in the environment of the measurement only.
LOOP = """
import json, os, urllib.request
from bench.peers.{module} import handler
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
class Context:
    def get_remaining_time_in_millis(self):
        return 10_000
while True:
    with urllib.request.urlopen(base + "next") as asked:
        request, event = asked.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(asked.read())
    answer = json.dumps(handler(event, Context())).encode()
    urllib.request.urlopen(urllib.request.Request(base + request + "/response", data=answer)).close()
"""


def python_peer(module: str) -> Program:
    """A handler of `bench.peers`."""
    return Program(module, [sys.executable, "-c", LOOP.format(module=module)], {"PYTHONPATH": str(ROOT / "tests"), **CONFIG})


class Slow(StandIns):
    """Stand-ins that take their time, without giving up the processor."""

    SECONDS = 0.1

    def answer(self, request: Request) -> tuple[int, bytes]:
        """As the others, later."""
        end = time.perf_counter() + self.SECONDS
        while time.perf_counter() < end:
            pass
        return super().answer(request)


class Measurement(unittest.TestCase):
    """bench with the functions of the dev build."""

    def setUp(self) -> None:
        self.exchange = Exchange()
        self.addCleanup(self.exchange.close)

    def peer(self, program: Program, stand_ins: StandIns | None = None) -> Peer:
        """A running function."""
        peer = Peer(self.exchange, program, stand_ins)
        self.addCleanup(peer.close)
        return peer

    def test_both_functions_accept_and_refuse_the_same_and_call_the_same(self) -> None:
        peers = [self.peer(bootstrap("webhook-receiver", DEBUG)), self.peer(python_peer("webhook_receiver"))]
        with contextlib.redirect_stdout(io.StringIO()):
            figures = measure(peers, 20, 5)
        self.assertEqual([len(seen.own_ns) for seen in figures], [20, 20])
        self.assertEqual(len(set(figures[0].ids)), 20)
        self.assertEqual(len(delivery_table(*figures)), 7)

    def test_the_time_of_the_stand_ins_is_not_the_function_s(self) -> None:
        peer = self.peer(bootstrap("webhook-receiver", DEBUG), Slow())
        seen = peer.invoke(deliveries.signed(deliveries.load(1)))
        self.assertGreaterEqual(seen.aside_ns, 4 * Slow.SECONDS * 1e9, "the keys, the claim, the message, the answer")
        quick = self.peer(bootstrap("webhook-receiver", DEBUG)).invoke(deliveries.signed(deliveries.load(1)))
        self.assertLess(quick.aside_ns, Slow.SECONDS * 1e9)

    def test_a_function_that_leaves_work_out_is_found(self) -> None:
        peer = self.peer(bootstrap("webhook-receiver", DEBUG))
        peer.invoke(deliveries.signed(deliveries.load(1)))
        check_calls(peer, 1)
        check_refusals(peer)
        for action in ("GetSecretValue", "UpdateItem", "SendMessage"):
            peer.stand_ins.calls[action] -= 1
            with self.subTest(action), self.assertRaisesRegex(PeerFailed, "webhook-receiver called"):
                check_calls(peer, 1)
            peer.stand_ins.calls[action] += 1

    def test_a_function_that_does_not_start_is_said(self) -> None:
        peer = self.peer(Program("nobody", [sys.executable, "-c", "raise SystemExit(3)"], {}))
        with self.assertRaisesRegex(PeerFailed, "nobody has not asked for work and ended with code 3"):
            peer.invoke(b"{}")

    def test_starts_are_measured_by_turns(self) -> None:
        found = starts([bootstrap("contact-sync", DEBUG), python_peer("contact_sync")], rounds=2)
        self.assertEqual([len(one.milliseconds) for one in found], [2, 2])
        self.assertEqual(len(start_table("contact-sync", *found)), 4)


class Exchanges(unittest.TestCase):
    """bench.exchange."""

    def setUp(self) -> None:
        self.taken: list[Request] = []
        self.exchange = Exchange()
        self.addCleanup(self.exchange.close)
        self.client = socket.create_connection(("127.0.0.1", self.exchange.listen(self.take)))
        self.addCleanup(self.client.close)
        self.exchange.turn(1)

    def take(self, connection: Connection, request: Request) -> None:
        """Remembers and answers."""
        self.taken.append(request)
        connection.answer(200, b"ok")

    def send(self, text: bytes) -> int:
        """Sends a piece; how many requests are complete."""
        self.client.sendall(text)
        self.exchange.turn(1)
        return len(self.taken)

    def test_a_request_is_complete_with_its_last_byte(self) -> None:
        pieces = (b"POST /a HTTP/1.1\r\nContent-", b"Length: 5\r\n\r\n", b"abc", b"de")
        self.assertEqual([self.send(piece) for piece in pieces], [0, 0, 0, 1])
        request = self.taken[0]
        self.assertEqual((request.method, request.path, request.body), ("POST", "/a", b"abcde"))
        self.assertEqual(self.client.recv(100), b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    def test_two_requests_may_come_in_one_piece(self) -> None:
        self.assertEqual(self.send(b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"), 2)

    def test_what_cannot_be_read_is_said(self) -> None:
        with self.assertRaisesRegex(ValueError, "in chunks"):
            self.send(b"POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n")


if __name__ == "__main__":
    unittest.main()
