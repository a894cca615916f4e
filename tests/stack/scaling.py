"""Auto Scaling groups of a running stack, and the configuration that ties them to numbers in Genesys."""

from __future__ import annotations

from typing import Any

from stack.cloud import Cloud, get_json
from stack.stack import Running, reconfigure

JOB = "queue-capacity"
GROUP_SIZE_MAX = 100
Mapping = dict[str, Any]


def create_group(cloud: Cloud, name: str, size: int) -> None:
    """A group as a company has it before cx-bridge."""
    groups = cloud.client("autoscaling")
    groups.create_launch_configuration(LaunchConfigurationName=name, ImageId="ami-0a1b2c3d4e5f60718", InstanceType="t3.micro")
    groups.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName=name,
        MinSize=0,
        MaxSize=GROUP_SIZE_MAX,
        DesiredCapacity=size,
        AvailabilityZones=["us-east-1a", "us-east-1b"],
    )


def resize(running: Running, name: str, size: int) -> None:
    """What a scaling policy or a person does. By way of the gap server, so AWS's own events follow."""
    running.tables.client("autoscaling").set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=size)


def group_reads(running: Running) -> int:
    """How often groups were read so far, as the gap server recorded it."""
    calls = get_json(f"{running.gap}/_gap/calls")["calls"]
    return sum(1 for call in calls if call["action"] == "DescribeAutoScalingGroups")


def events_sent(running: Running) -> list[dict[str, Any]]:
    """The events of groups that the gap server put on the default bus so far, as it put them."""
    return get_json(f"{running.gap}/_gap/events")["events"]


def mapping(group: str, target: dict[str, Any], policy: str = "repair") -> Mapping:
    """One row of `[[queue-capacity.mappings]]`."""
    return {"group": group, "policy": policy, "enabled": True, "targets": [target]}


def configure(running: Running, mappings: list[Mapping]) -> None:
    """Gives queue-capacity these mappings and no other."""
    reconfigure(running, JOB, {"mappings": mappings})
