"""The state table and the secrets: what must never be lost, and what must never be written by a template."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Template


def kept(template: Template, name: str) -> bool:
    """Whether neither deleting nor replacing takes the data with it."""
    return template.attribute(name, "DeletionPolicy") == "Retain" == template.attribute(name, "UpdateReplacePolicy")


def the_state_table_is_safe(template: Template) -> Iterator[str]:
    """Kept, restorable, encrypted, protected, paid by use, and its rows expire by `ttl`."""
    table = template.properties("StateTable")
    if not kept(template, "StateTable"):
        yield "StateTable must be kept when the stack goes"
    if table.get("BillingMode") != "PAY_PER_REQUEST":
        yield "StateTable must be billed on demand"
    if table.get("TimeToLiveSpecification") != {"AttributeName": "ttl", "Enabled": True}:
        yield "StateTable must expire rows by the attribute ttl"
    if table.get("PointInTimeRecoverySpecification") != {"PointInTimeRecoveryEnabled": True}:
        yield "StateTable must have point-in-time recovery"
    if table.get("SSESpecification") != {"SSEEnabled": True}:
        yield "StateTable must be encrypted"
    if table.get("DeletionProtectionEnabled") is not True:
        yield "StateTable must have deletion protection"
    keys = [(key["AttributeName"], key["KeyType"]) for key in table.get("KeySchema", [])]
    if keys != [("pk", "HASH"), ("sk", "RANGE")]:
        yield "StateTable must have the keys pk and sk"


def the_digest_secret_is_generated_once_and_kept(template: Template) -> Iterator[str]:
    """A lost or changed value would make every contact look changed."""
    secret = template.properties("DigestSecret")
    if not kept(template, "DigestSecret"):
        yield "DigestSecret must be kept when the stack goes"
    if secret.get("GenerateSecretString", {}).get("PasswordLength") != 64:
        yield "DigestSecret must be generated with 64 characters"
    if "Name" in secret or "SecretString" in secret:
        yield "DigestSecret must have no name and no written value"
    if any(True for _ in template.of_type("AWS::SecretsManager::RotationSchedule")):
        yield "DigestSecret must not be rotated"


def vendor_secrets_are_not_in_the_stack(template: Template) -> Iterator[str]:
    """A template edit must not be able to overwrite live credentials."""
    for name, _ in template.of_type("AWS::SecretsManager::Secret"):
        if name != "DigestSecret":
            yield f"{name}: vendor secrets are made by `make secrets`, not by the stack"
