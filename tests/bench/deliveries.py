"""Deliveries as API Gateway hands them over, signed now, each with an id of its own; and some that are to be refused."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

from bench.stand_ins import KEY
from stack import sign

SAMPLE = Path(__file__).resolve().parents[2] / "events" / "webhook-receiver" / "routing-queue-stats.json"
SCHEME = "timestamped_hmac"
QUEUES = 50
BODY_BYTES_MAX = 262_144


def load(number: int) -> bytes:
    """The body of the queue-load webhook with this number; no two are alike."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    event = {
        "event": "routing.queue.stats",
        "timestamp": f"{moment}.{number % 1000:03}Z",
        "queue": {"id": f"queue-{number % QUEUES}", "name": "Support Queue"},
        "metrics": {"conversationCount": number},
    }
    return json.dumps(event).encode()


def event(body: bytes, headers: dict[str, str], path: str = "/webhooks/genesys") -> bytes:
    """The invocation event of a POST. What is no text travels in base64."""
    sample: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    sent = {name: value for name, value in sample["headers"].items() if not name.startswith("x-genesys-")}
    sample["headers"] = {**sent, "content-length": str(len(body)), **headers}
    sample["rawPath"] = sample["requestContext"]["http"]["path"] = path
    try:
        sample["body"], sample["isBase64Encoded"] = body.decode(), False
    except UnicodeDecodeError:
        sample["body"], sample["isBase64Encoded"] = base64.b64encode(body).decode(), True
    return json.dumps(sample).encode()


def signed(body: bytes) -> bytes:
    """A delivery that has to be accepted, if its body is an event."""
    return event(body, sign.headers(SCHEME, KEY, body))


def refused() -> dict[str, tuple[bytes, int]]:
    """Deliveries that have to be refused, with their status."""
    good = load(0)
    headers = sign.headers(SCHEME, KEY, good)
    return {
        "another body than was signed": (event(good.replace(b"queue-0", b"queue-1"), headers), 401),
        "an hour and a minute old": (event(good, sign.headers(SCHEME, KEY, good, time.time() - 3660)), 401),
        "too large": (signed(b'{"a":"' + b"x" * BODY_BYTES_MAX + b'"}'), 413),
        "no JSON": (signed(b"no JSON"), 400),
        "another path": (event(good, headers, "/webhooks/nobody"), 404),
        "no JSON by its header": (event(good, {**headers, "content-type": "text/plain"}), 415),
    }
