"""The nightly report of a running stack from outside: its configuration, its ledger, its mails and its archive."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from boto3.dynamodb.types import TypeDeserializer

from stack.archive import place_of
from stack.clock_file import Clock, moved_now, read_clock, write_clock
from stack.cloud import get_json
from stack.simulator import Simulator
from stack.stack import Running, reconfigure

JOB = "nightly-report"
ZONE = "America/Chicago"
DAYS, QUEUES, CONVERSATIONS = 400, 12, 400
SENDER = "Contact centre <reports@example.com>"
TICK_SECONDS = 900  # nightly-report's schedule
Entry = dict[str, Any]


def mailing_list(name: str, *recipients: str, **more: str) -> dict[str, Any]:
    """One row of `[[nightly-report.lists]]`."""
    return {"name": name, "from": SENDER, "to": list(recipients), **more, "enabled": True}


def inserted(whole: str, part: str) -> str | None:
    """What stands in the one text and not in the other, where it is one stretch; else nothing."""
    at, length = len(os.path.commonprefix([whole, part])), len(whole) - len(part)
    return whole[at : at + length] if length >= 0 and whole[:at] + whole[at + length :] == part else None


def configure(running: Running, lists: list[dict[str, Any]], **more: Any) -> None:
    """Gives nightly-report these lists and no other."""
    reconfigure(running, JOB, {"company": "Example", "zone": ZONE, **more, "lists": lists})


def a_contact_centre(running: Running, until: date, lists: list[dict[str, Any]]) -> dict[str, Any]:
    """Sites, queues and thirteen months of conversations, a sender that SES knows, and lists that get the report."""
    running.cloud.client("sesv2").create_email_identity(EmailIdentity="example.com")
    configure(running, lists)
    return Simulator(running.simulator).seed_contact_centre(ZONE, until, DAYS, QUEUES, CONVERSATIONS)


def local_now(running: Running) -> datetime:
    """What the clocks of the organisation show."""
    return datetime.fromtimestamp(moved_now(Path(running.clock_file)), ZoneInfo(ZONE))


MANAGEMENT = mailing_list("management", "director@example.com", "Ana <ana@example.com>")


class Night:
    """What can be seen and done about one night."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.storage = running.cloud.client("s3")
        self.bucket = running.outputs["ReportArchiveName"]

    @property
    def day(self) -> date:
        """What a report is about, on the day that the clock shows."""
        return local_now(self.running).date() - timedelta(days=1)

    def next(self, hour: int, minute: int) -> datetime:
        """The next moment at which the organisation's clocks show this: of today where it is still to come."""
        now = local_now(self.running)
        target = now.replace(hour=hour, minute=minute, second=1, microsecond=0)
        return target if target > now else target + timedelta(days=1)

    def move_to(self, hour: int, minute: int) -> None:
        """Moves the clock to the next moment at which the organisation's clocks show this."""
        seconds = self.next(hour, minute).astimezone(timezone.utc).timestamp() - time.time()
        write_clock(Path(self.running.clock_file), Clock(seconds, read_clock(self.running.clock_file).speed))

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's answer to a person."""
        functions = self.running.cloud.client("lambda")
        answer = functions.invoke(FunctionName=self.running.outputs["NightlyReportName"], Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read())

    def ledger(self) -> dict[str, Entry]:
        """What is remembered about days and mails, by `<day>` and `<day>#<list>`."""
        read = TypeDeserializer()
        rows = self.running.cloud.client("dynamodb").query(
            TableName=self.running.outputs["StateTableName"],
            KeyConditionExpression="pk = :report",
            ExpressionAttributeValues={":report": {"S": f"report#{JOB}"}},
            ConsistentRead=True,
        )["Items"]
        return {row["sk"]["S"]: read.deserialize(row["says"]) for row in rows}

    def mails(self) -> list[dict[str, Any]]:
        """Every mail so far, as it was sent."""
        return get_json(f"{self.running.gap}/_gap/mails")["mails"]

    def mails_of(self, day: date) -> list[dict[str, Any]]:
        """Those about one day, by the key that they carry."""
        return [mail for mail in self.mails() if day.isoformat() in mail["tags"]["cx-bridge-key"]]

    def tell(self, what: str, **how: Any) -> None:
        """Has mails refused, answers lost, or events held: stack/gap/control.py."""
        get_json(f"{self.running.gap}/_gap/mails/{what}", "PUT", how)

    def archived(self) -> dict[str, int]:
        """The objects of the day, by name, with their sizes."""
        place = place_of(self.day)
        found = self.storage.list_objects_v2(Bucket=self.bucket, Prefix=place).get("Contents", [])
        return {entry["Key"].removeprefix(place): entry["Size"] for entry in found}

    def archived_days(self) -> int:
        """How many days the archive holds."""
        pages = self.storage.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="reports/")
        return len({found["Key"].rpartition("/")[0] for page in pages for found in page.get("Contents", [])})

    def read_archived(self, name: str) -> bytes:
        """One object of the day."""
        return self.storage.get_object(Bucket=self.bucket, Key=place_of(self.day) + name)["Body"].read()

    def enlarge_archived(self, alerts: int) -> None:
        """Puts so many alerts into the day's report as no day has."""
        report = json.loads(self.read_archived("report.json"))
        report["alerts"] = (report["alerts"] * alerts)[:alerts]
        self.storage.put_object(Bucket=self.bucket, Key=place_of(self.day) + "report.json", Body=json.dumps(report).encode())

    def leave(self, folder: Path) -> None:
        """Copies the mails, the day's archive and the ledger to where they stay."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(Path(self.mails()[0]["folder"]).parent, folder / "mails")
        (folder / "archive").mkdir()
        for name in self.archived():
            (folder / "archive" / name).write_bytes(self.read_archived(name))
        (folder / "ledger.json").write_text(json.dumps(self.ledger(), indent=2, default=float) + "\n", encoding="utf-8")
