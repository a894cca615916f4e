"""Each function's role beside the calls that it was seen to make: enough, and no more.

The emulator judges each call by the role, so what worked was granted; but it judges no conditions, and it never says what
was granted in vain. So the gap server records the calls of a run, and here they are compared with the template: actions,
resources, and the partitions of the state table (`dynamodb:LeadingKeys`).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from typing import Any

from stack.wiring.reading import Resource, Template, as_list, refers_to, text_of

Call = dict[str, Any]

# IAM's name of a service that signs by another one.
SERVICES = {"monitoring": "cloudwatch"}

# Granted and never seen: (function, action or resource, why or in which test). An explanation that nothing needs is itself a difference.
EVERY = "*"
ALERTING = ("contact-sync", "queue-capacity", "nightly-report")
EXPLAINED = (
    (EVERY, "xray:PutTelemetryRecords", "Lambda sends the traces, in the function's name"),
    (EVERY, "xray:PutTraceSegments", "Lambda sends the traces, in the function's name"),
    ("contact-sync", "log-group:/aws/lambda/*", "Lambda writes the function's own log, in its name"),
    ("queue-capacity", "log-group:/aws/lambda/*", "Lambda writes the function's own log, in its name"),
    ("contact-sync", "*-FailuresQueue*", "Lambda reports an invocation that failed, in the function's name"),
    ("contact-sync", "sqs:ChangeMessageVisibility", "Lambda feeds the function from its queue"),
    ("contact-sync", "sqs:DeleteMessage", "Lambda feeds the function from its queue"),
    ("contact-sync", "sqs:GetQueueAttributes", "Lambda feeds the function from its queue"),
    ("contact-sync", "sqs:ReceiveMessage", "Lambda feeds the function from its queue"),
    ("contact-sync", "secret:*/mail/server-*", "a mail server in place of SES, as in test_7_a_mail_server_can_take_the_mail of nightly-report"),
    ("table-capacity", "sqs:SendMessage", "Lambda reports an invocation that failed, in the function's name"),
    ("webhook-receiver", "logs:CreateLogStream", "Lambda, for the function's own log"),
    ("webhook-receiver", "logs:PutLogEvents", "Lambda, for the function's own log"),
    ("table-capacity", "logs:CreateLogStream", "Lambda, for the function's own log"),
    ("table-capacity", "logs:PutLogEvents", "Lambda, for the function's own log"),
    ("table-capacity", "sqs:ChangeMessageVisibility", "Lambda feeds the function from its queues"),
    ("table-capacity", "sqs:DeleteMessage", "Lambda feeds the function from its queues"),
    ("table-capacity", "sqs:GetQueueAttributes", "Lambda feeds the function from its queues"),
    ("table-capacity", "sqs:ReceiveMessage", "Lambda feeds the function from its queues"),
    ("queue-capacity", "sqs:ChangeMessageVisibility", "Lambda feeds the function from its queue"),
    ("queue-capacity", "sqs:DeleteMessage", "Lambda feeds the function from its queue"),
    ("queue-capacity", "sqs:GetQueueAttributes", "Lambda feeds the function from its queue"),
    ("queue-capacity", "sqs:ReceiveMessage", "Lambda feeds the function from its queue"),
    ("queue-capacity", "sqs:SendMessage", "Lambda reports an invocation that failed, in the function's name"),
    ("nightly-report", "sqs:ChangeMessageVisibility", "Lambda feeds the function from its queue"),
    ("nightly-report", "sqs:DeleteMessage", "Lambda feeds the function from its queue"),
    ("nightly-report", "sqs:GetQueueAttributes", "Lambda feeds the function from its queue"),
    ("nightly-report", "sqs:ReceiveMessage", "Lambda feeds the function from its queue"),
    ("nightly-report", "sqs:SendMessage", "Lambda reports an invocation that failed, in the function's name"),
    ("nightly-report", "s3:ListBucket", "S3 asks for it before it says that an object is not there"),
    ("nightly-report", "logs:CreateLogStream", "Lambda, for the function's own log"),
    ("nightly-report", "logs:PutLogEvents", "Lambda, for the function's own log"),
    ("contact-sync", "sns:Publish", "a_contact_that_keeps_failing_holds_the_watermark_and_is_given_up_after_ten_runs"),
    *((function, f"kms:{action}", "SNS asks for it in the publisher's name") for function in ALERTING for action in ("Decrypt", "GenerateDataKey")),
)


class Comparison:
    """One template and the calls of one run on it, of the functions that the run was about."""

    def __init__(self, template: Template, calls: list[Call], names: dict[str, str], about: set[str]) -> None:
        """`names` has the value of every parameter and the physical id of every resource."""
        self.template = template
        self.calls = calls
        self.names = names
        self.about = about
        self.functions = {function for _, function, _ in template.functions()}
        self.used: set[tuple[str, str]] = set()

    def differences(self) -> list[str]:
        """Everything that is granted and not called, or called and not granted, in sentences."""
        found = []
        for _, function, properties in self.template.functions():
            if function not in self.about:
                continue
            statements = list(self.template.statements(refers_to(properties.get("Role"))))
            calls = [call for call in self.calls if call["function"] == function]
            for check in (self.actions, self.rows, self.resources):
                found += [f"{function} {sentence}" for sentence in check(function, statements, calls)]
        explained = [entry[:2] for entry in EXPLAINED if entry[0] in {EVERY, *self.about}]
        return found + [f"the explanation of {entry} is not needed" for entry in explained if entry not in self.used]

    def actions(self, function: str, statements: list[Resource], calls: list[Call]) -> Iterator[str]:
        """What is called is granted, and what is granted is called."""
        granted = {action for statement in statements for action in as_list(statement["Action"])}
        called = {action_of(call) for call in calls}
        for action in sorted(called - granted):
            yield f"calls {action}, which its role does not grant"
        for action in sorted(granted - called):
            if not self.is_explained(function, action):
                yield f"may {action} and never does"

    def rows(self, function: str, statements: list[Resource], calls: list[Call]) -> Iterator[str]:
        """The partitions that a statement names are exactly those that its actions reached."""
        for statement, actions in self.seen(function, statements, calls):
            named = set(leading_keys(statement))
            used = {self.shape(key) for call in calls if action_of(call) in actions for key in call["partitions"]}
            for key in sorted(named - used):
                yield f"may {sorted(actions)} on rows {key} and never does"
        for action in sorted({action_of(call) for call in calls}):
            named = {key for statement in statements if action in as_list(statement["Action"]) for key in leading_keys(statement)}
            used = {self.shape(key) for call in calls if action_of(call) == action for key in call["partitions"]}
            for key in sorted(used - named):
                yield f"calls {action} on rows {key}, which its role does not name"

    def resources(self, function: str, statements: list[Resource], calls: list[Call]) -> Iterator[str]:
        """Each resource that a statement names was reached, and each that was reached is named."""
        for statement, actions in self.seen(function, statements, calls):
            reached = {resource for call in calls if action_of(call) in actions for resource in call["resources"]}
            for pattern in self.patterns(statement):
                idle = not any(fits(resource, pattern) for resource in reached)
                if idle and not self.is_explained(function, pattern):
                    yield f"may {sorted(actions)} on {pattern} and never does"
        for action, resource in sorted({(action_of(call), resource) for call in calls for resource in call["resources"]}):
            patterns = [
                pattern
                for statement in statements
                if action in as_list(statement["Action"])
                for pattern in (self.patterns(statement) or [EVERY])
            ]
            if not any(fits(resource, pattern) for pattern in patterns):
                yield f"calls {action} on {resource}, which its role does not name"

    def seen(self, function: str, statements: list[Resource], calls: list[Call]) -> Iterator[tuple[Resource, set[str]]]:
        """The statements of which at least one action was called, with these actions; of the others, `actions` speaks."""
        called = {action_of(call) for call in calls}
        for statement in statements:
            actions = called & set(as_list(statement["Action"]))
            if actions:
                yield statement, actions

    def is_explained(self, function: str, what: str) -> bool:
        """Whether the list of explanations has it."""
        entries = [(who, name) for who, name, _ in EXPLAINED if who in (EVERY, function) and fits(what, name)]
        self.used.update(entries)
        return bool(entries)

    def shape(self, partition: str) -> str:
        """A key as a role names it: `lock#<function>` as it is, and one star for what is different in each row."""
        kind, *rest = partition.split("#")
        owner, slash, _ = rest[0].partition("/") if rest else ("", "", "")
        if owner not in self.functions:
            return f"{kind}#*" if rest else kind
        return "#".join([kind, owner + slash + ("*" if slash else ""), *(["*"] if len(rest) > 1 and not slash else [])])

    def patterns(self, statement: Resource) -> list[str]:
        """The resources of a statement, each as the end of its ARN; none where everything is meant."""
        return [self.end_of_arn(resource) for resource in as_list(statement["Resource"]) if resource != EVERY]

    def end_of_arn(self, resource: Any) -> str:
        """`table/x`, `secret:x`, the bare name of a queue: what stands behind the account."""
        logical = refers_to(resource)
        text = self.names[logical] if logical else re.sub(r"\$\{([^}]+)\}", lambda found: self.names.get(found[1], EVERY), text_of(resource))
        if text.startswith("arn:"):
            return text.split(":", 5)[5]
        match self.template.resources[logical or ""]["Type"]:
            case "AWS::DynamoDB::Table":
                return f"table/{text}"
            case "AWS::SecretsManager::Secret":
                return f"secret:{text}-??????"
        return text.rpartition("/")[2]


def action_of(call: Call) -> str:
    """As a policy writes it."""
    return f"{SERVICES.get(call['service'], call['service'])}:{call['action']}"


def leading_keys(statement: Resource) -> list[str]:
    """The partitions of a statement."""
    return statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])


def fits(resource: str, pattern: str) -> bool:
    """Whether a pattern covers it. Secrets Manager puts a dash and six characters behind a secret's name."""
    return fnmatch.fnmatchcase(resource, pattern) or fnmatch.fnmatchcase(resource + "-??????", pattern)
