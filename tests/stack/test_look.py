"""A company's look is tried before a deployment, and then put where the function finds it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import tempfile
import unittest
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest import mock

from stack import archive, deploy, look
from stack.processes import PartFailed
from stack.stages import Stage

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#0f4c81"/></svg>'


class Looks(unittest.TestCase):
    """The trial, with files of its own. `make test` has built the program that typesets."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.files = Path(folder.name)
        (self.files / "dev").mkdir()
        self.left = self.files / "left"

    def configured(self, **settings: Any) -> None:
        """A stage whose configuration says this about the look."""
        load = look.configuration.load_toml

        def loaded(path: Path) -> dict[str, Any]:
            return {look.JOB: {"look": settings}} if path.name == "dev.toml" else load(path)

        patch = mock.patch.object(look.configuration, "load_toml", loaded)
        patch.start()
        self.addCleanup(patch.stop)

    def bring(self, name: str, content: bytes) -> None:
        """A file of the look."""
        (self.files / "dev" / name).write_bytes(content)

    def tried(self) -> list[Path]:
        """What the trial leaves."""
        return look.try_look("dev", files=self.files, left=self.left)

    def refused(self) -> str:
        """What the trial says."""
        with self.assertRaises(PartFailed) as refusal:
            self.tried()
        return str(refusal.exception)

    def test_every_sample_is_made_in_the_look_of_the_stage(self) -> None:
        self.bring("logo.svg", LOGO)
        self.configured(logo="logo.svg", brand="#102030")
        pages = self.tried()
        self.assertEqual({path.name for path in pages}, {f"{sample.stem}-letter.pdf" for sample in look.SAMPLES.glob("*.json")})
        self.assertTrue(all(path.read_bytes().startswith(b"%PDF-") for path in pages))

    def test_a_template_with_a_mistake_is_refused_with_its_line_and_reason(self) -> None:
        self.bring("report.typ", b"= Report\n\n#nothing\n")
        self.configured(template="report.typ")
        said = self.refused()
        self.assertIn("infra/look/dev/report.typ:3: unknown variable: nothing", said)
        self.assertIn("with the sample", said)

    def test_a_template_that_never_ends_is_refused(self) -> None:
        self.bring("report.typ", b"#for a in range(100000) { for b in range(100000) { for c in range(100000) {} } }")
        self.configured(template="report.typ")
        with mock.patch.object(look, "SECONDS_MAX", 1):
            self.assertIn("takes longer than 1 s", self.refused())

    def test_a_file_that_is_not_there_is_named(self) -> None:
        self.configured(fonts=["own.otf"], font="Own")
        self.assertIn("dev/own.otf is not there", self.refused())

    def test_a_font_that_is_none_or_of_another_family_is_refused(self) -> None:
        self.bring("own.otf", b"no font")
        self.configured(fonts=["own.otf"])
        self.assertIn("font", self.refused())
        self.configured(font="Nobody Sans")
        self.assertIn("nobody sans", self.refused().lower())

    def test_files_that_are_too_large_together_are_refused_with_their_sizes(self) -> None:
        self.bring("one.otf", bytes(7_000_000))
        self.bring("two.otf", bytes(6_000_000))
        self.configured(fonts=["one.otf", "two.otf"])
        self.assertIn("more than 12 MiB together: one.otf 7.0 MB, two.otf 6.0 MB", self.refused())

    def test_a_template_that_is_not_utf_8_is_refused_by_its_name(self) -> None:
        self.bring("report.typ", "Größe".encode("latin-1"))
        self.configured(template="report.typ")
        with self.assertRaisesRegex(PartFailed, "report.typ is not UTF-8, from its byte 2 on"):
            look.try_look("dev", files=self.files, left=self.left)

    def test_a_look_that_is_refused_stops_the_deployment_before_anything_is_built(self) -> None:
        self.bring("report.typ", b"#nothing")
        self.configured(template="report.typ")
        commands: list[str] = []

        def ran(arguments: list[str], *rest: Any, **more: Any) -> subprocess.CompletedProcess:
            commands.append(" ".join(arguments[:2]))
            return run(arguments, *rest, **more) if "input" in more else subprocess.CompletedProcess(arguments, 0)

        run = subprocess.run
        here = mock.patch.object(look, "look_of", lambda asked, _=None, of=look.look_of: of(asked, self.files))
        with here, mock.patch.object(subprocess, "run", ran), contextlib.redirect_stdout(io.StringIO()), mock.patch.dict(os.environ):
            with self.assertRaisesRegex(PartFailed, "report.typ:1: unknown variable"):
                deploy.deploy(Stage("dev", "dev", {}))
        self.assertNotIn("sam build", commands)
        self.assertIn("cargo run", commands)

    def test_a_file_is_put_once_and_again_before_the_bucket_lets_go_of_it(self) -> None:
        self.bring("logo.svg", LOGO)
        self.configured(logo="logo.svg")
        bucket = Bucket()
        found = look.look_of("dev", self.files)
        self.assertEqual(look.put(bucket, "reports", found), [("look/logo.svg", "created")])
        self.assertEqual(look.put(bucket, "reports", found), [("look/logo.svg", "unchanged")])
        bucket.age = timedelta(days=31)
        self.assertEqual(look.put(bucket, "reports", found), [("look/logo.svg", "renewed")])
        self.bring("logo.svg", LOGO + b" ")
        self.assertEqual(look.put(bucket, "reports", found), [("look/logo.svg", "changed")])
        self.assertEqual(bucket.puts, 3)


class Stale(unittest.TestCase):
    """What `make report` has made again, and what it says about the figures."""

    def test_a_text_a_pdf_or_a_page_that_is_not_there_or_older_than_its_report_is_made_again(self) -> None:
        day, early, late = date(2026, 3, 14), datetime(2026, 3, 15, 2, tzinfo=timezone.utc), datetime(2026, 3, 16, tzinfo=timezone.utc)
        put = {archive.place_of(day) + name: early for name in ("report.json", "report.txt", "report.html", "report.pdf")}
        self.assertFalse(archive.is_stale(put, day))
        self.assertTrue(archive.is_stale(put | {archive.place_of(day) + "report.json": late}, day))
        for name in ("report.txt", "report.html", "report.pdf"):
            self.assertTrue(archive.is_stale({key: when for key, when in put.items() if not key.endswith(name)}, day))

    def test_a_report_whose_figures_were_read_again_since_is_printed_and_said_to_be_of_the_first_ones(self) -> None:
        day, outputs, place = date(2026, 3, 14), {"ReportArchiveName": "reports", "NightlyReportName": "report"}, archive.place_of(date(2026, 3, 14))
        bucket = Bucket()
        for name in ("data.jsonl.gz", "report.json", "report.txt"):
            bucket.put_object("reports", place + name, b"the report")
        self.assertEqual(self.shown(bucket, outputs, day), ("the report\n", "", []), "read, worked out and made in the same second")
        bucket.ages[place + "report.json"] = bucket.ages[place + "report.txt"] = timedelta(days=2)
        out, err, asked = self.shown(bucket, outputs, day)
        self.assertEqual((out, asked), ("the report\n", []))
        self.assertRegex(err, r'its figures were read again on \d{4}-\d\d-\d\d: \{"date":"2026-03-14"\} works the day out anew')
        bucket.ages[place + "report.txt"] = timedelta(days=3)
        self.assertEqual(self.shown(bucket, outputs, day)[2], [("report", day)], "a text that is older than its report is made again first")

    def test_a_day_without_a_report_is_said_with_the_one_before_it_also_of_the_year_before(self) -> None:
        bucket = Bucket()
        for day in (date(2025, 12, 30), date(2025, 12, 31), date(2026, 3, 14)):
            bucket.put_object("reports", archive.place_of(day) + archive.TEXT, b"the report")
        for asked, before in ((date(2026, 3, 20), "; the one before it is of 2026-03-14"), (date(2026, 1, 2), "; the one before it is of 2025-12-31"), (date(2025, 1, 2), "")):
            with self.assertRaisesRegex(PartFailed, f"no report of {asked}{before}$"):
                archive.text_of(bucket, "reports", asked)

    def shown(self, bucket: Bucket, outputs: dict[str, str], day: date) -> tuple[str, str, list[tuple[str, date]]]:
        """What is printed and said, and of which days the function was asked to make the text again."""
        asked: list[tuple[str, date]] = []
        typeset = mock.patch.object(archive, "typeset", lambda function, day: asked.append((function, day)))
        with typeset, contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            archive.show(bucket, outputs, day)
        return out.getvalue(), err.getvalue(), asked


class Bucket:
    """As much of a bucket as is needed."""

    class exceptions:  # as boto3 calls it
        class NoSuchKey(Exception):
            pass

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.age = timedelta()
        self.ages: dict[str, timedelta] = {}
        self.now = datetime.now(timezone.utc)
        self.puts = 0

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        """An object."""
        if Key not in self.objects:
            raise self.exceptions.NoSuchKey(Bucket)
        return {"Body": io.BytesIO(self.objects[Key]), "LastModified": self.now - self.ages.get(Key, self.age)}

    def get_paginator(self, _operation: str) -> Bucket:
        """What lists the objects, all on one page."""
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict[str, Any]]:
        """The objects whose keys begin so."""
        found = sorted(key for key in self.objects if key.startswith(Prefix))
        return [{"Contents": [{"Key": key, "LastModified": self.now - self.ages.get(key, self.age)} for key in found]}]

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:
        """An object in place of what is there."""
        self.objects[Key] = Body
        self.puts += 1


if __name__ == "__main__":
    unittest.main()
