"""The pages of the report, read by software that did not write them: every sample in both sizes of paper."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stack import report_sheets
from stack.report_sheets import Sheet
from stack.template import ROOT

PYTHON = ROOT / ".venv" / "pdf" / "bin" / "python"
PROGRAM = ROOT / "target" / "debug" / "typeset"
PAPERS = ("a4", "letter")
QUEUES = 100

# The checker raises an error of its own at this rule, whether headings are empty; `pdf_reader` looks at them instead.
NOT_CHECKED = ["UA-14-001"]

# Marks of direction and spaces: they stand between letters or not, depending on where a line ends.
UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def letters(text: str) -> str:
    """What of a text can be compared."""
    return UNSEEN.sub("", text)


def typeset(sheet: Sheet, paper: str, target: Path) -> dict[str, Any]:
    """What the program says about a sheet, whose pages are then in a file."""
    answer = subprocess.run([PROGRAM], input=report_sheets.order(sheet, paper), stdout=subprocess.PIPE, check=True, env={}).stdout
    head, _, pdf = answer.partition(b"\n")
    target.write_bytes(pdf)
    return json.loads(head)


def read(files: list[Path]) -> list[dict[str, Any]]:
    """What the reader finds in files."""
    environment = {"PYTHONPATH": str(ROOT / "tests"), "PATH": os.environ["PATH"]}
    command = [PYTHON, "-m", "stack.pdf_reader", *map(str, files)]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-4000:]
    return json.loads(ended.stdout)


def expected_rows(table: dict[str, Any]) -> list[list[str]]:
    """The figures of a table as they are said, each row after its name."""
    rows = ([table["total"]] if table["total"] else []) + table["rows"]
    said = [[("◆ " if cell["tone"] == "missed" else "") + cell["text"] for cell in row["cells"]] or [row["note"]] for row in rows]
    return [[letters(words) for words in row] for row in said]


class ReportPdf(unittest.TestCase):
    """Made and read once; each test looks at all of them."""

    sheets: list[Sheet] = []
    said: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []

    @classmethod
    def setUpClass(cls) -> None:
        orders = [(report_sheets.sample(name), paper) for name in report_sheets.NAMES for paper in PAPERS]
        orders.append((report_sheets.with_queues(report_sheets.sample("rtl-names"), QUEUES), PAPERS[0]))
        with tempfile.TemporaryDirectory() as home:
            files = [Path(home, f"{at}.pdf") for at in range(len(orders))]
            cls.said = [typeset(sheet, paper, file) for (sheet, paper), file in zip(orders, files)]
            cls.found = read(files)
        cls.sheets = [sheet for sheet, _ in orders]

    def test_a_checker_of_others_finds_no_breach_of_pdf_ua(self) -> None:
        """Each file, by the rules that `pdfua` knows, and by ours for fonts, headings and heads of tables."""
        self.assertGreaterEqual(len(self.found), 6 * len(PAPERS) + 1)
        for said, found in zip(self.said, self.found):
            self.assertTrue(said["is_accessible"], said)
            self.assertEqual((said["warnings"], said["replaced"], said["pages"]), ([], 0, found["pages"]))
            self.assertEqual((found["findings"], found["faults"]), ([], []))
            self.assertEqual(found["skipped"], NOT_CHECKED)
            self.assertEqual((found["ua_part"], found["a_part"]), ("1", "2"))

    def test_title_and_language_are_those_of_the_day(self) -> None:
        """A screen reader speaks the language, and a window shows the title."""
        for sheet, found in zip(self.sheets, self.found):
            language = "-".join(part for part in (sheet["language"], sheet["region"]) if part)
            self.assertEqual((found["language"], found["title"]), (language, sheet["document_title"]))

    def test_every_name_of_a_queue_is_found_letter_by_letter(self) -> None:
        """Accents, 60 letters without a space, emoji, and names from right to left in the order in which they are read."""
        names = 0
        for sheet, found in zip(self.sheets, self.found):
            heads = [letters(row[0]) for row in found["rows"] if row]
            for row in (row for table in sheet["tables"][:1] for row in table["rows"]):
                name = letters(row["name"]["text"])
                self.assertTrue(any(head.startswith(name) for head in heads), row["name"]["text"])
                names += 1
        self.assertGreaterEqual(names, QUEUES + 5 * len(PAPERS) * 12)

    def test_every_table_is_heard_row_by_row_with_the_figures_of_the_sheet(self) -> None:
        """None is missing, none has moved to another column, and none is there twice where a table goes over a page."""
        for sheet, found in zip(self.sheets, self.found):
            heard = [[letters(words) for words in row[1:]] for row in found["rows"]]
            for table in [*sheet["tables"], sheet["trends"]]:
                at = heard.index([letters(head) for head in table["heads"][1:]])
                rows = expected_rows(table)
                self.assertEqual(heard[at + 1 : at + 1 + len(rows)], rows)
                del heard[at : at + 1 + len(rows)]

    def test_charts_are_told_and_hours_can_be_gone_through(self) -> None:
        """A chart is one figure with a text; the hours are a table, so each is heard with its name."""
        for sheet, found in zip(self.sheets, self.found):
            self.assertEqual(found["tags"].get("/Figure", 0), len(sheet["charts"]))
            if sheet["hours"]:
                hours = [hour["label"] for hour in sheet["hours"]["hours"]]
                at = [row[1:] for row in found["rows"]].index(hours)
                self.assertEqual([row[0] for row in found["rows"][at + 1 : at + 4]], sheet["hours"]["rows"])


if __name__ == "__main__":
    unittest.main()
