"""The two vendors' credentials: how they look in Secrets Manager, and those of the simulator."""

from __future__ import annotations

import json
from typing import Any

DEMO = {
    "genesys": {
        "genesys_client_id": "demo-genesys-client",
        "genesys_client_secret": "demo-genesys-secret",
        "genesys_org_id": "11111111-2222-4333-8444-555555555555",
        "genesys_region": "us-east-1",
    },
    "salesforce": {
        "login_url": "https://demo.my.salesforce.com",
        "client_id": "demo-salesforce-client",
        "client_secret": "demo-salesforce-secret",
    },
}


def secret_name(stage: str, vendor: str) -> str:
    """The name that the template knows."""
    return f"{stage}/{vendor}/aws-sync-creds"


def put_secret(client: Any, name: str, value: str) -> str:
    """Creates the secret or gives it a new version; "unchanged" when it already says so."""
    try:
        current = client.get_secret_value(SecretId=name)["SecretString"]
    except client.exceptions.ResourceNotFoundException:
        current = None
    if current == value:
        return "unchanged"
    try:
        client.create_secret(Name=name, SecretString=value)
        return "created"
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=value)
        return "changed"


def secret_text(credentials: dict[str, str]) -> str:
    """The credentials as the functions read them."""
    return json.dumps(credentials, sort_keys=True)


def secret_names(stage: str) -> list[str]:
    """Both secrets of a stage."""
    return [secret_name(stage, vendor) for vendor in DEMO]
