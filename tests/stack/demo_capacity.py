"""`make demo-capacity`: the size of Auto Scaling groups sets numbers in Genesys, on this machine, and the terminal says why.

1. A group grows from 2 to 5: a row of a data table shows 500 where 200 was.
2. A storm of 50 launches: one read of the group, one write.
3. Somebody changes the number by hand: the reconcile reports it and sets it right.
4. With `policy = "report"` it reports it and leaves it.
5. The member of the queue object that was asked for, at a server that has it: with If-Match, and a 412 healed.
6. The same at Genesys as it is: ignored, said once, and never tried again.

Whatever differs from that ends the program with the last lines of the function's log and exit code 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stack.clock_file import move_past_next_tick
from stack.observer import Watch
from stack.processes import PartFailed, Workshop, end_like_ctrl_c_on_sigterm
from stack.run import tell_failure
from stack.scaling import JOB, configure, create_group, events_sent, group_reads, mapping, resize
from stack.simulator import Simulator
from stack.stack import Running, start
from stack.terminal import DIM, GREEN, heading, paint, say

GROUP = "my-backend-asg"
VOICE = "my-voice-asg"
TABLE = "c0a1d2e3-4f56-4789-8abc-000000000001"
ROW, COLUMN = "Support", "capacity"
WITH_FIELD = "5d4b8f0a-3a0c-4c5e-9a55-0c6f6d1b7a02"
AS_IT_IS = "5d4b8f0a-3a0c-4c5e-9a55-0c6f6d1b7a03"
ROWS, QUEUES = "/api/v2/flows/datatables/", "/api/v2/routing/queues/"
STORM = 50
REACTION_SECONDS = 15.0  # the batching window of 5 s, and what the rest takes
PATIENCE_SECONDS = 40.0
QUIET_SECONDS = 0.7  # long enough for a write that should not be to have been
TICK_SECONDS = 300  # queue-capacity's schedule
SAID = "unsupported_by_server"

SHORT_ID = re.compile(r"\b([0-9a-f]{8}-)[0-9a-f]{4}-[0-9a-f-]{22}")  # enough of an id for a terminal
Run = dict[str, Any]

TO_ROW = {"lever": "data_table_row", "table": TABLE, "row": ROW, "column": COLUMN}


def to_queue(queue: str) -> dict[str, Any]:
    """The target in a queue."""
    return {"lever": "queue_field", "queue": queue, "field": "capacity"}


def set_the_scene(running: Running) -> None:
    """A group of two instances, a row of a data table that lets in 100 for each, and the mapping between them."""
    create_group(running.cloud, GROUP, 2)
    Simulator(running.simulator).make_table(TABLE, "Queue limits", [{"KEY": ROW, COLUMN: 200, "greeting": "Olá", "open": True}])
    configure(running, [mapping(GROUP, TO_ROW)])


class Demonstration:
    """The steps, one method each, in this order."""

    def __init__(self, running: Running, reaction_seconds: float = REACTION_SECONDS) -> None:
        self.running = running
        self.reaction_seconds = reaction_seconds
        self.simulator = Simulator(running.simulator)
        self.watch = Watch(running, JOB, ("QueueCapacityLogGroupName",))
        self.requests_before = self.reads_before = 0

    def what_is_there(self) -> None:
        """What a company has before cx-bridge, and what a reader has to know to follow."""
        set_the_scene(self.running)
        create_group(self.running.cloud, VOICE, 2)
        for queue, name in ((WITH_FIELD, "Voice"), (AS_IT_IS, "Voice overflow")):
            self.simulator.make_queue(queue, {"name": name, "description": "calls"})
        say(f"  group       {GROUP} has 2 instances")
        say(f"  Genesys     data table, row {ROW}, column {COLUMN}: {self.number()}; the inbound flow lets in so many")
        say("  mapping     100 for each instance the group is told to have, by the lever data_table_row")
        self.one_tick()
        self.expect("writes to Genesys", self.writes(ROWS), [])

    def a_group_grows(self) -> None:
        """By the real event, within seconds."""
        heading("1  The group grows from 2 to 5 instances")
        before = self.simulator.row(TABLE, ROW)
        took, _ = self.grows_to(GROUP, 5, 500)
        say("  " + paint("audit", DIM) + "     " + self.audit()[-1])
        self.expect("the row", self.simulator.row(TABLE, ROW), before | {COLUMN: 500})
        say(paint(f"  Genesys shows 500 where 200 was, {took:.1f} s later (5 s of it is the batching window); the other columns stayed", GREEN))
        if took > self.reaction_seconds:
            raise PartFailed(JOB, f"it took {took:.1f} s, should be at most {self.reaction_seconds:g} s: is this machine busy?", lines=[])

    def a_storm_is_one_write(self) -> None:
        """Fifty events are one hint."""
        heading(f"2  A storm: {STORM} launches at once")
        self.mark()
        _, runs = self.grows_to(GROUP, 5 + STORM, 5500)
        self.expect("events in each run", [run["skipped_by"].get("hint", 0) for run in runs], [STORM])
        self.watch.until(lambda: self.watch.waiting("ScalingQueueUrl") == 0, PATIENCE_SECONDS, "the queue is empty")
        self.expect("further runs", self.explain(), [])
        self.expect("reads of the group", self.group_reads(), 1)
        self.expect("writes to Genesys", len(self.writes(ROWS)), 1)
        say(paint(f"  {STORM} events, 1 run, 1 read of the group (as the gap server recorded), 1 write (as the simulator's journal has it)", GREEN))

    def a_change_by_hand_is_repaired(self) -> None:
        """Nobody sends an event about that; the reconcile finds it."""
        heading('3  Somebody writes 120 into the row by hand; policy = "repair"')
        self.simulator.change_row(TABLE, ROW, {COLUMN: 120, "greeting": "Hello"})
        self.expect("drift", self.reconcile()["measures"]["drift"], 1)
        self.expect("the row", self.simulator.row(TABLE, ROW), {"KEY": ROW, COLUMN: 5500, "greeting": "Hello", "open": True})
        say(paint("  reported, and set right; the greeting that was changed as well is theirs and stayed", GREEN))

    def a_change_by_hand_is_left(self) -> None:
        """With the other policy a person has the last word, until the group changes."""
        heading('4  The same with policy = "report"')
        configure(self.running, [mapping(GROUP, TO_ROW, policy="report")])
        self.simulator.change_row(TABLE, ROW, {COLUMN: 120})
        self.mark()
        self.expect("drift", self.reconcile()["measures"]["drift"], 1)
        self.expect("the number", self.number(), 120)
        self.expect("writes to Genesys", self.writes(ROWS), [])
        say(paint("  reported, and left", GREEN))
        self.grows_to(GROUP, 56, 5600)
        say(paint("  the group grew by one: its number is set again", GREEN))

    def a_server_with_the_field(self) -> None:
        """What was asked for, against a server that can do it."""
        heading("5  The lever queue_field, at a server whose queues have `capacity` and entity tags")
        configure(self.running, [mapping(VOICE, to_queue(WITH_FIELD))])
        self.simulator.set(queue_capacity_field="kept", queue_etags=True)
        say("  and while it is written, somebody else changes the description of the same queue")
        theirs = "changed by somebody at that moment"
        self.simulator.add_fault("foreign_write", method="PUT", path=QUEUES, field="description", value=theirs)
        self.mark()
        self.grows_to(VOICE, 4, 400, self.capacity_of_queue)
        self.expect("answers to the writes", [entry["status"] for entry in self.writes(QUEUES)], [412, 200])
        found = self.simulator.queue(WITH_FIELD)
        self.expect("the queue", (found["capacity"], found["description"]), (400, theirs))
        say(paint("  PUT with If-Match: 412; read again, written again: 200. The queue has capacity 400, and their description", GREEN))

    def genesys_as_it_is(self) -> None:
        """The real behaviour: what is not known is ignored."""
        heading("6  The lever queue_field, at Genesys as it is: queues have no `capacity`")
        self.simulator.set(queue_capacity_field="ignored", queue_etags=False)
        configure(self.running, [mapping(VOICE, to_queue(AS_IT_IS))])
        self.mark()
        self.expect("failed", self.reconcile()["failed_by"], {SAID: 1})
        self.expect("answers to the writes", [entry["status"] for entry in self.writes(QUEUES)], [200])
        self.expect("the queue has a capacity", "capacity" in self.simulator.queue(AS_IT_IS), False)
        say(paint(f"  Genesys answered 200 and ignored it; read back, it is not there: {SAID}, and the target is parked", GREEN))
        for _ in range(2):
            self.mark()
            self.expect("skipped", self.reconcile()["skipped_by"], {"parked": 1})
            self.expect("writes to Genesys", self.writes(QUEUES), [])
        self.expect("error lines", len([line for line in self.watch.errors() if SAID in line]), 1)
        say(paint('  two more ticks: nothing is written and nothing more is said; {"retry_parked":true} would try again', GREEN))

    def nothing_was_left_lying(self) -> None:
        """No message in any queue of what went wrong, no other line that should wake somebody."""
        for name in ("ScalingQueueUrl", "ScalingDeadLettersUrl", "FailuresQueueUrl"):
            self.expect(f"messages in {name.removesuffix('Url')}", self.watch.waiting(name), 0)
        self.expect("other error lines", [line for line in self.watch.errors() if SAID not in line], [])

    def grows_to(self, group: str, size: int, number: int, found: Callable[[], int | None] | None = None) -> tuple[float, list[Run]]:
        """Changes a group and waits until Genesys shows the number; the answer is after how many seconds, and the runs."""
        before = len(events_sent(self.running))
        resize(self.running, group, size)
        say(paint(f"  $ aws autoscaling set-desired-capacity --auto-scaling-group-name {group} --desired-capacity {size}", DIM))
        took = self.watch.until(lambda: (found or self.number)() == number, PATIENCE_SECONDS, f"Genesys shows {number}")
        kinds = [event["DetailType"] for event in events_sent(self.running)[before:]]
        for kind in sorted(set(kinds)):
            say("  " + paint("event", DIM) + f"     {kinds.count(kind)} × {kind}")
        runs: list[Run] = []
        self.watch.until(lambda: runs.extend(self.explain()) or runs, PATIENCE_SECONDS, "the run is in the history")
        return took, runs

    def reconcile(self) -> Run:
        """What the next tick of the schedule does."""
        say(paint("  the clock moves past the next tick of the schedule", DIM))
        return self.one_tick()

    def one_tick(self) -> Run:
        """Moves the clock, and waits until the run that this causes is in the history."""
        move_past_next_tick(Path(self.running.clock_file), tick_seconds=TICK_SECONDS)
        found: list[Run] = []
        self.watch.until(lambda: found.extend(self.explain()) or found, PATIENCE_SECONDS, "the tick ran")
        return found[-1]

    def explain(self) -> list[Run]:
        """Every new decision in its own words; the answer is the runs."""
        runs = self.watch.runs()
        for line in [line for run in runs for line in run.get("decisions", [])]:
            situation, _, action = SHORT_ID.sub(r"\1…", line).partition("; ")
            say("  " + paint("decision", DIM) + "  " + situation)
            if action:
                say("            " + action)
        return runs

    def audit(self) -> list[str]:
        """Why numbers were changed, by the audit stream."""
        lines = self.running.cloud.log_lines(self.running.outputs["AuditLogGroupName"])
        return [json.loads(line)["why"] for line in lines if json.loads(line).get("function") == JOB]

    def number(self) -> int:
        """What the inbound flow reads."""
        return self.simulator.row(TABLE, ROW)[COLUMN]

    def capacity_of_queue(self) -> int | None:
        """What the server with the field holds."""
        return self.simulator.queue(WITH_FIELD).get("capacity")

    def mark(self) -> None:
        """From here on requests are counted."""
        self.reads_before = group_reads(self.running)
        self.requests_before = max([0, *(entry["number"] for entry in self.simulator.journal())])

    def group_reads(self) -> int:
        """The reads of groups since the mark."""
        return group_reads(self.running) - self.reads_before

    def writes(self, path: str) -> list[dict[str, Any]]:
        """The writes since the mark."""
        time.sleep(QUIET_SECONDS)
        return self.simulator.writes(self.requests_before, path)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Ends the demonstration when they differ."""
        if found != wanted:
            raise PartFailed(JOB, f"{what}: expected {wanted}, got {found}", lines=self.watch.log()[-20:])


STEPS = (
    Demonstration.what_is_there,
    Demonstration.a_group_grows,
    Demonstration.a_storm_is_one_write,
    Demonstration.a_change_by_hand_is_repaired,
    Demonstration.a_change_by_hand_is_left,
    Demonstration.a_server_with_the_field,
    Demonstration.genesys_as_it_is,
    Demonstration.nothing_was_left_lying,
)


def demonstrate(profile: str) -> None:
    """Starts everything, shows it, stops everything."""
    with Workshop() as workshop:
        heading("Starting the bundle on this machine")
        running = start(workshop, profile, lambda text: say("  " + text))
        demonstration = Demonstration(running)
        for step in STEPS:
            step(demonstration)


def main() -> int:
    """The command line; 0 when everything was as expected."""
    parser = argparse.ArgumentParser(prog="make demo-capacity")
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
    say("To try it yourself: `make up` keeps such a group, row and mapping, and prints how to change the group.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
