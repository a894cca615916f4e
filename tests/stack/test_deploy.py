"""Deploying twice changes nothing, and a stage can be deleted and deployed again."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stack import configuration, deploy, vendors
from stack.clock_file import Clock, write_clock
from stack.cloud import KEY, REGION, Cloud, create_stack
from stack.processes import PartFailed, Workshop
from stack.stack import STACK_NAME, start_emulator
from stack.stages import Stage
from stack.template import ROOT, TEMPLATE, with_code_at

MAPPING = '[[queue-capacity.mappings]]\ngroup = "{group}"\n[[queue-capacity.mappings.targets]]\n'
ROW = 'lever = "data_table_row"\ntable = "t"\nrow = "r"\ncolumn = "c"\n'
LIST = '[[nightly-report.lists]]\nname = "ops"\nfrom = "Reports <reports@example.com>"\nto = ["{to}"]\n'
# In the file of which stage, what stands there, and what is said about it: one line each.
MISTAKES_ABOUT_REPORTS = (
    ("dev", LIST.format(to="a@example.com"), "nothing may be mailed without MailFrom of [dev.deploy.parameters]"),
    ("staging", '[nightly-report]\nzone = "America/Chikago"\n', '"America/Chikago" is no time zone of the IANA database'),
    ("prod", '[nightly-report]\nmail = "smpt"\n', "unknown variant `smpt`, expected `ses` or `smtp`"),
    ("local", LIST.format(to="a@example.com, b@example.com"), "to[0]`: is no e-mail address"),
)
MISTAKES_ABOUT_GROUPS = (
    ("dev", MAPPING.format(group="a") + 'lever = "queue_limit"\n', "dev.toml:4:9: unknown variant `queue_limit`, expected one of `data_table_row`"),
    ("staging", MAPPING.format(group="a") + 'lever = "utilization"\nusers = ["u"]\nper_instance = 100\n', "per_instance`: 100 is outside of what an agent can have at once, 1 to 50"),
    ("prod", MAPPING.format(group="a") + ROW + "min = 10\nmax = 5\n", "min`: 10 is above max, which is 5"),
    ("local", MAPPING.format(group="a") + ROW + MAPPING.format(group="b") + ROW, "another group sets this object already"),
)


class Deployment(unittest.TestCase):
    """The parts of `make deploy` that talk to AWS, on the emulator."""

    cloud: Cloud
    target: Stage

    @classmethod
    def setUpClass(cls) -> None:
        workshop = Workshop()
        cls.addClassCleanup(workshop.close)
        clock_file = workshop.folder / "clock"
        write_clock(clock_file, Clock())
        _, endpoint = start_emulator(workshop, clock_file, "http://127.0.0.1:9")
        cls.cloud = Cloud(endpoint)
        reach = {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION, **{name.upper(): value for name, value in KEY.items()}}
        reached = mock.patch.dict(os.environ, reach)
        reached.start()
        cls.addClassCleanup(reached.stop)
        cls.target = Stage("dev", "dev", reach)
        cls.usual = ["--parameter-overrides", "Stage=dev", f"ConfigVersion={deploy.config_version(cls.target)}"]

    def test_a_parameter_is_written_once(self) -> None:
        store = self.cloud.client("ssm")
        self.assertEqual(deploy.put_parameter(store, "/cx-bridge/dev/x", "a = 1"), "created")
        self.assertEqual(deploy.put_parameter(store, "/cx-bridge/dev/x", "a = 1"), "unchanged")
        self.assertEqual(deploy.put_parameter(store, "/cx-bridge/dev/x", "a = 2"), "changed")

    def test_a_secret_is_written_once(self) -> None:
        secrets = self.cloud.client("secretsmanager")
        self.assertEqual(vendors.put_secret(secrets, "dev/x", "1"), "created")
        self.assertEqual(vendors.put_secret(secrets, "dev/x", "1"), "unchanged")
        self.assertEqual(vendors.put_secret(secrets, "dev/x", "2"), "changed")

    def test_parameters_are_passed_on_whether_they_stand_in_a_list_or_in_one_text(self) -> None:
        for given in (["Stage=dev", "ObservedQueueIds=a,b"], 'Stage=dev ObservedQueueIds="a,b"'):
            with mock.patch.object(deploy, "deploy_settings", lambda _, given=given: {"stack_name": STACK_NAME, "parameter_overrides": given}):
                self.assertEqual(deploy.overrides(self.target)[1:3], ["Stage=dev", "ObservedQueueIds=a,b"])

    def test_a_mistake_in_the_configuration_stops_the_deployment_before_anything_else(self) -> None:
        commands: list[list[str]] = []

        def refusing(arguments: list[str], *_: object, **__: object) -> subprocess.CompletedProcess:
            commands.append(arguments)
            return subprocess.CompletedProcess(arguments, 1)

        with mock.patch.object(deploy.subprocess, "run", refusing), contextlib.redirect_stdout(io.StringIO()):
            with self.assertRaises(PartFailed):
                deploy.deploy(self.target)
        self.assertEqual([command[-1] for command in commands], ["config-check"])

    def test_each_mistake_is_one_line_of_the_check_that_the_deployment_begins_with(self) -> None:
        for mistakes in (MISTAKES_ABOUT_GROUPS, MISTAKES_ABOUT_REPORTS):
            self.one_line_each(mistakes)

    def one_line_each(self, mistakes: tuple[tuple[str, str, str], ...]) -> None:
        """Checks a configuration with one mistake in each stage."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(configuration.CONFIG, folder, dirs_exist_ok=True)
            for stage, text, _ in mistakes:
                (Path(folder) / f"{stage}.toml").write_text(text, encoding="utf-8")
            command = ["cargo", "run", "--quiet", "--bin", "config-check", "--", "--folder", folder]
            checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 1, checked.stderr)
        for stage, _, said in mistakes:
            lines = [line for line in checked.stderr.splitlines() if f"/{stage}.toml:" in line]
            self.assertEqual([said in line for line in lines], [True], checked.stderr)

    def test_an_audit_log_group_that_was_left_behind_is_not_made_twice(self) -> None:
        self.assertEqual(deploy.overrides(self.target), self.usual)
        template = with_code_at(TEMPLATE.read_text(encoding="utf-8"), lambda name: f"s3://none/{name}.zip")
        create_stack(self.cloud, STACK_NAME, template, {"Stage": "dev"})
        self.assertEqual(deploy.overrides(self.target), self.usual)
        self.delete_stack()
        wanted = [*self.usual, "AuditLogGroupExists=true"]
        self.assertEqual(deploy.overrides(self.target), wanted)
        create_stack(self.cloud, STACK_NAME, template, {"Stage": "dev", "AuditLogGroupExists": "true"})
        self.assertEqual(deploy.overrides(self.target), wanted)

    def delete_stack(self) -> None:
        """The stack goes, what is to be kept stays."""
        formation = self.cloud.client("cloudformation")
        formation.delete_stack(StackName=STACK_NAME)
        formation.get_waiter("stack_delete_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1})

    def test_each_stage_has_its_own_stack_and_says_so(self) -> None:
        for name in ("dev", "staging", "prod"):
            settings = deploy.deploy_settings(Stage(name, name, {}))
            self.assertEqual(settings["stack_name"], f"cx-bridge-{name}")
            self.assertIn(f"Stage={name}", settings["parameter_overrides"])
            self.assertFalse(settings["fail_on_empty_changeset"])


if __name__ == "__main__":
    unittest.main()
