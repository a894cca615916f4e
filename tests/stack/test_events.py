"""From webhook to table on the deployed bundle, and two roles compared with the calls that their functions made.

One stack serves all tests, in the order of their numbers: `make demo-events` with a smaller burst, what else events can
do, a run of contact-sync, then the comparison of each role with the calls that were recorded (`wiring/recorded.py`),
and the same with a template that was damaged on purpose.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import unittest
from typing import Any

from stack.cloud import get_json
from stack.demo_events import PATIENCE_SECONDS, STEPS, Demonstration
from stack.processes import PartFailed, Workshop
from stack.sender import contacts_changed, conversation_ended, sender
from stack.series import series
from stack.stack import STACK_NAME, Running, start
from stack.test_costs import reporting
from stack.ticks import tick
from stack.wiring.damage import ORIGINAL, UNUSED, damaged
from stack.wiring.reading import Template
from stack.wiring.recorded import Comparison

BURST = 80

BODY_BYTES_MAX = 262_144  # infra/config/default.toml
SERIES_MAX = 20
ABOUT = {"table-capacity", "webhook-receiver"}  # the others have little to do here: each has a test of its own


class Events(unittest.TestCase):
    """A running, recorded stack."""

    workshop: Workshop
    running: Running

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        with contextlib.redirect_stdout(io.StringIO()):
            cls.running = start(cls.workshop, "dev", print, recorded=True)

    def demonstration(self) -> Demonstration:
        """With the patience of a test that runs beside others."""
        return Demonstration(self.running, self.workshop.folder, BURST, reaction_seconds=PATIENCE_SECONDS)

    def test_1_events_end_as_promised(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            demonstration = self.demonstration()
            try:
                for step in STEPS:
                    step(demonstration)
            except PartFailed as failed:
                self.fail("\n".join([output.getvalue(), *failed.last_lines(40), str(failed)]))
        for said in ("rise from 5 to 1500", '"duplicate":true', "dropped", "401", "fall from 1500 to 5"):
            self.assertIn(said, output.getvalue())

    def test_2_a_table_with_a_scaling_policy_gets_its_floor(self) -> None:
        scaling = self.running.tables.client("application-autoscaling")
        demonstration = self.demonstration()
        dimensions = [f"dynamodb:table:{way}CapacityUnits" for way in ("Read", "Write")]
        target = {"ServiceNamespace": "dynamodb", "ResourceId": "table/my-contact-data"}
        for dimension in dimensions:
            scaling.register_scalable_target(**target, ScalableDimension=dimension, MinCapacity=5, MaxCapacity=4000)
            scaling.put_scaling_policy(**target, ScalableDimension=dimension, PolicyName="follow", PolicyType="TargetTrackingScaling")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            demonstration.a_webhook_changes_the_table()
        self.assertIn("set_floor", output.getvalue())
        targets = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
        self.assertEqual([(target["MinCapacity"], target["MaxCapacity"]) for target in targets], [(1500, 4000), (750, 4000)])

    def test_3_a_body_of_exactly_the_limit_reaches_a_consumer_byte_for_byte(self) -> None:
        outside = sender(self.running)
        short = conversation_ended("33333333-aaaa-4bbb-8ccc-222222222222", outside.now())
        body = padded(short, BODY_BYTES_MAX)
        self.assertEqual(len(body), BODY_BYTES_MAX)
        accepted = outside.post(body, "/webhook/call-ended")
        self.assertEqual((accepted.status, accepted.content.get("accepted")), (200, True), accepted)
        self.assertEqual(outside.post(padded(short, BODY_BYTES_MAX + 1), "/webhook/call-ended").status, 413)
        arrived = [event for event in self.conversations() if event["id"] == accepted.content["id"]]
        self.assertEqual([base64.b64decode(event["data_base64"]) == body for event in arrived], [True])

    def conversations(self) -> list[dict[str, Any]]:
        """Every message in the conversations queue, as its consumer to come will get it; they are gone afterwards."""
        queue, url = self.running.cloud.client("sqs"), self.running.outputs["ConversationsQueueUrl"]
        events = []
        while messages := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                events.append(json.loads(message["Body"]))
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return events

    def test_4_a_change_in_salesforce_goes_to_contact_sync_which_runs_by_its_timer_too(self) -> None:
        outside = sender(self.running, "salesforce")
        body = contacts_changed(["003000000000001AAA"])
        self.assertEqual((outside.post(body, "/webhooks/salesforce").status, outside.post(body).status), (200, 401), "each source has its own key")
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(tick(self.running, 0).result["status"], "done")

    def test_5_the_sdk_came_by_the_gap_server_for_tables_and_scaling(self) -> None:
        # Recorded means all services; that the two of the gap server are reached by their own variables is seen from
        # the table: test_1 of an unrecorded stack could not see UPDATING, and `make demo-events` runs unrecorded.
        services = {call["service"] for call in self.calls() if call["function"] == "table-capacity"}
        self.assertLessEqual({"dynamodb", "application-autoscaling", "monitoring"}, services)

    def test_6_no_call_was_denied(self) -> None:
        denied = [call for call in self.calls() if call["function"] and call["status"] == 403]
        self.assertEqual(denied, [])

    def test_7_each_role_grants_what_its_function_calls_and_no_more(self) -> None:
        self.assertEqual(self.compared(Template(ORIGINAL)), [])

    def test_8_a_role_that_grants_more_or_less_is_noticed(self) -> None:
        for place, what, instead, said in UNUSED:
            with self.subTest(place=place.strip(), line=what.strip(), instead=instead.strip()):
                found = self.compared(damaged(place, what, instead))
                self.assertTrue(any(said in sentence for sentence in found), f"expected `{said}`, got {found}")

    def test_9_all_functions_together_stay_below_twenty_metric_series(self) -> None:
        found = series(self.running)
        self.assertEqual({dict(dimensions)["Function"] for _, dimensions in found}, set(reporting(Template(ORIGINAL))))
        self.assertLessEqual(len(found), SERIES_MAX, sorted(found))

    def compared(self, template: Template) -> list[str]:
        """The differences between the roles of a template and what was recorded."""
        return Comparison(template, self.calls(), self.running.cloud.names(STACK_NAME), ABOUT).differences()

    def calls(self) -> list[dict[str, Any]]:
        """Everything that was recorded."""
        return get_json(f"{self.running.gap}/_gap/calls")["calls"]


def padded(body: bytes, size: int) -> bytes:
    """The same event in so many bytes."""
    event = json.loads(body) | {"note": ""}
    return json.dumps(event | {"note": "x" * (size - len(json.dumps(event)))}).encode()


if __name__ == "__main__":
    unittest.main()
