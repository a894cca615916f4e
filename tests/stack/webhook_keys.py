"""The keys with which senders sign webhooks: one secret for each stage, `<stage>/webhooks/keys`.

`make secrets` makes a key for each source that the configuration has on and that has none yet, and never changes one that is there: a
sender may use it. To rotate, put the new key in front of the old one, give it to the sender, then take the old one out.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any

from stack.configuration import CONFIG, load_toml
from stack.processes import PartFailed

FUNCTION = "webhook-receiver"
KEY_BYTES = 32
REPAIR = 'correct it as docs/events.md shows under Keys: {"<source>": ["<key>"]}'
DEMO = {"genesys": ["demo-key-of-genesys-0001"], "open-messaging": ["demo-key-of-messaging-01"], "relay": ["demo-token-of-the-relay1"], "salesforce": ["demo-key-of-salesforce-1"]}


def secret_name(stage: str) -> str:
    """The name that the template knows."""
    return f"{stage}/webhooks/keys"


def sources(config_name: str) -> dict[str, str]:
    """Every source that is on in a stage's configuration, with its scheme."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("default", config_name):
        for source, row in source_rows(name).items():
            found[source] = found.get(source, {}) | row
    return {source: row.get("scheme", "") for source, row in found.items() if row.get("enabled", True)}


def source_rows(config_name: str) -> dict[str, dict[str, Any]]:
    """The rows of one configuration file. What else is wrong with it is said by `make check-config`."""
    try:
        table = load_toml(CONFIG / f"{config_name}.toml")
        for key in (FUNCTION, "sources"):
            table = table.get(key, {})
        return {source: row for source, row in table.items() if isinstance(row, dict)}
    except OSError as error:
        raise PartFailed("secrets", f"infra/config/{config_name}.toml cannot be read ({error.strerror})", lines=[]) from error
    except (ValueError, AttributeError) as error:
        what = f"infra/config/{config_name}.toml cannot be understood: `make check-config` shows the line"
        raise PartFailed("secrets", what, lines=[]) from error


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
    known = known_keys(client, name)
    keys = completed(known, wanted)
    if keys == known:
        return "unchanged"
    text = json.dumps(keys, sort_keys=True)
    try:
        client.put_secret_value(SecretId=name, SecretString=text)
    except client.exceptions.ResourceNotFoundException:
        client.create_secret(Name=name, SecretString=text)
    return "new keys for " + ", ".join(sorted(source for source in keys if keys[source] != known.get(source)))


def known_keys(client: Any, name: str) -> dict[str, list[str]]:
    """What the secret holds: nothing where it is not there or has no value yet. Anything else than keys is not touched."""
    try:
        text = client.get_secret_value(SecretId=name).get("SecretString", "")
    except client.exceptions.ResourceNotFoundException:
        return {}
    if not text.strip():
        return {}
    try:
        keys = json.loads(text)
    except ValueError as error:
        raise PartFailed("secrets", f"the secret {name} is not JSON; {REPAIR}", lines=[]) from error
    if not isinstance(keys, dict):
        raise PartFailed("secrets", f"the secret {name} is no object of sources; {REPAIR}", lines=[])
    for source, list_of_keys in keys.items():
        if not (isinstance(list_of_keys, list) and all(isinstance(key, str) for key in list_of_keys)):
            raise PartFailed("secrets", f"the secret {name} has no list of texts for {source}; {REPAIR}", lines=[])
    return keys
