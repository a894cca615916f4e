"""The deployed bundle end to end: a small demonstration, and a demonstration that must fail."""

from __future__ import annotations

import contextlib
import io
import unittest

from stack import report
from stack.processes import PartFailed, Workshop
from stack.run import Demonstration, tell_failure
from stack.stack import start
from stack.ticks import Tick

CONTACTS = 120


class Smoke(unittest.TestCase):
    """What `make run` does, with fewer contacts."""

    def test_three_ticks_end_as_the_generator_expects(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as output, Workshop() as workshop:
            try:
                demonstration = Demonstration(start(workshop, "dev", print), CONTACTS)
                demonstration.first_tick()
                demonstration.second_tick()
                demonstration.third_tick()
                demonstration.show_one()
            except PartFailed as failed:
                self.fail("\n".join([output.getvalue(), *failed.last_lines(40), str(failed)]))
        self.assertIn("One contact in both systems", output.getvalue())
        self.assertFalse(workshop.folder.exists())


class Judgement(unittest.TestCase):
    """A wrong result is noticed, whatever is wrong with it."""

    RESULT = {
        "status": "done",
        "fetched": 10,
        "created": 7,
        "updated": 1,
        "skipped": 2,
        "failed": 0,
        "skipped_by": {"review": 2},
        "warnings_by": {"bad_phone": 1},
    }
    EXPECTED = {"fetched": 10, "created": 7, "updated": 1, "skipped": {"review": 2}, "warnings": {"bad_phone": 1}}

    def differences(self, **changed: object) -> list[str]:
        """What is said about a result with these changes."""
        return report.differences(Tick({**self.RESULT, **changed}, []), self.EXPECTED)

    def test_the_expected_result_is_fine(self) -> None:
        self.assertEqual(self.differences(), [])

    def test_each_number_counts(self) -> None:
        changes: dict[str, object] = {
            "status": "partial",
            "fetched": 11,
            "created": 8,
            "updated": 0,
            "skipped": 3,
            "failed": 1,
            "skipped_by": {"unchanged": 2},
            "warnings_by": {},
        }
        for name, value in changes.items():
            self.assertTrue(self.differences(**{name: value}), name)

    def test_a_failure_shows_the_last_twenty_lines_and_a_code(self) -> None:
        failed = PartFailed("contact-sync", "no", lines=[f"line {number}" for number in range(100)])
        with contextlib.redirect_stdout(io.StringIO()) as output:
            self.assertEqual(tell_failure(failed), 1)
        self.assertIn("line 80", output.getvalue())
        self.assertNotIn("line 79", output.getvalue())


if __name__ == "__main__":
    unittest.main()
