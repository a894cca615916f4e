"""The gap server in front of a running emulator."""

from __future__ import annotations

import json
import time
import unittest
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

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        cls.clock_file = cls.workshop.folder / "clock"
        write_clock(cls.clock_file, Clock(0, 1))
        _, cls.emulator = start_emulator(cls.workshop, cls.clock_file, "http://127.0.0.1:9")
        cls.address = start_gap(cls.workshop, free_port(), cls.emulator, cls.clock_file)
        get_json(f"{cls.address}/_gap/updating", "PUT", {"seconds": UPDATING_SECONDS})
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
