"""From webhook to table on the deployed bundle, and the roles of all functions compared with the calls they made.

One stack serves all tests, in the order of their numbers: `make demo-events` with a smaller burst, one run of
contact-sync, then the comparison. The emulator judges each call by the function's role, so what worked was granted. What
was granted and not used is found here; it judges no conditions, so the partitions are compared here too.
"""

from __future__ import annotations

import contextlib
import fnmatch
import io
import unittest
from typing import Any

from stack.cloud import get_json
from stack.demo_events import STEPS, Demonstration
from stack.processes import PartFailed, Workshop
from stack.simulator import Simulator
from stack.stack import Running, start
from stack.template import TEMPLATE
from stack.ticks import tick
from stack.wiring.reading import Resource, Template, as_list, refers_to

BURST = 80
CONTACTS = 120

# Granted, and made by an AWS service in the function's name, where nothing can record it.
BY_AWS = {
    "kms:Decrypt": "SNS, for a message to the topic",
    "kms:GenerateDataKey": "SNS, for a message to the topic",
    "sqs:ChangeMessageVisibility": "Lambda, for the queue that feeds the function",
    "sqs:DeleteMessage": "Lambda, for the queue that feeds the function",
    "sqs:GetQueueAttributes": "Lambda, for the queue that feeds the function",
    "sqs:ReceiveMessage": "Lambda, for the queue that feeds the function",
    "xray:PutTelemetryRecords": "Lambda",
    "xray:PutTraceSegments": "Lambda",
}
# Granted, and needed on ways that these runs do not take; the test that takes them is named.
ELSEWHERE = {
    ("contact-sync", "dynamodb:DeleteItem"): "a contact in order again leaves review: tests/scenarios",
    ("contact-sync", "sns:Publish"): "a braked run alerts: tests/scenarios",
    ("contact-sync", "sqs:SendMessage"): "Lambda, for an invocation that failed",
    ("table-capacity", "sqs:SendMessage"): "Lambda, for an invocation that failed",
    ("table-capacity", "logs:CreateLogStream"): "Lambda, for the function's own log",
    ("table-capacity", "logs:PutLogEvents"): "Lambda, for the function's own log",
    ("webhook-receiver", "logs:CreateLogStream"): "Lambda, for the function's own log",
    ("webhook-receiver", "logs:PutLogEvents"): "Lambda, for the function's own log",
}
# Partitions that only those ways touch.
PARTITIONS_ELSEWHERE = {("contact-sync", "quarantine#contact-sync")}


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

    def test_1_events_end_as_promised(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            demonstration = Demonstration(self.running, self.workshop.folder, BURST)
            try:
                for step in STEPS:
                    step(demonstration)
            except PartFailed as failed:
                self.fail("\n".join([output.getvalue(), *failed.last_lines(40), str(failed)]))
        for said in ("rise from 5 to 1500", "'duplicate': True", "dropped", "401", "fall from 1500 to 5"):
            self.assertIn(said, output.getvalue())

    def test_2_a_table_with_a_scaling_policy_gets_its_floor(self) -> None:
        scaling = self.running.tables.client("application-autoscaling")
        demonstration = Demonstration(self.running, self.workshop.folder)
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

    def test_3_contacts_are_synchronised_beside_it(self) -> None:
        simulator = Simulator(self.running.simulator)
        simulator.seed_demo(CONTACTS)
        with contextlib.redirect_stdout(io.StringIO()):
            first = tick(self.running, 0)
            linked = [contact["Id"] for contact in simulator.salesforce_contacts() if contact.get("LastName")]
            simulator.edit_salesforce(linked[0], {"LastName": "Changed"})
            second = tick(self.running, 0)
        self.assertEqual((first.result["status"], second.result["status"]), ("done", "done"))

    def test_4_the_sdk_came_by_the_gap_server_for_tables_and_scaling(self) -> None:
        # Recorded means all services; that the two of the gap server are reached by their own variables is seen from
        # the table: test_1 of an unrecorded stack could not see UPDATING, and `make demo-events` runs unrecorded.
        services = {call["service"] for call in self.calls() if call["function"] == "table-capacity"}
        self.assertLessEqual({"dynamodb", "application-autoscaling", "monitoring"}, services)

    def test_5_no_call_was_denied(self) -> None:
        denied = [call for call in self.calls() if call["function"] and call["status"] == 403]
        self.assertEqual(denied, [])

    def test_6_each_role_grants_what_its_function_calls_and_no_more(self) -> None:
        for function, role in self.roles().items():
            called = {f"{service_name(call)}:{call['action']}" for call in self.calls() if call["function"] == function}
            granted = {action for statement in role for action in as_list(statement["Action"])}
            self.assertEqual(called - granted, set(), f"{function} calls what its role does not grant")
            unused = {action for action in granted - called if action not in BY_AWS and (function, action) not in ELSEWHERE}
            self.assertEqual(unused, set(), f"{function} may do what it never does")

    def test_7_the_partitions_of_the_template_are_those_that_are_used(self) -> None:
        for function, role in self.roles().items():
            named = {key for statement in role for key in leading_keys(statement)}
            used = {key for call in self.calls() if call["function"] == function for key in call["partitions"]}
            strangers = {key for key in used if not any(fnmatch.fnmatchcase(key, pattern) for pattern in named)}
            self.assertEqual(strangers, set(), f"{function} reaches partitions that its role does not name")
            idle = {pattern for pattern in named if not fnmatch.filter(used, pattern)}
            self.assertEqual({(function, pattern) for pattern in idle} - PARTITIONS_ELSEWHERE, set())

    def calls(self) -> list[dict[str, Any]]:
        """Everything that was recorded."""
        return get_json(f"{self.running.gap}/_gap/calls")["calls"]

    def roles(self) -> dict[str, list[Resource]]:
        """The statements of each function's role."""
        template = Template(TEMPLATE.read_text(encoding="utf-8"))
        return {function: list(template.statements(refers_to(properties.get("Role")))) for _, function, properties in template.functions()}


def service_name(call: dict[str, Any]) -> str:
    """What IAM calls a service that signs by another name."""
    return {"monitoring": "cloudwatch"}.get(call["service"], call["service"])


def leading_keys(statement: Resource) -> list[str]:
    """The partitions of a statement."""
    return statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])


if __name__ == "__main__":
    unittest.main()
