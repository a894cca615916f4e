"""`make bench-webhook`: webhook-receiver and contact-sync beside plain Python functions, in one run on one machine.

Both take the same signed deliveries straight from a Lambda Runtime API, in blocks by turns, and call the same stand-ins.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench import deliveries
from bench.comparison import Figure, beside, say_load, versions
from bench.exchange import Exchange
from bench.peer import Invoked, Memory, Peer, PeerFailed, Program
from bench.start_up import CONFIG, RELEASE, ROUNDS, Starts, bootstrap, starts
from stack.terminal import Progress, heading, say

DELIVERIES = 20_000
BLOCK = 500
SAID_EVERY = 8  # blocks
TESTS = Path(__file__).resolve().parents[1]

MEASURED = """\
Own time: from when the event leaves for the function until the last byte of its answer has arrived, less the time in which a
stand-in held a complete request of it. So it holds the function's work, the Lambda client of its language, and the ways to and from
the stand-ins over plain HTTP on this machine: 3 calls a delivery, for both the same. Not in it: TLS, the network, AWS.
Processor time: user and system time of the whole process over all deliveries, by the kernel's account.
Both are given the same deliveries, blocks of {block} by turns, the other one waiting meanwhile; the first to go alternates."""


@dataclass
class Figures:
    """What was seen of one function."""

    first_ms: float
    own_ns: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    processor_ms: float = 0.0
    memory: Memory = Memory(0.0, 0.0)

    def percentile(self, share: float) -> float:
        """Own time in milliseconds that this share of the deliveries did not exceed."""
        ordered = sorted(self.own_ns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1e6


def python_peer(module: str, name: str) -> Program:
    """A handler of `bench.peers` under AWS's own runtime client for Python."""
    command = [sys.executable, "-m", "awslambdaric", f"bench.peers.{module}.handler"]
    return Program(name, command, {"PYTHONPATH": str(TESTS), **CONFIG})


def accepted(invoked: Invoked) -> str:
    """The id of a delivery that was accepted; anything else ends the measurement."""
    body = json.loads(invoked.answer["body"])
    if invoked.answer["statusCode"] != 200 or body.get("accepted") is not True or "duplicate" in body:
        raise PeerFailed(f"a delivery was not accepted: {invoked.answer}")
    return str(body["id"])


def check_refusals(peer: Peer) -> None:
    """What is to be refused is refused, by the right status, before anything is stored or sent."""
    before = dict(peer.stand_ins.calls)
    for name, (event, status) in deliveries.refused().items():
        answered = peer.invoke(event).answer["statusCode"]
        if answered != status:
            raise PeerFailed(f"{peer.name} answered {answered} and not {status} to a delivery that is {name}")
    written = {action: count for action, count in peer.stand_ins.calls.items() if count != before.get(action) and action != "GetSecretValue"}
    if written:
        raise PeerFailed(f"{peer.name} stored or sent something of a delivery that it refused: {written}")


def check_calls(peer: Peer, count: int) -> None:
    """Each delivery was claimed, sent and marked as done, and nothing else was called."""
    calls = dict(peer.stand_ins.calls)
    reads = calls.pop("GetSecretValue", 0)
    writes = calls.pop("PutItem", 0) + calls.pop("UpdateItem", 0)
    if not reads or calls != {"SendMessage": count} or writes != 2 * count:
        raise PeerFailed(f"{peer.name} called {dict(peer.stand_ins.calls)} for {count} deliveries")


def measure(peers: list[Peer], count: int, block: int) -> list[Figures]:
    """Hands the deliveries to all of them; a function's first one is on its own, because it reads the keys and connects."""
    first = deliveries.signed(deliveries.load(0))
    figures = [Figures(first_of(peer, first)) for peer in peers]
    for peer in peers:
        check_refusals(peer)
    progress = Progress()
    for start in range(1, count + 1, block):
        events = [deliveries.signed(deliveries.load(number)) for number in range(start, min(start + block, count + 1))]
        turns = list(zip(peers, figures))
        for peer, seen in turns if start // block % 2 else reversed(turns):
            hand_in(peer, events, seen)
        if start // block % SAID_EVERY == 0:
            progress.show(f"{start - 1 + len(events):,} of {count:,} deliveries")
    progress.done()
    for peer, seen in zip(peers, figures):
        check_calls(peer, count + 1)
        seen.processor_ms /= count
        seen.memory = peer.memory()
    if len({tuple(seen.ids) for seen in figures}) != 1:
        raise PeerFailed("the functions gave the same deliveries different ids")
    return figures


def first_of(peer: Peer, event: bytes) -> float:
    """Own time of a function's first delivery, in milliseconds."""
    invoked = peer.invoke(event)
    accepted(invoked)
    return invoked.own_ns / 1e6


def hand_in(peer: Peer, events: list[bytes], seen: Figures) -> None:
    """One block."""
    before = peer.processor_seconds()
    for event in events:
        invoked = peer.invoke(event)
        seen.own_ns.append(invoked.own_ns)
        seen.ids.append(accepted(invoked))
    seen.processor_ms += (peer.processor_seconds() - before) * 1000


def delivery_table(ours: Figures, theirs: Figures) -> list[str]:
    """The figures of the deliveries."""
    figures = [
        Figure("own time, p50", ours.percentile(0.50), theirs.percentile(0.50), "ms", 3),
        Figure("own time, p99", ours.percentile(0.99), theirs.percentile(0.99), "ms", 3),
        Figure("processor time, mean", ours.processor_ms, theirs.processor_ms, "ms", 3),
        Figure("own time of the first one", ours.first_ms, theirs.first_ms, "ms", 1),
        Figure("resident memory at the end", ours.memory.now, theirs.memory.now, "MiB", 1),
        Figure("resident memory, peak", ours.memory.peak, theirs.memory.peak, "MiB", 1),
    ]
    return beside("", "webhook-receiver", figures)


def start_table(name: str, ours: Starts, theirs: Starts) -> list[str]:
    """The figures of the starts."""
    figures = [
        Figure("start to first poll, median", ours.median, theirs.median, "ms", 1),
        Figure("start to first poll, slowest", ours.milliseconds[-1], theirs.milliseconds[-1], "ms", 1),
        Figure("resident memory then", ours.memory, theirs.memory, "MiB", 1),
    ]
    return beside("", name, figures)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="make bench-webhook")
    parser.add_argument("--deliveries", type=int, default=DELIVERIES)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of each program")
    parser.add_argument("--folder", type=Path, default=RELEASE, help="where the bootstraps are")
    arguments = parser.parse_args()
    used = versions(("awslambdaric", "boto3"), "bench-webhook")
    heading(f"{arguments.deliveries:,} signed deliveries to each; the other one is {used}")
    programs = [bootstrap("webhook-receiver", arguments.folder), python_peer("webhook_receiver", "the Python handler")]
    with Exchange() as exchange, Peer(exchange, programs[0]) as ours, Peer(exchange, programs[1]) as theirs:
        figures = measure([ours, theirs], arguments.deliveries, BLOCK)
    for line in [*delivery_table(*figures), *MEASURED.format(block=BLOCK).splitlines()]:
        say(line)
    heading(f"{arguments.rounds} starts of each, by turns, warm page cache")
    twins = [bootstrap("contact-sync", arguments.folder), python_peer("contact_sync", "the Python twin")]
    found = starts([*twins, *programs], arguments.rounds)
    for line in [*start_table("contact-sync", *found[:2]), *start_table("webhook-receiver", *found[2:])]:
        say(line)
    say_load(": more stretches own time and starts")
    say("The twin of contact-sync makes the same boto3 clients and reads the same configuration; it loads no library for phone numbers.")


if __name__ == "__main__":
    try:
        main()
    except PeerFailed as failed:
        raise SystemExit(str(failed)) from failed
