"""Who may do what: trust, least privilege, and that what is needed is granted."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Resource, Template, as_list, refers_to, text_of

# Items by key and by partition; nothing that reads or changes the table as a whole.
STATE_ACTIONS = frozenset(
    "dynamodb:" + action
    for action in ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")
)
# What only decides about other tables, and in which function.
TABLE_ACTIONS = frozenset({"dynamodb:DescribeTable", "dynamodb:UpdateTable"})
TABLE_FUNCTION = "table-capacity"
# Rows that may be deleted: a record that is in order again leaves the last two, one that is gone the first. Its link row
# stays, as a tombstone.
DELETABLE = {"contact-sync": {"peer#*", "quarantine#contact-sync", "review#contact-sync"}}

# Partitions each function may reach with these actions.
LEADING_KEYS = {
    "contact-sync": {
        "token#*",
        "lock#contact-sync",
        "mark#contact-sync",
        "link#*",
        "peer#*",
        "org#*",
        "run#contact-sync",
        "quarantine#contact-sync",
        "review#contact-sync",
    },
    "webhook-receiver": {"seen#*"},
    "table-capacity": {
        "order#table-capacity#*",
        "lock#table-capacity#*",
        "mark#table-capacity#*",
        "run#table-capacity",
    },
    "queue-capacity": {
        "token#*",
        "lock#queue-capacity#*",
        "target#queue-capacity#*",
        "run#queue-capacity",
    },
    "nightly-report": {
        "token#*",
        "lock#nightly-report",
        "report#nightly-report",
        "mail#nightly-report/*",
        "run#nightly-report",
    },
}

# Functions that change what a vendor holds.
AUDITED = {"contact-sync", "queue-capacity"}

# Functions that say what was done to a record.
EXPLAINS = {"contact-sync"}

# What Lambda does with a queue in the name of the function that it feeds.
RECEIVING = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")

# How the names of secrets end that are not the stack's own.
SECRETS = ("/aws-sync-creds-??????", "/webhooks/keys-??????", "/mail/server-??????")

# Services whose actions have no resource to name.
WITHOUT_RESOURCES = {
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "autoscaling:DescribeAutoScalingGroups",
    "cloudwatch:GetMetricData",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def users_of_roles(template: Template) -> Iterator[tuple[str, str | None, str]]:
    """Resource, its role, and the service that assumes the role."""
    for name, properties in template.of_type("AWS::Lambda::Function"):
        yield name, refers_to(properties.get("Role")), "lambda.amazonaws.com"
    for name, properties in template.of_type("AWS::Scheduler::Schedule"):
        yield name, refers_to(properties["Target"].get("RoleArn")), "scheduler.amazonaws.com"


def each_role_trusts_exactly_the_service_that_assumes_it(template: Template) -> Iterator[str]:
    """A role that trusts nobody is dead, one that trusts more is open. Schedules of one function share its role."""
    used: dict[str, str | None] = {}
    for name, role, service in users_of_roles(template):
        if role is None or role not in template.resources:
            yield f"{name} has no role of the template"
            continue
        started = refers_to(template.properties(name).get("Target", {}).get("Arn"))
        if role in used and (started is None or used[role] != started):
            yield f"{role} is used by more than one resource"
        used[role] = started
        trust = template.properties(role)["AssumeRolePolicyDocument"]["Statement"]
        if [statement.get("Principal") for statement in trust] != [{"Service": service}]:
            yield f"{role} must trust {service} and nobody else"
        if [statement.get("Action") for statement in trust] != ["sts:AssumeRole"]:
            yield f"{role} must allow sts:AssumeRole"
        if service == "scheduler.amazonaws.com" and not of_this_account(trust[0]):
            yield f"{role} must be for this account's schedules only"
    for role, _ in template.of_type("AWS::IAM::Role"):
        if role not in used:
            yield f"{role} is used by nobody"


def of_this_account(statement: Resource) -> bool:
    """Whether another account's resource cannot use the grant."""
    condition = statement.get("Condition", {}).get("StringEquals", {})
    return condition.get("aws:SourceAccount") == {"Ref": "AWS::AccountId"}


def each_schedule_may_start_its_one_function(template: Template) -> Iterator[str]:
    """The scheduler's role starts that function and reports what it could not deliver, nothing else."""
    for name, properties in template.of_type("AWS::Scheduler::Schedule"):
        target = properties["Target"]
        wanted = {
            ("lambda:InvokeFunction", refers_to(target["Arn"])),
            ("sqs:SendMessage", refers_to(target.get("DeadLetterConfig", {}).get("Arn"))),
        }
        granted = {
            (action, refers_to(resource))
            for statement in template.statements(refers_to(target.get("RoleArn")))
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        }
        if granted != wanted:
            yield f"{name}: its role may {sorted(map(str, granted))}, should {sorted(map(str, wanted))}"


def state_is_reached_by_leading_keys_only(template: Template) -> Iterator[str]:
    """A function reaches its own partitions of the state table, item by item."""
    for _, function, properties in template.functions():
        for statement in template.statements(refers_to(properties.get("Role"))):
            actions = {action for action in as_list(statement["Action"]) if action.startswith("dynamodb:")}
            if not actions or (function == TABLE_FUNCTION and actions <= TABLE_ACTIONS):
                continue
            deletes = actions == {"dynamodb:DeleteItem"}
            if not deletes and not actions <= STATE_ACTIONS:
                yield f"{function} may {sorted(actions - STATE_ACTIONS)} on the state table"
            if [refers_to(resource) for resource in as_list(statement["Resource"])] != ["StateTable"]:
                yield f"{function} reaches more than the state table"
            keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
            wanted = (DELETABLE if deletes else LEADING_KEYS).get(function, set())
            if keys is None:
                yield f"{function} may {sorted(actions)} without dynamodb:LeadingKeys"
            elif set(keys) != wanted:
                yield f"{function} may {sorted(actions)} on other partitions than its own: {sorted(set(keys) ^ wanted)}"


def other_tables_are_reached_by_name_only(template: Template) -> Iterator[str]:
    """Capacity is read and set on the tables of the parameter; floors are set for tables only."""
    for role, _ in template.of_type("AWS::IAM::Role"):
        for statement in template.statements(role):
            actions = set(as_list(statement["Action"]))
            resources = [text_of(resource) for resource in as_list(statement["Resource"])]
            if actions & TABLE_ACTIONS and not all(text.endswith(":table/${CapacityTables}") for text in resources):
                yield f"{role} changes tables that the parameter does not name"
            if "application-autoscaling:RegisterScalableTarget" in actions:
                condition = statement.get("Condition", {}).get("StringEquals", {})
                if condition.get("application-autoscaling:service-namespace") != "dynamodb":
                    yield f"{role} sets floors of other things than tables"


def nothing_is_granted_on_everything(template: Template) -> Iterator[str]:
    """No wildcard in actions; `*` as a resource only where AWS has no resource to name."""
    for role, _ in template.of_type("AWS::IAM::Role"):
        for statement in template.statements(role):
            actions = set(as_list(statement["Action"]))
            if any("*" in action for action in actions):
                yield f"{role} grants actions by wildcard: {sorted(actions)}"
            if "*" in as_list(statement["Resource"]) and not actions <= WITHOUT_RESOURCES:
                yield f"{role} grants {sorted(actions)} on everything"
        if template.properties(role).get("ManagedPolicyArns"):
            yield f"{role} has a managed policy: its actions are not ours to see"


def secrets_are_granted_by_name(template: Template) -> Iterator[str]:
    """Only reading, and only the named secrets of this stage."""
    for role, _ in template.of_type("AWS::IAM::Role"):
        for statement in template.statements(role):
            actions = [action for action in as_list(statement["Action"]) if action.startswith("secretsmanager:")]
            if actions and actions != ["secretsmanager:GetSecretValue"]:
                yield f"{role} may more than read secrets"
            for resource in as_list(statement["Resource"]) if actions else []:
                name = text_of(resource)
                if refers_to(resource) != "DigestSecret" and not name.endswith(SECRETS):
                    yield f"{role} reads secrets that are not named: {name}"


def a_function_may_use_what_its_environment_names(template: Template) -> Iterator[str]:
    """Each thing that the environment names is granted: the emulator would show it, but only for the paths that run."""
    for name, function, properties in template.functions():
        role = refers_to(properties.get("Role"))
        for action, target in [*needs(properties["Environment"]["Variables"]), *needs_of_triggers(template, name)]:
            if not any(grants(statement, action, target) for statement in template.statements(role)):
                yield f"{function} may not {action} on {target}"


def needs(variables: Resource) -> Iterator[tuple[str, str]]:
    """Action and a part of the resource's text or its logical id."""
    yield "dynamodb:UpdateItem", "StateTable"
    yield "ssm:GetParameter", ":parameter" + text_of(variables.get("CONFIG")).removeprefix("ssm:")
    for variable, value in variables.items():
        if variable.endswith("_SECRET_ID"):
            named = refers_to(value)
            yield "secretsmanager:GetSecretValue", named or ":secret:" + text_of(value) + "-??????"
        if variable.startswith("QUEUE_URL_") or variable.endswith("_QUEUE_URL"):
            yield "sqs:SendMessage", str(refers_to(value))
    if "ARCHIVE_BUCKET" in variables:
        bucket = ":::${" + str(refers_to(variables["ARCHIVE_BUCKET"])) + "}"
        yield "s3:GetObject", f"{bucket}/reports/*"
        yield "s3:PutObject", f"{bucket}/reports/*"
        yield "s3:GetObject", f"{bucket}/look/*"
        yield "s3:ListBucket", bucket
    if "MAIL_CONFIGURATION_SET" in variables:
        yield "ses:SendEmail", ":configuration-set/${" + str(refers_to(variables["MAIL_CONFIGURATION_SET"])) + "}"
    if "ALERTS_TOPIC_ARN" in variables:
        yield "sns:Publish", str(refers_to(variables["ALERTS_TOPIC_ARN"]))
        yield "kms:GenerateDataKey", "AlertsKey"
        yield "kms:Decrypt", "AlertsKey"


def needs_of_triggers(template: Template, function: str) -> Iterator[tuple[str, str]]:
    """What Lambda does in the function's name: fetch messages, report failures."""
    for _, properties in template.of_type("AWS::Lambda::EventSourceMapping"):
        if refers_to(properties["FunctionName"]) == function:
            queue = str(refers_to(properties["EventSourceArn"]))
            by_name = template.attribute(queue, "Condition")  # it need not exist, so only its name can be granted
            for action in RECEIVING:
                yield action, ":" + text_of(template.properties(queue).get("QueueName")) if by_name else queue
    for _, properties in template.of_type("AWS::Lambda::EventInvokeConfig"):
        if refers_to(properties["FunctionName"]) == function:
            yield "sqs:SendMessage", "FailuresQueue"


def who_changes_a_vendor_is_audited(template: Template) -> Iterator[str]:
    """Every change leaves a trace, which needs a stream in the audit group."""
    for _, function, properties in template.functions():
        group = ":log-group:" + text_of(properties["Environment"]["Variables"].get("AUDIT_LOG_GROUP"))
        for action, target in (("logs:CreateLogStream", group), ("logs:PutLogEvents", group + ":*")):
            allowed = any(grants(statement, action, target) for statement in template.statements(refers_to(properties.get("Role"))))
            if function in AUDITED and not allowed:
                yield f"{function} may not {action} on {target}"


def who_may_read_the_audit_stream(template: Template) -> Iterator[str]:
    """Only who explains what was done to one contact, and nothing but that group."""
    for _, function, properties in template.functions():
        group = ":log-group:" + text_of(properties["Environment"]["Variables"].get("AUDIT_LOG_GROUP"))
        found = [
            [text_of(resource) for resource in as_list(statement["Resource"])]
            for statement in template.statements(refers_to(properties.get("Role")))
            if "logs:FilterLogEvents" in as_list(statement["Action"])
        ]
        whole = [[True, True]] if function in EXPLAINS else []
        if [[text.endswith(end) for text, end in zip(texts, (group, group + ":*"), strict=False)] for texts in found] != whole:
            yield f"{function} must {'read' if whole else 'not read'} the audit group, and no other log"


def grants(statement: Resource, action: str, target: str) -> bool:
    """Whether the statement allows the action on the target."""
    resources = as_list(statement["Resource"])
    named = any(refers_to(resource) == target or text_of(resource).endswith(target) for resource in resources)
    return action in as_list(statement["Action"]) and named
