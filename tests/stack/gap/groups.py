"""EC2 Auto Scaling groups: an instance takes a while, and what became of it is an event on the default bus.

The emulator keeps the groups, but its instances are in service at once and it sends no events. So a change of a group is
made by the emulator (which also judges the caller's role), new instances are shown as Pending for a while, and then AWS's
own event is sent for each that came or went. Suspended processes, which the emulator does not know, are kept here.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from xml.etree import ElementTree

from stack.clock_file import read_clock
from stack.cloud import REGION, client_of
from stack.gap.messages import Answer, Request
from stack.gap.scaling import ACCOUNT

CHANGES = {"CreateAutoScalingGroup", "UpdateAutoScalingGroup", "SetDesiredCapacity", "DeleteAutoScalingGroup"}
SUSPENDING = {"SuspendProcesses", "ResumeProcesses"}
PROCESSES = ("Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions")
NAMESPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/"
ENTRIES_MAX = 10  # of one PutEvents
LAUNCH, TERMINATE = "EC2 Instance Launch Successful", "EC2 Instance Terminate Successful"
LAUNCH_FAILED, TERMINATE_FAILED = "EC2 Instance Launch Unsuccessful", "EC2 Instance Terminate Unsuccessful"


@dataclass(frozen=True)
class Group:
    """What the emulator knows of a group; one that is not there has no instances."""

    name: str
    arn: str = ""
    desired: int = 0
    zones: tuple[tuple[str, str], ...] = ()

    @property
    def instances(self) -> dict[str, str]:
        """The zone of each instance, by its id."""
        return dict(self.zones)


class Groups:
    """Every group of the emulator."""

    def __init__(self, emulator: str, clock_file: str | None, launching_seconds: float, forward: Callable[[Request], Answer]) -> None:
        self.groups = client_of(emulator, "autoscaling")
        self.events = client_of(emulator, "events")
        self.clock_file = clock_file
        self.launching_seconds = launching_seconds
        self.forward = forward
        self.pending: dict[str, float] = {}
        self.suspended: dict[str, list[str]] = {}
        self.sent: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Answer:
        """Changes have events, descriptions have what the emulator lacks; the rest is the emulator's."""
        if request.action in SUSPENDING:
            return self.suspend(request)
        if request.action not in CHANGES:
            answer = self.forward(request)
            return self.shown(answer) if request.action == "DescribeAutoScalingGroups" else answer
        before = self.group(request.form.get("AutoScalingGroupName", ""))
        answer = self.forward(request)
        if answer.status == 200:
            self.follow(before, self.group(before.name))
        return answer

    def group(self, name: str) -> Group:
        """As it is now."""
        found = self.groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        if not found:
            return Group(name)
        zones = tuple((instance["InstanceId"], instance["AvailabilityZone"]) for instance in found[0]["Instances"])
        return Group(name, found[0]["AutoScalingGroupARN"], found[0]["DesiredCapacity"], zones)

    def follow(self, before: Group, after: Group) -> None:
        """Has an event sent for each instance that came or went, when it has done so."""
        moment = self.now()
        came = {instance: zone for instance, zone in after.instances.items() if instance not in before.instances}
        went = {instance: zone for instance, zone in before.instances.items() if instance not in after.instances}
        self.pending.update(dict.fromkeys(came, time.monotonic() + self.launching_seconds))
        group = after if after.arn else before
        cause = f"At {moment} a user request explicitly set group desired capacity changing the desired capacity from {before.desired} to {after.desired}."
        entries = [
            entry(kind, group, instance, zone, moment, cause) for kind, those in ((LAUNCH, came), (TERMINATE, went)) for instance, zone in those.items()
        ]
        later = threading.Timer(self.launching_seconds, self.send, [entries])
        later.daemon = True
        later.start()

    def send(self, entries: list[dict[str, Any]]) -> None:
        """Puts events on the default bus. AWS promises no more than to try, so nobody waits for them."""
        self.sent += entries
        for at in range(0, len(entries), ENTRIES_MAX):
            self.events.put_events(Entries=entries[at : at + ENTRIES_MAX])

    def suspend(self, request: Request) -> Answer:
        """Some processes, or all of them when none is named."""
        form = request.form
        name = form.get("AutoScalingGroupName", "")
        if not self.group(name).arn:
            return refusal("ValidationError", f"AutoScalingGroup name not found - {name}")
        named = [value for key, value in form.items() if key.startswith("ScalingProcesses.member.")] or list(PROCESSES)
        left = [process for process in self.suspended.get(name, []) if process not in named]
        self.suspended[name] = left + (named if request.action == "SuspendProcesses" else [])
        return xml(ElementTree.Element(f"{{{NAMESPACE}}}{request.action}Response"))

    def shown(self, answer: Answer) -> Answer:
        """The emulator's description, in which instances take their time and processes are suspended."""
        if answer.status != 200:
            return answer
        document = ElementTree.fromstring(answer.body)
        for instance in document.iter(f"{{{NAMESPACE}}}member"):
            number = text_of(instance, "InstanceId")
            if time.monotonic() < self.pending.get(number, 0.0):
                named(instance, "LifecycleState").text = "Pending"
        for group in document.iterfind(f".//{{{NAMESPACE}}}AutoScalingGroups/{{{NAMESPACE}}}member"):
            processes = ElementTree.SubElement(group, f"{{{NAMESPACE}}}SuspendedProcesses")
            for process in self.suspended.get(text_of(group, "AutoScalingGroupName"), []):
                member = ElementTree.SubElement(processes, f"{{{NAMESPACE}}}member")
                for tag, text in (("ProcessName", process), ("SuspensionReason", f"User suspended at {self.now()}")):
                    ElementTree.SubElement(member, f"{{{NAMESPACE}}}{tag}").text = text
        return xml(document, answer)

    def now(self) -> str:
        """The stack's time as AWS writes it."""
        seconds = time.time() + read_clock(self.clock_file).seconds_ahead
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry(kind: str, group: Group, instance: str, zone: str, moment: str, cause: str) -> dict[str, Any]:
    """One event of a group as EventBridge gets it; AWS says InProgress for what has succeeded."""
    verb = "Launching a new" if kind in (LAUNCH, LAUNCH_FAILED) else "Terminating"
    failed = kind in (LAUNCH_FAILED, TERMINATE_FAILED)
    detail = {
        "StatusCode": "Failed" if failed else "InProgress",
        "Description": f"{verb} EC2 instance: {instance}",
        "AutoScalingGroupName": group.name,
        "ActivityId": str(uuid.uuid4()),
        "Details": {"Availability Zone": zone, "Subnet ID": "subnet-0a1b2c3d4e5f60718"},
        "RequestId": str(uuid.uuid4()),
        "StatusMessage": "We currently do not have sufficient capacity in the Availability Zone you requested." if failed else "",
        "EndTime": moment,
        "EC2InstanceId": instance,
        "StartTime": moment,
        "Cause": cause,
        "Origin": "EC2" if kind in (LAUNCH, LAUNCH_FAILED) else "AutoScalingGroup",
        "Destination": "AutoScalingGroup" if kind in (LAUNCH, LAUNCH_FAILED) else "EC2",
    }
    resources = [group.arn, f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{instance}"]
    return {"Source": "aws.autoscaling", "DetailType": kind, "Resources": resources, "Detail": json.dumps(detail)}


def named(element: ElementTree.Element, tag: str) -> ElementTree.Element:
    """A child that has to be there."""
    child = element.find(f"{{{NAMESPACE}}}{tag}")
    if child is None:
        raise LookupError(f"the emulator's description of a group has no {tag}")
    return child


def text_of(element: ElementTree.Element, tag: str) -> str:
    """The text of a child, or nothing."""
    return element.findtext(f"{{{NAMESPACE}}}{tag}") or ""


def xml(document: ElementTree.Element, answer: Answer | None = None) -> Answer:
    """A good answer in the query protocol; of another answer its headers are kept."""
    ElementTree.register_namespace("", NAMESPACE)
    headers: Iterable[tuple[str, str]] = answer.headers if answer else [("content-type", "text/xml")]
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return Answer(200, ElementTree.tostring(document, encoding="utf-8", xml_declaration=True), kept)


def refusal(code: str, message: str) -> Answer:
    """An error in the query protocol."""
    text = f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>'
    return Answer(400, text.encode(), [("content-type", "text/xml")])
