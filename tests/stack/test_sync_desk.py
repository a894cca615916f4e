"""What a person is shown of contact-sync, and what the function is sent for it."""

from __future__ import annotations

import argparse
import io
import json
import unittest
from typing import Any
from unittest import mock

from stack import sync_desk
from stack.processes import PartFailed

ID, OTHER = "003000000000001AAA", "003000000000002AAA"

QUARANTINE: dict[str, Any] = {
    "show": "quarantine",
    "count": 2,
    "text": ["2 contacts in quarantine, oldest first:", "…"],
    "contacts": [
        {
            "salesforce_id": ID,
            "code": "validation.failed",
            "field": "workPhone",
            "since": "2026-03-14T08:00:00Z",
            "seconds": 176_400,
            "candidates": [],
            "answer": None,
            "what_to_do": "Genesys refuses the value of workPhone. Correct it in Salesforce; the next run takes it up by itself.",
        },
        {
            "salesforce_id": OTHER,
            "code": "gave_up",
            "field": None,
            "since": "2026-03-16T08:00:00Z",
            "seconds": 3_600,
            "candidates": [],
            "answer": "released",
            "what_to_do": "It is released: the next run tries it.",
        },
    ],
}


def arguments(verb: str, name: str = "", candidate: str = "", plan: str = "") -> argparse.Namespace:
    return argparse.Namespace(verb=verb, id=name, candidate=candidate, plan=plan)


class SyncDesk(unittest.TestCase):
    def test_each_target_sends_its_wish(self) -> None:
        for given, wish in (
            (arguments("quarantine"), {"show": "quarantine"}),
            (arguments("review"), {"show": "review"}),
            (arguments("health"), {"show": "health"}),
            (arguments("digest"), {"digest": True}),
            (arguments("release", f" {ID} "), {"release": ID}),
            (arguments("decide", ID, "new"), {"decide": ID, "candidate": "new"}),
            (arguments("explain", "ana@example.com"), {"explain": "ana@example.com"}),
            (arguments("import"), {"mode": "import"}),
            (arguments("approve", plan=" import-1a2b3c4d5e "), {"approve": "import-1a2b3c4d5e"}),
        ):
            self.assertEqual(sync_desk.payload(given), wish)

    def test_what_is_missing_is_named_with_an_example(self) -> None:
        for given, part in (
            (arguments("release"), "make release ID=003…"),
            (arguments("decide"), "CANDIDATE=new"),
            (arguments("decide", ID), "CANDIDATE is missing"),
            (arguments("explain"), "an e-mail address or a number"),
            (arguments("approve"), "make approve PLAN=import-…"),
            (arguments("release", "5b1c7e42-0000-4000-8000-0123456789ab"), "15 or 18 letters and digits"),
        ):
            with self.assertRaises(PartFailed) as raised:
                sync_desk.payload(given)
            self.assertIn(part, str(raised.exception))

    def test_the_result_of_a_run_is_told_in_lines(self) -> None:
        counts = {"created": 31, "updated": 7, "skipped": 2, "failed": 0}
        result = {"run_id": "r", "status": "braked", "reason": "an import is ready", **counts, "decisions": ["import-1: 31 contacts are linked"]}
        with mock.patch.object(sync_desk.boto3, "client") as client:
            client.return_value.invoke.return_value = {"Payload": io.BytesIO(json.dumps(result).encode())}
            answer = sync_desk.ask("cx-bridge-dev-contact-sync", {"mode": "import"})
        self.assertEqual(answer["text"], ["braked: an import is ready", "31 created, 7 updated, 2 skipped, 0 failed", "import-1: 31 contacts are linked"])

    def test_a_list_has_a_line_for_each_contact_and_what_to_do(self) -> None:
        self.assertEqual(
            sync_desk.lines(QUARANTINE, 80),
            [
                "2 contacts in quarantine, oldest first:",
                "",
                "Salesforce id       why                            for     since (UTC)",
                f"{ID}  validation.failed (workPhone)  2 days  2026-03-14 08:00",
                "    Genesys refuses the value of workPhone. Correct it in Salesforce; the next",
                "    run takes it up by itself.",
                "",
                f"{OTHER}  gave_up                        1 hour  2026-03-16 08:00",
                "    It is released: the next run tries it.",
            ],
        )

    def test_candidates_that_are_taken_say_so(self) -> None:
        contact = {**QUARANTINE["contacts"][1], "candidates": [{"genesys_id": "g1", "linked_with": None}, {"genesys_id": "g2", "linked_with": ID}]}
        shown = sync_desk.lines({"show": "review", "text": ["1 contact in review:"], "contacts": [contact]}, 80)
        self.assertIn("    candidate g1", shown)
        self.assertIn(f"    candidate g2  linked with {ID} by now", shown)

    def test_a_story_is_wrapped_under_its_own_beginning_and_ids_stay_whole(self) -> None:
        text = ["2026-03-14 08:01  update workPhone, workEmail, firstName: written (run 0195a3c2-0000-7000-8000-000000000000)", "now   agreed fields: firstName, lastName, workEmail, workPhone, cellPhone"]
        shown = sync_desk.lines({"text": text}, 60)
        self.assertTrue(all(len(line) <= 60 for line in shown), shown)
        self.assertTrue(any(line.endswith(" 0195a3c2-0000-7000-8000-000000000000)") for line in shown), shown)
        self.assertTrue(shown[1].startswith(" " * 18) and shown[-1].startswith(" " * 6), shown)

    def test_an_answer_of_the_function_is_its_own_or_a_sentence(self) -> None:
        for answer, part in (
            ({"FunctionError": "Unhandled", "content": {"errorMessage": "contact-sync run r failed: x"}}, "run r failed"),
            ({"content": {"run_id": "r"}}, "another version"),
            ({"content": None}, "another version"),
        ):
            with mock.patch.object(sync_desk.boto3, "client") as client, self.assertRaises(PartFailed) as raised:
                client.return_value.exceptions.ResourceNotFoundException = KeyError
                payload = io.BytesIO(json.dumps(answer.pop("content")).encode())
                client.return_value.invoke.return_value = {"Payload": payload, **answer}
                sync_desk.ask("cx-bridge-contact-sync", {"show": "health"})
            self.assertIn(part, str(raised.exception))


if __name__ == "__main__":
    unittest.main()
