"""The other side of the signatures: what `make sign` makes is what the samples and the published vectors say."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import unittest
from unittest import mock

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

    def test_what_cannot_be_signed_is_one_line(self) -> None:
        for given, said in (
            ({"key": ""}, "WEBHOOK_KEY is missing"),
            ({"key": "short"}, "WEBHOOK_KEY has fewer than 16 characters"),
            ({"body": ""}, "BODY is missing"),
            ({"body": "/nowhere/event.json"}, "BODY=/nowhere/event.json cannot be read (No such file"),
            ({"body": "/"}, "BODY=/ cannot be read (Is a directory)"),
            ({"url": ""}, "URL is missing"),
            ({"url": "localhost/webhook"}, "URL=localhost/webhook cannot be posted to"),
            ({"url": "ftp://localhost/webhook"}, "cannot be posted to"),
            ({"url": "https:///webhook"}, "cannot be posted to"),
            ({"url": "http://localhost:99999/"}, "cannot be posted to"),
            ({"url": "http://[::1/"}, "cannot be posted to"),
            ({"url": "http://local host/"}, "cannot be posted to"),
            ({"scheme": "hmac"}, "SCHEME=hmac is unknown; there are hub_sha256, shared_token, standard_webhooks"),
            ({"scheme": "standard_webhooks", "key": "whsec_this is no base64!"}, "WEBHOOK_KEY is no key of standard_webhooks"),
            ({"scheme": "standard_webhooks", "key": "whsec_äöüäöüäöüäöü"}, "WEBHOOK_KEY is no key of standard_webhooks"),
            ({"scheme": "standard_webhooks", "key": "whpk_" + "A" * 44}, "WEBHOOK_KEY is a public key (whpk_)"),
            ({"scheme": "shared_token", "key": "two lines of a\ntoken"}, "WEBHOOK_KEY cannot be a token"),
        ):
            with self.subTest(given):
                code, out, err = run(**given)
                self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
                self.assertIn(said, err)
                self.assertNotIn(given.get("key") or "-", err)

    def test_what_can_be_signed_is_a_line_for_the_shell(self) -> None:
        for scheme in sign.SCHEMES:
            key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" if scheme == "standard_webhooks" else KEY
            code, out, err = run(scheme=scheme, key=key)
            self.assertEqual((code, err, out.count("\n")), (0, "", 1))
            self.assertTrue(out.startswith("curl ") and out.endswith("https://example.com/webhook\n"), out)


def run(body: str = __file__, url: str = "https://example.com/webhook", scheme: str = "timestamped_hmac", key: str = KEY) -> tuple[int, str, str]:
    """`make sign` with these; exit code, output, complaints."""
    output, complaints = io.StringIO(), io.StringIO()
    reach = mock.patch.dict(os.environ, {"WEBHOOK_KEY": key})
    with reach, contextlib.redirect_stdout(output), contextlib.redirect_stderr(complaints):
        code = sign.main(["--body", body, "--url", url, "--scheme", scheme])
    return code, output.getvalue(), complaints.getvalue()


if __name__ == "__main__":
    unittest.main()
