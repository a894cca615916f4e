"""Starts the AWS emulator with the changes that this project needs.

`python -m stack.launcher` is the server process: it imports the pinned emulator, replaces a few of its names, and hands
over. Nothing is forked, so the version is pinned exactly and `test_launcher.py` shows each effect:

1. events of `aws.*` sources may be sent, so a test can play Auto Scaling or a partner;
2. schedules and rules follow CLOCK_FILE ("<seconds ahead> <speed>") and are looked at every second, and a schedule's
   first due moment counts from its creation;
3. a warm invocation does not wait 50 ms for a first log line;
4. resource types that the emulator does not know are accepted and do nothing;
5. properties that it drops when they come through CloudFormation are applied: time to live, point-in-time recovery,
   reserved concurrency, the zone of a schedule;
6. a call over the loopback counts as made over TLS, or every TLS-only policy of the template would refuse everybody;
7. schedules and rules start a function asynchronously, as AWS does: with its retries, and its OnFailure queue;
8. a function gets batches of the size and after the window that its event source mapping names, not ten at once;
9. a mail is judged by the sender's identity, the configuration set and the sender's address, as the role may name them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from stack.clock_file import read_clock

SWEEP_SECONDS = 1

# Known to AWS and to our template, unknown to the emulator. A stack with any other unknown type is refused.
STUBBED_TYPES = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Events::Archive",
    "AWS::SecretsManager::RotationSchedule",
)


class MovedTime:
    """Stands in for the `time` module where the emulator looks at schedules; all but `time()` is the real one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    @staticmethod
    def time() -> float:
        """Now, moved by the clock file."""
        return time.time() + read_clock(os.environ.get("CLOCK_FILE")).seconds_ahead


def allow_aws_events() -> None:
    """Lets PutEvents carry `aws.*` sources."""
    from ministack.services import eventbridge

    refusing = eventbridge._put_events

    def accepting(data: dict, allow_aws_source: bool = True) -> Any:
        return refusing(data, allow_aws_source=True)

    eventbridge._put_events = accepting


def move_the_clock() -> None:
    """Schedules and rules read the moved time, once a second."""
    from ministack.services import eventbridge, scheduler

    scheduler.time = MovedTime()
    eventbridge._now_ts = MovedTime.time
    scheduler._SCHEDULE_TICK_INTERVAL = SWEEP_SECONDS
    eventbridge._SCHEDULER_TICK_INTERVAL = SWEEP_SECONDS


def answer_warm_calls_at_once() -> None:
    """A function that logged nothing is not waited for."""
    from ministack.core import lambda_runtime

    for worker in vars(lambda_runtime).values():
        drain = getattr(worker, "_drain_stderr_bounded", None)
        if isinstance(worker, type) and drain is not None:
            drain.__defaults__ = (0.001, 0.001, 0.25)  # first line, silence after a line, in all: seconds


def accept_unknown_types() -> None:
    """Resources that matter in AWS only are created as names without effect."""
    from ministack.services.cloudformation import provisioners

    def create(logical_id: str, properties: dict, stack_name: str) -> tuple[str, dict]:
        name = f"{stack_name}-{logical_id}"
        return name, {"Arn": f"arn:aws:stub:::{name}"}

    def delete(physical_id: str, properties: dict) -> None:
        return None

    for resource_type in STUBBED_TYPES:
        provisioners._RESOURCE_HANDLERS.setdefault(resource_type, {"create": create, "delete": delete})


def apply_dropped_properties() -> None:
    """What the template says and the emulator's CloudFormation forgets is done through its own API functions."""
    after_creation("AWS::DynamoDB::Table", finish_table)
    after_creation("AWS::Lambda::Function", finish_function)
    after_creation("AWS::Scheduler::Schedule", finish_schedule)


def after_creation(resource_type: str, finish: Callable[[str, dict], None]) -> None:
    """Calls `finish(physical id, properties)` whenever a resource of the type was created."""
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    create = handler["create"]

    def create_and_finish(logical_id: str, properties: dict, stack_name: str) -> Any:
        created = create(logical_id, properties, stack_name)
        finish(created[0], properties)
        return created

    handler["create"] = create_and_finish


def finish_table(name: str, properties: dict) -> None:
    """Time to live and point-in-time recovery."""
    from ministack.services import dynamodb

    for key, update in (
        ("TimeToLiveSpecification", dynamodb._update_ttl),
        ("PointInTimeRecoverySpecification", dynamodb._update_continuous_backups),
    ):
        if properties.get(key):
            update({"TableName": name, key: properties[key]})


def finish_function(name: str, properties: dict) -> None:
    """Reserved concurrency."""
    from ministack.services import lambda_svc

    reserved = properties.get("ReservedConcurrentExecutions")
    if reserved is not None:
        lambda_svc._put_function_concurrency(name, {"ReservedConcurrentExecutions": int(reserved)})


def finish_schedule(name: str, properties: dict) -> None:
    """The zone (kept, though cron is still read as UTC), and the moment from which the first tick counts."""
    from ministack.services import scheduler

    for key, schedule in scheduler._schedules._data.items():
        if schedule["Name"] != name:
            continue
        if properties.get("ScheduleExpressionTimezone"):
            schedule["ScheduleExpressionTimezone"] = properties["ScheduleExpressionTimezone"]
        scheduler._schedule_last_fired[key] = MovedTime.time()


def count_the_loopback_as_tls() -> None:
    """`aws:SecureTransport` is true for every call; the server listens on 127.0.0.1 only."""
    from ministack.core import iam_evaluator

    resolve = iam_evaluator._resolve_condition_key

    def resolve_securely(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_securely


def start_functions_as_aws_does() -> None:
    """What a schedule or a rule starts and fails ends in the function's OnFailure queue."""
    from ministack.services import eventbridge, lambda_svc

    def dispatch(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if function and config:
            record = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))
        else:
            eventbridge.logger.warning("the function %s is not there", name)

    eventbridge._dispatch_to_lambda = dispatch


def collect_batches_as_aws_does() -> None:
    """Messages of a standard queue wait until there is a batch of them, or until the window is over."""
    from ministack.services import sqs

    receive = sqs._receive_messages_for_esm
    since: dict[str, float] = {}

    def collect(url: str, size: int) -> list[dict]:
        waiting = sum(message["visible_at"] <= time.time() for message in list(sqs._get_q(url)["messages"]))
        window = window_seconds(sqs._get_q(url)["attributes"]["QueueArn"])
        if 0 < waiting < size and time.monotonic() - since.setdefault(url, time.monotonic()) < window:
            return []
        since.pop(url, None)
        batch = receive(url, size)
        while 0 < len(batch) < size and (more := receive(url, size - len(batch))):  # it hands out ten at most
            batch += more
        return batch

    sqs._receive_messages_for_esm = collect


def window_seconds(queue_arn: str) -> float:
    """The batching window of the mapping that reads the queue."""
    from ministack.services import lambda_svc

    windows = [mapping.get("MaximumBatchingWindowInSeconds") for _, _, mapping in lambda_svc._iter_all_esms() if mapping["EventSourceArn"] == queue_arn]
    return float(max(filter(None, windows), default=0))


def judge_mails_as_ses_does() -> None:
    """Without this a role that names an identity could send nothing at all."""
    from ministack import app

    enforce = app._enforce_ses_v2

    def judge(method: str, path: str, headers: dict, body: bytes, query: dict, request_id: str) -> Any:
        if (method, path) != ("POST", "/v2/email/outbound-emails"):
            return enforce(method, path, headers, body, query, request_id)
        for arn, context in resources_of_mail(json.loads(body)):
            denied = app._enforce_data_plane(
                "sesv2", "ses:SendEmail", headers, query, request_id, resource_arn=arn, service_context=context, named_resource=arn
            )
            if denied:
                return denied
        return None

    app._enforce_ses_v2 = judge


def resources_of_mail(body: dict) -> list[tuple[str, dict[str, str]]]:
    """Each resource that a mail touches, with the condition keys of the mail."""
    from ministack.core.responses import get_account_id, get_region

    address = parseaddr(body.get("FromEmailAddress") or "")[1]
    names = ["identity/" + address.rpartition("@")[2]]
    if body.get("ConfigurationSetName"):
        names.append(f"configuration-set/{body['ConfigurationSetName']}")
    return [(f"arn:aws:ses:{get_region()}:{get_account_id()}:{name}", {"ses:FromAddress": address}) for name in names]


def main() -> None:
    """Changes the emulator, then serves until the process is told to end."""
    allow_aws_events()
    move_the_clock()
    answer_warm_calls_at_once()
    accept_unknown_types()
    apply_dropped_properties()
    count_the_loopback_as_tls()
    start_functions_as_aws_does()
    collect_batches_as_aws_does()
    judge_mails_as_ses_does()
    from ministack import app

    app.main()


if __name__ == "__main__":
    main()
