"""What a deployed stack says about itself."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from stack.processes import PartFailed


def outputs_of(stack_name: str) -> dict[str, str]:
    """The outputs of a stack, by name."""
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        raise PartFailed("report", f"there is no stack {stack_name} here; deploy it, or choose AWS_PROFILE and AWS_REGION", lines=[]) from error
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def archive_of(stack_name: str) -> str:
    """The bucket of a stack's reports."""
    bucket = outputs_of(stack_name).get("ReportArchiveName")
    if bucket is None:
        raise PartFailed("report", f"the stack {stack_name} has no archive yet: deploy it again", lines=[])
    return bucket
