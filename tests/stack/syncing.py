"""contact-sync of a running stack from outside: its settings, its runs, what wakes it, and what both sides show then."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from stack import report
from stack.clock_file import Clock, move_past_next_tick, moved_now, read_clock, write_clock
from stack.cloud import get_json
from stack.observer import Watch
from stack.sender import contacts_changed, relayed_change, sender
from stack.simulator import Simulator
from stack.stack import Running, reconfigure

JOB = "contact-sync"
SUNDAY = 6
FULL_AT = (6, 20)  # of a Sunday, in UTC
PATIENCE_SECONDS = 60.0
Run = dict[str, Any]


class Sync(Watch):
    """One stack's contact-sync."""

    def __init__(self, running: Running) -> None:
        super().__init__(running, JOB, ("ContactSyncLogGroupName",))
        self.simulator = Simulator(running.simulator)

    def configure(self, **settings: Any) -> None:
        """Gives it these settings; the rest is as in default.toml."""
        reconfigure(self.running, JOB, {"near_real_time": True, **settings})

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's answer to a person."""
        functions = self.running.cloud.client("lambda")
        answer = functions.invoke(FunctionName=self.running.outputs["ContactSyncName"], Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read())

    def tick(self) -> list[Run]:
        """The next tick of the schedule, and whatever goes on from it."""
        self.runs()
        move_past_next_tick(Path(self.running.clock_file))
        return self.until_quiet()

    def until_quiet(self) -> list[Run]:
        """Waits for a run that does not go on, and for an empty queue; the answer is the runs since the last look."""
        found: list[Run] = []

        def is_quiet() -> bool:
            found.extend(self.runs())
            return bool(found) and found[-1]["status"] != "continued" and self.waiting("ContactSyncQueueUrl") == 0

        self.until(is_quiet, PATIENCE_SECONDS, "a run that is through, and nothing in the queue")
        return found + self.runs()

    def told_by_webhook(self, ids: list[str]) -> int:
        """Salesforce posts a signed webhook; the answer is its status."""
        return sender(self.running, "salesforce").post(contacts_changed(ids), "/webhooks/salesforce").status

    def told_by_relay(self, ids: list[str], values: dict[str, str]) -> None:
        """Salesforce puts a change event with the new values on the partner event bus."""
        relayed_change(self.running.cloud, ids, values)

    def listen(self, is_on: bool) -> None:
        """Lets the function take messages off its queue, or keeps it from that."""
        functions = self.running.cloud.client("lambda")
        mappings = functions.list_event_source_mappings(FunctionName=self.running.outputs["ContactSyncName"])
        for mapping in mappings["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=is_on)

    def peek(self) -> str:
        """A message of the queue, which stays there for whoever comes next."""
        queues, url = self.running.cloud.client("sqs"), self.running.outputs["ContactSyncQueueUrl"]
        message = queues.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"][0]
        queues.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        return message["Body"]

    def move_to_sunday(self, hour: int, minute: int) -> None:
        """Moves the clock to just after the next Sunday on which the time in UTC is this."""
        now = datetime.fromtimestamp(moved_now(Path(self.running.clock_file)), timezone.utc)
        target = now.replace(hour=hour, minute=minute, second=1, microsecond=0) + timedelta(days=(SUNDAY - now.weekday()) % 7)
        if target <= now:
            target += timedelta(days=7)
        seconds = target.timestamp() - datetime.now(timezone.utc).timestamp()
        write_clock(Path(self.running.clock_file), Clock(seconds, read_clock(self.running.clock_file).speed))

    def rows(self, partition: str) -> dict[str, dict[str, Any]]:
        """The rows of one partition of the state table, by sort key."""
        answer = self.running.cloud.client("dynamodb").query(
            TableName=self.running.outputs["StateTableName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        return {row["sk"]["S"]: row for row in answer["Items"]}

    def linked(self) -> dict[str, dict[str, Any]]:
        """Every Genesys contact with a Salesforce id, by that id."""
        contacts = self.simulator.genesys_contacts()
        return {found: contact for contact in contacts if (found := report.external_id(contact))}

    def mails(self) -> list[dict[str, Any]]:
        """Every mail so far, as it was sent."""
        return get_json(f"{self.running.gap}/_gap/mails")["mails"]
