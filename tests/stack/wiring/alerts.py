"""Alarms, the topic they go to, and how long logs are kept."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Template, allows, is_tls_only, refers_to, text_of
from stack.wiring.roles import of_this_account
from stack.wiring.state import kept

LOG_DAYS = 30
AUDIT_DAYS = 731
FAILED_MAX = 10  # contacts in a run
DURATION_MAX = 300_000  # milliseconds of a run


def each_function_has_an_errors_alarm(template: Template) -> Iterator[str]:
    """One error within five minutes is announced."""
    alarms = [properties for _, properties in template.of_type("AWS::CloudWatch::Alarm")]
    for name, function, _ in template.functions():
        dimension = [{"Name": "FunctionName", "Value": {"Ref": name}}]
        own = [alarm for alarm in alarms if alarm.get("Dimensions") == dimension and alarm.get("MetricName") == "Errors"]
        if not own:
            yield f"{function} has no alarm on its Errors"
        for alarm in own:
            wanted = {
                "Namespace": "AWS/Lambda",
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [{"Ref": "AlertsTopic"}],
            }
            for key, value in wanted.items():
                if alarm.get(key) != value:
                    yield f"{function}: the alarm's {key} must be {value}"


def a_run_that_fails_much_or_takes_long_is_announced(template: Template) -> Iterator[str]:
    """More than ten contacts that failed in a run, or more than five minutes: a message by alarm, not a second way of mail."""
    alarms = [properties for _, properties in template.of_type("AWS::CloudWatch::Alarm")]
    by_run = [{"Name": "Function", "Value": "contact-sync"}, {"Name": "Stage", "Value": {"Ref": "Stage"}}]
    watched = (
        ("CxBridge", "failed", by_run, FAILED_MAX),
        ("AWS/Lambda", "Duration", [{"Name": "FunctionName", "Value": {"Ref": "ContactSync"}}], DURATION_MAX),
    )
    for namespace, metric, dimensions, threshold in watched:
        wanted = {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": dimensions,
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlertsTopic"}],
        }
        if not any(wanted.items() <= alarm.items() for alarm in alarms):
            yield f"contact-sync must have an alarm on {namespace} {metric} above {threshold} in a run"


def dead_letters_are_announced(template: Template) -> Iterator[str]:
    """What nothing consumes is seen by somebody: one message is enough."""
    alarms = [properties for _, properties in template.of_type("AWS::CloudWatch::Alarm")]
    for name in sorted(template.dead_letter_queues()):
        dimension = [{"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}}]
        wanted = {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Statistic": "Maximum",
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": [{"Ref": "AlertsTopic"}],
        }
        if not any(alarm.get("Dimensions") == dimension and wanted.items() <= alarm.items() for alarm in alarms):
            yield f"{name} must have an alarm on its first message"


def the_topic_can_be_published_to(template: Template) -> Iterator[str]:
    """By this account's alarms, under a key that they may use, and by nobody without TLS."""
    told = {refers_to(action) for _, alarm in template.of_type("AWS::CloudWatch::Alarm") for action in alarm.get("AlarmActions", [])}
    for name, properties in template.of_type("AWS::SNS::Topic"):
        if name not in told:
            continue
        statements = template.policies_for("AWS::SNS::TopicPolicy", "Topics", name)
        if not is_tls_only(statements, "sns:Publish"):
            yield f"{name} must refuse everything without TLS"
        alarms = allows(statements, "cloudwatch.amazonaws.com", "sns:Publish")
        if alarms is None:
            yield f"{name} must allow alarms to publish"
        else:
            if not of_this_account(alarms):
                yield f"{name} must allow this account's alarms only"
            source = alarms.get("Condition", {}).get("ArnLike", {}).get("aws:SourceArn")
            if not text_of(source).endswith(":alarm:${AWS::StackName}-*"):
                yield f"{name} must allow this stack's alarms only"
        key = template.properties(refers_to(properties.get("KmsMasterKeyId")))
        if not key:
            yield f"{name} must be encrypted under a key of the template: alarms cannot use alias/aws/sns"
            continue
        key_statements = key["KeyPolicy"]["Statement"]
        for action in ("kms:Decrypt", "kms:GenerateDataKey*"):
            usable = allows(key_statements, "cloudwatch.amazonaws.com", action)
            if usable is None or not of_this_account(usable):
                yield f"{name}: its key must allow this account's alarms {action}"
        if key.get("EnableKeyRotation") is not True:
            yield f"{name}: its key must be rotated"


def logs_are_kept_as_long_as_promised(template: Template) -> Iterator[str]:
    """Functions 30 days; the audit stream two years, also when the stack goes. No run before the group is there."""
    groups = {text_of(properties.get("LogGroupName")): (name, properties) for name, properties in template.of_type("AWS::Logs::LogGroup")}
    for logical, function, properties in template.functions():
        name, group = groups.get(f"/aws/lambda/${{{logical}}}", ("", {}))
        if group.get("RetentionInDays") != LOG_DAYS:
            yield f"{function}: logs must be kept for {LOG_DAYS} days"
        if properties.get("LoggingConfig", {}).get("LogFormat") != "JSON":
            yield f"{function} must log JSON"
        for schedule, body in template.of_type("AWS::Scheduler::Schedule"):
            if refers_to(body["Target"]["Arn"]) == logical and template.attribute(schedule, "DependsOn") != name:
                yield f"{schedule} must wait for {function}'s log group"
        for mapping, body in template.of_type("AWS::Lambda::EventSourceMapping"):
            if refers_to(body["FunctionName"]) == logical and template.attribute(mapping, "DependsOn") != name:
                yield f"{mapping} must wait for {function}'s log group"
    name, audit = groups.get("/cx-bridge/${Stage}/audit", ("", {}))
    if audit.get("RetentionInDays") != AUDIT_DAYS:
        yield f"the audit log must be kept for {AUDIT_DAYS} days"
    if not kept(template, name):
        yield "the audit log must be kept when the stack goes"
