"""Who may do what: trust, least privilege, and that what is needed is granted."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Resource, Template, as_list, refers_to, text_of

# Items by key and by partition; nothing that reads or changes the table as a whole.
STATE_ACTIONS = frozenset(
    "dynamodb:" + action
    for action in ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")
)

# Partitions each function may reach with these actions.
LEADING_KEYS = {
    "contact-sync": {
        "token#*",
        "lock#contact-sync",
        "mark#contact-sync",
        "link#*",
        "peer#*",
        "run#contact-sync",
        "quarantine#contact-sync",
        "review#contact-sync",
    },
}

# Partitions from which each function may delete rows. Never locks (it would reset their fence), marks or links.
DELETABLE_KEYS = {"contact-sync": {"quarantine#contact-sync", "review#contact-sync"}}

# Services whose actions have no resource to name.
WITHOUT_RESOURCES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def users_of_roles(template: Template) -> Iterator[tuple[str, str | None, str]]:
    """Resource, its role, and the service that assumes the role."""
    for name, properties in template.of_type("AWS::Lambda::Function"):
        yield name, refers_to(properties.get("Role")), "lambda.amazonaws.com"
    for name, properties in template.of_type("AWS::Scheduler::Schedule"):
        yield name, refers_to(properties["Target"].get("RoleArn")), "scheduler.amazonaws.com"


def each_role_trusts_exactly_the_service_that_assumes_it(template: Template) -> Iterator[str]:
    """A role that trusts nobody is dead, one that trusts more is open."""
    used = set()
    for name, role, service in users_of_roles(template):
        if role is None or role not in template.resources:
            yield f"{name} has no role of the template"
            continue
        if role in used:
            yield f"{role} is used by more than one resource"
        used.add(role)
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
            if not actions:
                continue
            deletes = actions == {"dynamodb:DeleteItem"}
            if not deletes and not actions <= STATE_ACTIONS:
                yield f"{function} may {sorted(actions - STATE_ACTIONS)} on the state table"
            if [refers_to(resource) for resource in as_list(statement["Resource"])] != ["StateTable"]:
                yield f"{function} reaches more than the state table"
            keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
            wanted = (DELETABLE_KEYS if deletes else LEADING_KEYS).get(function, set())
            if keys is None:
                yield f"{function} may {sorted(actions)} without dynamodb:LeadingKeys"
            elif set(keys) != wanted:
                yield f"{function} may {sorted(actions)} on other partitions than its own: {sorted(set(keys) ^ wanted)}"


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
                if refers_to(resource) != "DigestSecret" and not name.endswith("/aws-sync-creds-??????"):
                    yield f"{role} reads secrets that are not named: {name}"


def a_function_may_use_what_its_environment_names(template: Template) -> Iterator[str]:
    """Each thing that the environment names is granted: the emulator would show it, but only for the paths that run."""
    for _, function, properties in template.functions():
        role = refers_to(properties.get("Role"))
        for action, target in needs(properties["Environment"]["Variables"]):
            if not any(grants(statement, action, target) for statement in template.statements(role)):
                yield f"{function} may not {action} on {target}"


def needs(variables: Resource) -> Iterator[tuple[str, str]]:
    """Action and a part of the resource's text or its logical id."""
    yield "dynamodb:PutItem", "StateTable"
    yield "sns:Publish", str(refers_to(variables.get("ALERTS_TOPIC_ARN")))
    yield "kms:GenerateDataKey", "AlertsKey"
    yield "kms:Decrypt", "AlertsKey"
    yield "ssm:GetParameter", ":parameter" + text_of(variables.get("CONFIG")).removeprefix("ssm:")
    yield "secretsmanager:GetSecretValue", str(refers_to(variables.get("DIGEST_SECRET_ID")))
    for vendor in ("GENESYS", "SALESFORCE"):
        yield "secretsmanager:GetSecretValue", ":secret:" + text_of(variables.get(f"{vendor}_SECRET_ID")) + "-??????"
    group = ":log-group:" + text_of(variables.get("AUDIT_LOG_GROUP"))
    yield "logs:CreateLogStream", group
    yield "logs:PutLogEvents", group + ":*"
    yield "sqs:SendMessage", "FailuresQueue"


def grants(statement: Resource, action: str, target: str) -> bool:
    """Whether the statement allows the action on the target."""
    resources = as_list(statement["Resource"])
    named = any(refers_to(resource) == target or text_of(resource).endswith(target) for resource in resources)
    return action in as_list(statement["Action"]) and named
