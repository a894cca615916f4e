"""The Standard Webhooks library as the sender: what it signs is accepted by the real function, and nothing one bit away from it."""

from __future__ import annotations

import base64
import json
import tempfile
import unittest
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from standardwebhooks import Webhook

from bench.deliveries import event
from bench.exchange import Exchange
from bench.peer import Peer, Program
from bench.stand_ins import StandIns
from stack import sign, webhook_keys
from stack.template import ROOT

PATH = "/webhooks/standard"
SOURCE = """
[webhook-receiver.sources.standard]
scheme = "standard_webhooks"
type = ["/type"]

[webhook-receiver.sources.standard.queues]
"*" = "conversations"
"""
BODY = b'{"type":"conversation.ended","conversationId":"c-\xc3\xa4"}'
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


def by_the_library(keys: list[str], body: bytes, event_id: str) -> dict[str, str]:
    """The headers of a delivery signed with each key, as the library's documentation has a sender make them."""
    now = datetime.now(timezone.utc)
    signature = " ".join(Webhook(key).sign(event_id, now, body.decode()) for key in keys)
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def flipped(text: bytes) -> Iterator[bytes]:
    """The text with one bit changed, for each of its bits."""
    for bit in range(len(text) * 8):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


class StandardWebhooks(unittest.TestCase):
    """webhook-receiver as a process, with a source for this scheme."""

    key: str
    peer: Peer

    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.folder()
        (folder / "dev.toml").write_text(SOURCE, encoding="utf-8")
        cls.key = webhook_keys.new_key("standard_webhooks")
        exchange = Exchange()
        cls.addClassCleanup(exchange.close)
        program = ROOT / "target" / "debug" / "webhook-receiver"
        reach = {"CONFIG": f"file:{folder / 'dev.toml'}"}
        cls.peer = Peer(exchange, Program("webhook-receiver", [str(program)], reach), StandIns({"standard": [cls.key]}))
        cls.addClassCleanup(cls.peer.close)

    @classmethod
    def folder(cls) -> Path:
        """A temporary folder."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        return Path(folder.name)

    def status(self, headers: dict[str, str], body: bytes = BODY) -> int:
        """What the function answers."""
        return int(self.peer.invoke(event(body, headers, PATH)).answer["statusCode"])

    def sent(self) -> int:
        """Messages so far."""
        return self.peer.stand_ins.calls["SendMessage"]

    def test_what_the_library_signs_is_accepted_under_its_id(self) -> None:
        for event_id, body in (("msg_p5jXN8AQM9LWM0D4loKWxJek", BODY), ("msg_2", b'{"type": "x", "n": [1, 2.50]}')):
            before = self.sent()
            answer = self.peer.invoke(event(body, by_the_library([self.key], body, event_id), PATH)).answer
            self.assertEqual((answer["statusCode"], json.loads(answer["body"])), (200, {"accepted": True, "id": event_id}))
            message = json.loads(json.loads(self.peer.stand_ins.last_message)["MessageBody"])
            self.assertEqual((base64.b64decode(message["data_base64"]), message["id"], self.sent()), (body, event_id, before + 1))

    def test_one_bit_flipped_anywhere_is_refused(self) -> None:
        good = by_the_library([self.key], BODY, "msg_3")
        before = self.sent()
        for body in flipped(BODY):
            self.assertEqual(self.status(good, body), 401, body)
        for name in SIGNED:
            for value in flipped(good[name].encode()):
                self.assertEqual(self.status({**good, name: value.decode("latin-1")}), 401, (name, value))
        self.assertEqual((self.sent(), self.status(good)), (before, 200))

    def test_another_key_is_refused(self) -> None:
        other = webhook_keys.new_key("standard_webhooks")
        self.assertEqual(self.status(by_the_library([other], BODY, "msg_4")), 401)
        self.assertEqual(self.status(by_the_library([other, self.key], BODY, "msg_4")), 200, "a sender that changes its key signs with both")

    def test_the_library_verifies_what_make_sign_signs(self) -> None:
        signed = sign.headers("standard_webhooks", self.key, BODY, event_id="msg_5")
        self.assertEqual(Webhook(self.key).verify(BODY, signed), json.loads(BODY))


if __name__ == "__main__":
    unittest.main()
