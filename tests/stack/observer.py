"""What can be seen of a function from outside: its queues, its decisions in the run history, and what they changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from stack.cloud import get_json
from stack.processes import PartFailed
from stack.stack import CAPACITY_TABLE, Running

JOB = "table-capacity"
POLL_SECONDS = 0.05


class Watch:
    """Looks at one function of a running stack."""

    def __init__(self, running: Running, job: str, logs: tuple[str, ...]) -> None:
        """`logs` are the names of stack outputs: the log groups of the function and of what stands before it."""
        self.running = running
        self.job = job
        self.logs = logs
        self.newest_seen = ""

    def runs(self) -> list[dict[str, Any]]:
        """The runs since the last look, oldest first."""
        answer = self.running.cloud.client("dynamodb").query(
            TableName=self.running.outputs["StateTableName"],
            KeyConditionExpression="pk = :run AND sk > :seen",
            ExpressionAttributeValues={":run": {"S": f"run#{self.job}"}, ":seen": {"S": self.newest_seen or "0"}},
            ConsistentRead=True,
        )
        rows = answer["Items"]
        if rows:
            self.newest_seen = rows[-1]["sk"]["S"]
        return [json.loads(row["result"]["S"]) for row in rows]

    def waiting(self, name: str) -> int:
        """Messages in a queue of the stack's outputs, those under way included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.running.cloud.client("sqs").get_queue_attributes(QueueUrl=self.running.outputs[name], AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def until(self, true: Callable[[], object], seconds: float, what: str) -> float:
        """Waits until it is so, and says how long that took; a `PartFailed` when it never is."""
        started = time.monotonic()
        while not true():
            if time.monotonic() - started > seconds:
                raise PartFailed(self.job, f"{what}: not within {seconds:g} s", lines=self.log()[-20:])
            time.sleep(POLL_SECONDS)
        return time.monotonic() - started

    def log(self) -> list[str]:
        """The lines of the function, and of what stands before it."""
        lines = [line for name in self.logs for line in self.running.cloud.log_lines(self.running.outputs[name])]
        return [line for entry in lines for line in entry.splitlines()]

    def errors(self) -> list[str]:
        """Log lines that should make somebody act."""
        return [line for line in self.log() if '"ERROR"' in line]


class Observer(Watch):
    """Looks at table-capacity and its table."""

    def __init__(self, running: Running) -> None:
        super().__init__(running, JOB, ("WebhookReceiverLogGroupName", "TableCapacityLogGroupName"))

    def units(self) -> tuple[int, int]:
        """The table's read and write units, as AWS shows them."""
        throughput = self.described()["ProvisionedThroughput"]
        return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]

    def described(self) -> dict[str, Any]:
        """The table's description."""
        return self.running.tables.client("dynamodb").describe_table(TableName=CAPACITY_TABLE)["Table"]

    def updates(self) -> int:
        """How often the table was changed."""
        return len(get_json(f"{self.running.gap}/_gap/tables/{CAPACITY_TABLE}")["updates"])
