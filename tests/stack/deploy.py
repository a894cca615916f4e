"""`make deploy STAGE=dev`: from a clean clone to a running stage; a second time without changes it changes nothing.

1. every file in infra/config is checked strictly; 2. the report's look is tried with sample reports, where it is a company's
own; 3. `sam build`; 4. each function's configuration goes to Parameter Store, so that a function never starts with the
configuration of another version; 5. `sam deploy`; 6. the look's files go to the archive; 7. what to do next.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from stack import configuration, look, vendors, webhook_keys
from stack.outputs import archive_of
from stack.processes import PartFailed
from stack.stages import NAMES, Stage, config_file, stage
from stack.template import ROOT, TEMPLATE, functions, parse
from stack.terminal import GREEN, RED, heading, paint, say, table

SAMCONFIG = ROOT / "infra" / "samconfig.toml"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make deploy")
    parser.add_argument("--stage", choices=NAMES, required=True)
    arguments = parser.parse_args()
    try:
        deploy(stage(arguments.stage))
    except (PartFailed, ValueError) as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except (BotoCoreError, ClientError) as failed:
        say(paint(f"FAILED  AWS: {failed}", RED))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def deploy(target: Stage) -> None:
    """All steps, in order; the first that fails ends it."""
    os.environ.update(target.environment)  # boto3 reads the same as the commands below
    heading("1  Configuration: strict check")
    command(["cargo", "run", "--quiet", "--bin", "config-check"], target, "correct infra/config")
    heading("2  Look of the report: tried with sample reports")
    own = own_look(target)
    heading("3  Build")
    command(["sam", "build", "-t", str(TEMPLATE)], target, "the build failed")
    heading("4  Configuration to Parameter Store")
    put_parameters(target)
    heading("5  Deployment")
    command(["sam", "deploy", "--config-file", str(SAMCONFIG), "--config-env", target.name, *overrides(target)], target, "see above")
    if own.files:
        heading("6  Look of the report to the archive")
        for line in table(look.put(boto3.client("s3"), archive_of(deploy_settings(target)["stack_name"]), own)):
            say(line)
    tell_next_steps(target)


def command(arguments: list[str], target: Stage, hint: str) -> None:
    """Runs a tool where the user can watch it."""
    environment = target.environment | {"SAM_CLI_TELEMETRY": "0"}
    if subprocess.run(arguments, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise PartFailed(" ".join(arguments[:2]), hint, lines=[])


def own_look(target: Stage) -> look.Look:
    """The look of the stage. One with files of its own is tried before anything is built or changed."""
    found = look.look_of(target.asked)
    if not found.files:
        say("  the built-in one; a company's own is described in docs/report.md")
        return found
    look.build()
    pages = look.try_look(target.asked)
    say(f"  {len(pages)} samples: {look.LEFT.relative_to(ROOT)}")
    return found


def put_parameters(target: Stage) -> None:
    """Writes what differs from what is there."""
    settings = configuration.load_toml(Path(config_file(target.asked)))
    store = boto3.client("ssm")
    rows = []
    for function in functions(parse(TEMPLATE.read_text(encoding="utf-8"))):
        name = configuration.parameter_name(target.name, function.name)
        rows.append((name, put_parameter(store, name, configuration.parameter_text(settings, function.name))))
    for line in table(rows):
        say(line)


def put_parameter(store: Any, name: str, text: str) -> str:
    """Puts one parameter, unless it already says the same."""
    try:
        if store.get_parameter(Name=name)["Parameter"]["Value"] == text:
            return "unchanged"
        result = "changed"
    except store.exceptions.ParameterNotFound:
        result = "created"
    store.put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    return result


def overrides(target: Stage) -> list[str]:
    """The parameters of samconfig.toml once more, and those that are found out here."""
    found = [f"ConfigVersion={config_version(target)}"]
    if audit_group_was_left_behind(target):
        found.append("AuditLogGroupExists=true")
    given = deploy_settings(target).get("parameter_overrides", [])
    return ["--parameter-overrides", *(shlex.split(given) if isinstance(given, str) else given), *found]


def config_version(target: Stage) -> str:
    """A checksum of what the functions read at their start: with the same settings a deployment changes nothing."""
    settings = configuration.load_toml(Path(config_file(target.asked)))
    names = [function.name for function in functions(parse(TEMPLATE.read_text(encoding="utf-8")))]
    texts = "".join(configuration.parameter_text(settings, name) for name in names)
    return hashlib.sha256(texts.encode()).hexdigest()[:12]


def deploy_settings(target: Stage) -> dict[str, Any]:
    """What samconfig.toml says about the stage."""
    return configuration.load_toml(SAMCONFIG)[target.name]["deploy"]["parameters"]


def audit_group_was_left_behind(target: Stage) -> bool:
    """Whether the stage's audit log group exists and is not the present stack's own."""
    group = f"/cx-bridge/{target.name}/audit"
    found = boto3.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if group not in (entry["logGroupName"] for entry in found):
        return False
    try:
        boto3.client("cloudformation").describe_stack_resource(
            StackName=deploy_settings(target)["stack_name"], LogicalResourceId="AuditLogGroup"
        )
    except ClientError:
        return True
    return False


def tell_next_steps(target: Stage) -> None:
    """What is still missing, and how to see it work."""
    heading(paint("Deployed.", GREEN))
    secrets = boto3.client("secretsmanager")
    missing = [name for name in (*vendors.secret_names(target.name), webhook_keys.secret_name(target.name)) if not exists(secrets, name)]
    name = f"{deploy_settings(target)['stack_name']}-contact-sync"
    if missing:
        say(f"Next: make secrets STAGE={target.asked}   ({', '.join(missing)} not there yet)")
        return
    say("Next: see what the first run would do, nothing is written:")
    say(f"  aws lambda invoke --function-name {name} --cli-binary-format raw-in-base64-out --payload '{{\"dry_run\":true}}' plan.json")
    if target.asked == "local":
        say("  (after the export line that `make up` printed)")
    say("It runs by itself every half hour.")


def exists(secrets: Any, name: str) -> bool:
    """Whether the secret is there."""
    try:
        secrets.describe_secret(SecretId=name)
    except secrets.exceptions.ResourceNotFoundException:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
