"""The start of contact-sync in plain Python: its settings, its configuration, its clients, then the first poll.

It makes the clients that contact-sync makes and reads the same configuration files. It loads no library for phone
numbers, which a real twin would need as well, to this one's advantage.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

import boto3
import urllib3
from botocore.config import Config

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

logging.getLogger().setLevel(logging.INFO)

NEEDED = ("STAGE", "STATE_TABLE", "GENESYS_SECRET_ID", "SALESFORCE_SECRET_ID", "DIGEST_SECRET_ID", "AUDIT_LOG_GROUP")
settings = {name: os.environ[name] for name in NEEDED}
stage_file = Path(os.environ["CONFIG"].removeprefix("file:"))
defaults = tomllib.loads((stage_file.parent / "default.toml").read_text(encoding="utf-8"))
config = {**defaults["contact-sync"], **tomllib.loads(stage_file.read_text(encoding="utf-8")).get("contact-sync", {})}

patience = Config(connect_timeout=5, read_timeout=5, retries={"mode": "standard"})
clients = {service: boto3.client(service, config=patience) for service in ("dynamodb", "secretsmanager", "logs", "sns")}
vendors = urllib3.PoolManager(timeout=config["vendor_timeout_seconds"])


def handler(event, context):  # noqa: ANN001, ANN201 - Lambda's signature
    """Never reached: what is measured is the way to the first poll."""
    return {"status": "started", "clients": sorted(clients), "event": json.dumps(event)}
