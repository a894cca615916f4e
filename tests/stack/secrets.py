"""`make secrets STAGE=dev`: the vendors' credentials into Secrets Manager, from .env or from a prompt; and webhook keys.

They are not part of the stack, so that no template edit can overwrite live credentials. What is in the environment wins
over .env; what is in neither is asked for when there is a terminal. Each secret is on its own: what is complete is stored,
and of what is not, the missing names are said. Nothing is printed but names.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from stack import mail_server, vendors, webhook_keys
from stack.processes import PartFailed
from stack.stages import NAMES, stage
from stack.template import ROOT
from stack.terminal import RED, paint, say, table

Ask = Callable[[str], str]

# What a person gives, by its name in .env, and how the functions read it. Genesys: an OAuth client with client
# credentials; Salesforce: an External Client App with the client credentials flow, or with the JWT bearer flow.
WANTED = {
    "genesys": {
        "GENESYS_CLIENT_ID": "genesys_client_id",
        "GENESYS_CLIENT_SECRET": "genesys_client_secret",
        "GENESYS_ORG_ID": "genesys_org_id",
        "GENESYS_REGION": "genesys_region",
    },
    "salesforce": {
        "SALESFORCE_CLIENT_ID": "client_id",
        "SALESFORCE_CLIENT_SECRET": "client_secret",
        "SALESFORCE_LOGIN_URL": "login_url",
    },
}
# In place of SALESFORCE_CLIENT_SECRET, where one of them is given: the user to act as, and the file with the private key whose
# certificate the app has.
JWT_BEARER = {"SALESFORCE_USERNAME": "username", "SALESFORCE_PRIVATE_KEY_FILE": "private_key"}
PEM = "-----BEGIN "
# These are never a default: whoever gives one of them wants the secret.
PERSONAL = "_CLIENT_"


@dataclass(frozen=True)
class Given:
    """What was given of one secret."""

    content: dict[str, str]
    missing: list[str]
    wanted: bool
    """Whether an id or a secret was given, so that it is a mistake when the rest is missing."""


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; quotes around a value, comments and empty lines are dropped."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise PartFailed("secrets", f"{path.name} cannot be read: it has to be a text file in UTF-8", lines=[]) from error
    for line in text.splitlines():
        name, found, value = line.strip().removeprefix("export ").partition("=")
        if found and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def collect(vendor: str, values: Mapping[str, str], ask: Ask) -> Given:
    """One vendor's credentials. The first question that is left without an answer is the last one."""
    content: dict[str, str] = {}
    missing: list[str] = []
    wanted = False
    for name, key in wanted_of(vendor, values).items():
        value = values.get(name, "").strip() or ("" if missing else ask(name).strip())
        if not value:
            missing.append(name)
            continue
        content[key] = private_key(value) if name.endswith("_FILE") else value
        wanted = wanted or PERSONAL in name
    return Given(content, missing, wanted)


def wanted_of(vendor: str, values: Mapping[str, str]) -> dict[str, str]:
    """What has to be given for one vendor."""
    wanted = WANTED[vendor]
    if vendor != "salesforce" or not any(values.get(name, "").strip() for name in JWT_BEARER):
        return wanted
    return {name: key for name, key in wanted.items() if key != "client_secret"} | JWT_BEARER


def private_key(file: str) -> str:
    """The content of a PEM file; the refusal says nothing of it."""
    try:
        text = Path(file).expanduser().read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = ""
    if not text.startswith(PEM) or "PRIVATE KEY" not in text.partition("\n")[0]:
        raise PartFailed("secrets", "SALESFORCE_PRIVATE_KEY_FILE names no PEM file with a private key", lines=[])
    return text + "\n"


def ask_person(name: str) -> str:
    """Asks on the terminal, without echo for what is secret; empty where there is no terminal."""
    if not sys.stdin.isatty():
        return ""
    return getpass.getpass(f"{name}: ") if "SECRET" in name else input(f"{name}: ")


@dataclass(frozen=True)
class Stored:
    """What became of one secret."""

    name: str
    what: str
    is_fine: bool = True


def store_credentials(client: Any, target: str, vendor: str, values: Mapping[str, str], ask: Ask) -> Stored:
    """Stores one vendor's credentials if they are complete."""
    name = vendors.secret_name(target, vendor)
    try:
        given = collect(vendor, values, ask)
    except PartFailed as failed:
        return Stored(name, str(failed), is_fine=False)
    if given.missing:
        what = f"not stored: {', '.join(given.missing)} missing (put it into .env, see .env.example)"
        return Stored(name, what, is_fine=not given.wanted)
    return attempt(name, lambda: vendors.put_secret(client, name, vendors.secret_text(given.content)))


def attempt(name: str, store: Callable[[], str]) -> Stored:
    """One secret that cannot be stored does not keep the others out."""
    try:
        return Stored(name, store())
    except PartFailed as failed:
        return Stored(name, str(failed), is_fine=False)
    except ClientError as failed:
        return Stored(name, f"AWS: {failed}", is_fine=False)


def put_all(asked: str, values: Mapping[str, str], ask: Ask, connect: Callable[[], Any]) -> list[Stored]:
    """All secrets of a stage."""
    wanted_keys = webhook_keys.sources(asked)
    target = stage(asked)
    os.environ.update(target.environment)
    client = connect()
    stored = [store_credentials(client, target.name, vendor, values, ask) for vendor in WANTED]
    keys = attempt(webhook_keys.secret_name(target.name), lambda: webhook_keys.put_keys(client, target.name, wanted_keys))
    server = mail_server.secret_name(target.name)
    mail = [attempt(server, lambda: vendors.put_secret(client, server, mail_server.secret_text(values)))] if mail_server.is_given(values) else []
    return [*stored, keys, *mail]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make secrets")
    parser.add_argument("--stage", choices=NAMES, required=True)
    arguments = parser.parse_args()
    try:
        values = {**read_env_file(ROOT / ".env"), **os.environ}
        stored = put_all(arguments.stage, values, ask_person, lambda: boto3.client("secretsmanager"))
    except PartFailed as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except BotoCoreError as failed:
        say(paint(f"FAILED  AWS: {failed}", RED))
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    for line in table([(one.name, one.what) for one in stored]):
        say(line)
    return 0 if all(one.is_fine for one in stored) else 1


if __name__ == "__main__":
    sys.exit(main())
