"""contact-sync for years on the deployed bundle: long runs, near real time, the weekly comparison, and a person's commands.

One stack serves all tests, in the order of their numbers; then the role is compared with the calls that were recorded, and
the same with a template that was damaged on purpose.
"""

from __future__ import annotations

import contextlib
import io
import unittest
from typing import Any

from stack.cloud import get_json
from stack.processes import PartFailed, Workshop
from stack.series import series
from stack.stack import STACK_NAME, Running, start
from stack.syncing import FULL_AT, JOB, Sync
from stack.wiring.damage import ORIGINAL, damaged
from stack.wiring.damage_sync import UNUSED_SYNC
from stack.wiring.reading import Template
from stack.wiring.recorded import Comparison

CONTACTS = 120
SLICE = 25
SLICES_PER_INVOCATION = 2
SETTINGS = {
    "slice_contacts": SLICE,
    "slices_per_invocation": SLICES_PER_INVOCATION,
    "notify": "always",
    "notify_to": ["admin@example.com"],
    "notify_from": "Sync <reports@example.com>",
}
SECONDS = 15.0  # five of them are the batching window; the rest is for a test that runs beside others


class ContactSync(unittest.TestCase):
    """A running, recorded stack."""

    running: Running
    sync: Sync

    @classmethod
    def setUpClass(cls) -> None:
        workshop = Workshop()
        cls.addClassCleanup(workshop.close)
        with contextlib.redirect_stdout(io.StringIO()):
            cls.running = start(workshop, "dev", print, recorded=True, weekly=True)
        cls.running.cloud.client("sesv2").create_email_identity(EmailIdentity="example.com")
        cls.sync = Sync(cls.running)
        cls.sync.configure(**SETTINGS)

    def run(self, result: Any = None) -> Any:
        """A part that fails shows the last lines of its log."""
        try:
            return super().run(result)
        except PartFailed as failed:
            raise AssertionError("\n".join([*failed.last_lines(40), str(failed)])) from failed

    def test_1_a_long_run_goes_on_through_its_own_queue(self) -> None:
        expected = self.sync.simulator.seed_demo(CONTACTS)["expected"]
        runs = self.sync.tick()
        per_invocation = SLICE * SLICES_PER_INVOCATION
        self.assertEqual([run["status"] for run in runs], ["continued"] * (len(runs) - 1) + ["done"])
        self.assertGreaterEqual(len(runs), CONTACTS // per_invocation + 1)
        self.assertTrue(all(run["fetched"] <= per_invocation for run in runs), runs)
        found = {name: sum(run[name] for run in runs) for name in ("fetched", "created", "updated", "failed")}
        self.assertEqual(found, {**{name: expected[name] for name in ("fetched", "created", "updated")}, "failed": 0})
        self.assertEqual(len(self.sync.linked()), expected["created"] + expected["updated"])
        self.assertEqual(set(self.sync.rows("mark#contact-sync")["run"]) - {"pk", "sk", "v"}, {"fence"}, "nothing is left unfinished")

    def test_2_what_salesforce_tells_is_in_genesys_within_seconds(self) -> None:
        by_webhook, by_relay = sorted(self.sync.linked())[:2]
        self.sync.simulator.edit_salesforce(by_webhook, {"LastName": "Told-By-Webhook"})
        self.sync.simulator.edit_salesforce(by_relay, {"LastName": "Told-By-Relay"})
        self.sync.listen(False)
        self.sync.told_by_relay([by_relay], {"LastName": "Told-By-Relay"})
        told = self.sync.peek()
        self.assertIn(by_relay, told)
        self.assertNotIn("Told-By-Relay", told, "an event names contacts; their values stay out of the queue")
        self.sync.listen(True)
        self.assertEqual(self.sync.told_by_webhook([by_webhook]), 200)
        wanted = {by_webhook: "Told-By-Webhook", by_relay: "Told-By-Relay"}
        self.sync.until(lambda: self.shown(wanted), SECONDS, "both changes are in Genesys")
        self.sync.until_quiet()

    def test_3_a_contact_deleted_in_salesforce_is_let_go(self) -> None:
        gone = sorted(self.sync.linked())[-1]
        contact = self.sync.linked()[gone]
        self.sync.simulator.delete_salesforce(gone)
        self.sync.tick()
        self.assertNotIn(gone, self.sync.linked())
        left = [entry["id"] for entry in self.sync.simulator.genesys_contacts()]
        self.assertIn(contact["id"], left, "unlinked, not deleted")
        self.assertEqual(self.sync.rows(f"peer#{contact['id']}"), {})

    def test_4_on_sundays_what_was_changed_behind_its_back_is_repaired(self) -> None:
        hour, minute = FULL_AT
        self.sync.move_to_sunday(hour, minute - 20)  # the ordinary tick of the full hour
        self.sync.until_quiet()
        changed, contact = sorted(self.sync.linked().items())[3]
        name = contact["lastName"]
        self.sync.simulator.edit_genesys(contact["id"], {"lastName": "Changed-By-Hand"})
        self.sync.move_to_sunday(hour, minute)
        runs = self.sync.until_quiet()
        self.assertEqual((runs[-1]["status"], sum(run["failed"] for run in runs)), ("done", 0), runs)
        self.assertEqual(self.sync.linked()[changed]["lastName"], name)

    def test_5_a_person_sees_what_waits_decides_and_is_told_why(self) -> None:
        waiting = self.sync.invoke({"show": "review"})["contacts"]
        self.assertTrue(waiting)
        contact = waiting[0]["salesforce_id"]
        told = self.sync.invoke({"decide": contact, "candidate": "new"})
        self.assertNotIn("error", told)
        self.sync.tick()
        self.assertIn(contact, self.sync.linked())
        self.assertNotIn(contact, self.sync.rows("review#contact-sync"))
        story = self.sync.invoke({"explain": contact})
        self.assertEqual((story["known"], [one["salesforce_id"] for one in story["contacts"]]), (True, [contact]))

    def test_6_the_daily_mail_goes_out_as_the_role_allows(self) -> None:
        before = len(self.sync.mails())
        self.sync.invoke({"digest": True})
        mails = self.sync.mails()[before:]
        self.assertEqual([(mail["configuration_set"], mail["to"]) for mail in mails], [(f"{STACK_NAME}-sync", ["admin@example.com"])])

    def test_7_the_alarms_watch_metrics_that_there_are(self) -> None:
        alarm = Template(ORIGINAL).properties("ContactSyncFailedAlarm")
        stage = tuple((entry["Name"], "dev" if entry["Name"] == "Stage" else entry["Value"]) for entry in alarm["Dimensions"])
        self.assertIn((alarm["MetricName"], stage), series(self.running))

    def test_8_no_call_was_denied(self) -> None:
        denied = [call for call in self.calls() if call["function"] and call["status"] == 403]
        self.assertEqual(denied, [])

    def test_9_the_role_grants_what_is_called_and_no_more(self) -> None:
        self.assertEqual(self.compared(Template(ORIGINAL)), [])
        for place, what, instead, said in UNUSED_SYNC:
            with self.subTest(place=place.strip(), line=what.strip(), instead=instead.strip()):
                found = self.compared(damaged(place, what, instead))
                self.assertTrue(any(said in sentence for sentence in found), f"expected `{said}`, got {found}")

    def shown(self, names: dict[str, str]) -> bool:
        """Whether Genesys shows these last names."""
        linked = self.sync.linked()
        return all(linked[contact]["lastName"] == name for contact, name in names.items())

    def compared(self, template: Template) -> list[str]:
        """The differences between the role of a template and what was recorded."""
        return Comparison(template, self.calls(), self.running.cloud.names(STACK_NAME), {JOB}).differences()

    def calls(self) -> list[dict[str, Any]]:
        """Everything that was recorded."""
        return get_json(f"{self.running.gap}/_gap/calls")["calls"]


if __name__ == "__main__":
    unittest.main()
