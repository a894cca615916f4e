"""What a function of the bundle calls in AWS, each answered at once with the shortest answer that its clients accept.

Nothing is stored: every condition holds and every message is confirmed. That is the way of a new delivery, which is the
one that is measured; the stand-ins count the calls, so that work which was left out would be seen.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from bench.exchange import Request

KEY = "key-of-the-measurement-0001"
STATE_TABLE = "state"
SECRET_ID = "dev/webhooks/keys"
QUEUE = "http://sqs.us-east-1.amazonaws.com/123456789012/"


@dataclass
class StandIns:
    """Secrets Manager, DynamoDB and SQS of one function."""

    secret: dict[str, list[str]] = field(default_factory=lambda: {"genesys": [KEY]})
    calls: Counter[str] = field(default_factory=Counter)
    last_message: bytes = b""

    def answer(self, request: Request) -> tuple[int, bytes]:
        """The answer to one call, whatever its protocol's version."""
        action = request.headers.get("x-amz-target", request.path).rpartition(".")[2]
        self.calls[action] += 1
        if action == "GetSecretValue":
            return 200, json.dumps({"Name": SECRET_ID, "SecretString": json.dumps(self.secret)}).encode()
        if action == "SendMessage":
            self.last_message = request.body
            return 200, b'{"MessageId":"9c3ae9c4-6f5e-4d0e-8f0e-1f9a3b6f0a11"}'
        if action in ("PutItem", "UpdateItem"):
            return 200, b"{}"
        return 400, b'{"__type":"UnknownOperationException","message":"nobody answers that here"}'


def environment(port: int) -> dict[str, str]:
    """What makes a function come here, and the names that it needs."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "STAGE": "dev",
        "STATE_TABLE": STATE_TABLE,
        "AUDIT_LOG_GROUP": "bench",
        "WEBHOOK_SECRET_ID": SECRET_ID,
        "GENESYS_SECRET_ID": "bench",
        "SALESFORCE_SECRET_ID": "bench",
        "DIGEST_SECRET_ID": "bench",
        "QUEUE_URL_CAPACITY": QUEUE + "capacity.fifo",
        "QUEUE_URL_CONVERSATIONS": QUEUE + "conversations",
        "CONTACT_SYNC_QUEUE_URL": QUEUE + "contact-sync",
    }
