"""Who called what: each request by function, service and action, with the resources and the partitions of a table it named.

A function is known by the key that signed its first call: every function fetches its own configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote

from stack.gap.messages import Request

# What IAM calls the parts of a transaction.
TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
PARTITION = re.compile(r"(#?\w+)\s*=\s*(:\w+)")


class Recording:
    """Every call since the start, or since it was cleared."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.functions: dict[str, str] = {}

    def add(self, request: Request, status: int) -> None:
        """One answered request. The emulator's own address and browsers sign nothing and are left out."""
        key = request.access_key
        if not key:
            return
        if request.service == "ssm" and request.action == "GetParameter":
            self.functions.setdefault(key, str(request.json.get("Name", "")).rpartition("/")[2])
        for action, partitions, resources in actions_of(request):
            call = {"key": key, "service": request.service, "action": action, "status": status}
            self.calls.append({**call, "partitions": partitions, "resources": resources})

    def as_json(self) -> list[dict[str, Any]]:
        """Each call with the name of its function; calls of others have none."""
        return [
            {"function": self.functions.get(call["key"]), **{name: value for name, value in call.items() if name != "key"}}
            for call in self.calls
        ]


def actions_of(request: Request) -> Iterator[tuple[str, list[str], list[str]]]:
    """The actions that IAM judges, each with the partitions and the resources it names."""
    body = request.json
    if request.service == "dynamodb" and request.action.startswith("Transact"):
        for item in body.get("TransactItems", []):
            for part, content in item.items():
                yield TRANSACTION.get(part, part), sorted(set(partitions_in(content))), [table(content["TableName"])]
    elif request.service == "dynamodb":
        names = [body["TableName"]] if "TableName" in body else list(body.get("RequestItems", {}))
        yield request.action, sorted({*partitions_in(body), *partition_of_query(body)}), [table(name) for name in names]
    elif request.service == "s3":
        yield request.action, [], [unquote(request.target.partition("?")[0].strip("/"))]
    else:
        yield request.action, [], list(resource_of(request.service, body or request.form))


def table(name: str) -> str:
    """A table as the end of its ARN has it."""
    return f"table/{name}"


def resource_of(service: str, body: dict[str, Any]) -> Iterator[str]:
    """What a call is about, as the end of its ARN has it; nothing where IAM knows no resources."""
    match service:
        case "sqs" if "QueueUrl" in body:
            yield str(body["QueueUrl"]).rpartition("/")[2]
        case "sns" if "TopicArn" in body:
            yield str(body["TopicArn"]).split(":", 5)[5]
        case "ssm" if "Name" in body:
            yield "parameter/" + str(body["Name"]).lstrip("/")
        case "secretsmanager" if "SecretId" in body:
            name = str(body["SecretId"])
            yield name.split(":", 5)[5] if name.startswith("arn:") else f"secret:{name}"
        case "logs" if "logGroupName" in body:
            stream = f":log-stream:{body['logStreamName']}" if "logEvents" in body else ""
            yield f"log-group:{body['logGroupName']}{stream}"
            if "filterPattern" in body:  # a search goes through the group's streams
                yield f"log-group:{body['logGroupName']}:log-stream:"
        case "application-autoscaling" if "ResourceId" in body:
            yield f"scalable-target/{body['ResourceId']}"
        case "ses" if "FromEmailAddress" in body:
            yield "identity/" + parseaddr(body["FromEmailAddress"])[1].rpartition("@")[2]
            if body.get("ConfigurationSetName"):
                yield f"configuration-set/{body['ConfigurationSetName']}"


def partitions_in(content: Any) -> Iterator[str]:
    """Every `pk` of a key or an item, however deep."""
    if isinstance(content, dict):
        value = content.get("pk")
        if isinstance(value, dict) and isinstance(value.get("S"), str):
            yield value["S"]
        for inner in content.values():
            yield from partitions_in(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from partitions_in(inner)


def partition_of_query(body: dict[str, Any]) -> Iterator[str]:
    """The partition in a KeyConditionExpression."""
    names, values = body.get("ExpressionAttributeNames") or {}, body.get("ExpressionAttributeValues") or {}
    for name, value in PARTITION.findall(body.get("KeyConditionExpression") or ""):
        if names.get(name, name) == "pk":
            yield values.get(value, {}).get("S", "")
