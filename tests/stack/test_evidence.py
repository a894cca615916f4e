"""The table of evidence follows the run: what did not pass is no evidence, and where a test lives says what it has seen."""

from __future__ import annotations

import io
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path

from stack import evidence

README = """# P
| a | x | `t01_outside` |
## Evidence
| feature | evidence | tests |
|---|---|---|
| locks | live | `one_holder`, `lock::t07_kept` |
| stack | unit | `test_1_it_runs` |
## After
| b | y | `t02_outside` |
"""
KNOWN = {"one_holder": {"unit"}, "t07_kept": {"simulator"}, "test_1_it_runs": {"emulator"}}


class Evidence(unittest.TestCase):
    """The column, and what is missing."""

    def test_the_column_is_made_of_where_the_tests_live(self) -> None:
        fresh, missing = evidence.table(README, KNOWN, set(KNOWN))
        self.assertEqual(missing, [])
        self.assertIn("| locks | unit, simulator | `one_holder`, `lock::t07_kept` |", fresh)
        self.assertIn("| stack | emulator | `test_1_it_runs` |", fresh)
        self.assertEqual([line for line in fresh.splitlines() if "outside" in line], ["| a | x | `t01_outside` |", "| b | y | `t02_outside` |"])
        self.assertEqual(evidence.table(fresh, KNOWN, set(KNOWN)), (fresh, []))

    def test_a_test_that_did_not_pass_is_no_evidence(self) -> None:
        self.assertEqual(evidence.table(README, KNOWN, {"one_holder", "test_1_it_runs"})[1], ["t07_kept"])

    def test_every_test_of_the_readme_is_found_in_the_sources(self) -> None:
        known = evidence.kinds()
        _, missing = evidence.table(evidence.README.read_text(encoding="utf-8"), known, set(known))
        self.assertEqual(missing, [])

    def test_a_run_keeps_what_passed_and_answers_as_its_command(self) -> None:
        lines = "test lock::one_holder ... ok\\ntest lock::two ... FAILED\\ntest three ... ignored\\n"
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as out:
            place, evidence.KEPT = evidence.KEPT, Path(folder)
            self.addCleanup(setattr, evidence, "KEPT", place)
            code = evidence.cargo(["sh", "-c", f"printf '{lines}'; exit 101"])
            self.assertEqual((code, (Path(folder) / "cargo.txt").read_text()), (101, "one_holder\n"))
        self.assertEqual(len(out.getvalue().splitlines()), 3)

    def test_without_a_run_the_check_says_what_to_do(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            place, evidence.KEPT = evidence.KEPT, evidence.ROOT / "target" / Path(folder).name
            self.addCleanup(setattr, evidence, "KEPT", place)
            with self.assertRaisesRegex(SystemExit, "run `make test` first"):
                evidence.check(write=False)


if __name__ == "__main__":
    unittest.main()
