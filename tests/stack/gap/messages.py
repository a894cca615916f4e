"""Requests and answers as they go over the wire, and what of them names the service, the action and the caller."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Headers = list[tuple[str, str]]
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
RPC_PATH = re.compile(r"/service/[^/]+/operation/([^/?]+)")
# Of services whose protocol names no action: what a method and a path mean, as IAM calls it.
REST = (
    ("ses", "POST", re.compile(r"/v2/email/outbound-emails"), "SendEmail"),
    ("s3", "PUT", re.compile(r"/[^/?]+/[^?]+(\?x-id=PutObject)?"), "PutObject"),
    ("s3", "GET", re.compile(r"/[^/?]+/[^?]+(\?x-id=GetObject)?"), "GetObject"),
    ("s3", "GET", re.compile(r"/[^/?]+/?\?(.*&)?list-type=2(&.*)?"), "ListBucket"),
)


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    target: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def action(self) -> str:
        """What is asked for, by whichever way the service's protocol says it; the method where it does not."""
        named = self.header("x-amz-target").rpartition(".")[2] or "".join(RPC_PATH.findall(self.target))
        if not named and self.header("content-type").startswith("application/x-www-form-urlencoded"):
            named = self.form.get("Action", "")
        return named or next((action for service, method, path, action in REST if self.is_rest(service, method, path)), self.method)

    def is_rest(self, service: str, method: str, path: re.Pattern[str]) -> bool:
        """Whether this is a call of that service, by that method and path."""
        return (self.service, self.method) == (service, method) and bool(path.fullmatch(self.target))

    @property
    def service(self) -> str:
        """The service that the request is signed for."""
        found = CREDENTIAL.search(self.header("authorization"))
        return found.group(2) if found else ""

    @property
    def access_key(self) -> str:
        """The id of the key that signed it."""
        found = CREDENTIAL.search(self.header("authorization"))
        return found.group(1) if found else ""

    @property
    def form(self) -> dict[str, str]:
        """The body as the fields of a form, in which the query protocol has its parameters."""
        return {name: values[0] for name, values in parse_qs(self.body.decode(errors="replace")).items()}

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is something else."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


@dataclass(frozen=True)
class Answer:
    """One answer as it goes back."""

    status: int
    body: bytes
    headers: Headers = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        return json.loads(self.body) if self.body else {}

    def with_json(self, content: dict[str, Any]) -> Answer:
        """The same with another body; a check sum of the old one is gone."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in ("x-amz-crc32", "content-length")]
        return Answer(self.status, json.dumps(content).encode(), kept)


LOST = Answer(0, b"")  # the connection is closed instead


class Refused(Exception):
    """An error as AWS answers it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    def answer(self) -> Answer:
        """The error on the wire, in the JSON protocol."""
        content = {"__type": self.code, "message": self.message, "Message": self.message}
        return Answer(self.status, json.dumps(content).encode(), [*JSON, ("x-amzn-errortype", self.code)])


JSON: Headers = [("content-type", "application/x-amz-json-1.1")]


def fine(content: dict[str, Any]) -> Answer:
    """A good answer in the JSON protocol."""
    return Answer(200, json.dumps(content).encode(), JSON)
