"""Schedules, asynchronous invocations and queues: what starts a function, and where it goes when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from stack.wiring.reading import Resource, Template, allows, is_tls_only, refers_to, text_of



class When(NamedTuple):
    """A schedule: when it starts its function, with which input, and what switches it."""

    expression: str
    seconds: int
    """From one tick to the next; for one that is always in time, how late it may be."""
    zone: Any = {"Ref": "ScheduleTimeZone"}
    state: Any = {"Ref": "ScheduleState"}
    given: str = "{}"


SCHEDULES = {
    "contact-sync": When("cron(0/30 * * * ? *)", 1800),
    "table-capacity": When("cron(0/5 * * * ? *)", 300),
    "queue-capacity": When("cron(0/5 * * * ? *)", 300),
    "nightly-report": When("cron(0/15 * * * ? *)", 900),
    # Weekly, so that late is better than not at all; in UTC, where no Sunday lacks an hour.
    "contact-sync-full": When("cron(20 6 ? * SUN *)", 3601, "UTC", {"Fn::If": ["ReconcilesWeekly", "ENABLED", "DISABLED"]}, '{"mode":"full"}'),
}
NEVER = When("no schedule at all", 0)
SWITCHES = {"ReconcilesWeekly": ("ScheduleState", "FullReconcileState")}


def schedules_say_when_and_what(template: Template) -> Iterator[str]:
    """Expression, zone, input and what happens when Lambda cannot be reached; a late tick is not worth delivering."""
    for name, properties in template.of_type("AWS::Scheduler::Schedule"):
        target = properties["Target"]
        function = next((f for logical, f, _ in template.functions() if logical == refers_to(target["Arn"])), "")
        when = SCHEDULES.get(text_of(properties.get("Name")).removeprefix("${AWS::StackName}-"), NEVER)
        if not text_of(properties.get("Name")).startswith("${AWS::StackName}-" + function):
            yield f"{name} must be called by {function}, which it starts"
        if properties.get("ScheduleExpression") != when.expression:
            yield f"{name}: {function} must run at {when.expression}"
        if properties.get("ScheduleExpressionTimezone") != when.zone:
            yield f"{name} must name its time zone"
        if properties.get("FlexibleTimeWindow") != {"Mode": "OFF"}:
            yield f"{name} must have no flexible window"
        if properties.get("State") != when.state:
            yield f"{name} must be switched by {when.state}"
        if target.get("Input") != when.given:
            yield f"{name} must send {when.given}"
        retry = target.get("RetryPolicy", {})
        if not 1 <= retry.get("MaximumRetryAttempts", 185) <= 10:
            yield f"{name} must retry the hand-over a few times"
        if not 60 <= retry.get("MaximumEventAgeInSeconds", 86400) < when.seconds:
            yield f"{name} must give up before the next tick"
        if refers_to(target.get("DeadLetterConfig", {}).get("Arn")) is None:
            yield f"{name} must have a dead-letter queue"


def conditions_are_what_they_are_called(template: Template) -> Iterator[str]:
    """What runs only while two parameters say so needs both of them."""
    for name, parameters in SWITCHES.items():
        wanted = [{"Fn::Equals": [{"Ref": parameter}, "ENABLED"]} for parameter in parameters]
        if template.source["Conditions"].get(name) != {"Fn::And": wanted}:
            yield f"{name} must mean that {' and '.join(parameters)} are ENABLED"


def an_invocation_is_not_retried_beside_the_next_tick(template: Template) -> Iterator[str]:
    """The next tick is the retry; what failed is kept to be looked at."""
    configured = {refers_to(properties["FunctionName"]): properties for _, properties in template.of_type("AWS::Lambda::EventInvokeConfig")}
    for name, function, _ in template.functions():
        if function not in SCHEDULES:
            continue
        config = configured.get(name, {})
        if config.get("MaximumRetryAttempts") != 0:
            yield f"{function} must not be retried by Lambda"
        if not config.get("MaximumEventAgeInSeconds", 21600) < SCHEDULES[function].seconds:
            yield f"{function}: an event must not wait until the next tick"
        if destination(config) is None:
            yield f"{function} must have an OnFailure queue"


def destination(config: Resource) -> str | None:
    """The queue for failed invocations."""
    return refers_to(config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))


def queues_are_encrypted_and_tls_only(template: Template) -> Iterator[str]:
    """Encrypted by SQS itself: other services cannot write to a queue under alias/aws/sqs."""
    for name, properties in template.of_type("AWS::SQS::Queue"):
        if properties.get("SqsManagedSseEnabled") is not True or "KmsMasterKeyId" in properties:
            yield f"{name} must be encrypted by SQS (SqsManagedSseEnabled)"
        if not is_tls_only(template.policies_for("AWS::SQS::QueuePolicy", "Queues", name), "sqs:*"):
            yield f"{name} must refuse everything without TLS"
        if properties.get("MessageRetentionPeriod") != 14 * 24 * 3600:
            yield f"{name} must keep messages for 14 days"


def who_writes_to_a_queue_is_allowed_to(template: Template) -> Iterator[str]:
    """A topic writes in its own name, so the queue's policy has to allow it, and that topic only."""
    for name, properties in template.of_type("AWS::SNS::Subscription"):
        queue = refers_to(properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if queue is None:
            yield f"{name} must say where undelivered alerts go"
            continue
        statements = template.policies_for("AWS::SQS::QueuePolicy", "Queues", queue)
        allowed = allows(statements, "sns.amazonaws.com", "sqs:SendMessage")
        if allowed is None:
            yield f"{queue} must allow sns.amazonaws.com to send"
        elif allowed.get("Condition") != {"ArnEquals": {"aws:SourceArn": properties["TopicArn"]}}:
            yield f"{queue} must allow exactly the topic of {name}, by aws:SourceArn"
