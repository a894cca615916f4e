"""Queues that feed functions: redrive, time-outs, partial answers, and who may write to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from stack.wiring.reading import Resource, Template, allows, as_list, refers_to, text_of

LARGEST_MESSAGE = 1048576  # bytes; the largest body that the webhook URL takes, and its envelope
RECEIVES = range(5, 11)  # fewer makes an outage of minutes look like poison, more keeps poison for hours
VISIBILITY_FACTOR = 6  # of the consumer's time-out; AWS's own advice
FIFO_BATCH_MAX = 10
STANDARD_BATCH = 100
STANDARD_WINDOW_SECONDS = 5
# Each partner event bus, and the parameter with the name of its source.
BUSES = {"PartnerBus": "PartnerEventSource", "SalesforceBus": "SalesforceEventSource"}
# What the queue of contact-sync may learn of a change event: the members of its envelope, and of the event's header.
CHANGE_PATHS = {
    *(f"$.{name}" for name in ("id", "source", "time")),
    *(f"$.detail.payload.ChangeEventHeader.{name}" for name in ("recordIds", "changeType", "transactionKey", "sequenceNumber")),
}
SCALING_EVENTS = [f"EC2 Instance {what} {how}" for what in ("Launch", "Terminate") for how in ("Successful", "Unsuccessful")]


def queues_give_up_on_poison(template: Template) -> Iterator[str]:
    """Each queue that something consumes has dead letters of its own kind, and takes the largest message."""
    dead = template.dead_letter_queues()
    for name, properties in template.of_type("AWS::SQS::Queue"):
        if name == "FailuresQueue":
            continue
        if properties.get("MaximumMessageSize") != LARGEST_MESSAGE:
            yield f"{name} must take messages of {LARGEST_MESSAGE} bytes"
        if name in dead:
            continue
        policy = properties.get("RedrivePolicy", {})
        target = refers_to(policy.get("deadLetterTargetArn"))
        if target is None or policy.get("maxReceiveCount") not in RECEIVES:
            yield f"{name} must give up on a message after {RECEIVES.start} to {RECEIVES.stop - 1} attempts"
        elif template.properties(target).get("FifoQueue") != properties.get("FifoQueue"):
            yield f"{name} and {target} must both be FIFO or both not"


def fifo_queues_order_by_entity(template: Template) -> Iterator[str]:
    """The event id is given, not guessed from the body, and groups do not wait for each other."""
    for name, properties in template.of_type("AWS::SQS::Queue"):
        if properties.get("FifoQueue") is not True or name in template.dead_letter_queues():
            continue
        if properties.get("ContentBasedDeduplication") is not False:
            yield f"{name} must deduplicate by the event id that is given"
        scope = properties.get("DeduplicationScope"), properties.get("FifoThroughputLimit")
        if scope != ("messageGroup", "perMessageGroupId"):
            yield f"{name} must not let one group wait for another"


def consumers_get_batches_that_can_fail_in_part(template: Template) -> Iterator[str]:
    """Batch, window and answer of each event source; the queue waits long enough for its consumer."""
    for name, properties in template.of_type("AWS::Lambda::EventSourceMapping"):
        queue = template.properties(refers_to(properties["EventSourceArn"]))
        function = template.properties(refers_to(properties["FunctionName"]))
        if properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name} must let a batch fail in part"
        batch, window = properties.get("BatchSize"), properties.get("MaximumBatchingWindowInSeconds", 0)
        if queue.get("FifoQueue") and (batch != FIFO_BATCH_MAX or window):
            yield f"{name} must take {FIFO_BATCH_MAX} messages and no window: AWS allows no more for FIFO"
        if not queue.get("FifoQueue") and (batch, window) != (STANDARD_BATCH, STANDARD_WINDOW_SECONDS):
            yield f"{name} must take {STANDARD_BATCH} messages in a window of {STANDARD_WINDOW_SECONDS} s"
        if queue.get("VisibilityTimeout", 30) < VISIBILITY_FACTOR * function.get("Timeout", 900) + window:
            yield f"{name}: its queue must wait {VISIBILITY_FACTOR} times as long as its function may take"
        if not properties.get("ScalingConfig", {}).get("MaximumConcurrency"):
            yield f"{name} must be limited: a new AWS account runs ten functions at once in all"


def who_feeds_itself_may_go_on(template: Template) -> Iterator[str]:
    """Lambda cuts off a function that wakes itself by a queue, after about sixteen rounds; the others keep that guard."""
    for name, function, properties in template.functions():
        fed_by = {refers_to(body["EventSourceArn"]) for _, body in template.of_type("AWS::Lambda::EventSourceMapping") if refers_to(body["FunctionName"]) == name}
        sends_to = {refers_to(value) for variable, value in properties["Environment"]["Variables"].items() if "QUEUE_URL" in variable}
        wanted = "Allow" if fed_by & sends_to else None
        if properties.get("RecursiveLoop") != wanted:
            yield f"{function}: RecursiveLoop must be {wanted}"


def rules_reach_their_queues(template: Template) -> Iterator[str]:
    """EventBridge writes in its own name: the queue's policy allows it, that rule only, and so does the dead-letter queue."""
    for name, properties in template.of_type("AWS::Events::Rule"):
        source = properties["EventPattern"].get("source")
        bus = refers_to(properties.get("EventBusName"))
        is_of_aws = source == ["aws.autoscaling"]
        if is_of_aws == (bus is not None):
            yield f"{name} must listen to the bus of its source: no other gets these events"
        if bus and not is_of_aws and source != [{"Ref": BUSES.get(bus)}]:
            yield f"{name} must take events of exactly the partner event source"
        for target in properties["Targets"]:
            dead = refers_to(target.get("DeadLetterConfig", {}).get("Arn"))
            if dead is None and "InputTransformer" not in target:
                yield f"{name} must have dead letters"
            if dead and "InputTransformer" in target:
                yield f"{name} must not have dead letters: the event stands there with everything that its target does not get"
            for queue in filter(None, (refers_to(target["Arn"]), dead)):
                if not rule_may_send(template, name, properties, queue):
                    yield f"{queue} must allow exactly the rule {name} to send, by aws:SourceArn"


def rule_may_send(template: Template, rule: str, properties: Resource, queue: str) -> bool:
    """Whether the queue's policy lets this rule in: by its ARN, or by its name on the partner bus."""
    statements = template.policies_for("AWS::SQS::QueuePolicy", "Queues", queue)
    allowed = allows(statements, "events.amazonaws.com", "sqs:SendMessage")
    source = (allowed or {}).get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn")
    partner = BUSES.get(refers_to(properties.get("EventBusName")) or "")
    named = f":rule/${{{partner}}}/" + text_of(properties.get("Name"))
    return source is not None and (refers_to(source) == rule or text_of(source).endswith(named))


def only_services_that_write_are_let_in(template: Template) -> Iterator[str]:
    """No queue policy lets anybody in without saying on whose behalf."""
    for name, properties in template.of_type("AWS::SQS::QueuePolicy"):
        for statement in properties["PolicyDocument"]["Statement"]:
            conditioned = "aws:SourceArn" in str(statement.get("Condition", {}))
            if statement["Effect"] == "Allow" and not conditioned:
                yield f"{name} lets in more than it should"
            if statement["Effect"] == "Allow" and as_list(statement["Action"]) != ["sqs:SendMessage"]:
                yield f"{name} allows more than sending"


def partner_buses_are_the_partners(template: Template) -> Iterator[str]:
    """Called like their sources, and events are filtered before they cost anything."""
    for name, bus in template.of_type("AWS::Events::EventBus"):
        source = {"Ref": BUSES.get(name)}
        if (bus.get("Name"), bus.get("EventSourceName")) != (source, source):
            yield f"{name} must be called like its source"
    pattern = template.properties("SalesforceContactsRule").get("EventPattern", {})
    if set(pattern) != {"source", "detail-type"} or pattern["detail-type"] != ["ContactChangeEvent"]:
        yield "SalesforceContactsRule must take changes of contacts, whatever the change"
    pattern = template.properties("QueueObservationsRule").get("EventPattern", {})
    if pattern.get("detail-type") != ["v2.analytics.queues.{id}.observations"]:
        yield "QueueObservationsRule must take queue observations"
    filtered = pattern.get("detail", {}).get("eventBody", {}).get("group", {}).get("queueId")
    if filtered != {"Ref": "ObservedQueueIds"}:
        yield "QueueObservationsRule must take the observed queues only"


def changed_contacts_are_named_and_not_shown(template: Template) -> Iterator[str]:
    """A change event carries names and numbers; the queue gets ids, in an envelope that the function reads."""
    for target in template.properties("SalesforceContactsRule")["Targets"]:
        transformer = target.get("InputTransformer", {"InputPathsMap": {}, "InputTemplate": ""})
        paths, text = transformer["InputPathsMap"], transformer["InputTemplate"]
        placeholders = set(re.findall("<([^>]*)>", text))
        if not paths or not set(paths.values()) <= CHANGE_PATHS or placeholders != set(paths):
            yield "SalesforceContactsRule must pass on which contacts changed, and nothing of what they hold"
            continue
        try:
            event = json.loads(re.sub('"<[^>]*>"|<[^>]*>', '"filled in"', text))
            found = event["id"], event["source"], event["time"], event["detail-type"], event["detail"]["payload"]["ChangeEventHeader"]["recordIds"]
        except (ValueError, LookupError):
            found = ()
        if found != (*["filled in"] * 3, "ContactChangeEvent", "filled in"):
            yield "SalesforceContactsRule must pass on an event in EventBridge's own form"


def the_scaling_rule_takes_what_auto_scaling_sends(template: Template) -> Iterator[str]:
    """By the names that AWS sends, the ones of failures too, and nothing that costs a message without a meaning."""
    pattern = template.properties("ScalingRule").get("EventPattern", {})
    if set(pattern) != {"source", "detail-type"} or pattern["source"] != ["aws.autoscaling"]:
        yield "ScalingRule must take events of Auto Scaling, whatever the group"
    if sorted(pattern.get("detail-type", [])) != SCALING_EVENTS:
        yield "ScalingRule must take launches and terminations that succeeded or failed"
