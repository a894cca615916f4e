"""The stages that a person can name, and how AWS is reached for each.

dev, staging and prod are AWS accounts, reached as the environment says (AWS_PROFILE, AWS_REGION). `local` is the stage
dev inside the emulator that `make up` started.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from stack import state_file
from stack.cloud import KEY, REGION
from stack.processes import PartFailed
from stack.template import ROOT

NAMES = ("dev", "staging", "prod", "local")


@dataclass(frozen=True)
class Stage:
    """One target of a deployment."""

    asked: str
    """As on the command line; also the name of its file in infra/config."""
    name: str
    """As in AWS: part of every name there."""
    environment: dict[str, str]
    """What a child process needs to reach it."""


def stage(asked: str) -> Stage:
    """The stage of that name; `local` needs a running stack."""
    if asked != "local":
        return Stage(asked, asked, with_region(dict(os.environ)))
    running = state_file.recall()
    if running is None or not state_file.own_groups(running):
        raise PartFailed("stage local", "no stack is running; start it with `make up`", lines=[])
    reach = {
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **{name.upper(): value for name, value in KEY.items()},
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return Stage(asked, "dev", others | reach)


def with_region(environment: dict[str, str]) -> dict[str, str]:
    """The region under both its names: the AWS command line and the Rust SDK read the one, boto3 only the other."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    return environment | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else environment


def config_file(asked: str) -> str:
    """The stage's configuration file, from the top of the repository."""
    path = ROOT / "infra" / "config" / f"{asked}.toml"
    if not path.is_file():
        raise PartFailed("configuration", f"infra/config/{asked}.toml is not there", lines=[])
    return str(path)
