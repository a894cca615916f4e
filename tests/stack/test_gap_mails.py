"""SES as the gap server plays it: mails are kept as they were sent, and events about them go where they should."""

from __future__ import annotations

import json
import time
import unittest
import uuid
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from stack.clock_file import Clock, moved_now, write_clock
from stack.cloud import KEY, REGION, Cloud, get_json
from stack.gap.mails import NAMES
from stack.processes import Workshop, free_port
from stack.stack import MAILS, start_emulator, start_gap

DAY = 86400
SENDER = "Reports <reports@example.com>"
PDF = bytes(range(256)) * 40


class Mails(unittest.TestCase):
    """One gap server, and for each test a configuration set of its own."""

    workshop: Workshop
    address: str
    cloud: Cloud
    clock_file: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        cls.clock_file = cls.workshop.folder / "clock"
        write_clock(cls.clock_file, Clock(DAY, 1))
        _, emulator = start_emulator(cls.workshop, cls.clock_file, "http://127.0.0.1:9")
        cls.address = start_gap(cls.workshop, free_port(), emulator, cls.clock_file)
        cls.cloud = Cloud(cls.address)
        cls.cloud.client("sesv2").create_email_identity(EmailIdentity="example.com")

    def setUp(self) -> None:
        self.name = f"set-{uuid.uuid4()}"
        self.queues = self.cloud.client("sqs")
        self.queue = self.queues.create_queue(QueueName=self.name)["QueueUrl"]
        arn = self.queues.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topics = self.cloud.client("sns")
        topic = topics.create_topic(Name=self.name)["TopicArn"]
        condition = {"ArnEquals": {"aws:SourceArn": topic}}
        allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn, "Condition": condition}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.queues.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": policy})
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        # Without the repeats of the client: a lost answer has to be seen.
        settings = Config(retries={"max_attempts": 0})
        self.service = boto3.client("sesv2", endpoint_url=self.address, region_name=REGION, config=settings, **KEY)
        self.service.create_configuration_set(ConfigurationSetName=self.name)
        destination = {"Enabled": True, "MatchingEventTypes": list(NAMES.values()), "SnsDestination": {"TopicArn": topic}}
        self.service.create_configuration_set_event_destination(
            ConfigurationSetName=self.name, EventDestinationName="events", EventDestination=destination
        )

    def send(self, *recipients: str, service: Any = None, simple: dict[str, Any] | None = None, **more: Any) -> str:
        """Sends a mail to these recipients; the answer is its id."""
        body = {"Text": {"Data": "Gestern\n", "Charset": "UTF-8"}, "Html": {"Data": "<p>Gestern ü</p>", "Charset": "UTF-8"}}
        content = {"Simple": {"Subject": {"Data": "Report ü"}, "Body": body, **(simple or {})}}
        sent = {"FromEmailAddress": SENDER, "ConfigurationSetName": self.name, **more}
        to = {"ToAddresses": list(recipients or ["ana@example.com"])}
        return (service or self.service).send_email(Destination=to, Content=content, **sent)["MessageId"]

    def refused(self, code: str, *recipients: str, **more: Any) -> None:
        """A mail that must not be taken."""
        before = len(self.mails())
        with self.assertRaises(ClientError) as raised:
            self.send(*recipients, **more)
        self.assertEqual(raised.exception.response["Error"]["Code"], code)
        self.assertEqual(len(self.mails()), before)

    def tell(self, what: str, **how: Any) -> Any:
        """Tells the gap server something about mails."""
        return get_json(f"{self.address}/_gap/mails/{what}", "PUT", how)

    def mails(self) -> list[dict[str, Any]]:
        """Every mail so far."""
        return get_json(f"{self.address}/_gap/mails")["mails"]

    def events(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """So many events, in the order in which the queue gives them."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < deadline:
            for message in self.queues.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
                found.append(json.loads(message["Body"]))
                self.queues.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def test_a_mail_is_kept_as_it_was_sent(self) -> None:
        file = {"FileName": "report.pdf", "RawContent": PDF, "ContentType": "application/pdf", "ContentTransferEncoding": "BASE64"}
        extras = {"Attachments": [file], "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}]}
        tag = {"Name": "cx-bridge-key", "Value": "a_2f2026-03-14"}
        number = self.send("Ana <ana@example.com>", "bo@example.com", simple=extras, EmailTags=[tag])
        mail = self.mails()[-1]
        folder = Path(mail["folder"])
        self.assertEqual((mail["message_id"], folder.parent), (number, self.workshop.folder / MAILS))
        self.assertEqual((mail["from"], mail["to"]), (SENDER, ["Ana <ana@example.com>", "bo@example.com"]))
        self.assertEqual((mail["subject"], mail["configuration_set"]), ("Report ü", self.name))
        self.assertEqual((mail["tags"], mail["headers"]), ({"cx-bridge-key": "a_2f2026-03-14"}, {"Auto-Submitted": "auto-generated"}))
        self.assertEqual(mail["attachments"], [{"name": "report.pdf", "content_type": "application/pdf", "bytes": len(PDF)}])
        self.assertEqual((folder / "mail.txt").read_text(encoding="utf-8"), "Gestern\n")
        self.assertEqual((folder / "mail.html").read_text(encoding="utf-8"), "<p>Gestern ü</p>")
        self.assertEqual((folder / "attachments" / "report.pdf").read_bytes(), PDF)
        self.assertEqual(json.loads((folder / "mail.json").read_text(encoding="utf-8"))["message_id"], number)

    def test_events_have_the_form_in_which_ses_publishes_them(self) -> None:
        number = self.send("ana@example.com", EmailTags=[{"Name": "cx-bridge-key", "Value": "k"}])
        send, delivery = sorted(self.events(2), key=lambda event: event["eventType"], reverse=True)
        self.assertEqual((send["eventType"], send["send"], delivery["eventType"]), ("Send", {}, "Delivery"))
        for event in (send, delivery):
            mail = event["mail"]
            self.assertEqual((mail["messageId"], mail["destination"], mail["source"]), (number, ["ana@example.com"], SENDER))
            self.assertEqual((mail["tags"]["cx-bridge-key"], mail["tags"]["ses:configuration-set"]), (["k"], [self.name]))
            self.assertEqual(mail["timestamp"][:10], time.strftime("%Y-%m-%d", time.gmtime(moved_now(self.clock_file))))
        self.assertEqual(delivery["delivery"]["recipients"], ["ana@example.com"])
        self.assertGreater(delivery["delivery"]["timestamp"], delivery["mail"]["timestamp"])

    def test_what_becomes_of_a_recipient_shows_in_the_address(self) -> None:
        for recipients, wanted in (
            (["bounce@example.com"], ["Bounce", "Send"]),
            (["softbounce@example.com", "ana@example.com"], ["Bounce", "Delivery", "Send"]),
            (["complaint@example.com"], ["Complaint", "Delivery", "Send"]),
            (["delay@example.com"], ["Delivery", "DeliveryDelay", "Send"]),
            (["reject@example.com"], ["Reject"]),
        ):
            with self.subTest(recipients=recipients):
                self.send(*recipients)
                events = self.events(len(wanted))
                self.assertEqual(sorted(event["eventType"] for event in events), wanted)
                bounces = [event["bounce"]["bounceType"] for event in events if "bounce" in event]
                self.assertEqual(bounces, {"bounce": ["Permanent"], "softbounce": ["Transient"]}.get(recipients[0].partition("@")[0], []))

    def test_a_silent_recipient_has_no_events_and_a_destination_gets_what_it_asks_for(self) -> None:
        self.send("silent@example.com")
        changed = self.service.get_configuration_set_event_destinations(ConfigurationSetName=self.name)["EventDestinations"][0]
        del changed["Name"]
        self.service.update_configuration_set_event_destination(
            ConfigurationSetName=self.name, EventDestinationName="events", EventDestination={**changed, "MatchingEventTypes": ["DELIVERY"]}
        )
        self.send("ana@example.com")
        self.assertEqual([event["eventType"] for event in self.events(2, seconds=2)], ["Delivery"])

    def test_mails_are_refused_as_often_as_told(self) -> None:
        self.tell("refuse", code="TooManyRequestsException", count=2)
        self.refused("TooManyRequestsException")
        self.refused("TooManyRequestsException")
        self.tell("refuse", code="MessageRejected", count=1)
        self.refused("MessageRejected")
        self.send()
        self.assertEqual(len(self.events(2)), 2)

    def test_a_mail_whose_answer_is_lost_was_taken(self) -> None:
        self.tell("lose", count=1)
        before = len(self.mails())
        with self.assertRaises(ConnectionClosedError):
            self.send()
        self.assertEqual(len(self.mails()), before + 1)
        self.assertEqual({event["mail"]["messageId"] for event in self.events(2)}, {self.mails()[-1]["message_id"]})
        self.send()

    def test_events_wait_until_they_are_let_go(self) -> None:
        self.tell("events", held=True)
        self.send()
        self.assertEqual(self.events(1, seconds=1), [])
        self.assertEqual(self.tell("events", held=False), {"sent": 2})
        self.assertEqual(len(self.events(2)), 2)

    def test_what_ses_refuses_is_refused(self) -> None:
        self.refused("MessageRejected", FromEmailAddress="reports@elsewhere.example")
        self.refused("NotFoundException", ConfigurationSetName="none")
        self.refused("BadRequestException", EmailTags=[{"Name": "cx-bridge-key", "Value": "a/b"}])
        self.refused("BadRequestException", "ána@example.com")
        self.refused("BadRequestException", *[f"a{number}@example.com" for number in range(51)])
        self.refused("BadRequestException", simple={"Attachments": [{"FileName": "../a.pdf", "RawContent": b"x"}]})

    def test_who_may_not_send_from_an_address_or_with_a_set_is_refused(self) -> None:
        allowed = {
            "Effect": "Allow",
            "Action": "ses:SendEmail",
            "Resource": [f"arn:aws:ses:{REGION}:000000000000:{name}" for name in ("identity/*", f"configuration-set/{self.name}")],
            "Condition": {"StringLike": {"ses:FromAddress": "reports@example.com"}},
        }
        users = self.cloud.client("iam")
        users.create_user(UserName=self.name)
        users.put_user_policy(UserName=self.name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
        key = users.create_access_key(UserName=self.name)["AccessKey"]
        mine = boto3.client(
            "sesv2",
            endpoint_url=self.address,
            region_name=REGION,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )
        self.send(service=mine)
        self.refused("AccessDeniedException", service=mine, FromEmailAddress="other@example.com")
        self.service.create_configuration_set(ConfigurationSetName=f"other-{self.name}")
        self.refused("AccessDeniedException", service=mine, ConfigurationSetName=f"other-{self.name}")

    def test_calls_of_services_without_named_actions_are_recorded_as_iam_calls_them(self) -> None:
        storage = self.cloud.client("s3")
        storage.create_bucket(Bucket="kept")
        get_json(f"{self.address}/_gap/calls", "DELETE")
        storage.put_object(Bucket="kept", Key="reports/2026/03/14/a b.txt", Body=b"x")
        storage.get_object(Bucket="kept", Key="reports/2026/03/14/a b.txt")
        storage.list_objects_v2(Bucket="kept", Prefix="reports/")
        self.send()
        found = [(call["action"], call["resources"]) for call in get_json(f"{self.address}/_gap/calls")["calls"]]
        name = "kept/reports/2026/03/14/a b.txt"
        mail = ("SendEmail", ["identity/example.com", f"configuration-set/{self.name}"])
        self.assertEqual(found, [("PutObject", [name]), ("GetObject", [name]), ("ListBucket", ["kept"]), mail])


if __name__ == "__main__":
    unittest.main()
