"""Amazon SES, version 2, as far as sending a mail and hearing about it goes.

The emulator keeps identities and configuration sets, so it judges whether the caller may send and whether the sender is
verified. But of a mail it forgets all but the text, it takes any configuration set, and it publishes no event. So a mail
is handed to it, kept here as it was sent, and its events go to the SNS topics of its configuration set.

A test can have the next mails refused, can have them taken and their answers lost, and can hold events back.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from stack.clock_file import read_clock
from stack.cloud import client_of
from stack.gap.mail import Mail, read_mail
from stack.gap.mail_events import Record, records
from stack.gap.messages import LOST, Answer, Refused, Request

SUBJECT = "Amazon SES Email Event Notification"
DELIVERED_AFTER_SECONDS = 2.0  # by the time in the event; it comes at once
STATUS = {"TooManyRequestsException": 429, "NotFoundException": 404, "InternalFailure": 500, "ServiceUnavailable": 503}
# The names of events, as an event destination lists them.
NAMES = {"Send": "SEND", "Delivery": "DELIVERY", "DeliveryDelay": "DELIVERY_DELAY", "Bounce": "BOUNCE", "Complaint": "COMPLAINT", "Reject": "REJECT"}


class Mails:
    """Every mail that was sent."""

    def __init__(self, emulator: str, clock_file: str | None, folder: Path, forward: Callable[[Request], Answer]) -> None:
        self.service = client_of(emulator, "sesv2")
        self.topics = client_of(emulator, "sns")
        self.clock_file = clock_file
        self.folder = folder
        self.forward = forward
        self.known: list[Mail] = []
        self.refusals: list[str] = []
        self.answers_to_lose = 0
        self.holds_events = False
        self.held: list[Record] = []

    def answer(self, request: Request) -> Answer:
        """SendEmail."""
        if self.refusals:
            code = self.refusals.pop(0)
            raise Refused(code, "refused, as a test asked for", STATUS.get(code, 400))
        message_id = f"0100{int(self.now() * 1000):012x}-{uuid.uuid4()}-000000"
        mail = read_mail(request.json, len(self.known) + 1, message_id, self.written(0))
        destinations = self.destinations(mail.configuration_set) if mail.configuration_set else []
        answer = self.forward(request)
        if answer.status != 200:
            return answer
        self.known.append(mail)
        mail.store(self.folder)
        # SES tells of a mail after it has answered; nobody may rely on one being first.
        self.publish(destinations, records(mail, self.written(DELIVERED_AFTER_SECONDS)))
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            return LOST
        return answer.with_json({"MessageId": message_id})

    def destinations(self, name: str) -> list[dict[str, Any]]:
        """Where events of a configuration set go; a set that is not there is refused."""
        try:
            return self.service.get_configuration_set_event_destinations(ConfigurationSetName=name).get("EventDestinations", [])
        except self.service.exceptions.NotFoundException as error:
            raise Refused("NotFoundException", f"Configuration set <{name}> does not exist.", 404) from error

    def publish(self, destinations: list[dict[str, Any]], events: list[Record]) -> None:
        """Sends each event to the topics that ask for it, or keeps it for later."""
        addressed = [
            {"TopicArn": destination["SnsDestination"]["TopicArn"], "Subject": SUBJECT, "Message": json.dumps(event)}
            for event in events
            for destination in destinations
            if destination.get("Enabled") and "SnsDestination" in destination and NAMES[event["eventType"]] in destination["MatchingEventTypes"]
        ]
        if self.holds_events:
            self.held += addressed
        else:
            self.send(addressed)

    def release(self) -> int:
        """Sends what was held back; the answer is how much that was."""
        self.holds_events = False
        addressed, self.held = self.held, []
        self.send(addressed)
        return len(addressed)

    def send(self, addressed: list[dict[str, Any]]) -> None:
        """In the background, in their order."""
        if addressed:
            threading.Thread(target=lambda: [self.topics.publish(**one) for one in addressed], daemon=True).start()

    def as_json(self) -> list[dict[str, Any]]:
        """Every mail, with its folder."""
        return [mail.described() | {"folder": str(self.folder / f"{mail.number:04}")} for mail in self.known]

    def now(self) -> float:
        """The stack's time."""
        return time.time() + read_clock(self.clock_file).seconds_ahead

    def written(self, seconds_later: float) -> str:
        """The stack's time as SES writes it."""
        moment = datetime.fromtimestamp(self.now() + seconds_later, timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
