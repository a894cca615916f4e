"""Every effect of the launcher, one test each, on one running emulator."""

from __future__ import annotations

import json
import os
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError

from stack import launcher, package
from stack.clock_file import Clock, move_past_next_tick, moved_now, write_clock
from stack.cloud import Cloud, create_stack
from stack.processes import Workshop
from stack.scripted import bootstrap
from stack.stack import start_emulator

SHOW = """

def handle(event):
    return {"environment": dict(os.environ), "parent": os.getppid(), "group": os.getpgid(0)}
"""
ROLE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
DENY_PLAIN_HTTP = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    ],
}
SECRET_OF_THIS_PROCESS = "CX_BRIDGE_TEST_SECRET"


def until(ready: Callable[[], Any], seconds: float = 10) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while not (answer := ready()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


class Launcher(unittest.TestCase):
    """What a stock emulator would not do."""

    workshop: Workshop
    cloud: Cloud
    clock_file: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        cls.clock_file = cls.workshop.folder / "clock"
        write_clock(cls.clock_file, Clock(0, 1))
        cls.emulator, endpoint = start_emulator(cls.workshop, cls.clock_file, "http://127.0.0.1:9")
        cls.cloud = Cloud(endpoint)

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        """Address and ARN of a new queue."""
        sqs = self.cloud.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def received(self, url: str, seconds: float = 10) -> list[str]:
        """The bodies of the first messages that arrive."""
        sqs = self.cloud.client("sqs")
        messages = until(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"), seconds)
        return [message["Body"] for message in messages or []]

    def stack(self, name: str, resources: dict[str, Any]) -> None:
        """A stack of these resources."""
        create_stack(self.cloud, name, json.dumps({"Resources": resources}), {})

    def function(self, name: str, body: str) -> str:
        """A scripted function with a role that may do nothing."""
        role = self.cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ROLE))["Role"]["Arn"]
        program = self.workshop.folder / f"{name}-bootstrap"
        program.write_bytes(bootstrap(body))
        code = {"ZipFile": package.zipped(program)}
        self.cloud.client("lambda").create_function(
            FunctionName=name, Runtime="provided.al2023", Role=role, Handler="bootstrap", Code=code, Timeout=10
        )
        return name

    def invoke(self, name: str) -> Any:
        """The function's answer to an empty event."""
        answer = self.cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        return json.loads(answer["Payload"].read())

    def test_1_a_test_can_send_events_of_aws_sources(self) -> None:
        url, arn = self.queue("scaling-events")
        events = self.cloud.client("events")
        events.put_rule(Name="scaling", EventPattern=json.dumps({"source": ["aws.autoscaling"]}))
        events.put_targets(Rule="scaling", Targets=[{"Id": "queue", "Arn": arn}])
        entry = {"Source": "aws.autoscaling", "DetailType": "EC2 Instance Launch Successful", "Detail": "{}"}
        self.assertEqual(events.put_events(Entries=[entry])["FailedEntryCount"], 0)
        self.assertIn("EC2 Instance Launch Successful", self.received(url)[0])

    def test_2_a_schedule_fires_when_the_clock_file_moves(self) -> None:
        url, arn = self.queue("ticks")
        write_clock(self.clock_file, Clock(1800 - moved_now(self.clock_file) % 1800 + 60, 1))
        target = {"Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/scheduler", "Input": '{"tick":1}'}
        schedule = {"ScheduleExpression": "cron(0/30 * * * ? *)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
        self.stack("schedules", {"Tick": {"Type": "AWS::Scheduler::Schedule", "Properties": schedule}})
        self.assertEqual(self.received(url, seconds=1.5), [])
        move_past_next_tick(self.clock_file)
        self.assertEqual(self.received(url), ['{"tick":1}'])

    def test_3_a_warm_call_does_not_wait_for_a_log_line(self) -> None:
        from ministack.core import lambda_runtime

        launcher.answer_warm_calls_at_once()
        waits = [
            worker._drain_stderr_bounded.__defaults__[0]
            for worker in vars(lambda_runtime).values()
            if isinstance(worker, type) and hasattr(worker, "_drain_stderr_bounded")
        ]
        self.assertTrue(waits)
        self.assertLessEqual(max(waits), 0.001)

    def test_4_types_that_it_does_not_know_are_accepted(self) -> None:
        self.stack("stubs", {f"Stub{at}": {"Type": kind, "Properties": {}} for at, kind in enumerate(launcher.STUBBED_TYPES)})
        with self.assertRaises((ClientError, RuntimeError)):
            self.stack("unknown", {"Other": {"Type": "AWS::Budgets::Budget", "Properties": {}}})

    def test_5_properties_that_it_drops_are_applied(self) -> None:
        self.stack("dropped", dropped_properties())
        database = self.cloud.client("dynamodb")
        life = database.describe_time_to_live(TableName="rows")["TimeToLiveDescription"]
        self.assertEqual((life["TimeToLiveStatus"], life["AttributeName"]), ("ENABLED", "ttl"))
        backups = database.describe_continuous_backups(TableName="rows")["ContinuousBackupsDescription"]
        self.assertEqual(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")
        reserved = self.cloud.client("lambda").get_function_concurrency(FunctionName="reserved")
        self.assertEqual(reserved["ReservedConcurrentExecutions"], 2)
        zone = self.cloud.client("scheduler").get_schedule(Name="zoned")["ScheduleExpressionTimezone"]
        self.assertEqual(zone, "America/Chicago")

    def test_6_the_loopback_counts_as_tls(self) -> None:
        url, _ = self.queue("tls-only", Policy=json.dumps(DENY_PLAIN_HTTP))
        self.cloud.client("sqs").send_message(QueueUrl=url, MessageBody="through")
        self.assertEqual(self.received(url), ["through"])

    def test_7_a_scheduled_run_that_dies_ends_in_the_failure_queue(self) -> None:
        url, queue = self.queue("failures")
        name = self.function("dies", "def handle(event):\n    raise SystemExit(3)\n")
        functions = self.cloud.client("lambda")
        functions.put_function_event_invoke_config(
            FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": queue}}
        )
        arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        events = self.cloud.client("events")
        events.put_rule(Name="start", EventPattern=json.dumps({"source": ["test.start"]}))
        events.put_targets(Rule="start", Targets=[{"Id": "function", "Arn": arn, "Input": '{"from":"rule"}'}])
        events.put_events(Entries=[{"Source": "test.start", "DetailType": "start", "Detail": "{}"}])
        self.assertEqual(json.loads(self.received(url)[0])["requestPayload"], {"from": "rule"})

    def test_8_a_batch_is_as_large_as_its_mapping_says_and_waits_for_its_window(self) -> None:
        url, queue = self.queue("batches")
        batches = self.workshop.folder / "batches.txt"
        name = self.function("counts", f"def handle(event):\n    open({str(batches)!r}, 'a').write(str(len(event['Records'])) + ' ')\n")
        self.cloud.client("lambda").create_event_source_mapping(
            FunctionName=name, EventSourceArn=queue, BatchSize=100, MaximumBatchingWindowInSeconds=2
        )
        for at in range(0, 30, 10):
            entries = [{"Id": str(number), "MessageBody": "x"} for number in range(at, at + 10)]
            self.cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
            time.sleep(0.3)
        until(lambda: batches.exists() and batches.read_text(encoding="ascii"))
        self.assertEqual(batches.read_text(encoding="ascii"), "30 ")

    def test_roles_are_enforced(self) -> None:
        list_secrets = """
        import boto3
        def handle(event):
            try:
                boto3.client("secretsmanager").list_secrets()
            except Exception as error:
                return str(error)
        """
        self.assertIn("AccessDenied", self.invoke(self.function("powerless", list_secrets)))

    def test_a_role_that_names_the_sender_of_mails_may_send(self) -> None:
        mail = {"FromEmailAddress": "Reports <reports@example.com>", "ConfigurationSetName": "reports"}
        with mock.patch.multiple("ministack.core.responses", get_region=lambda: "eu-west-1", get_account_id=lambda: "123456789012"):
            judged = launcher.resources_of_mail(mail)
        start, key = "arn:aws:ses:eu-west-1:123456789012:", {"ses:FromAddress": "reports@example.com"}
        self.assertEqual(judged, [(f"{start}identity/example.com", key), (f"{start}configuration-set/reports", key)])
        # On the server: test_who_may_not_send_from_an_address_or_with_a_set_is_refused.

    def test_functions_get_a_clean_environment_with_clock_and_vendors(self) -> None:
        os.environ[SECRET_OF_THIS_PROCESS] = "x"
        self.addCleanup(os.environ.pop, SECRET_OF_THIS_PROCESS)
        environment = self.invoke(self.function("shows-environment", SHOW))["environment"]
        self.assertEqual(environment["CLOCK_FILE"], str(self.clock_file))
        for name in ("GENESYS_API_URL", "GENESYS_LOGIN_URL", "SALESFORCE_API_URL"):
            self.assertEqual(environment[name], "http://127.0.0.1:9")
        self.assertEqual(environment["AWS_ENDPOINT_URL"], self.cloud.endpoint)
        self.assertTrue(environment["TMPDIR"].startswith(str(self.workshop.folder)))
        self.assertNotIn(SECRET_OF_THIS_PROCESS, environment)

    def test_functions_belong_to_the_group_that_is_ended(self) -> None:
        self.assertEqual(self.invoke(self.function("shows-group", SHOW))["group"], self.emulator.process.pid)


def dropped_properties() -> dict[str, Any]:
    """One resource for each property."""
    keys = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
    table = {
        "TableName": "rows",
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        **keys,
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": ROLE}}
    function = {
        "FunctionName": "reserved",
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def handler(event, context): return 1"},
        "ReservedConcurrentExecutions": 2,
    }
    schedule = {
        "Name": "zoned",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "America/Chicago",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": {"Fn::GetAtt": ["Function", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    return {
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table},
        "Role": role,
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": schedule},
    }


if __name__ == "__main__":
    unittest.main()
