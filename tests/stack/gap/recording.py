"""Who called what: each request by function, service and action, with the partitions of the state table it named.

A function is known by the key that signed its first call: every function fetches its own configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

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
        for action, partitions in actions_of(request):
            self.calls.append({"key": key, "service": request.service, "action": action, "partitions": partitions, "status": status})

    def as_json(self) -> list[dict[str, Any]]:
        """Each call with the name of its function; calls of others have none."""
        return [
            {"function": self.functions.get(call["key"]), **{name: value for name, value in call.items() if name != "key"}}
            for call in self.calls
        ]


def actions_of(request: Request) -> Iterator[tuple[str, list[str]]]:
    """The actions that IAM judges, each with the partitions it names."""
    body = request.json
    if request.service == "dynamodb" and request.action.startswith("Transact"):
        for item in body.get("TransactItems", []):
            for part, content in item.items():
                yield TRANSACTION.get(part, part), sorted(set(partitions_in(content)))
    elif request.service == "dynamodb":
        yield request.action, sorted({*partitions_in(body), *partition_of_query(body)})
    else:
        yield request.action, []


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
