"""Application Auto Scaling, as far as it knows DynamoDB tables: targets, policies, and a table that follows its floor.

It has no load to track. A table that is above its floor stays there until `control.py` is told that it idles.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from stack.cloud import REGION
from stack.gap.messages import Answer, Refused, Request, fine
from stack.gap.tables import TABLE, Tables, Units

ACCOUNT = "000000000000"
KINDS = {
    f"dynamodb:{kind}:{way}CapacityUnits": (kind, way.lower()) for kind in ("table", "index") for way in ("Read", "Write")
}
Key = tuple[str, str]


class Scaling:
    """Targets and policies of every table."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.targets: dict[Key, dict[str, Any]] = {}
        self.policies: dict[tuple[Key, str], dict[str, Any]] = {}
        self.actions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "RegisterScalableTarget": self.register,
            "DeregisterScalableTarget": self.deregister,
            "DescribeScalableTargets": self.describe_targets,
            "PutScalingPolicy": self.put_policy,
            "DeleteScalingPolicy": self.delete_policy,
            "DescribeScalingPolicies": self.describe_policies,
        }

    def answer(self, request: Request) -> Answer:
        """One call. What is not known is refused, never invented."""
        action = self.actions.get(request.action)
        if action is None:
            raise Refused("UnknownOperationException", f"the gap server does not know {request.action}")
        body = request.json
        if body.get("ServiceNamespace") != "dynamodb":
            raise Refused("ValidationException", "the gap server knows the service namespace dynamodb only")
        answer = action(body)
        self.follow()
        return fine(answer)

    def register(self, body: dict[str, Any]) -> dict[str, Any]:
        """A new target needs both bounds; an old one keeps what is not given."""
        key = key_of(body)
        table, _ = resource_of(key)
        if self.tables.current(table) is None:
            raise Refused("ValidationException", f"{key[0]} is not a table with provisioned throughput")
        bounds = dict(self.targets.get(key, {}))
        bounds.update({name: int(body[name]) for name in ("MinCapacity", "MaxCapacity") if body.get(name) is not None})
        if not {"MinCapacity", "MaxCapacity"} <= bounds.keys():
            raise Refused("ValidationException", "MinCapacity and MaxCapacity are needed for a new scalable target")
        if bounds["MinCapacity"] > bounds["MaxCapacity"]:
            raise Refused("ValidationException", "Maximum capacity cannot be less than minimum capacity")
        bounds.setdefault("ScalableTargetARN", f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/{uuid.uuid4().hex}")
        bounds.setdefault("CreationTime", time.time())
        self.targets[key] = bounds
        return {"ScalableTargetARN": bounds["ScalableTargetARN"]}

    def deregister(self, body: dict[str, Any]) -> dict[str, Any]:
        """Takes its policies with it."""
        key = self.known(body)
        del self.targets[key]
        self.policies = {at: policy for at, policy in self.policies.items() if at[0] != key}
        return {}

    def describe_targets(self, body: dict[str, Any]) -> dict[str, Any]:
        """All, or those of some resources or of a dimension."""
        return {
            "ScalableTargets": [
                {
                    "ServiceNamespace": "dynamodb",
                    "ResourceId": key[0],
                    "ScalableDimension": key[1],
                    "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
                    "SuspendedState": {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False},
                    **bounds,
                }
                for key, bounds in sorted(self.targets.items())
                if key[0] in (body.get("ResourceIds") or [key[0]]) and key[1] == body.get("ScalableDimension", key[1])
            ]
        }

    def put_policy(self, body: dict[str, Any]) -> dict[str, Any]:
        """Target tracking and step scaling alike: it is there, and that is what counts."""
        key = self.known(body)
        arn = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:{uuid.uuid4()}:resource/dynamodb/{key[0]}:policyName/{body['PolicyName']}"
        policy = {"PolicyARN": arn, "CreationTime": time.time(), "Alarms": [], **body, "PolicyType": body.get("PolicyType", "StepScaling")}
        self.policies[key, body["PolicyName"]] = policy
        return {"PolicyARN": arn, "Alarms": []}

    def delete_policy(self, body: dict[str, Any]) -> dict[str, Any]:
        """By its name and target."""
        if self.policies.pop((key_of(body), body.get("PolicyName", "")), None) is None:
            raise Refused("ObjectNotFoundException", "there is no such scaling policy")
        return {}

    def describe_policies(self, body: dict[str, Any]) -> dict[str, Any]:
        """All, or those of a resource or dimension."""
        return {
            "ScalingPolicies": [
                policy
                for (key, _), policy in sorted(self.policies.items())
                if key[0] == body.get("ResourceId", key[0]) and key[1] == body.get("ScalableDimension", key[1])
            ]
        }

    def known(self, body: dict[str, Any]) -> Key:
        """A registered target's key."""
        key = key_of(body)
        if key not in self.targets:
            raise Refused("ObjectNotFoundException", f"No scalable target registered for {key[0]} and {key[1]}")
        return key

    def follow(self) -> None:
        """Raises each table that is below its floor."""
        least: dict[str, dict[str, Units]] = {}
        for key, bounds in self.targets.items():
            table, index = resource_of(key)
            units = least.setdefault(table, {}).setdefault(index, Units(0, 0))
            setattr(units, KINDS[key[1]][1], bounds["MinCapacity"])
        for table, units_of in least.items():
            self.tables.raise_to(table, units_of)


def key_of(body: dict[str, Any]) -> Key:
    """Resource and dimension, which have to fit each other."""
    resource, dimension = body.get("ResourceId", ""), body.get("ScalableDimension", "")
    kind = KINDS.get(dimension, ("", ""))[0]
    parts = resource.split("/")
    fits = {"table": len(parts) == 2, "index": len(parts) == 4 and parts[2] == "index"}.get(kind, False)
    if not fits or parts[0] != "table":
        raise Refused("ValidationException", f"{resource} and {dimension} do not fit each other")
    return resource, dimension


def resource_of(key: Key) -> tuple[str, str]:
    """Table and index; no index for the table itself."""
    parts = key[0].split("/")
    return parts[1], parts[3] if len(parts) == 4 else TABLE
