"""`make run`: the whole bundle on this machine, three ticks of the schedule, and a checked result.

1. 1,000 Salesforce contacts of realistic variety reach a Genesys that knows some of them by e-mail or phone.
2. The next tick has nothing to do, and costs almost nothing.
3. Three contacts are edited in Salesforce; exactly those are sent.

Then one contact is shown in both systems and everything is stopped. Whatever differs from what the generator of the
contacts expects ends the program with the failing part's last lines and exit code 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from stack import report
from stack.processes import PartFailed, Workshop, end_like_ctrl_c_on_sigterm
from stack.simulator import DEMO_CONTACTS, Simulator
from stack.stack import Running, start
from stack.terminal import DIM, GREEN, RED, heading, paint, say
from stack.ticks import Tick, function_log, tick

# What an idle tick may cost (README, Evidence: requests and state writes).
IDLE_SALESFORCE_REQUESTS_MAX = 2
IDLE_STATE_WRITES_MAX = 5

EDITS: tuple[dict[str, Any], ...] = (
    {"FirstName": "Mariana"},
    {"LastName": "O'Sullivan-Okafor"},
    {"Phone": "+1 512 555 0199"},
)


class Demonstration:
    """The three ticks, one method each."""

    def __init__(self, running: Running, contacts: int = DEMO_CONTACTS) -> None:
        self.running = running
        self.contacts = contacts
        self.simulator = Simulator(running.simulator)
        self.seen = 0

    def first_tick(self) -> None:
        """Everything is new to the bundle, some of it not to Genesys."""
        seeded = self.simulator.seed_demo(self.contacts)
        heading(f"{self.contacts:,} contacts in Salesforce, {len(self.simulator.genesys_contacts())} in Genesys")
        for line in report.kinds_lines(seeded["kinds"]):
            say(line)
        heading("First tick of the schedule")
        done = self.tick()
        self.check(report.differences(done, seeded["expected"]))

    def second_tick(self) -> None:
        """Nothing changed since."""
        heading("Second tick: nothing has changed")
        done = self.tick()
        self.check(
            report.above(
                {
                    "writes to the vendors": (len(done.writes), 0),
                    "requests to Genesys": (len(done.of("genesys")), 0),
                    "requests to Salesforce": (len(done.of("salesforce")), IDLE_SALESFORCE_REQUESTS_MAX),
                    "items written to the state table": (done.result["state"]["writes"], IDLE_STATE_WRITES_MAX),
                    "failed": (done.result["failed"], 0),
                }
            )
        )

    def third_tick(self) -> None:
        """Three edits, three contacts sent."""
        heading("Third tick: three contacts were edited in Salesforce")
        edited = self.edit_three()
        done = self.tick()
        sent = sum(entry["items"] for entry in done.writes)
        counts = done.result["created"], done.result["updated"], done.result["failed"], sent
        wanted = 0, len(edited), 0, len(edited)
        if counts != wanted:
            self.check([f"created, updated, failed, contacts sent: expected {wanted}, got {counts}"])
        self.check(self.not_arrived(edited))
        say(paint("  as expected: exactly these three were sent", GREEN))

    def show_one(self) -> None:
        """One of the edited contacts in both systems."""
        heading("One contact in both systems")
        salesforce = {contact["Id"]: contact for contact in self.simulator.salesforce_contacts()}
        for contact in self.simulator.genesys_contacts():
            source = salesforce.get(report.external_id(contact) or "")
            if source and source.get("FirstName") == EDITS[0]["FirstName"]:
                for line in report.side_by_side(source, contact):
                    say(line)
                return

    def tick(self) -> Tick:
        """One tick, and what it did on the terminal."""
        done = tick(self.running, self.seen)
        self.seen = max([self.seen, *(entry["number"] for entry in done.requests)])
        for line in report.result_lines(done):
            say(line)
        return done

    def check(self, problems: list[str]) -> None:
        """Ends the demonstration if there are any."""
        if problems:
            raise PartFailed("contact-sync", "the result is not as expected", lines=[*function_log(self.running)[-10:], *problems])

    def edit_three(self) -> dict[str, dict[str, Any]]:
        """Edits three contacts that are in both systems; the answer is what was changed, by Salesforce id."""
        known = {report.external_id(contact) for contact in self.simulator.genesys_contacts()}
        linked = [contact for contact in self.simulator.salesforce_contacts() if contact["Id"] in known and ordinary(contact)]
        edited = {contact["Id"]: edit for contact, edit in zip(linked, EDITS)}
        for contact_id, edit in edited.items():
            self.simulator.edit_salesforce(contact_id, edit)
            say("  " + contact_id + "  " + ", ".join(f"{name} = {value}" for name, value in edit.items()))
        return edited

    def not_arrived(self, edited: dict[str, dict[str, Any]]) -> list[str]:
        """The edits of names that Genesys does not show."""
        genesys = {report.external_id(contact): contact for contact in self.simulator.genesys_contacts()}
        problems = []
        for contact_id, edit in edited.items():
            for name, field in (("FirstName", "firstName"), ("LastName", "lastName")):
                found = genesys[contact_id].get(field)
                if name in edit and found != edit[name]:
                    problems.append(f"{contact_id} {field}: expected {edit[name]}, got {found}")
        return problems


def ordinary(contact: dict[str, Any]) -> bool:
    """A contact with all that is edited, so that each edit is a change of a value."""
    return all(contact.get(field) for field in ("FirstName", "LastName", "Phone", "Email"))


def demonstrate(profile: str) -> None:
    """Starts everything, shows it, stops everything."""
    with Workshop() as workshop:
        heading("Starting the bundle on this machine")
        running = start(workshop, profile, lambda text: say("  " + text))
        demonstration = Demonstration(running)
        demonstration.first_tick()
        demonstration.second_tick()
        demonstration.third_tick()
        demonstration.show_one()


def main() -> int:
    """The command line; 0 when everything was as expected."""
    parser = argparse.ArgumentParser(prog="make run")
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
    return 0


def tell_failure(failed: PartFailed) -> int:
    """What failed, and the last lines of the part that did."""
    say()
    for line in failed.last_lines():
        say(paint("  | " + line, DIM))
    say(paint(f"FAILED  {failed}", RED))
    return 1


if __name__ == "__main__":
    sys.exit(main())
