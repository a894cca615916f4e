"""The nightly report on the deployed bundle, and the role compared with the calls.

One stack serves all tests, in the order of their numbers: `make demo-report`, what else can happen to a report, then the
comparison of the role with the calls that were recorded, and the same with a template that was damaged on purpose.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import unittest
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.request import urlopen

from stack import archive, mail_server, vendors
from stack.cloud import KEY, REGION, get_json
from stack.demo_report import PATIENCE_SECONDS, STEPS, Demonstration
from stack.look import put_file
from stack.mail_sink import MailSink
from stack.outputs import archive_of, outputs_of
from stack.processes import PartFailed, Workshop
from stack.reporting import JOB, MANAGEMENT, SENDER, configure, inserted, mailing_list
from stack.series import series
from stack.stack import STACK_NAME, STAGE, Running, start
from stack.test_costs import METRICS_A_FUNCTION, measures, reporting
from stack.wiring.damage import ORIGINAL, UNUSED_REPORT, damaged
from stack.wiring.reading import Template
from stack.wiring.recorded import Comparison

FILES = {"data.jsonl.gz", "report.html", "report.json", "report.pdf", "report.txt"}
WRONG = mailing_list("wrong", "bounce@example.com", "Bo <bo@example.com>")
SERVER = mailing_list("server", "Ana <ana@example.com>")
ABROAD = mailing_list("abroad", "direction@example.com", language="fr-CA", paper="a4")
FORBIDDEN = {**mailing_list("forbidden", "ana@example.com"), "from": "somebody@example.com"}


class Reports(unittest.TestCase):
    """A running, recorded stack."""

    workshop: Workshop
    running: Running
    demonstration: Demonstration

    @classmethod
    def setUpClass(cls) -> None:
        cls.workshop = Workshop()
        cls.addClassCleanup(cls.workshop.close)
        with contextlib.redirect_stdout(io.StringIO()):
            cls.running = start(cls.workshop, "dev", print, recorded=True)
        cls.demonstration = Demonstration(cls.running)
        cls.night = cls.demonstration.night

    def quietly(self, step: Callable[[], Any]) -> str:
        """What the step says; a step that fails shows it."""
        with contextlib.redirect_stdout(io.StringIO()) as output:
            try:
                step()
            except PartFailed as failed:
                self.fail("\n".join([output.getvalue(), *failed.last_lines(40), str(failed)]))
        return output.getvalue()

    def test_1_a_night_runs_as_promised(self) -> None:
        said = "".join(self.quietly(lambda step=step: step(self.demonstration)) for step in STEPS)
        for sentence in ("and 89 days that it is compared with", "no further mail", "an hour after the refusal", "nobody sent it twice", "(sent again)", "went out alone"):
            self.assertIn(sentence, said)

    def test_2_an_address_that_bounces_is_noted_and_told(self) -> None:
        self.only(WRONG)
        self.quietly(lambda: self.demonstration.until_state(WRONG, "bounced"))
        entry = self.night.ledger()[f"{self.night.day}#wrong"]
        self.assertEqual((entry["reason"], entry["attempts"]), ("bounced", 1))
        alerts = [call for call in self.calls() if call["function"] == JOB and call["action"] == "Publish"]
        self.assertEqual(len(alerts), 1, "a list with a wrong address is told once")

    def test_3_a_dry_run_shows_the_report_and_changes_nothing(self) -> None:
        before = (self.night.ledger(), self.night.mails(), self.night.archived())
        plan = self.night.invoke({"dry_run": True, "date": self.night.day.isoformat()})["plan"]
        self.assertEqual((plan["date"], plan["lists"]), (self.night.day.isoformat(), ["wrong"]))
        self.assertIn("WHAT WENT WRONG", plan["text"])
        self.assertEqual((self.night.ledger(), self.night.mails(), self.night.archived()), before)

    def test_4_a_person_can_have_a_day_mailed_again_and_its_subject_says_so(self) -> None:
        configure(self.running, [MANAGEMENT])
        before = len(self.night.mails())
        self.assertEqual(self.night.invoke({"date": self.night.day.isoformat(), "resend": True})["updated"], 1)
        again = self.night.mails()[before:]
        self.assertEqual([mail["to"] for mail in again], [MANAGEMENT["to"]])
        self.assertIn("(sent again)", again[0]["subject"])
        # The events about it start runs as well: they are over before the next test begins.
        self.quietly(lambda: self.demonstration.until_state(MANAGEMENT, "delivered"))

    def test_5_days_of_the_past_can_be_put_into_the_archive(self) -> None:
        last = self.night.day - timedelta(days=70)
        before = self.night.archived_days()
        event = {"from": (last - timedelta(days=9)).isoformat(), "to": last.isoformat()}
        self.assertEqual(self.night.invoke(event)["created"], 10)
        self.assertEqual(self.night.archived_days(), before + 10)
        self.assertEqual(self.night.invoke(event)["skipped_by"], {"archived": 10})

    def test_6_a_past_day_is_printed_from_the_archive(self) -> None:
        day = self.night.day
        with mock.patch.dict(os.environ, self.reach()):
            bucket = archive_of(STACK_NAME)
            self.assertIn("BY QUEUE", archive.text_of(self.night.storage, bucket, day))
            saved = archive.save(self.night.storage, bucket, day, self.workshop.folder / "saved")
            self.assertEqual({path.name for path in saved}, FILES)
            with self.assertRaisesRegex(PartFailed, f"no report of {day + timedelta(days=1)}; the one before it is of {day}"):
                archive.text_of(self.night.storage, bucket, day + timedelta(days=1))
            with self.assertRaisesRegex(PartFailed, "there is no stack elsewhere here"):
                archive_of("elsewhere")

    def test_6_b_a_past_day_without_a_pdf_gets_one_of_what_is_archived_and_asks_nobody_else(self) -> None:
        key, before = archive.place_of(self.night.day) + archive.PDF, len(self.demonstration.simulator.journal())
        first = self.night.read_archived(archive.PDF)
        self.night.storage.delete_object(Bucket=self.night.bucket, Key=key)
        with mock.patch.dict(os.environ, self.reach()), contextlib.redirect_stderr(io.StringIO()) as said:
            archive.keep(self.night.storage, outputs_of(STACK_NAME), self.night.day, self.workshop.folder / "kept")
            with self.assertRaisesRegex(PartFailed, "is not in the archive; read the day again"):
                archive.typeset(self.running.outputs["NightlyReportName"], self.night.day + timedelta(days=1))
        self.assertIn("report.pdf", said.getvalue())
        self.assertEqual((self.workshop.folder / "kept" / self.night.day.isoformat() / archive.PDF).read_bytes(), first)
        self.assertEqual(len(self.demonstration.simulator.journal()), before)

    def test_7_a_mail_server_can_take_the_mail(self) -> None:
        sink = MailSink()
        self.addCleanup(sink.close)
        text = mail_server.secret_text({"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(sink.port)})
        vendors.put_secret(self.running.cloud.client("secretsmanager"), mail_server.secret_name(STAGE), text)
        before = len(self.night.mails())
        self.only(SERVER, mail="smtp")
        self.assertEqual(self.night.ledger()[f"{self.night.day}#server"]["state"], "sent")
        (mail,) = sink.mails
        self.assertEqual((mail["From"], mail["To"]), (SENDER, "Ana <ana@example.com>"))
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["multipart/alternative", "application/pdf"])
        (pdf,) = mail.iter_attachments()
        self.assertEqual((pdf.get_filename(), pdf.get_content()), (self.demonstration.pdf_name(), self.night.read_archived(archive.PDF)))
        plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.assertIn(self.demonstration.pdf_name(), inserted(plain.strip(), self.night.read_archived("report.txt").decode().strip()) or "")
        self.assertEqual(len(self.night.mails()), before, "SES was not asked")

    def test_7_b_a_pdf_that_is_too_large_is_reached_by_a_link_and_a_look_that_fails_is_said(self) -> None:
        for said in ("created", "unchanged"):
            self.assertEqual(put_file(self.night.storage, self.night.bucket, "look/broken.typ", b"= Report\n\n#nothing\n"), said)
        run = self.only(ABROAD, attach_max_mb=0, look={"template": "broken.typ"})
        self.assertEqual(run["warnings"], ["the PDF gets the built-in look, since the company's own failed: the template cannot be typeset: line 3: unknown variable: nothing"])
        (mail,) = self.demonstration.to(ABROAD)
        self.assertEqual(mail["attachments"], [])
        link = re.search(r"^http\S+$", (Path(mail["folder"]) / "mail.txt").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertIsNotNone(link, "the mail has a link")
        with urlopen(link[0]) as answer:  # type: ignore[index]
            self.assertEqual(answer.headers["Content-Disposition"], f'attachment; filename="{self.demonstration.pdf_name()}"')
            self.assertEqual(answer.read(), self.night.read_archived("report-fr-CA-a4.pdf"))
        self.assertIn("X-Amz-Expires=43200", link[0])  # type: ignore[index]
        self.quietly(lambda: self.demonstration.until_state(ABROAD, "delivered"))

    def test_8_no_call_was_denied(self) -> None:
        denied = [call for call in self.calls() if call["function"] and call["status"] == 403]
        self.assertEqual(denied, [])

    def test_9_the_role_grants_what_is_called_and_no_more(self) -> None:
        self.assertEqual(self.compared(Template(ORIGINAL)), [])
        for place, what, instead, said in UNUSED_REPORT:
            with self.subTest(place=place.strip(), line=what.strip(), instead=instead.strip()):
                found = self.compared(damaged(place, what, instead))
                self.assertTrue(any(said in sentence for sentence in found), f"expected `{said}`, got {found}")

    def test_a_its_metrics_are_those_that_the_readme_counts(self) -> None:
        found = {name for name, dimensions in series(self.running) if dict(dimensions)["Function"] == JOB}
        own = measures(reporting(Template(ORIGINAL))[JOB])
        self.assertEqual((len(found), found & own), (METRICS_A_FUNCTION + len(own), own))

    def test_b_a_sender_that_the_stack_does_not_let_send_is_denied_and_wakes_somebody(self) -> None:
        before = len(self.night.mails())
        run = self.only(FORBIDDEN)
        self.assertEqual((run["status"], run["failed_by"]), ("failed", {"mail_denied": 1}))
        self.assertEqual(self.demonstration.state(FORBIDDEN), "due")
        self.assertEqual(len(self.night.mails()), before)
        waiting = self.demonstration.watch.waiting
        self.demonstration.watch.until(lambda: waiting("FailuresQueueUrl") == 1, PATIENCE_SECONDS, "the failed tick is kept")

    def reach(self) -> dict[str, str]:
        """How a person's tools reach the stack."""
        return {"AWS_ENDPOINT_URL": self.running.endpoint, "AWS_DEFAULT_REGION": REGION, **{name.upper(): value for name, value in KEY.items()}}

    def only(self, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Leaves one list in the configuration, and lets the next tick mail to it."""
        configure(self.running, [wanted], **more)
        runs: list[dict[str, Any]] = []
        self.quietly(lambda: runs.append(self.demonstration.tick()))
        return runs[0]

    def compared(self, template: Template) -> list[str]:
        """The differences between the role of a template and what was recorded."""
        return Comparison(template, self.calls(), self.running.cloud.names(STACK_NAME), {JOB}).differences()

    def calls(self) -> list[dict[str, Any]]:
        """Everything that was recorded."""
        return get_json(f"{self.running.gap}/_gap/calls")["calls"]


if __name__ == "__main__":
    unittest.main()
