"""The gap server in front of a running emulator."""

from __future__ import annotations

import json
import time
import unittest
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from stack.clock_file import Clock, write_clock
from stack.cloud import REGION, Cloud, get_json
from stack.processes import Workshop, free_port
from stack.stack import start_emulator, start_gap

UPDATING_SECONDS = 0.4
NAMESPACE = {"ServiceNamespace": "dynamodb"}
READ = "dynamodb:table:ReadCapacityUnits"
KEYS = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}


def units(read: int, write: int) -> dict[str, int]:
    """As the API has them."""
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


class GapServer(unittest.TestCase):
    """What the emulator lacks, and that the rest goes through unchanged."""

    workshop: Workshop
    clock_file: Path
    groups: Any

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        cls.clock_file = cls.workshop.folder / "clock"
        write_clock(cls.clock_file, Clock(0, 1))
        _, cls.emulator = start_emulator(cls.workshop, cls.clock_file, "http://127.0.0.1:9")
        cls.address = start_gap(cls.workshop, free_port(), cls.emulator, cls.clock_file)
        get_json(f"{cls.address}/_gap/updating", "PUT", {"seconds": UPDATING_SECONDS})
        get_json(f"{cls.address}/_gap/launching", "PUT", {"seconds": UPDATING_SECONDS})
        cls.cloud = Cloud(cls.address)
        cls.database = cls.cloud.client("dynamodb")
        cls.scaling = cls.cloud.client("application-autoscaling")

    def setUp(self) -> None:
        # Noon of some day, so that no test meets midnight.
        write_clock(self.clock_file, Clock(86400 * 1.5 - time.time() % 86400, 1))

    def table(self, name: str, read: int = 100, write: int = 50, **more: Any) -> str:
        """A new table with provisioned throughput."""
        throughput = {} if more.get("BillingMode") == "PAY_PER_REQUEST" else {"ProvisionedThroughput": units(read, write)}
        self.database.create_table(TableName=name, **KEYS, **throughput, **more)
        return name

    def described(self, name: str) -> tuple[str, int, int]:
        """Status and read units, and decreases today."""
        table = self.database.describe_table(TableName=name)["Table"]
        throughput = table["ProvisionedThroughput"]
        return table["TableStatus"], throughput["ReadCapacityUnits"], throughput["NumberOfDecreasesToday"]

    def update(self, name: str, read: int, write: int = 50) -> None:
        """Sets the units and waits until the table is active again."""
        self.database.update_table(TableName=name, ProvisionedThroughput=units(read, write))
        self.wait(name)

    def wait(self, name: str) -> None:
        """Until the table is active."""
        deadline = time.monotonic() + 5
        while self.described(name)[0] != "ACTIVE" and time.monotonic() < deadline:
            time.sleep(0.05)

    def refused(self, code: str, call: Any, *arguments: Any, **parameters: Any) -> str:
        """The message of a call that must be refused with this code."""
        with self.assertRaises(ClientError) as raised:
            call(*arguments, **parameters)
        self.assertEqual(raised.exception.response["Error"]["Code"], code)
        return str(raised.exception)

    def move(self, seconds: float) -> None:
        """The stack's clock, from noon of that day."""
        write_clock(self.clock_file, Clock(86400 * 1.5 - time.time() % 86400 + seconds, 1))

    def test_everything_else_goes_through_byte_for_byte(self) -> None:
        content = bytes(range(256)) * 1000
        storage = self.cloud.client("s3")
        storage.create_bucket(Bucket="through")
        storage.put_object(Bucket="through", Key="a b/ü?&=", Body=content)
        self.assertEqual(storage.get_object(Bucket="through", Key="a b/ü?&=")["Body"].read(), content)
        queue = self.cloud.client("sqs")
        url = queue.create_queue(QueueName="through")["QueueUrl"]
        queue.send_message(QueueUrl=url, MessageBody="ünïcode")
        self.assertEqual(queue.receive_message(QueueUrl=url)["Messages"][0]["Body"], "ünïcode")
        self.refused("ResourceNotFoundException", self.database.describe_table, TableName="none")

    def test_signatures_stay_valid_and_wrong_ones_are_refused(self) -> None:
        self.table("signed")
        users = self.cloud.client("iam")
        users.create_user(UserName="reader")
        allow = {"Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:ListTables"], "Resource": "*"}
        users.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
        made = users.create_access_key(UserName="reader")["AccessKey"]
        owner, thief = (
            boto3.client(
                "dynamodb",
                endpoint_url=self.address,
                region_name=REGION,
                config=Config(retries={"max_attempts": 0}),
                aws_access_key_id=made["AccessKeyId"],
                aws_secret_access_key=secret,
            )
            for secret in (made["SecretAccessKey"], "x" * 40)
        )
        self.assertEqual(owner.describe_table(TableName="signed")["Table"]["TableName"], "signed")
        self.assertIn("signed", owner.list_tables()["TableNames"])
        self.refused("InvalidSignatureException", thief.list_tables)
        self.refused("InvalidSignatureException", thief.describe_table, TableName="signed")
        self.refused("AccessDeniedException", owner.update_table, TableName="signed", ProvisionedThroughput=units(7, 7))

    def test_a_table_is_updating_for_a_while_and_shows_its_old_numbers(self) -> None:
        name = self.table("updating")
        answer = self.database.update_table(TableName=name, ProvisionedThroughput=units(200, 100))["TableDescription"]
        self.assertEqual((answer["TableStatus"], answer["ProvisionedThroughput"]["ReadCapacityUnits"]), ("UPDATING", 100))
        self.assertEqual(self.described(name), ("UPDATING", 100, 0))
        said = self.refused("ResourceInUseException", self.database.update_table, TableName=name, ProvisionedThroughput=units(300, 100))
        self.assertIn("being updated", said)
        self.wait(name)
        self.assertEqual(self.described(name), ("ACTIVE", 200, 0))

    def test_a_change_that_changes_nothing_is_refused(self) -> None:
        name = self.table("same")
        said = self.refused("ValidationException", self.database.update_table, TableName=name, ProvisionedThroughput=units(100, 50))
        self.assertIn("will not change", said)

    def test_decreases_run_out_and_come_back(self) -> None:
        name = self.table("decreasing")
        for count, read in enumerate((90, 80, 70, 60), start=1):
            self.update(name, read)
            self.assertEqual(self.described(name)[2], count)
        said = self.refused("LimitExceededException", self.database.update_table, TableName=name, ProvisionedThroughput=units(50, 50))
        self.assertIn("decreases today: 4", said)
        self.update(name, 500)  # an increase never waits
        self.refused("LimitExceededException", self.database.update_table, TableName=name, ProvisionedThroughput=units(600, 40))
        self.move(3700)
        self.update(name, 50)
        self.assertEqual(self.described(name), ("ACTIVE", 50, 5))
        self.move(12 * 3600 + 60)
        self.assertEqual(self.described(name)[2], 0)
        self.update(name, 40)
        self.assertEqual(self.described(name)[2], 1)

    def test_an_index_has_its_own_numbers_and_a_request_is_refused_as_a_whole(self) -> None:
        index = {"IndexName": "by-id", "KeySchema": KEYS["KeySchema"], "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": units(20, 20)}
        name = self.table("indexed", GlobalSecondaryIndexes=[index])
        change = {"Update": {"IndexName": "by-id", "ProvisionedThroughput": units(10, 10)}}
        self.database.update_table(TableName=name, GlobalSecondaryIndexUpdates=[change])
        table = self.database.describe_table(TableName=name)["Table"]
        shown = table["GlobalSecondaryIndexes"][0]
        self.assertEqual((shown["IndexStatus"], shown["ProvisionedThroughput"]["ReadCapacityUnits"]), ("UPDATING", 20))
        self.wait(name)
        shown = self.database.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
        self.assertEqual((shown["ReadCapacityUnits"], shown["NumberOfDecreasesToday"]), (10, 1))
        self.assertEqual(self.described(name)[2], 0)
        self.refused(
            "ValidationException",
            self.database.update_table,
            TableName=name,
            ProvisionedThroughput=units(101, 50),
            GlobalSecondaryIndexUpdates=[change],
        )
        self.assertEqual(self.described(name)[:2], ("ACTIVE", 100))

    def test_throughput_of_an_on_demand_table_is_refused(self) -> None:
        name = self.table("on-demand", BillingMode="PAY_PER_REQUEST")
        self.refused("ValidationException", self.database.update_table, TableName=name, ProvisionedThroughput=units(5, 5))
        self.refused("LimitExceededException", self.database.update_table, TableName=self.table("large"), ProvisionedThroughput=units(40001, 5))

    def test_targets_and_policies_are_kept(self) -> None:
        target = {**NAMESPACE, "ResourceId": f"table/{self.table('scaled')}", "ScalableDimension": READ}
        self.refused("ValidationException", self.scaling.register_scalable_target, **target, MinCapacity=10)
        self.refused("ObjectNotFoundException", self.scaling.put_scaling_policy, PolicyName="p", **target)
        self.scaling.register_scalable_target(**target, MinCapacity=10, MaxCapacity=1000)
        self.scaling.register_scalable_target(**target, MinCapacity=20)
        self.refused("ValidationException", self.scaling.register_scalable_target, **target, MinCapacity=1001)
        self.scaling.put_scaling_policy(PolicyName="p", PolicyType="TargetTrackingScaling", **target)
        found = self.scaling.describe_scalable_targets(**NAMESPACE, ResourceIds=[target["ResourceId"]])["ScalableTargets"][0]
        self.assertEqual((found["MinCapacity"], found["MaxCapacity"]), (20, 1000))
        policies = self.scaling.describe_scaling_policies(**NAMESPACE, ResourceId=target["ResourceId"])["ScalingPolicies"]
        self.assertEqual([policy["PolicyType"] for policy in policies], ["TargetTrackingScaling"])
        self.scaling.deregister_scalable_target(**target)
        self.refused("ObjectNotFoundException", self.scaling.deregister_scalable_target, **target)
        self.assertEqual(self.scaling.describe_scaling_policies(**NAMESPACE, ResourceId=target["ResourceId"])["ScalingPolicies"], [])

    def test_what_does_not_fit_a_table_is_refused(self) -> None:
        bounds = {"MinCapacity": 1, "MaxCapacity": 2}
        wrong = ({"ResourceId": "table/none", "ScalableDimension": READ}, {"ResourceId": "table/a/index/b", "ScalableDimension": READ})
        for target in wrong:
            self.refused("ValidationException", self.scaling.register_scalable_target, **NAMESPACE, **target, **bounds)
        self.refused("UnknownOperationException", self.scaling.describe_scaling_activities, **NAMESPACE)

    def test_a_table_follows_its_floor_upwards_only(self) -> None:
        name = self.table("floor")
        target = {**NAMESPACE, "ResourceId": f"table/{name}", "ScalableDimension": READ}
        self.scaling.register_scalable_target(**target, MinCapacity=300, MaxCapacity=1000)
        self.wait(name)
        self.assertEqual(self.described(name)[:2], ("ACTIVE", 300))
        self.scaling.register_scalable_target(**target, MinCapacity=5)
        self.assertEqual(self.described(name)[:2], ("ACTIVE", 300))
        self.assertEqual(len(get_json(f"{self.address}/_gap/tables/{name}")["updates"]), 1)

    def grown_group(self) -> tuple[str, dict[str, Any], Callable[[int], list[dict[str, Any]]]]:
        """A group that grew from 2 to 5: its name, its description at once, and what waits for so many of its events."""
        name = f"group-{uuid.uuid4()}"
        queue = self.cloud.client("sqs")
        url = queue.create_queue(QueueName=name)["QueueUrl"]
        arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events = self.cloud.client("events")
        pattern = {"source": ["aws.autoscaling"], "detail": {"AutoScalingGroupName": [name]}}
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
        self.groups = self.cloud.client("autoscaling")
        self.groups.create_launch_configuration(LaunchConfigurationName=name, ImageId="ami-1", InstanceType="t3.micro")
        self.groups.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName=name, MinSize=0, MaxSize=10, DesiredCapacity=2, AvailabilityZones=["us-east-1a"]
        )

        def arrived(count: int) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            deadline = time.monotonic() + 10
            while len(found) < count and time.monotonic() < deadline:
                for message in queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
                    found.append(json.loads(message["Body"]))
                    queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return found

        self.assertEqual([event["detail-type"] for event in arrived(2)], ["EC2 Instance Launch Successful"] * 2)
        self.groups.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=5)
        return name, self.described_group(name), arrived

    def described_group(self, name: str) -> dict[str, Any]:
        """As AWS describes it."""
        return self.groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]

    def test_an_instance_is_pending_for_a_while_and_then_announced_on_the_default_bus(self) -> None:
        name, described, arrived = self.grown_group()
        states = sorted(instance["LifecycleState"] for instance in described["Instances"])
        self.assertEqual((described["DesiredCapacity"], states), (5, ["InService"] * 2 + ["Pending"] * 3))
        events = arrived(3)
        self.assertEqual({event["detail-type"] for event in events}, {"EC2 Instance Launch Successful"})
        documented = {"StatusCode", "Description", "AutoScalingGroupName", "ActivityId", "Details", "RequestId", "StatusMessage", "EndTime"}
        self.assertEqual(set(events[0]["detail"]), documented | {"EC2InstanceId", "StartTime", "Cause", "Origin", "Destination"})
        self.assertEqual(events[0]["resources"][0], described["AutoScalingGroupARN"])
        pending = {instance["InstanceId"] for instance in described["Instances"] if instance["LifecycleState"] == "Pending"}
        self.assertEqual({event["detail"]["EC2InstanceId"] for event in events}, pending)
        self.assertEqual({instance["LifecycleState"] for instance in self.described_group(name)["Instances"]}, {"InService"})

    def test_an_instance_that_went_is_announced_too(self) -> None:
        name, _, arrived = self.grown_group()
        arrived(3)
        self.groups.update_auto_scaling_group(AutoScalingGroupName=name, DesiredCapacity=1)
        events = arrived(4)
        self.assertEqual([event["detail-type"] for event in events], ["EC2 Instance Terminate Successful"] * 4)
        self.assertIn("from 5 to 1", events[0]["detail"]["Cause"])

    def test_suspended_processes_are_kept_and_shown(self) -> None:
        name, described, _ = self.grown_group()
        self.assertEqual(described["SuspendedProcesses"], [])
        self.groups.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=["Launch", "Terminate"])
        self.groups.resume_processes(AutoScalingGroupName=name, ScalingProcesses=["Terminate"])
        suspended = self.described_group(name)["SuspendedProcesses"]
        self.assertEqual([process["ProcessName"] for process in suspended], ["Launch"])
        self.groups.resume_processes(AutoScalingGroupName=name)
        self.assertEqual(self.described_group(name)["SuspendedProcesses"], [])
        self.refused("ValidationError", self.groups.suspend_processes, AutoScalingGroupName="none")

    def test_every_call_is_recorded_with_its_partitions(self) -> None:
        name = "rows"
        schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
        self.database.create_table(
            TableName=name, AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], KeySchema=schema, BillingMode="PAY_PER_REQUEST"
        )
        self.cloud.client("ssm").put_parameter(Name="/cx-bridge/dev/some-function", Value="x", Type="String")
        get_json(f"{self.address}/_gap/calls", "DELETE")
        self.cloud.client("ssm").get_parameter(Name="/cx-bridge/dev/some-function")
        self.database.put_item(TableName=name, Item={"pk": {"S": "a#1"}})
        self.database.query(TableName=name, KeyConditionExpression="#k = :k", ExpressionAttributeNames={"#k": "pk"}, ExpressionAttributeValues={":k": {"S": "b#2"}})
        self.database.transact_write_items(
            TransactItems=[
                {"Update": {"TableName": name, "Key": {"pk": {"S": "c#3"}}, "UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"N": "1"}}}},
                {"ConditionCheck": {"TableName": name, "Key": {"pk": {"S": "a#1"}}, "ConditionExpression": "attribute_exists(pk)"}},
            ]
        )
        self.database.batch_get_item(RequestItems={name: {"Keys": [{"pk": {"S": "a#1"}}, {"pk": {"S": "d#4"}}]}})
        calls = [(call["action"], call["partitions"]) for call in get_json(f"{self.address}/_gap/calls")["calls"]]
        self.assertEqual(
            calls,
            [
                ("GetParameter", []),
                ("PutItem", ["a#1"]),
                ("Query", ["b#2"]),
                ("UpdateItem", ["c#3"]),
                ("ConditionCheckItem", ["a#1"]),
                ("BatchGetItem", ["a#1", "d#4"]),
            ],
        )
        self.assertEqual({call["function"] for call in get_json(f"{self.address}/_gap/calls")["calls"]}, {"some-function"})


if __name__ == "__main__":
    unittest.main()
