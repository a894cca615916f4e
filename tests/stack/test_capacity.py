"""From an Auto Scaling group to a number in Genesys on the deployed bundle, and the role compared with the calls.

One stack serves all tests, in the order of their numbers: `make demo-capacity`, what else can happen to a group, then the
comparison of the role with the calls that were recorded, and the same with a template that was damaged on purpose.
"""

from __future__ import annotations

import contextlib
import io
import json
import unittest
from collections.abc import Callable
from typing import Any

from stack.cloud import get_json
from stack.demo_capacity import GROUP, PATIENCE_SECONDS, STEPS, TO_ROW, Demonstration
from stack.gap.groups import LAUNCH, LAUNCH_FAILED, TERMINATE_FAILED, Group, entry
from stack.processes import PartFailed, Workshop
from stack.scaling import JOB, configure, mapping, resize
from stack.series import series
from stack.stack import STACK_NAME, Running, start
from stack.test_costs import METRICS_A_FUNCTION, measures, reporting
from stack.wiring.damage import ORIGINAL, UNUSED_CAPACITY, damaged
from stack.wiring.reading import Template
from stack.wiring.recorded import Comparison

AGENT = "5d4b8f0a-3a0c-4c5e-9a55-0c6f6d1b7a04"


class Capacity(unittest.TestCase):
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
        # With the patience of a test that runs beside others.
        cls.demonstration = Demonstration(cls.running, reaction_seconds=PATIENCE_SECONDS)

    def quietly(self, step: Callable[[], Any]) -> str:
        """What the step says; a step that fails shows it."""
        with contextlib.redirect_stdout(io.StringIO()) as output:
            try:
                step()
            except PartFailed as failed:
                self.fail("\n".join([output.getvalue(), *failed.last_lines(40), str(failed)]))
        return output.getvalue()

    def test_1_a_group_sets_its_number_as_promised(self) -> None:
        said = "".join(self.quietly(lambda step=step: step(self.demonstration)) for step in STEPS)
        for sentence in ("500 where 200 was", "1 read of the group", "set right", "reported, and left", "412", "unsupported_by_server"):
            self.assertIn(sentence, said)
        alerts = [call for call in self.calls() if call["function"] == JOB and call["action"] == "Publish"]
        self.assertEqual(len(alerts), 1, "that a target was parked is said once")

    def test_2_a_dry_run_shows_what_a_size_would_change_and_changes_nothing(self) -> None:
        configure(self.running, [mapping(GROUP, TO_ROW)])
        before = self.demonstration.number()
        self.demonstration.mark()
        plan = self.invoke({"dry_run": True, "instances": {GROUP: 7}})["plan"]
        self.assertEqual([(line["target"], line["wanted"], line["action"]) for line in plan], [(plan[0]["target"], 700, plan[0]["action"])])
        self.assertEqual((self.demonstration.number(), self.demonstration.writes("/api/")), (before, []))

    def test_3_an_event_that_anybody_sent_changes_nothing(self) -> None:
        self.demonstration.mark()
        before = self.demonstration.number()
        forged = entry(LAUNCH, Group(GROUP, "arn:none", 900), "i-0000", "us-east-1a", "2026-11-24T10:00:00Z", "forged: 900 instances")
        self.send([forged])
        self.assertEqual((self.demonstration.group_reads(), self.demonstration.number()), (1, before))

    def test_4_launches_and_terminations_that_failed_are_counted_and_nothing_is_read(self) -> None:
        self.demonstration.mark()
        kinds = (LAUNCH_FAILED, TERMINATE_FAILED)
        runs = self.send([entry(kind, Group(GROUP, "arn:none"), "i-0000", "us-east-1a", "2026-11-24T10:00:00Z", "") for kind in kinds])
        self.assertEqual(sum(run["skipped_by"].get("unsuccessful", 0) for run in runs), 2)
        self.assertEqual(self.demonstration.group_reads(), 0)

    def test_5_a_suspended_group_is_held(self) -> None:
        groups = self.running.tables.client("autoscaling")
        before = self.demonstration.number()
        get_json(f"{self.running.gap}/_gap/launching", "PUT", {"seconds": 20})
        groups.suspend_processes(AutoScalingGroupName=GROUP, ScalingProcesses=["Launch"])
        resize(self.running, GROUP, 60)
        run = self.tick()
        self.assertEqual((run["skipped_by"], self.demonstration.number()), ({"suspended": 1}, before))
        groups.resume_processes(AutoScalingGroupName=GROUP)
        self.tick()
        self.assertEqual(self.demonstration.number(), 6000)

    def test_6_an_agents_utilization_is_set_too(self) -> None:
        simulator = self.demonstration.simulator
        get_json(f"{simulator.url}/_sim/genesys/utilization", "POST", {"user": AGENT})
        target = {"lever": "utilization", "users": [AGENT], "media": "message", "max": 9}
        configure(self.running, [mapping(GROUP, target)])
        self.assertEqual(self.tick()["updated"], 1)
        found = get_json(f"{simulator.url}/_sim/genesys/utilization/{AGENT}")
        self.assertEqual(found["utilization"]["message"]["maximumCapacity"], 9)

    def test_7_no_call_was_denied(self) -> None:
        denied = [call for call in self.calls() if call["function"] and call["status"] == 403]
        self.assertEqual(denied, [])

    def test_8_the_role_grants_what_is_called_and_no_more(self) -> None:
        self.assertEqual(self.compared(Template(ORIGINAL)), [])
        for place, what, instead, said in UNUSED_CAPACITY:
            with self.subTest(place=place.strip(), line=what.strip(), instead=instead.strip()):
                found = self.compared(damaged(place, what, instead))
                self.assertTrue(any(said in sentence for sentence in found), f"expected `{said}`, got {found}")

    def test_9_its_metrics_are_those_that_the_readme_counts(self) -> None:
        found = {name for name, dimensions in series(self.running) if dict(dimensions)["Function"] == JOB}
        own = measures(reporting(Template(ORIGINAL))[JOB])
        self.assertEqual(own, {"drift", "holds"})
        self.assertEqual((len(found), found & own), (METRICS_A_FUNCTION + len(own), own))

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's answer."""
        functions = self.running.cloud.client("lambda")
        answer = functions.invoke(FunctionName=self.running.outputs["QueueCapacityName"], Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read())

    def send(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Puts events on the default bus and waits until they were taken; the answer is the runs."""
        watch = self.demonstration.watch
        watch.runs()
        self.running.cloud.client("events").put_events(Entries=entries)
        runs: list[dict[str, Any]] = []
        watch.until(lambda: runs.extend(watch.runs()) or runs, PATIENCE_SECONDS, "the run is in the history")
        watch.until(lambda: watch.waiting("ScalingQueueUrl") == 0, PATIENCE_SECONDS, "the queue is empty")
        return runs + watch.runs()

    def tick(self) -> dict[str, Any]:
        """The next tick of the schedule."""
        results: list[dict[str, Any]] = []
        self.quietly(lambda: results.append(self.demonstration.one_tick()))
        return results[0]

    def compared(self, template: Template) -> list[str]:
        """The differences between the role of a template and what was recorded."""
        return Comparison(template, self.calls(), self.running.cloud.names(STACK_NAME), {JOB}).differences()

    def calls(self) -> list[dict[str, Any]]:
        """Everything that was recorded."""
        return get_json(f"{self.running.gap}/_gap/calls")["calls"]


if __name__ == "__main__":
    unittest.main()
