"""The measurement of the report takes a PDF for a PDF, and nothing else."""

from __future__ import annotations

import contextlib
import io
import sys
import unittest
from pathlib import Path

from bench.comparison import Figure, beside
from bench.peer import PeerFailed
from bench.report import Program, held_to, lines_of, measure, ours, once, packed
from stack import report_sheets
from stack.template import ROOT

TYPESET = ROOT / "target" / "debug" / "typeset"
# ReportLab is in the environment of the measurement only.
STAND_IN = "import sys; sys.stdin.read(); sys.stdout.write({!r})"


def stand_in(answer: str) -> Program:
    """Something that reads an order and answers with the same each time."""
    return Program("stand-in", [sys.executable, "-c", STAND_IN.format(answer)], {})


class Measurement(unittest.TestCase):
    """bench.report with the process of the dev build."""

    def test_both_are_measured_as_often_and_what_was_seen_is_said(self) -> None:
        programs = [ours(TYPESET), stand_in("%PDF-1.7\n%%EOF\n")]
        with contextlib.redirect_stdout(io.StringIO()):
            mine, other = measure(programs, 2, 2)
        self.assertEqual([len(mine.milliseconds), len(other.milliseconds)], [2, 2])
        self.assertGreater(mine.pdf_bytes, 50_000)
        self.assertGreater(min(mine.peaks_mib), 10.0)
        self.assertEqual(len(lines_of(2, mine, other)), 5)
        self.assertIn("at most 80 ms and 60 MiB for 100 queues", held_to(mine))

    def test_what_is_uploaded_is_said_beside_what_it_may_have(self) -> None:
        self.assertRegex(packed(Path(__file__)), r"has 0\.00 MB; promised are at most 18\.$")

    def test_figures_stand_beside_each_other_and_the_last_column_says_how_many_times_more(self) -> None:
        figures = [Figure("time", 40, 1_234, "ms", 0), Figure("memory", 40, 60, "MiB", 1)]
        lines = ["          ours      Python    Python / ours", "  time    40 ms     1,234 ms  30.9", "  memory  40.0 MiB  60.0 MiB  1.50"]
        self.assertEqual(beside("", "ours", figures), lines)

    def test_what_is_no_pdf_ends_the_measurement(self) -> None:
        with self.assertRaises(PeerFailed):
            once(stand_in("no PDF"), b"")

    def test_a_failure_of_ours_is_not_measured_as_a_quick_report(self) -> None:
        order = report_sheets.order(report_sheets.sample("empty"), "a4").replace(b'"look"', b'"template": "#panic()", "look"')
        with self.assertRaises(PeerFailed) as failed:
            once(ours(TYPESET), order)
        self.assertIn("Template", str(failed.exception).title())


if __name__ == "__main__":
    unittest.main()
