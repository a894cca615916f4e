"""`make demo-report`: two nights of a contact centre on this machine: what is read, kept, mailed, and what is not mailed twice.

1. The first night: yesterday is read at 02:00 by the organisation's clocks, and the days that it is compared with.
2. The second night: what happened on the bad day is read, compared and kept.
3. 02:15: the report is mailed once. The mail as it was sent, the archive and the ledger are shown.
4. 02:30, and twice by hand: nothing is mailed.
5. The mail service refuses: the mail goes out an hour later. Its readers get it in Portuguese, on A4.
6. The service takes the mail and its answer is lost: the service's own event is waited for, and nothing is mailed twice.
7. Neither answer nor event: after a quarter of an hour it is mailed again, and its subject says so.
8. The page cannot be made: the text goes out alone and says so.

Whatever differs from that ends the program with the last lines of the function's log and exit code 1. What was mailed and
kept is left in target/report.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from stack.clock_file import move_past_next_tick
from stack.observer import Watch
from stack.processes import PartFailed, Workshop, end_like_ctrl_c_on_sigterm
from stack.reporting import JOB, MANAGEMENT, TICK_SECONDS, ZONE, Night, a_contact_centre, configure, inserted, mailing_list
from stack.run import tell_failure
from stack.simulator import Simulator
from stack.stack import Running, start
from stack.template import ROOT
from stack.terminal import DIM, GREEN, heading, paint, say, table

LEFT = ROOT / "target" / "report"
REQUESTS_MAX = 10  # of a night, whatever the number of queues
PATIENCE_SECONDS = 60.0
LINES_SHOWN = 30
QUOTED_WIDTH = 110  # letters of a mail in a line
ALERTS_OF_LARGE = 2000  # whose page is larger than mail readers take
Run = dict[str, Any]

OPERATIONS = mailing_list("operations", "operations@example.com", language="pt-BR", paper="a4")
AUSTIN = mailing_list("austin", "austin@example.com")
TORONTO = mailing_list("toronto", "silent@example.com")
EVERYBODY = mailing_list("everybody", "all@example.com")


class Demonstration:
    """The steps, one method each, in this order."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.simulator = Simulator(running.simulator)
        self.watch = Watch(running, JOB, ("NightlyReportLogGroupName",))
        self.night = Night(running)
        self.lists = [MANAGEMENT]
        self.number_before = 0

    def what_is_there(self) -> None:
        """What a company has before cx-bridge, and what a reader has to know to follow."""
        until = self.night.next(2, 0).date()  # the second night is about the day of the first
        centre = a_contact_centre(self.running, until, self.lists)
        first, last = centre["bad_hours"]
        say(f"  Genesys     {len(centre['divisions'])} sites, {len(centre['queues'])} queues, {centre['conversations']:,} conversations since {centre['first_day']}")
        say(f"              on {centre['last_day']} one queue collapses between {first} and {last}; another never has a conversation")
        say(f"  settings    zone {ZONE}, read at 02:00, mailed at 02:15 to the list `management`")

    def the_first_night(self) -> None:
        """An archive that has nothing yet."""
        heading("1  The first night: the archive is empty")
        self.reads_at_two()
        say(paint(f"  {self.night.day} is kept, and {self.night.archived_days() - 1} days that it is compared with", GREEN))
        self.night.move_to(2, 15)
        self.until_state(MANAGEMENT, "delivered")
        self.expect("mails", len(self.night.mails()), 1)

    def the_bad_day_is_read(self) -> None:
        """An archive that has the past. Reading comes first, so that slow answers do not make the mail late."""
        heading("2  02:00 of the second night: the bad day is read and kept")
        self.reads_at_two()
        self.expect("mails of this day", self.night.mails_of(self.night.day), [])
        files = self.night.archived()
        self.expect("kept", sorted(files), ["data.jsonl.gz", "report.html", "report.json", "report.pdf", "report.txt"])
        for line in table([(name, f"{size:,} bytes") for name, size in files.items()], indent="  " + paint("archive", DIM) + "   "):
            say(line)

    def it_is_mailed_once(self) -> None:
        """The mail as it was sent, and what is remembered."""
        heading("3  02:15: the report is mailed")
        self.night.move_to(2, 15)
        self.until_state(MANAGEMENT, "delivered")
        (mail,) = self.night.mails_of(self.night.day)
        say(f"  {paint('to', DIM)}        {', '.join(mail['to'])}")
        say(f"  {paint('subject', DIM)}   {mail['subject']}")
        say(f"  {paint('tag', DIM)}       " + ", ".join(f"{name} {value}" for name, value in mail["tags"].items()))
        text = (Path(mail["folder"]) / "mail.txt").read_text(encoding="utf-8")
        for line in text.splitlines()[:LINES_SHOWN]:
            quote(line)
        html = (Path(mail["folder"]) / "mail.html").read_text(encoding="utf-8")
        for what, found in (("txt", text), ("html", html)):
            note = inserted(found, self.night.read_archived(f"report.{what}").decode())
            self.expect(f"the {what} is the archived one, with a note that names the PDF", bool(note and self.pdf_name() in note), True)
        pdf = self.attached(mail)
        self.expect("the PDF is the archived one", pdf == self.night.read_archived("report.pdf"), True)
        say(f"  {paint('PDF', DIM)}       {self.pdf_name()}, {len(pdf):,} bytes")
        self.show_ledger()

    def a_second_run_mails_nothing(self) -> None:
        """The next tick, an invocation by hand, and the day worked out once more."""
        heading("4  02:30, and twice by hand: nothing is mailed")
        before = self.night.mails()
        self.tick()
        for event in ({}, {"date": self.night.day.isoformat()}):
            say(f"  $ aws lambda invoke --function-name {self.running.outputs['NightlyReportName']} --payload '{json.dumps(event)}'")
            self.expect("status", self.night.invoke(event)["status"], "done")
            self.explain()
        self.expect("mails", self.night.mails(), before)
        say(paint("  no further mail", GREEN))

    def a_refused_mail_goes_out_an_hour_later(self) -> None:
        """Throttled, or down for the moment: nothing was sent, and nothing is unclear."""
        heading("5  A list is added while the mail service refuses")
        self.night.tell("refuse", code="TooManyRequestsException", count=1)
        self.add(OPERATIONS)
        self.expect("status", self.tick()["failed_by"], {"mail_busy": 1})
        self.expect("its state", self.state(OPERATIONS), "due")
        for _ in range(3):
            self.tick(quietly=True)
        self.expect("mails to it", self.to(OPERATIONS), [])
        say("  three ticks later: not tried again yet")
        for _ in range(2):
            self.tick()
        self.until_state(OPERATIONS, "delivered")
        self.expect("mails to it", len(self.to(OPERATIONS)), 1)
        (mail,) = self.to(OPERATIONS)
        say(f"  {paint('subject', DIM)}   {mail['subject']}")
        self.expect("its PDF is another one", self.attached(mail) != self.night.read_archived("report.pdf"), True)
        say(paint("  mailed, an hour after the refusal", GREEN))

    def a_lost_answer_is_waited_for(self) -> None:
        """SES knows no key that makes a repeat harmless. Its own event says what became of the mail."""
        heading("6  The mail service takes a mail, and its answer is lost")
        self.night.tell("events", held=True)
        self.night.tell("lose", count=1)
        self.add(AUSTIN)
        self.expect("failed", self.tick()["failed_by"], {"mail_unknown": 1})
        self.expect("its state", self.state(AUSTIN), "sending")
        self.expect("a run in between", self.night.invoke({})["updated"], 0)
        self.explain()
        say("  a run in between mails nothing; then the events about the mail arrive")
        self.night.tell("events", held=False)
        self.until_state(AUSTIN, "delivered")
        self.tick(quietly=True)
        self.expect("mails to it", len(self.to(AUSTIN)), 1)
        say(paint("  one mail, and nobody sent it twice", GREEN))

    def silence_is_mailed_again(self) -> None:
        """Rather twice than never, unless `on_unknown` says otherwise; and the second one says what it is."""
        heading("7  Neither an answer nor an event, for a quarter of an hour")
        self.night.tell("lose", count=1)
        self.add(TORONTO)
        self.tick()
        self.expect("mails to it", len(self.to(TORONTO)), 1)
        for _ in range(2):  # the quarter of an hour begins when the answer is given up, which is a moment after the tick
            if len(self.to(TORONTO)) == 1:
                self.tick()
        first, second = self.to(TORONTO)
        self.expect("marked", ["sent again" in mail["subject"] for mail in (first, second)], [False, True])
        say(f"  {paint('subject', DIM)}   {second['subject']}")
        say(paint('  mailed again, and it says so; with on_unknown = "hold" a person would be asked instead', GREEN))

    def without_the_page_the_text_goes_out(self) -> None:
        """Figures are not kept back because of how they look."""
        heading("8  The page cannot be made")
        say(f"  the archived report gets {ALERTS_OF_LARGE} alerts: its page is larger than mail readers take")
        self.night.enlarge_archived(ALERTS_OF_LARGE)
        self.add(EVERYBODY)
        self.tick()
        self.until_state(EVERYBODY, "delivered")
        (mail,) = self.to(EVERYBODY)
        files = sorted(path.name for path in Path(mail["folder"]).iterdir())
        self.expect("the page is part of the mail", "mail.html" in files, False)
        text = (Path(mail["folder"]) / "mail.txt").read_text(encoding="utf-8")
        said = next(line for line in text.splitlines() if "could not be made" in line)
        quote(said)
        say(paint("  the text went out alone", GREEN))

    def nothing_was_left_lying(self) -> None:
        """No message in any queue of what went wrong; and what is left to look at."""
        for name in ("MailEventsQueueUrl", "MailEventsDeadLettersUrl", "FailuresQueueUrl"):
            self.watch.until(lambda name=name: self.watch.waiting(name) == 0, PATIENCE_SECONDS, f"{name} is empty")
        self.night.leave(LEFT)
        heading("Left to look at")
        mail = self.night.mails_of(self.night.day)[0]
        say(f"  {'the PDF':12}{(LEFT / 'archive' / 'report.pdf').relative_to(ROOT)}")
        for what, path in (("the mail", f"{mail['number']:04}/mail.html"), ("as text", f"{mail['number']:04}/mail.txt")):
            say(f"  {what:12}{(LEFT / 'mails' / path).relative_to(ROOT)}")
        say(f"  {'archive':12}{(LEFT / 'archive').relative_to(ROOT)}/   {'ledger':8}{(LEFT / 'ledger.json').relative_to(ROOT)}")

    def reads_at_two(self) -> None:
        """02:00, and what it costs in requests."""
        before = max([0, *(entry["number"] for entry in self.simulator.journal())])
        self.night.move_to(2, 0)
        self.watch.until(lambda: self.night.ledger().get(self.night.day.isoformat(), {}).get("is_complete"), PATIENCE_SECONDS, "the day is read")
        self.explain()
        asked = [entry["operation"] for entry in self.simulator.journal(before) if entry["vendor"] == "genesys" and entry["kind"] != "login"]
        counts = {operation: asked.count(operation) for operation in sorted(set(asked))}
        say("  " + paint("requests", DIM) + f"  {len(asked)}: " + ", ".join(f"{count} {operation}" for operation, count in counts.items()))
        if len(asked) > REQUESTS_MAX:
            raise PartFailed(JOB, f"{len(asked)} requests to Genesys, should be at most {REQUESTS_MAX}", lines=self.watch.log()[-20:])

    def add(self, more: dict[str, Any]) -> None:
        """A list that is added gets the day's report at the next tick."""
        self.lists.append(more)
        configure(self.running, self.lists)
        say(f"  settings    a further list: {more['name']}")

    def tick(self, quietly: bool = False) -> Run:
        """The next quarter of an hour, and what it did."""
        began = move_past_next_tick(Path(self.running.clock_file), tick_seconds=TICK_SECONDS)
        found: list[Run] = []

        def of_tick() -> list[Run]:
            """An event about a mail causes a run as well, in between."""
            found.extend(self.watch.runs())
            return [run for run in found if datetime.fromisoformat(run["started_at"][:19] + "+00:00").timestamp() >= began]

        self.watch.until(of_tick, PATIENCE_SECONDS, "the tick ran")
        if not quietly:
            self.show(found)
        return of_tick()[0]

    def explain(self) -> None:
        """What the runs since the last look decided."""
        self.show(self.watch.runs())

    def show(self, runs: list[Run]) -> None:
        """Every decision in its own words, but for waiting."""
        for line in [line for run in runs for line in run.get("decisions", []) if "nothing to do before" not in line]:
            say("  " + paint("decision", DIM) + "  " + line)

    def until_state(self, those: dict[str, Any], state: str) -> None:
        """Waits until the ledger says so about the day's mail to a list, and shows what led there."""
        self.watch.until(lambda: self.state(those) == state, PATIENCE_SECONDS, f"the mail to {those['name']} is {state}")
        self.explain()

    def state(self, those: dict[str, Any]) -> str | None:
        """Where the day's mail to a list stands."""
        return self.night.ledger().get(f"{self.night.day}#{those['name']}", {}).get("state")

    def to(self, those: dict[str, Any]) -> list[dict[str, Any]]:
        """The mails to a list."""
        return [mail for mail in self.night.mails() if mail["to"] == those["to"]]

    def pdf_name(self) -> str:
        """What the day's PDF is called in a mail."""
        return f"example-{self.night.day}.pdf"

    def attached(self, mail: dict[str, Any]) -> bytes:
        """The one file that goes with a mail: a PDF."""
        self.expect("attachments", [file["name"] for file in mail["attachments"]], [self.pdf_name()])
        content = (Path(mail["folder"]) / "attachments" / self.pdf_name()).read_bytes()
        self.expect("it is a PDF", content[:5], b"%PDF-")
        return content

    def show_ledger(self) -> None:
        """The rows about the day."""
        day = self.night.day.isoformat()
        for name, entry in self.night.ledger().items():
            if name.startswith(day):
                known = ", ".join(f"{key} {value}" for key, value in entry.items() if not key.endswith("_ms"))
                say("  " + paint("ledger", DIM) + f"    {name}: {known}")

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Ends the demonstration when they differ."""
        if found != wanted:
            raise PartFailed(JOB, f"{what}: expected {wanted}, got {found}", lines=self.watch.log()[-20:])


STEPS = (
    Demonstration.what_is_there,
    Demonstration.the_first_night,
    Demonstration.the_bad_day_is_read,
    Demonstration.it_is_mailed_once,
    Demonstration.a_second_run_mails_nothing,
    Demonstration.a_refused_mail_goes_out_an_hour_later,
    Demonstration.a_lost_answer_is_waited_for,
    Demonstration.silence_is_mailed_again,
    Demonstration.without_the_page_the_text_goes_out,
    Demonstration.nothing_was_left_lying,
)


def quote(line: str) -> None:
    """A line of a mail, as wide as can be read."""
    for part in textwrap.wrap(line, QUOTED_WIDTH, subsequent_indent=" " * (len(line) - len(line.lstrip()))) or [""]:
        say("  " + paint("│ ", DIM) + part)


def demonstrate(profile: str) -> None:
    """Starts everything, shows it, stops everything."""
    with Workshop() as workshop:
        heading("Starting the bundle on this machine")
        running = start(workshop, profile, lambda text: say("  " + text))
        demonstration = Demonstration(running)
        for step in STEPS:
            step(demonstration)


def main() -> int:
    """The command line; 0 when everything was as expected."""
    parser = argparse.ArgumentParser(prog="make demo-report")
    parser.add_argument("--profile", choices=("dev", "release"), default="dev")
    arguments = parser.parse_args()
    end_like_ctrl_c_on_sigterm()
    started = time.monotonic()
    try:
        demonstrate(arguments.profile)
    except KeyboardInterrupt:
        say()
        say("stopped; nothing is left running")
        return 130
    except PartFailed as failed:
        return tell_failure(failed)
    heading(paint(f"Everything as expected, and stopped, after {time.monotonic() - started:.0f} s.", GREEN))
    say("To try it yourself: `make up` keeps such a contact centre, and prints how to have its report mailed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
