"""Mail: who may send as whom, and the way of its events from SES to the function."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Resource, Template, allows, as_list, is_tls_only, refers_to, text_of
from stack.wiring.roles import of_this_account

# Which role mails with which set.
SETS = {"NightlyReportRole": "MailConfigurationSet", "ContactSyncRole": "SyncMailConfigurationSet"}
# Mails that nobody follows. Their events would reach nightly-report, which may not keep them.
UNTOLD = {"SyncMailConfigurationSet"}
# Every kind that says what became of a mail; opens and clicks are nobody's business.
TOLD = ["send", "delivery", "deliveryDelay", "bounce", "complaint", "reject", "renderingFailure"]


def mail_goes_out_as_the_parameter_says(template: Template) -> Iterator[str]:
    """One sender, and always with the function's configuration set: it says who hears what became of a mail, and asks for TLS."""
    for role, _ in template.of_type("AWS::IAM::Role"):
        for statement in template.statements(role):
            actions = [action for action in as_list(statement["Action"]) if action.startswith("ses:")]
            if not actions:
                continue
            if actions != ["ses:SendEmail"]:
                yield f"{role} may more than send mail"
            if statement.get("Condition") != {"StringLike": {"ses:FromAddress": {"Ref": "MailFrom"}}}:
                yield f"{role} must send as MailFrom only"
            places = [text_of(resource).rpartition(":")[2] for resource in as_list(statement["Resource"])]
            if places != ["identity/*", f"configuration-set/${{{SETS.get(role)}}}"]:
                yield f"{role} must send with its configuration set, and no other"


def mail_is_told_about(template: Template) -> Iterator[str]:
    """Every kind of event goes to a topic that SES may publish to, for this configuration set only; or none is sent."""
    for name, body in template.of_type("AWS::SES::ConfigurationSet"):
        if name not in SETS.values():
            yield f"{name} is used by no role"
        if body.get("DeliveryOptions") != {"TlsPolicy": "REQUIRE"}:
            yield f"{name} must not hand mail over in the clear"
        destinations = [
            (logical, properties["EventDestination"])
            for logical, properties in template.of_type("AWS::SES::ConfigurationSetEventDestination")
            if refers_to(properties.get("ConfigurationSetName")) == name
        ]
        if (name in UNTOLD) == bool(destinations):
            yield f"{name} must have {'no' if destinations else 'an'} event destination"
        for logical, destination in destinations:
            if destination.get("Enabled") is not True or destination.get("MatchingEventTypes") != TOLD:
                yield f"{logical} must tell everything that becomes of a mail: {TOLD}"
            topic = refers_to(destination.get("SnsDestination", {}).get("TopicARN"))
            yield from topic_is_open_to_ses(template, logical, topic, ":configuration-set/" + text_of(body.get("Name")))


def topic_is_open_to_ses(template: Template, destination: str, topic: str | None, source: str) -> Iterator[str]:
    """SES publishes in its own name: by TLS, for one set of this account, under a key that it may use."""
    statements = template.policies_for("AWS::SNS::TopicPolicy", "Topics", topic or "")
    allowed = allows(statements, "ses.amazonaws.com", "sns:Publish")
    found = text_of((allowed or {}).get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn"))
    if allowed is None or not found.endswith(source) or not of_this_account(allowed):
        yield f"{topic} must allow exactly this account's {source.lstrip(':')} to publish"
    if not is_tls_only(statements, "sns:Publish"):
        yield f"{topic} must refuse everything without TLS"
    if template.attribute(destination, "DependsOn") not in policies_of(template, topic):
        yield f"{destination} must wait for the topic's policy: SES tries the topic"
    key = template.properties(refers_to(template.properties(topic).get("KmsMasterKeyId")))
    for action in ("kms:Decrypt", "kms:GenerateDataKey*"):
        usable = allows(key.get("KeyPolicy", {}).get("Statement", []), "ses.amazonaws.com", action)
        if usable is None or not of_this_account(usable):
            yield f"{topic}: its key must allow this account's SES {action}"


def policies_of(template: Template, topic: str | None) -> list[str]:
    """The policies that are attached to a topic."""
    return [name for name, body in template.of_type("AWS::SNS::TopicPolicy") if topic in [refers_to(entry) for entry in body["Topics"]]]


def topics_reach_their_queues(template: Template) -> Iterator[str]:
    """What is published arrives as it was said, in a queue that lets exactly this topic in."""
    subscribed = set()
    for name, body in template.of_type("AWS::SNS::Subscription"):
        if body.get("Protocol") != "sqs":
            continue
        subscribed.add(refers_to(body["TopicArn"]))
        queue = refers_to(body.get("Endpoint"))
        if body.get("RawMessageDelivery") is not True:
            yield f"{name} must deliver events as SES wrote them"
        if not lets_in(template, queue, body):
            yield f"{queue} must allow exactly the topic of {name} to send, by aws:SourceArn"
    for _, body in template.of_type("AWS::SES::ConfigurationSetEventDestination"):
        topic = refers_to(body["EventDestination"].get("SnsDestination", {}).get("TopicARN"))
        if topic not in subscribed:
            yield f"{topic} must have a queue that listens to it"


def lets_in(template: Template, queue: str | None, subscription: Resource) -> bool:
    """Whether the queue's policy lets the subscription's topic in."""
    statements = template.policies_for("AWS::SQS::QueuePolicy", "Queues", queue or "")
    allowed = allows(statements, "sns.amazonaws.com", "sqs:SendMessage")
    return (allowed or {}).get("Condition") == {"ArnEquals": {"aws:SourceArn": subscription["TopicArn"]}}
