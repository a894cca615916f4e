"""`make demo-events`: Genesys events set the capacity of a table, on this machine, and the terminal says why.

1. A signed webhook, posted with curl, changes the table within two seconds.
2. The same event again changes nothing. 3. An older one that arrives late changes nothing. 4. A forged one is refused.
5. An event of the partner event bus does the same as a webhook.
6. A burst of 300 webhooks, out of order, some twice, some forged, ends at the newest value.
7. The load falls; no further event comes; the next tick of the schedule lowers the table.

Whatever differs from that ends the program with the last lines of the functions' logs and exit code 1.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from stack.clock_file import move_past_next_tick, read_clock, write_clock
from stack.observer import JOB, Observer
from stack.processes import PartFailed, Workshop, end_like_ctrl_c_on_sigterm
from stack.run import tell_failure
from stack.sender import Reply, by_curl, conversation_ended, partner_observation, post_all, queue_stats, sender
from stack.stack import CAPACITY_TABLE, Running, observed_queues, start
from stack.terminal import DIM, GREEN, heading, paint, say

BURST = 300
SEED = 7
REACTION_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
QUIET_SECONDS = 0.7  # long enough for a message that should not change anything to have done so
TICK_SECONDS = 300  # table-capacity's schedule
TICKS_MAX = 3


class Demonstration:
    """The steps, one method each, in this order."""

    def __init__(self, running: Running, folder: Path, burst: int = BURST, reaction_seconds: float = REACTION_SECONDS) -> None:
        self.running = running
        self.reaction_seconds = reaction_seconds
        self.folder = folder
        self.burst_size = burst
        self.sender = sender(running)
        self.observer = Observer(running)
        self.queue = observed_queues()[0]
        self.first = self.sender.sign(queue_stats(self.queue, 150, self.sender.now()))

    def what_is_there(self) -> None:
        """What a reader has to know to follow."""
        reads, writes = self.observer.units()
        say(f"  table       {CAPACITY_TABLE} has {reads} read and {writes} write units; it follows the Genesys queue")
        say(f"              {self.queue}: 10 reads for a conversation, half as many writes")

    def a_webhook_changes_the_table(self) -> None:
        """By curl, as anybody can do it."""
        heading("1  A signed webhook: 150 conversations in the queue")
        self.first = self.sender.sign(queue_stats(self.queue, 150, self.sender.now()))
        line = self.first.curl_line(self.folder)
        say("  " + paint("$ " + line, DIM))
        reply = by_curl(shlex.split(line)) if shutil.which("curl") else self.first.post()
        self.expect("the answer", (reply.status, reply.content.get("accepted"), "duplicate" in reply.content), (200, True, False))
        self.answered(reply)
        took = self.becomes((1500, 750))
        if took > self.reaction_seconds:
            raise PartFailed(JOB, f"it took {took:.1f} s, should be at most {self.reaction_seconds:g} s: is this machine busy?", lines=[])

    def the_same_again_changes_nothing(self) -> None:
        """A repeat is answered as the first time, and goes no further."""
        heading("2  The same event again")
        before = self.observer.updates()
        reply = self.first.post()
        self.expect("the answer", (reply.status, reply.content.get("accepted"), reply.content.get("duplicate")), (200, True, True))
        self.answered(reply)
        self.stays((1500, 750), before)
        self.expect("runs of table-capacity", len(self.observer.runs()), 0)
        say(paint("  a repeat: nothing was put into the queue, the table was not touched", GREEN))

    def an_older_one_changes_nothing(self) -> None:
        """It is new, so it is accepted; it is older than what is known, so it is dropped."""
        heading("3  An event of ten minutes ago arrives late: 900 conversations")
        before = self.observer.updates()
        reply = self.sender.post(queue_stats(self.queue, 900, self.sender.now() - 600))
        self.expect("the answer", reply.status, 200)
        self.answered(reply)
        self.observer.until(lambda: self.observer.waiting("CapacityQueueUrl") == 0, PATIENCE_SECONDS, "the queue is empty")
        self.stays((1500, 750), before)
        dropped = sum(run["skipped_by"].get("older", 0) for run in self.observer.runs())
        self.expect("events dropped as older", dropped, 1)
        say(paint("  taken in, and dropped by table-capacity: a newer load of this queue is known; the table was not touched", GREEN))

    def a_forged_one_is_refused(self) -> None:
        """Signed with another key, changed after it was signed, not signed at all."""
        heading("4  Forged events")
        before = self.observer.updates()
        body = queue_stats(self.queue, 4000, self.sender.now())
        stranger = replace(self.sender, key="not-the-key-of-anybody")
        self.refused("another key", stranger.post(body))
        signed = self.sender.sign(body)
        self.refused("changed after it was signed", replace(signed, body=body.replace(b"4000", b"4001")).post())
        self.refused("not signed", replace(signed, headers={"content-type": "application/json"}).post())
        self.refused("a source that does not exist", self.sender.post(body, "/webhooks/nobody"), 404)
        self.stays((1500, 750), before)
        self.expect("messages in the queue", self.observer.waiting("CapacityQueueUrl"), 0)
        say(paint("  nothing was put into the queue, the table was not touched; the log has the reasons, a sender does not hear them", GREEN))

    def the_partner_bus_does_the_same(self) -> None:
        """Genesys' own way, without any webhook."""
        heading("5  The partner event bus, without any webhook: 40 conversations wait, 180 are being held")
        partner_observation(self.running.cloud, self.queue, 40, 180, self.sender.now())
        self.becomes((2200, 1100))

    def a_burst_ends_at_the_newest(self) -> None:
        """Out of order, every tenth twice, every twentieth forged."""
        heading(f"6  A burst: {self.burst_size} webhooks, shuffled, some twice, some forged; the newest says 150 conversations")
        self.a_minute_passes()
        now, dice = self.sender.now(), random.Random(SEED)
        events = [queue_stats(self.queue, dice.randint(250, 399), now - 1 - number / 10) for number in range(self.burst_size - 1)]
        events.append(queue_stats(self.queue, 150, now))
        signed = [self.sender.sign(event) for event in events]
        wanted = [*signed, *signed[::10]]
        dice.shuffle(wanted)
        stranger = replace(self.sender, key="not-the-key-of-anybody")
        started = time.monotonic()
        replies = post_all(wanted)
        forged = post_all([stranger.sign(queue_stats(self.queue, 4000, now + number)) for number in range(1, self.burst_size // 20)])
        seconds = time.monotonic() - started
        self.expect("answers to good events", sorted({reply.status for reply in replies}), [200])
        self.expect("answers to forged ones", sorted({reply.status for reply in forged}), [401])
        accepted = {reply.content["id"] for reply in replies}
        self.expect("events accepted", len(accepted), len(events))
        repeats = sum(1 for reply in replies if reply.content.get("duplicate"))
        self.expect("recognised as repeats", repeats, len(wanted) - len(events))
        say(f"  {len(replies)} deliveries answered in {seconds:.1f} s: {len(events)} new, {repeats} repeats; {len(forged)} forged ones refused")
        self.observer.until(lambda: self.observer.waiting("CapacityQueueUrl") == 0, PATIENCE_SECONDS, "the queue is empty")
        self.becomes_with_ticks((1500, 750))  # further away from every older value than the hysteresis reaches

    def a_decrease_needs_no_event(self) -> None:
        """Lowering waits until it is safe; the schedule sees to it."""
        heading("7  The load falls to 30, below the 100 from which a table follows it; then nothing more comes")
        reply = self.sender.post(queue_stats(self.queue, 30, self.sender.now()))
        self.expect("the answer", reply.status, 200)
        self.answered(reply)
        self.becomes_with_ticks((5, 5))

    def a_conversation_waits_in_its_queue(self) -> None:
        """Nothing consumes these yet; they are kept."""
        heading("8  A conversation ended")
        reply = self.sender.post(conversation_ended("11111111-aaaa-4bbb-8ccc-222222222222", self.sender.now()), "/webhook/call-ended")
        self.expect("the answer", reply.status, 200)
        self.answered(reply)
        self.expect("messages for the consumer to come", self.observer.waiting("ConversationsQueueUrl"), 1)
        say(paint("  kept in its queue for 14 days; nothing consumes it yet", GREEN))

    def nothing_was_left_lying(self) -> None:
        """No message in any queue of what went wrong, no line that should wake somebody."""
        for name in ("CapacityQueueUrl", "CapacityDeadLettersUrl", "FailuresQueueUrl"):
            self.expect(f"messages in {name.removesuffix('Url')}", self.observer.waiting(name), 0)
        self.expect("error lines", self.observer.errors(), [])

    def becomes(self, units: tuple[int, int]) -> float:
        """The table gets these units; the answer is after how many seconds."""
        took = self.observer.until(lambda: self.observer.units() == units, PATIENCE_SECONDS, f"the table has {units}")
        self.observer.until(self.explain, PATIENCE_SECONDS, "the run is in the history")
        say(paint(f"  the table has {units[0]} read and {units[1]} write units, {took:.1f} s later", GREEN))
        return took

    def becomes_with_ticks(self, units: tuple[int, int]) -> None:
        """The table gets these units, at the latest by a few ticks of the schedule."""
        for _ in range(TICKS_MAX):
            self.observer.until(self.is_idle, PATIENCE_SECONDS, "table-capacity and the table are idle")
            self.explain()
            if self.observer.units() == units:
                break
            say(paint("  the clock moves five minutes on, past the next tick of the schedule, which decides again", DIM))
            self.one_tick()
        self.expect("the table's units", self.observer.units(), units)
        say(paint(f"  the table has {units[0]} read and {units[1]} write units", GREEN))

    def one_tick(self) -> None:
        """Waits until the scheduled run is in the history."""
        before = self.observer.newest_seen
        move_past_next_tick(Path(self.running.clock_file), tick_seconds=TICK_SECONDS)
        self.observer.until(lambda: self.explain() and self.observer.newest_seen != before, PATIENCE_SECONDS, "the tick ran")

    def a_minute_passes(self) -> None:
        """On the stack's clock."""
        clock_file = Path(self.running.clock_file)
        clock = read_clock(str(clock_file))
        write_clock(clock_file, replace(clock, seconds_ahead=clock.seconds_ahead + 60))

    def is_idle(self) -> bool:
        """No message under way, and the table is not being changed."""
        return self.observer.waiting("CapacityQueueUrl") == 0 and self.observer.described()["TableStatus"] == "ACTIVE"

    def explain(self) -> int:
        """Every new decision in its own words; the answer is how many runs there were."""
        runs = self.observer.runs()
        lines = [line for run in runs for line in run.get("decisions", [])]
        for line in lines if len(lines) <= 4 else [*lines[:2], f"… {len(lines) - 4} more decisions …", *lines[-2:]]:
            situation, _, action = line.replace(self.queue, self.queue.partition("-")[0] + "-…").partition("; ")
            say("  " + paint("decision", DIM) + "  " + situation)
            if action:
                say("            " + action)
        return len(runs)

    def stays(self, units: tuple[int, int], updates: int) -> None:
        """The table was left alone."""
        time.sleep(QUIET_SECONDS)
        self.expect("changes of the table", self.observer.updates() - updates, 0)
        self.expect("the table's units", self.observer.units(), units)

    def refused(self, what: str, reply: Reply, status: int = 401) -> None:
        """One refusal."""
        self.expect(f"the answer to {what}", reply.status, status)
        self.answered(reply, what)

    def answered(self, reply: Reply, what: str = "answer") -> None:
        """An answer on the terminal."""
        say(f"  {what}: {reply.status} {json.dumps(reply.content, separators=(',', ':'))}")

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Ends the demonstration when they differ."""
        if found != wanted:
            raise PartFailed(JOB, f"{what}: expected {wanted}, got {found}", lines=self.observer.log()[-20:])


STEPS = (
    Demonstration.what_is_there,
    Demonstration.a_webhook_changes_the_table,
    Demonstration.the_same_again_changes_nothing,
    Demonstration.an_older_one_changes_nothing,
    Demonstration.a_forged_one_is_refused,
    Demonstration.the_partner_bus_does_the_same,
    Demonstration.a_burst_ends_at_the_newest,
    Demonstration.a_decrease_needs_no_event,
    Demonstration.a_conversation_waits_in_its_queue,
    Demonstration.nothing_was_left_lying,
)


def demonstrate(profile: str, burst: int = BURST) -> None:
    """Starts everything, shows it, stops everything."""
    with Workshop() as workshop:
        heading("Starting the bundle on this machine")
        running = start(workshop, profile, lambda text: say("  " + text))
        demonstration = Demonstration(running, workshop.folder, burst)
        for step in STEPS:
            step(demonstration)


def main() -> int:
    """The command line; 0 when everything was as expected."""
    parser = argparse.ArgumentParser(prog="make demo-events")
    parser.add_argument("--profile", choices=("dev", "release"), default="dev")
    arguments = parser.parse_args()
    end_like_ctrl_c_on_sigterm()
    started = time.monotonic()
    try:
        demonstrate(arguments.profile)
    except KeyboardInterrupt:
        say()
        say("stopped; nothing is left running")
        return 130
    except PartFailed as failed:
        return tell_failure(failed)
    heading(paint(f"Everything as expected, and stopped, after {time.monotonic() - started:.0f} s.", GREEN))
    say("To try it yourself: `make up` keeps the stack and prints where webhooks go, `make sign` signs one.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
