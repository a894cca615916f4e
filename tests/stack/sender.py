"""Senders of events, as they are outside: whoever signs webhooks, and the partner event buses."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from stack import sign, webhook_keys
from stack.clock_file import moved_now
from stack.cloud import Cloud
from stack.stack import PARTNER_EVENT_SOURCE, SALESFORCE_EVENT_SOURCE, Running

SCHEME = "timestamped_hmac"
KEY = webhook_keys.DEMO["genesys"][0]
AT_ONCE = 12
ANSWER_SECONDS = 30
TRIES_MAX = 40
COME_BACK_SECONDS = 0.5


@dataclass(frozen=True)
class Reply:
    """What the webhook URL answered."""

    status: int
    content: dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """A signed webhook, which can be sent more than once."""

    url: str
    body: bytes
    headers: dict[str, str]

    def post(self) -> Reply:
        """Sends it."""
        return post(self.url, self.body, self.headers)

    def curl_line(self, folder: Path) -> str:
        """The same as a command for a shell."""
        file = folder / "event.json"
        file.write_bytes(self.body)
        return sign.curl(self.url, self.headers, str(file))


@dataclass(frozen=True)
class Sender:
    """One sender, whose clock is that of the stack."""

    url: str
    clock_file: Path
    key: str = KEY

    def now(self) -> float:
        """Seconds since 1970."""
        return moved_now(self.clock_file)

    def sign(self, body: bytes, path: str = "/webhook") -> Delivery:
        """A delivery. Sent again as it is, it is the same event; signed again later, it is another one without an id."""
        return Delivery(self.url + path, body, sign.headers(SCHEME, self.key, body, self.now()))

    def post(self, body: bytes, path: str = "/webhook") -> Reply:
        """Signs and posts."""
        return self.sign(body, path).post()


def sender(running: Running, source: str = "genesys") -> Sender:
    """The sender whose key the stack knows."""
    return Sender(running.webhook_url, Path(running.clock_file), webhook_keys.DEMO[source][0])


def post_all(deliveries: list[Delivery]) -> list[Reply]:
    """Sends many, several at once, in this order as far as that goes; each until it is taken in or refused."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(post_until_settled, deliveries))


def post_until_settled(delivery: Delivery) -> Reply:
    """As every sender does: 503 means later. It is also what a twin hears while the first one is being taken in."""
    reply = delivery.post()
    for _ in range(TRIES_MAX):
        if reply.status != 503:
            break
        time.sleep(COME_BACK_SECONDS)
        reply = delivery.post()
    return reply


def by_curl(line: list[str]) -> Reply:
    """Runs a curl command as it is."""
    done = subprocess.run([*line, "--write-out", "\n%{http_code}"], capture_output=True, text=True, check=True, timeout=ANSWER_SECONDS)
    text, _, status = done.stdout.rpartition("\n")
    return Reply(int(status), json.loads(text))


def post(url: str, body: bytes, headers: dict[str, str]) -> Reply:
    """One HTTP request and its answer, whatever it is."""
    request = urllib.request.Request(url, data=body, method="POST", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return Reply(answer.status, json.loads(answer.read() or b"{}"))
    except urllib.error.HTTPError as error:
        text = error.read()
        return Reply(error.code, json.loads(text) if text[:1] == b"{" else {"text": text.decode(errors="replace")})


def moment(seconds: float) -> str:
    """RFC 3339 with milliseconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def queue_stats(queue: str, conversations: int, at: float) -> bytes:
    """The body of a queue-load webhook, in the form that was asked for."""
    event = {
        "event": "routing.queue.stats",
        "timestamp": moment(at),
        "queue": {"id": queue, "name": "Support"},
        "metrics": {"conversationCount": conversations},
    }
    return json.dumps(event, separators=(",", ":")).encode()


def conversation_ended(conversation: str, at: float) -> bytes:
    """The body of a webhook about a conversation that ended."""
    return json.dumps({"event": "conversation.ended", "timestamp": moment(at), "conversationId": conversation}).encode()


def contacts_changed(ids: list[str]) -> bytes:
    """The body of a webhook about Salesforce contacts that changed."""
    return json.dumps({"id": str(uuid.uuid4()), "ids": ids}).encode()


def relayed_change(cloud: Cloud, ids: list[str], values: dict[str, str]) -> None:
    """A change event of Salesforce contacts with their new values, as Event Relay puts it on the partner event bus."""
    header = {"entityName": "Contact", "recordIds": ids, "changeType": "UPDATE", "transactionKey": str(uuid.uuid4()), "sequenceNumber": 1}
    entry = {
        "Source": SALESFORCE_EVENT_SOURCE,
        "DetailType": "ContactChangeEvent",
        "Detail": json.dumps({"payload": {"ChangeEventHeader": header, **values}}),
        "EventBusName": SALESFORCE_EVENT_SOURCE,
    }
    put_partner_event(cloud, entry)


def partner_observation(cloud: Cloud, queue: str, waiting: int, interacting: int, at: float) -> None:
    """An event of the partner event bus, as Genesys puts it there."""
    metrics = [{"metric": name, "stats": {"count": count}} for name, count in (("oWaiting", waiting), ("oInteracting", interacting))]
    detail = {
        "topicName": f"v2.analytics.queues.{queue}.observations",
        "version": "2",
        "eventBody": {"group": {"queueId": queue, "mediaType": "voice"}, "data": [{"interval": f"{moment(at)}/{moment(at)}", "metrics": metrics}]},
        "metadata": {"CorrelationId": str(uuid.uuid4())},
        "timestamp": moment(at),
    }
    entry = {
        "Source": PARTNER_EVENT_SOURCE,
        "DetailType": "v2.analytics.queues.{id}.observations",
        "Detail": json.dumps(detail),
        "EventBusName": PARTNER_EVENT_SOURCE,
    }
    put_partner_event(cloud, entry)


def put_partner_event(cloud: Cloud, entry: dict[str, str]) -> None:
    """Puts one event on a partner event bus."""
    if cloud.client("events").put_events(Entries=[entry])["FailedEntryCount"]:
        raise RuntimeError("the partner event bus did not take the event")
