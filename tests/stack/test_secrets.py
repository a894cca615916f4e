"""Credentials come from .env or a prompt, in the form that the functions read."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from stack import vendors
from stack.processes import PartFailed
from stack.secrets import collect, read_env_file
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


def nobody(name: str) -> str:
    """A prompt without a terminal."""
    return ""


class Secrets(unittest.TestCase):
    """stack.secrets without AWS."""

    def test_a_complete_env_file_needs_no_questions(self) -> None:
        credentials = collect(COMPLETE, nobody)
        for vendor, demo in vendors.DEMO.items():
            self.assertEqual(set(credentials[vendor]), set(demo))

    def test_what_is_missing_is_asked_for(self) -> None:
        asked: list[str] = []

        def person(name: str) -> str:
            asked.append(name)
            return " typed "

        credentials = collect({**COMPLETE, "GENESYS_CLIENT_SECRET": ""}, person)
        self.assertEqual(asked, ["GENESYS_CLIENT_SECRET"])
        self.assertEqual(credentials["genesys"]["genesys_client_secret"], "typed")

    def test_without_a_terminal_the_missing_name_is_said(self) -> None:
        for name in COMPLETE:
            values = {key: value for key, value in COMPLETE.items() if key != name}
            with self.assertRaisesRegex(PartFailed, f"{name} is missing: put it into .env"):
                collect(values, nobody)

    def test_an_env_file_is_read_with_quotes_exports_and_comments(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ".env"
            path.write_text("# A=1\n\nexport B = 'x=y'\nC=\"z\"\n", encoding="utf-8")
            self.assertEqual(read_env_file(path), {"B": "x=y", "C": "z"})
            self.assertEqual(read_env_file(Path(folder) / "none"), {})

    def test_the_example_names_everything_that_is_asked_for(self) -> None:
        example = read_env_file(ROOT / ".env.example")
        self.assertLessEqual(set(COMPLETE), set(example))


if __name__ == "__main__":
    unittest.main()
