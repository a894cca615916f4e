"""The other side of the signatures: what `make sign` makes is what the samples and the published vectors say."""

from __future__ import annotations

import base64
import json
import unittest

from stack import sign
from stack.template import ROOT

SAMPLES = ROOT / "events" / "webhook-receiver"
KEY = "key of the event samples"
SIGNED_AT = 1773482431


class Signing(unittest.TestCase):
    """Headers by scheme."""

    def test_the_samples_are_signed_like_this(self) -> None:
        for name, scheme in (
            ("routing-queue-stats", "timestamped_hmac"),
            ("open-messaging", "hub_sha256"),
            ("open-messaging-base64", "hub_sha256"),
            ("relay", "shared_token"),
        ):
            with self.subTest(name):
                event = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
                body = event["body"].encode()
                body = base64.b64decode(body) if event["isBase64Encoded"] else body
                signed = sign.headers(scheme, KEY, body, SIGNED_AT)
                self.assertEqual(signed, {header: event["headers"][header] for header in signed})

    def test_a_vector_of_the_standard_webhooks_libraries(self) -> None:
        key, event_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
        signed = sign.headers("standard_webhooks", key, b'{"test": 2432232314}', 1614265330, event_id)
        self.assertEqual(signed["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

    def test_the_command_line_can_be_pasted(self) -> None:
        line = sign.curl("http://127.0.0.1:1/webhook", {"x-a": "it's"}, "body.json")
        self.assertIn("--data-binary @body.json", line)
        self.assertIn("""'x-a: it'"'"'s'""", line)


if __name__ == "__main__":
    unittest.main()
