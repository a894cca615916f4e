"""The keys with which senders sign webhooks: one secret for each stage, `<stage>/webhooks/keys`.

`make secrets` makes a key for each source of the configuration that has none yet, and never changes one that is there: a
sender may use it. To rotate, put the new key in front of the old one, give it to the sender, then take the old one out.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any

from stack.configuration import CONFIG, load_toml

FUNCTION = "webhook-receiver"
KEY_BYTES = 32
DEMO = {"genesys": ["demo-key-of-genesys-0001"], "open-messaging": ["demo-key-of-messaging-01"], "relay": ["demo-token-of-the-relay1"]}


def secret_name(stage: str) -> str:
    """The name that the template knows."""
    return f"{stage}/webhooks/keys"


def sources(config_name: str) -> dict[str, str]:
    """Every source of a stage's configuration file, with its scheme."""
    found: dict[str, str] = {}
    for path in (CONFIG / "default.toml", CONFIG / f"{config_name}.toml"):
        for name, source in load_toml(path).get(FUNCTION, {}).get("sources", {}).items():
            found[name] = source.get("scheme", found.get(name, ""))
    return found


def completed(known: Mapping[str, list[str]], wanted: Mapping[str, str]) -> dict[str, list[str]]:
    """The keys, with a new one for each source that has none."""
    return {**known, **{source: [new_key(scheme)] for source, scheme in wanted.items() if not known.get(source)}}


def new_key(scheme: str) -> str:
    """A key that nobody can guess, in the form that the scheme wants."""
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return "whsec_" + text if scheme == "standard_webhooks" else text


def put_keys(client: Any, stage: str, wanted: Mapping[str, str]) -> str:
    """Completes the secret; says what was done."""
    name = secret_name(stage)
    try:
        known = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        known = None
    keys = completed(known or {}, wanted)
    if keys == known:
        return "unchanged"
    added = ", ".join(sorted(set(keys) - set(known or {})))
    text = json.dumps(keys, sort_keys=True)
    if known is None:
        client.create_secret(Name=name, SecretString=text)
    else:
        client.put_secret_value(SecretId=name, SecretString=text)
    return f"new keys for {added}" if added else "new keys"
