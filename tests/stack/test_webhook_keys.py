"""Keys are made for sources that have none, and never changed."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stack import webhook_keys
from stack.processes import PartFailed
from stack.webhook_keys import completed, new_key, put_keys, sources


class NotThere(Exception):
    """As boto3 says it."""


class Vault:
    """A Secrets Manager with one secret."""

    class exceptions:  # noqa: N801 - boto3's name
        """As boto3 has it."""

        ResourceNotFoundException = NotThere

    def __init__(self) -> None:
        self.text: str | None = None

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        """The secret, if there is one."""
        if self.text is None:
            raise NotThere
        return {"SecretString": self.text}

    def create_secret(self, SecretString: str, **_: Any) -> None:  # noqa: N803
        """The first version."""
        self.text = SecretString

    def put_secret_value(self, SecretString: str, **_: Any) -> None:  # noqa: N803
        """Another version."""
        if self.text is None:
            raise NotThere
        self.text = SecretString


class WebhookKeys(unittest.TestCase):
    """stack.webhook_keys without AWS."""

    def test_every_source_of_the_configuration_gets_a_key(self) -> None:
        vault = Vault()
        wanted = sources("dev")
        self.assertLessEqual({"genesys", "open-messaging", "relay"}, set(wanted))
        self.assertIn("genesys", put_keys(vault, "dev", wanted))
        self.assertEqual(set(json.loads(vault.text or "")), set(wanted))
        self.assertEqual(put_keys(vault, "dev", wanted), "unchanged")

    def test_a_source_that_is_off_gets_no_key_until_a_stage_turns_it_on(self) -> None:
        self.assertNotIn("salesforce", sources("dev"))
        self.assertEqual(sources("local").get("salesforce"), "timestamped_hmac")

    def test_a_key_that_is_there_is_never_changed(self) -> None:
        keys = completed({"genesys": ["in use", "older"], "gone": ["kept"]}, {"genesys": "timestamped_hmac", "new": "shared_token"})
        self.assertEqual((keys["genesys"], keys["gone"], len(keys["new"])), (["in use", "older"], ["kept"], 1))

    def test_a_secret_without_a_value_gets_keys(self) -> None:
        vault = Vault()
        vault.text = " "
        self.assertEqual(put_keys(vault, "dev", {"a": "shared_token"}), "new keys for a")

    def test_a_secret_of_another_form_is_one_line_and_stays_as_it_is(self) -> None:
        for text, said in (
            ("{'genesys': hunter2", "is not JSON"),
            ('["hunter2"]', "is no object of sources"),
            ('{"genesys":"hunter2"}', "has no list of texts for genesys"),
            ('{"genesys":["hunter2",1]}', "has no list of texts for genesys"),
            ('{"genesys":null}', "has no list of texts for genesys"),
        ):
            vault = Vault()
            vault.text = text
            with self.subTest(text), self.assertRaises(PartFailed) as failed:
                put_keys(vault, "dev", {"genesys": "timestamped_hmac"})
            line = str(failed.exception)
            self.assertIn(f"the secret dev/webhooks/keys {said}; correct it", line)
            self.assertTrue("hunter2" not in line and "\n" not in line and vault.text == text, line)

    def test_a_configuration_that_cannot_be_read_is_one_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(webhook_keys, "CONFIG", Path(folder)):
            with self.assertRaisesRegex(PartFailed, "infra/config/default.toml cannot be read"):
                sources("dev")
            for text in ("[webhook-receiver", "webhook-receiver = 1", "[webhook-receiver]\nsources = []"):
                (Path(folder) / "default.toml").write_text(text, encoding="utf-8")
                with self.subTest(text), self.assertRaisesRegex(PartFailed, "default.toml cannot be understood: `make check-config`"):
                    sources("dev")

    def test_keys_are_long_and_fit_their_scheme(self) -> None:
        self.assertGreaterEqual(len(new_key("hub_sha256")), 43)
        self.assertTrue(new_key("standard_webhooks").startswith("whsec_"))
        self.assertNotEqual(new_key("shared_token"), new_key("shared_token"))

    def test_the_demonstration_has_a_key_for_every_source(self) -> None:
        self.assertEqual(set(webhook_keys.DEMO), set(sources("local")))


if __name__ == "__main__":
    unittest.main()
