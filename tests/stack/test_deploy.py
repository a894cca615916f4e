"""Deploying twice changes nothing, and a stage can be deleted and deployed again."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import unittest
from unittest import mock

from stack import deploy, vendors
from stack.clock_file import Clock, write_clock
from stack.cloud import KEY, REGION, Cloud, create_stack
from stack.processes import PartFailed, Workshop
from stack.stack import STACK_NAME, start_emulator
from stack.stages import Stage
from stack.template import TEMPLATE, with_code_at


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
