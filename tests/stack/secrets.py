"""`make secrets STAGE=dev`: the vendors' credentials into Secrets Manager, from .env or from a prompt; and webhook keys.

They are not part of the stack, so that no template edit can overwrite live credentials. What is in the environment wins
over .env; what is in neither is asked for when there is a terminal. Nothing is printed but names.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from stack import vendors, webhook_keys
from stack.processes import PartFailed
from stack.stages import NAMES, stage
from stack.template import ROOT
from stack.terminal import RED, paint, say, table

Ask = Callable[[str], str]


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; quotes around a value, comments and empty lines are dropped."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    for line in path.read_text(encoding="utf-8").splitlines():
        name, found, value = line.strip().removeprefix("export ").partition("=")
        if found and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def collect(values: Mapping[str, str], ask: Ask) -> dict[str, dict[str, str]]:
    """Both vendors' credentials, in the form that the functions read."""
    return {"genesys": genesys(values, ask), "salesforce": salesforce(values, ask)}


def genesys(values: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """An OAuth client with client credentials."""
    names = ("GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "GENESYS_ORG_ID", "GENESYS_REGION")
    return {name.lower(): needed(name, values, ask) for name in names}


def salesforce(values: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """An External Client App with the client credentials flow."""
    return {
        "login_url": needed("SALESFORCE_LOGIN_URL", values, ask),
        "client_id": needed("SALESFORCE_CLIENT_ID", values, ask),
        "client_secret": needed("SALESFORCE_CLIENT_SECRET", values, ask),
    }


def needed(name: str, values: Mapping[str, str], ask: Ask) -> str:
    """A value that must not be empty."""
    value = (values.get(name) or ask(name)).strip()
    if not value:
        raise PartFailed("secrets", f"{name} is missing: put it into .env (see .env.example)", lines=[])
    return value


def ask_person(name: str) -> str:
    """Asks on the terminal, without echo for what is secret; empty where there is no terminal."""
    if not sys.stdin.isatty():
        return ""
    return getpass.getpass(f"{name}: ") if "SECRET" in name else input(f"{name}: ")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make secrets")
    parser.add_argument("--stage", choices=NAMES, required=True)
    arguments = parser.parse_args()
    try:
        values = {**read_env_file(ROOT / ".env"), **os.environ}
        credentials = collect(values, ask_person)
        target = stage(arguments.stage)
        os.environ.update(target.environment)
        client = boto3.client("secretsmanager")
        names = {vendor: vendors.secret_name(target.name, vendor) for vendor in credentials}
        rows = [
            (names[vendor], vendors.put_secret(client, names[vendor], vendors.secret_text(content)))
            for vendor, content in credentials.items()
        ]
        keys = webhook_keys.put_keys(client, target.name, webhook_keys.sources(arguments.stage))
        rows.append((webhook_keys.secret_name(target.name), keys))
    except PartFailed as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except (BotoCoreError, ClientError) as failed:
        say(paint(f"FAILED  AWS: {failed}", RED))
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    for line in table(rows):
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
