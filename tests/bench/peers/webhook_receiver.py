"""What webhook-receiver does with a delivery of the source `genesys`, as a plain Python handler.

Size, signature over the raw bytes, age, JSON, the conditional write, SendMessage with the raw body in a CloudEvent, the
second write, one log line. What only some deliveries need (other schemes, early reading of keys, release of a claim) is
left out, to this handler's advantage.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import os
import time
import uuid
from datetime import datetime, timezone

import boto3

LOG = logging.getLogger()
LOG.setLevel(logging.INFO)

PATHS = {"/webhook": "routing.queue.stats", "/webhooks/genesys": None}
BODY_BYTES_MAX = 262_144
PAST_SECONDS, FUTURE_SECONDS = 3600, 300
KEPT_SECONDS = (4 * 24 + 1) * 3600
KEY_CACHE_SECONDS = 300

SECRETS = boto3.client("secretsmanager")
TABLE = boto3.client("dynamodb")
QUEUES = boto3.client("sqs")
known_keys: list[str] = []
keys_read_at = 0.0


class Refused(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def handler(event, context):  # noqa: ANN001, ANN201 - Lambda's signature
    """One invocation."""
    try:
        return take_in(event, context.get_remaining_time_in_millis() / 1000)
    except Refused as refused:
        LOG.warning("refused %s", json.dumps({"status": refused.status}))
        return answer(refused.status, {"error": str(refused)})


def take_in(event: dict, seconds_left: float) -> dict:
    """One delivery."""
    path = event["rawPath"]
    if event["requestContext"]["http"]["method"] != "POST" or path not in PATHS:
        raise Refused(404, "there is no webhook at this path")
    body = body_of(event)
    headers = {name.lower(): value for name, value in event["headers"].items()}
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "the content type has to be application/json without content encoding")
    now = time.time()
    signed, moment = verified(headers, body, now)
    parsed = parse(body)
    event_id = "sha256-" + hashlib.sha256(signed).hexdigest()[:32]
    event_type = parsed.get("event") or PATHS[path]
    entity = parsed.get("queue", {}).get("id")
    if event_type != "routing.queue.stats" or not entity:
        raise Refused(400, "the event has no entity")
    claim = begin(event_id, body, now, seconds_left)
    publish(event_id, event_type, entity, parsed.get("timestamp") or moment, headers, body)
    result = {"accepted": True, "id": event_id}
    done(event_id, claim, json.dumps(result), now)
    LOG.info("accepted %s", json.dumps({"source": "genesys", "id": event_id, "type": event_type, "bytes": len(body)}))
    return answer(200, result)


def body_of(event: dict) -> bytes:
    """The raw bytes, if they are not too many."""
    text = event.get("body") or ""
    if len(text) > BODY_BYTES_MAX * (4 / 3 if event["isBase64Encoded"] else 1):
        raise Refused(413, "the body is too large")
    body = base64.b64decode(text) if event["isBase64Encoded"] else text.encode()
    if len(body) > BODY_BYTES_MAX:
        raise Refused(413, "the body is too large")
    return body


def verified(headers: dict[str, str], body: bytes, now: float) -> tuple[bytes, str]:
    """What was signed and when, if any key explains the signature and it is fresh."""
    moment = headers.get("x-genesys-webhook-timestamp", "")
    try:
        signature = base64.b64decode(headers.get("x-genesys-webhook-signature", ""), validate=True)
        seconds = int(moment)
    except (binascii.Error, ValueError):
        raise Refused(401, "Unauthorized") from None
    signed = moment.encode() + b"." + body
    expected = (hmac.new(key.encode(), signed, hashlib.sha256).digest() for key in keys(now))
    if not any(hmac.compare_digest(one, signature) for one in expected):
        raise Refused(401, "Unauthorized")
    if not now - PAST_SECONDS <= seconds <= now + FUTURE_SECONDS:
        raise Refused(401, "Unauthorized")
    return signed, datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def keys(now: float) -> list[str]:
    """The source's keys, read every five minutes."""
    global known_keys, keys_read_at
    if now - keys_read_at > KEY_CACHE_SECONDS:
        secret = SECRETS.get_secret_value(SecretId=os.environ["WEBHOOK_SECRET_ID"])
        known_keys, keys_read_at = json.loads(secret["SecretString"])["genesys"], now
    return known_keys


def parse(body: bytes) -> dict:
    """The body as a JSON object."""
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise Refused(400, "the body is not a JSON object")
    return parsed


def begin(event_id: str, body: bytes, now: float, seconds_left: float) -> str:
    """Claims the event."""
    claim = str(uuid.uuid4())
    held_until = int((now + seconds_left) * 1000)
    try:
        TABLE.put_item(
            TableName=os.environ["STATE_TABLE"],
            Item={
                "pk": {"S": f"seen#genesys#{event_id}"},
                "sk": {"S": "seen"},
                "claim": {"S": claim},
                "payload": {"S": base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:16]).decode()},
                "held_until_ms": {"N": str(held_until)},
                "ttl": {"N": str(int(now) + KEPT_SECONDS)},
                "v": {"N": "1"},
            },
            ConditionExpression="attribute_not_exists(held_until_ms) OR held_until_ms <= :now",
            ExpressionAttributeValues={":now": {"N": str(int(now * 1000))}},
        )
    except TABLE.exceptions.ConditionalCheckFailedException:
        raise Refused(503, "this event is being taken in; come back") from None
    return claim


def publish(event_id: str, event_type: str, entity: str, moment: str, headers: dict[str, str], body: bytes) -> None:
    """The raw body in a CloudEvent to the FIFO queue."""
    kept = ("x-genesys-webhook-signature", "x-genesys-webhook-timestamp")
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "cx-bridge/webhooks/genesys",
        "type": event_type,
        "time": moment,
        "subject": entity,
        "datacontenttype": "application/json",
        "cxheaders": json.dumps({name: headers[name] for name in kept}),
        "data_base64": base64.b64encode(body).decode(),
    }
    QUEUES.send_message(
        QueueUrl=os.environ["QUEUE_URL_CAPACITY"],
        MessageBody=json.dumps(event),
        MessageGroupId=entity,
        MessageDeduplicationId=f"genesys:{event_id}",
    )


def done(event_id: str, claim: str, result: str, now: float) -> None:
    """Stores the answer."""
    TABLE.update_item(
        TableName=os.environ["STATE_TABLE"],
        Key={"pk": {"S": f"seen#genesys#{event_id}"}, "sk": {"S": "seen"}},
        UpdateExpression="SET #result = :result, held_until_ms = :until",
        ConditionExpression="claim = :claim",
        ExpressionAttributeNames={"#result": "result"},
        ExpressionAttributeValues={
            ":result": {"S": result},
            ":until": {"N": str((int(now) + KEPT_SECONDS) * 1000)},
            ":claim": {"S": claim},
        },
    )


def answer(status: int, body: dict) -> dict:
    """As an HTTP API wants it."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }
