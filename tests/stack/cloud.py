"""Talking to the emulator as any AWS client would."""

from __future__ import annotations

import functools
import json
import time
import urllib.error
import urllib.request
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
TEMPLATE_BUCKET = "cx-bridge-templates"
# The emulator's root key: it judges roles, and this one may do everything, as an administrator's profile would.
KEY = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Cloud:
    """One emulator, by its address."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def client(self, service: str) -> Any:
        """The boto3 client of a service."""
        return client_of(self.endpoint, service)

    def is_ready(self) -> bool:
        """Whether it answers yet."""
        return get_json(f"{self.endpoint}/_ministack/health") is not None

    def outputs(self, stack_name: str) -> dict[str, str]:
        """What a stack tells about itself."""
        stack = self.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def names(self, stack_name: str) -> dict[str, str]:
        """What the names in a stack's template stand for: parameters, and the physical id of each resource."""
        formation = self.client("cloudformation")
        parameters = formation.describe_stacks(StackName=stack_name)["Stacks"][0].get("Parameters", [])
        resources = formation.describe_stack_resources(StackName=stack_name)["StackResources"]
        return {
            "AWS::StackName": stack_name,
            **{parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in parameters},
            **{resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources},
        }

    def log_lines(self, group: str) -> list[str]:
        """Every line of a log group, oldest first; none when the group does not exist."""
        logs = self.client("logs")
        try:
            pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=group))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return []
            raise
        events = [event for page in pages for event in page["events"]]
        events.sort(key=lambda event: event["timestamp"])
        return [event["message"].rstrip() for event in events]


@functools.lru_cache(maxsize=None)
def client_of(endpoint: str, service: str) -> Any:
    """Made once: a client takes longer than its calls."""
    config = Config(retries={"max_attempts": 1}, read_timeout=120, connect_timeout=5)
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=config, **KEY)


def get_json(url: str, method: str = "GET", body: object = None, seconds: float = 60) -> Any:
    """The JSON answer of a plain HTTP call on this machine; None when there is none yet."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            text = answer.read()
    except urllib.error.HTTPError:
        raise
    except OSError:
        return None
    return json.loads(text) if text else {}


def create_stack(cloud: Cloud, name: str, template: str, parameters: dict[str, str], seconds: float = 60) -> None:
    """Creates a CloudFormation stack and waits; a failure carries the first reason that CloudFormation gives.

    The template goes by way of S3, as `sam deploy` sends it: in the request itself it would be too long.
    """
    formation, storage = cloud.client("cloudformation"), cloud.client("s3")
    storage.create_bucket(Bucket=TEMPLATE_BUCKET)
    storage.put_object(Bucket=TEMPLATE_BUCKET, Key=name, Body=template.encode())
    formation.create_stack(
        StackName=name,
        TemplateURL=f"{cloud.endpoint}/{TEMPLATE_BUCKET}/{name}",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + seconds
    while True:
        status = formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if status == "CREATE_COMPLETE":
            return
        if not status.endswith("IN_PROGRESS") or time.monotonic() > deadline:
            raise RuntimeError(f"the stack {name} is {status}: {first_failure(formation, name)}")
        time.sleep(0.1)


def first_failure(formation: Any, name: str) -> str:
    """The oldest failed event of a stack."""
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "no reason given"
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', 'no reason given')}"
