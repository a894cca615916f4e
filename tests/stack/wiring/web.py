"""The HTTP API: which routes there are, that the function may be called by this API, throttling and the access log."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Template, refers_to, text_of

ROUTES = {"POST /webhooks/{source}", "POST /webhook", "POST /webhook/call-ended"}
# Headers and bodies may be secret or personal, and a query is not ours to keep.
LOGGED = {"requestTime", "requestId", "routeKey", "status", "identity.sourceIp", "responseLatency", "responseLength", "error.message", "integrationErrorMessage"}


def routes_lead_to_the_function(template: Template) -> Iterator[str]:
    """Exactly the documented routes, each to the integration, and that to the function."""
    found = set()
    for name, properties in template.of_type("AWS::ApiGatewayV2::Route"):
        found.add(properties["RouteKey"])
        if text_of(properties.get("Target")) != "integrations/${WebhookIntegration}":
            yield f"{name} leads nowhere"
    if found != ROUTES:
        yield f"routes that are not as documented: {sorted(found ^ ROUTES)}"
    for name, properties in template.of_type("AWS::ApiGatewayV2::Integration"):
        function = refers_to(properties.get("IntegrationUri"))
        if properties.get("IntegrationType") != "AWS_PROXY" or properties.get("PayloadFormatVersion") != "2.0":
            yield f"{name} must hand over requests in payload format 2.0"
        limit = template.properties(function).get("Timeout", 0) * 1000
        if properties.get("TimeoutInMillis") != limit:
            yield f"{name} must wait as long as the function may take"
        yield from may_call(template, name, function, refers_to(properties["ApiId"]))


def may_call(template: Template, integration: str, function: str | None, api: str | None) -> Iterator[str]:
    """API Gateway calls in its own name: the function has to allow it, for this API only."""
    permissions = [body for _, body in template.of_type("AWS::Lambda::Permission") if refers_to(body["FunctionName"]) == function]
    own = [
        body
        for body in permissions
        if (body.get("Principal"), body.get("Action")) == ("apigateway.amazonaws.com", "lambda:InvokeFunction")
        and f":${{{api}}}/" in text_of(body.get("SourceArn"))
    ]
    if len(own) != 1 or len(permissions) != 1:
        yield f"{integration}: the function must allow this API to call it, and nobody else"


def the_stage_is_throttled_and_logged(template: Template) -> Iterator[str]:
    """A flood costs little, and each request leaves a line without secrets."""
    for name, properties in template.of_type("AWS::ApiGatewayV2::Stage"):
        limits = properties.get("DefaultRouteSettings", {})
        if limits.get("ThrottlingRateLimit") != {"Ref": "WebhookRequestsPerSecond"}:
            yield f"{name} must limit requests a second"
        if limits.get("ThrottlingBurstLimit") != {"Ref": "WebhookRequestBurst"}:
            yield f"{name} must limit a burst"
        if properties.get("AutoDeploy") is not True or properties.get("StageName") != "$default":
            yield f"{name} must serve the routes as they are, without a prefix"
        log = properties.get("AccessLogSettings", {})
        group = template.properties(refers_to(log.get("DestinationArn")))
        if group.get("RetentionInDays") != 30:
            yield f"{name} must log to a group that is kept for 30 days"
        named = {part.split('"')[0] for part in text_of(log.get("Format")).split("$context.")[1:]}
        if named != LOGGED:
            yield f"{name} must log what is agreed: {sorted(named ^ LOGGED)}"


def failing_webhooks_are_announced(template: Template) -> Iterator[str]:
    """An alarm on answers that make senders give up."""
    alarms = [body for _, body in template.of_type("AWS::CloudWatch::Alarm")]
    for name, _ in template.of_type("AWS::ApiGatewayV2::Api"):
        dimension = [{"Name": "ApiId", "Value": {"Ref": name}}]
        if not any(alarm.get("MetricName") == "5xx" and alarm.get("Dimensions") == dimension for alarm in alarms):
            yield f"{name} must have an alarm on 5xx"
