"""Credentials come from .env or a prompt, in the form that the functions read."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from botocore.exceptions import ClientError

from stack import mail_server, vendors
from stack.processes import PartFailed
from stack.secrets import JWT_BEARER, WANTED, Stored, collect, put_all, read_env_file
from stack.template import ROOT

COMPLETE = {
    "GENESYS_CLIENT_ID": "g",
    "GENESYS_CLIENT_SECRET": "gs",
    "GENESYS_ORG_ID": "o",
    "GENESYS_REGION": "us-east-1",
    "SALESFORCE_LOGIN_URL": "https://x.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "s",
    "SALESFORCE_CLIENT_SECRET": "ss",
}

MAIL_SERVER = {"SMTP_HOST": "mail.example.com", "SMTP_PORT": "", "SMTP_USER": "u", "SMTP_PASSWORD": "p"}
OF_SALESFORCE = {name: value for name, value in COMPLETE.items() if name.startswith("SALESFORCE")}


def nobody(name: str) -> str:
    """A prompt without a terminal."""
    return ""


class Vault:
    """A Secrets Manager of names and texts."""

    class exceptions:  # noqa: N801 - boto3's name
        """As boto3 has it."""

        class ResourceNotFoundException(Exception):
            """As boto3 says it."""

        ResourceExistsException = KeyError

    def __init__(self, denied: str = "") -> None:
        self.texts: dict[str, str] = {}
        self.denied = denied

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        """The secret, if there is one."""
        if self.denied and self.denied in SecretId:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetSecretValue")
        if SecretId not in self.texts:
            raise self.exceptions.ResourceNotFoundException
        return {"SecretString": self.texts[SecretId]}

    def create_secret(self, Name: str, SecretString: str) -> None:  # noqa: N803
        """The first version."""
        self.texts[Name] = SecretString

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803
        """Another version."""
        if SecretId not in self.texts:
            raise self.exceptions.ResourceNotFoundException
        self.texts[SecretId] = SecretString


def put(values: dict[str, str], vault: Vault) -> dict[str, Stored]:
    """`make secrets STAGE=dev` without a terminal."""
    with mock.patch.dict(os.environ):
        return {stored.name.split("/")[1]: stored for stored in put_all("dev", values, nobody, lambda: vault)}


class Secrets(unittest.TestCase):
    """stack.secrets without AWS."""

    def test_a_complete_env_file_needs_no_questions(self) -> None:
        for vendor, demo in vendors.DEMO.items():
            given = collect(vendor, COMPLETE, nobody)
            self.assertEqual((set(given.content), given.missing), (set(demo), []))

    def test_what_is_missing_is_asked_for(self) -> None:
        asked: list[str] = []

        def person(name: str) -> str:
            asked.append(name)
            return " typed "

        given = collect("genesys", {**COMPLETE, "GENESYS_CLIENT_SECRET": ""}, person)
        self.assertEqual(asked, ["GENESYS_CLIENT_SECRET"])
        self.assertEqual(given.content["genesys_client_secret"], "typed")

    def test_who_gives_no_answer_is_not_asked_for_the_rest_of_that_vendor(self) -> None:
        asked: list[str] = []
        given = collect("genesys", {}, lambda name: asked.append(name) or "")
        self.assertEqual((asked, len(given.missing)), (["GENESYS_CLIENT_ID"], 4))

    def test_webhook_keys_need_no_vendor(self) -> None:
        vault = Vault()
        stored = put({}, vault)
        self.assertEqual(list(vault.texts), ["dev/webhooks/keys"])
        self.assertIn("GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_ORG_ID, GENESYS_REGION missing", stored["genesys"].what)
        self.assertTrue(all(one.is_fine for one in stored.values()))

    def test_one_vendor_needs_not_the_other(self) -> None:
        vault = Vault()
        stored = put(OF_SALESFORCE, vault)
        self.assertEqual(stored["salesforce"].what, "created")
        self.assertEqual(set(vault.texts), {"dev/salesforce/aws-sync-creds", "dev/webhooks/keys"})
        self.assertEqual(put(OF_SALESFORCE, vault)["salesforce"].what, "unchanged")

    def test_a_private_key_takes_the_place_of_the_secret(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            key = Path(folder) / "key.pem"
            key.write_text("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n\n", encoding="ascii")
            given = {**OF_SALESFORCE, "SALESFORCE_CLIENT_SECRET": "", "SALESFORCE_USERNAME": "sync@example.com"}
            vault = Vault()
            self.assertIn("SALESFORCE_PRIVATE_KEY_FILE missing", put(given, vault)["salesforce"].what)
            put({**given, "SALESFORCE_PRIVATE_KEY_FILE": str(key)}, vault)
            stored = json.loads(vault.texts["dev/salesforce/aws-sync-creds"])
        wanted = {"client_id", "login_url", "username", "private_key"}
        self.assertEqual((set(stored), stored["private_key"]), (wanted, key_text()))

    def test_a_file_that_is_no_private_key_is_one_line_and_keeps_no_other_out(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "key.pem"
            for content in (b"hunter2", b"-----BEGIN CERTIFICATE-----\nhunter2\n", b"\xff", None):
                file.unlink(missing_ok=True)
                if content is not None:
                    file.write_bytes(content)
                vault = Vault()
                stored = put({**COMPLETE, "SALESFORCE_PRIVATE_KEY_FILE": str(file), "SALESFORCE_USERNAME": "u"}, vault)
                with self.subTest(content):
                    self.assertIn("names no PEM file with a private key", stored["salesforce"].what)
                    self.assertNotIn("hunter2", stored["salesforce"].what)
                    self.assertEqual(set(vault.texts), {"dev/genesys/aws-sync-creds", "dev/webhooks/keys"})

    def test_without_a_terminal_the_missing_name_is_said_and_the_rest_is_stored(self) -> None:
        for name in COMPLETE:
            vault = Vault()
            stored = put({key: value for key, value in COMPLETE.items() if key != name}, vault)
            (lacking,) = [one for one in stored.values() if not one.is_fine]
            self.assertIn(f"not stored: {name} missing (put it into .env", lacking.what)
            self.assertEqual(len(vault.texts), 2)

    def test_defaults_of_the_example_alone_are_no_half_given_secret(self) -> None:
        stored = put(read_env_file(ROOT / ".env.example"), Vault())
        self.assertTrue(stored["genesys"].what.startswith("not stored") and stored["genesys"].is_fine)

    def test_a_secret_that_aws_refuses_keeps_no_other_out(self) -> None:
        vault = Vault(denied="genesys")
        stored = put(COMPLETE, vault)
        self.assertIn("AccessDenied", stored["genesys"].what)
        self.assertEqual([one.is_fine for one in stored.values()], [False, True, True])

    def test_a_mail_server_is_stored_when_it_is_given_and_never_asked_for(self) -> None:
        vault = Vault()
        self.assertNotIn("mail", put({"SMTP_HOST": " "}, vault))
        self.assertEqual(put(MAIL_SERVER, vault)["mail"].what, "created")
        stored = {"host": "mail.example.com", "port": 587, "user": "u", "password": "p"}
        self.assertEqual(json.loads(vault.texts["dev/mail/server"]), stored)
        put({**MAIL_SERVER, "SMTP_PORT": "465"}, vault)
        self.assertEqual(json.loads(vault.texts["dev/mail/server"]), stored | {"port": 465})

    def test_half_a_mail_server_is_one_line(self) -> None:
        for wrong, said in (
            ({"SMTP_HOST": ""}, "SMTP_HOST missing"),
            ({"SMTP_PASSWORD": ""}, "SMTP_USER and SMTP_PASSWORD belong together"),
            ({"SMTP_PORT": "smtp"}, "SMTP_PORT must be a number"),
            ({"SMTP_PORT": "70000"}, "SMTP_PORT must be a number"),
        ):
            vault = Vault()
            stored = put({**MAIL_SERVER, **wrong}, vault)["mail"]
            self.assertIn(said, stored.what)
            self.assertEqual((stored.is_fine, list(vault.texts)), (False, ["dev/webhooks/keys"]))

    def test_an_env_file_is_read_with_quotes_exports_and_comments(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ".env"
            path.write_text("# A=1\n\nexport B = 'x=y'\nC=\"z\"\n", encoding="utf-8")
            self.assertEqual(read_env_file(path), {"B": "x=y", "C": "z"})
            self.assertEqual(read_env_file(Path(folder) / "none"), {})

    def test_an_env_file_that_is_no_text_is_one_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ".env"
            path.write_bytes(b"\xff\xfe")
            with self.assertRaisesRegex(PartFailed, "cannot be read: it has to be a text file in UTF-8"):
                read_env_file(path)

    def test_the_example_names_everything_that_is_asked_for(self) -> None:
        example = read_env_file(ROOT / ".env.example")
        self.assertEqual({*COMPLETE, *JWT_BEARER, *mail_server.NAMES}, set(example))
        self.assertEqual(set(COMPLETE), {name for names in WANTED.values() for name in names})


def key_text() -> str:
    """The key of the tests, as it is stored."""
    return "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"


if __name__ == "__main__":
    unittest.main()
