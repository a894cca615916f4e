"""The archive: what must never be lost, and what nobody else may read."""

from __future__ import annotations

from collections.abc import Iterator

from stack.wiring.reading import Template, as_list, is_tls_only, text_of
from stack.wiring.state import kept

YEAR_ON_YEAR_DAYS = 400  # the same weekday a year ago, and a month to spare
CLOSED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PLACE = "reports/*"
LOOK = "look/*"  # what a person puts there, and no function


def buckets_are_safe(template: Template) -> Iterator[str]:
    """Kept, with versions, encrypted, closed to the public, by TLS only, and for as long as the parameter says."""
    for name, bucket in template.of_type("AWS::S3::Bucket"):
        if not kept(template, name):
            yield f"{name} must be kept when the stack goes"
        if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{name} must keep versions"
        encryption = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if [rule.get("ServerSideEncryptionByDefault") for rule in encryption] != [{"SSEAlgorithm": "AES256"}]:
            yield f"{name} must be encrypted"
        if bucket.get("PublicAccessBlockConfiguration") != dict.fromkeys(CLOSED, True):
            yield f"{name} must be closed to the public"
        if bucket.get("OwnershipControls") != {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}:
            yield f"{name} must own its objects, without access lists"
        yield from expiry(template, name)
        policies = [policy for _, policy in template.of_type("AWS::S3::BucketPolicy") if policy["Bucket"] == {"Ref": name}]
        statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
        both = ["${" + name + "}", "${" + name + "}/*"]
        tls = [statement for statement in statements if is_tls_only([statement], "s3:*")]
        if [[text_of(resource).rpartition(":::")[2] for resource in as_list(statement["Resource"])] for statement in tls] != [both]:
            yield f"{name} must refuse everything without TLS"


def expiry(template: Template, name: str) -> Iterator[str]:
    """Present objects by the parameter, which allows no less than a year; what was replaced or deleted a while longer."""
    rules = template.properties(name).get("LifecycleConfiguration", {}).get("Rules", [])
    if [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] != [{"Ref": "ArchiveRetentionDays"}]:
        yield f"{name} must keep objects for as long as ArchiveRetentionDays says"
    if not any(rule.get("NoncurrentVersionExpiration") for rule in rules):
        yield f"{name} must let go of old versions"
    if any(rule.get("Status") != "Enabled" or {"Prefix", "TagFilters"} & rule.keys() for rule in rules):
        yield f"{name}: each rule must be for everything, and enabled"
    if template.source["Parameters"].get("ArchiveRetentionDays", {}).get("MinValue", 0) < YEAR_ON_YEAR_DAYS:
        yield f"ArchiveRetentionDays must be at least {YEAR_ON_YEAR_DAYS}: days are compared with those of last year"


def objects_are_reached_by_their_place(template: Template) -> Iterator[str]:
    """Read and written where the archive has them, only read where the look lies, never deleted."""
    for role, _ in template.of_type("AWS::IAM::Role"):
        for statement in template.statements(role):
            actions = {action for action in as_list(statement["Action"]) if action.startswith("s3:")}
            places = [text_of(resource).rpartition(":::")[2] for resource in as_list(statement["Resource"])]
            wanted = {
                frozenset({"s3:GetObject", "s3:PutObject"}): ["${ReportArchive}/" + PLACE],
                frozenset({"s3:GetObject"}): ["${ReportArchive}/" + LOOK],
                frozenset({"s3:ListBucket"}): ["${ReportArchive}"],
            }
            if actions and wanted.get(frozenset(actions)) != places:
                yield f"{role} may {sorted(actions)} on {places}, which is not its part of the archive"
