"""One tick of the schedule: the clock is moved, EventBridge Scheduler fires, the function runs, its result is read.

The result comes from the run history in the state table, the same row that an operator would look at.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.clock_file import move_past_next_tick
from stack.processes import PartFailed
from stack.simulator import Simulator
from stack.stack import Running
from stack.terminal import Progress

JOB = "contact-sync"
TICK_SECONDS_MAX = 240
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Tick:
    """What one tick did: the function's own account, and the vendors' side of it."""

    result: dict[str, Any]
    requests: list[dict[str, Any]]

    def of(self, vendor: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The requests to one vendor, or those of one kind: login, read, write."""
        return [entry for entry in self.requests if entry["vendor"] == vendor and kind in (None, entry["kind"])]

    @property
    def writes(self) -> list[dict[str, Any]]:
        """Everything that changed something at a vendor."""
        return [entry for entry in self.requests if entry["kind"] == "write"]


def tick(running: Running, since_number: int) -> Tick:
    """Moves the clock past the next half hour and waits for the run that this causes."""
    before = newest_run(running)
    move_past_next_tick(Path(running.clock_file))
    result = wait_for_run(running, before)
    return Tick(result, Simulator(running.simulator).journal(after=since_number))


def wait_for_run(running: Running, before: dict[str, Any] | None) -> dict[str, Any]:
    """Shows progress until a newer run is in the history; a run that failed is a `PartFailed`."""
    progress = Progress()
    deadline = time.monotonic() + TICK_SECONDS_MAX
    previous = before and before["run_id"]
    try:
        while True:
            run = newest_run(running)
            if run and run["run_id"] != previous:
                return run
            progress.show(how_far(Simulator(running.simulator).counts()))
            if failures(running):
                raise PartFailed(JOB, "the function ended with an error", lines=function_log(running))
            if time.monotonic() > deadline:
                raise PartFailed(JOB, f"no result within {TICK_SECONDS_MAX} s", lines=function_log(running))
            time.sleep(POLL_SECONDS)
    finally:
        progress.done()


def how_far(counts: dict[str, Any]) -> str:
    """One line for the terminal, from the simulator's journal."""
    genesys, salesforce = counts["genesys"], counts["salesforce"]
    return (
        f"Salesforce {salesforce['total']} requests, Genesys {genesys['total']} requests, "
        f"{genesys['items_written']} contacts sent"
    )


def newest_run(running: Running) -> dict[str, Any] | None:
    """The newest result in the run history."""
    answer = running.cloud.client("dynamodb").query(
        TableName=running.outputs["StateTableName"],
        KeyConditionExpression="pk = :run",
        ExpressionAttributeValues={":run": {"S": f"run#{JOB}"}},
        ScanIndexForward=False,
        Limit=1,
        ConsistentRead=True,
    )
    return json.loads(answer["Items"][0]["result"]["S"]) if answer["Items"] else None


def failures(running: Running) -> int:
    """Messages in the queue of what went wrong."""
    answer = running.cloud.client("sqs").get_queue_attributes(
        QueueUrl=running.outputs["FailuresQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def function_log(running: Running) -> list[str]:
    """The function's log lines."""
    lines = running.cloud.log_lines(running.outputs["ContactSyncLogGroupName"])
    return [line for entry in lines for line in entry.splitlines()]
