"""One name from folder to template, and the environment that every function gets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stack.configuration import CONFIG, load_toml
from stack.template import ROOT
from stack.wiring.reading import Template, text_of

ENVIRONMENT = {
    "STAGE": {"Ref": "Stage"},
    "STATE_TABLE": {"Ref": "StateTable"},
    "AUDIT_LOG_GROUP": {"Fn::Sub": "/cx-bridge/${Stage}/audit"},
    "RUST_LOG": "info",
    "CONFIG_VERSION": {"Ref": "ConfigVersion"},
}

# What only this function reads.
OF_FUNCTION = {
    "contact-sync": {
        "GENESYS_SECRET_ID": {"Fn::Sub": "${Stage}/genesys/aws-sync-creds"},
        "SALESFORCE_SECRET_ID": {"Fn::Sub": "${Stage}/salesforce/aws-sync-creds"},
        "DIGEST_SECRET_ID": {"Fn::GetAtt": ["DigestSecret", "Id"]},
        "CONTACT_SYNC_QUEUE_URL": {"Ref": "ContactSyncQueue"},
        "SMTP_SECRET_ID": {"Fn::Sub": "${Stage}/mail/server"},
        "MAIL_CONFIGURATION_SET": {"Ref": "SyncMailConfigurationSet"},
        "ALERTS_TOPIC_ARN": {"Ref": "AlertsTopic"},
    },
    "webhook-receiver": {
        "WEBHOOK_SECRET_ID": {"Fn::Sub": "${Stage}/webhooks/keys"},
        "QUEUE_URL_CAPACITY": {"Ref": "CapacityQueue"},
        "QUEUE_URL_CONVERSATIONS": {"Ref": "ConversationsQueue"},
        "CONTACT_SYNC_QUEUE_URL": {"Ref": "ContactSyncQueue"},
    },
    "table-capacity": {},
    "queue-capacity": {
        "GENESYS_SECRET_ID": {"Fn::Sub": "${Stage}/genesys/aws-sync-creds"},
        "ALERTS_TOPIC_ARN": {"Ref": "AlertsTopic"},
    },
    "nightly-report": {
        "GENESYS_SECRET_ID": {"Fn::Sub": "${Stage}/genesys/aws-sync-creds"},
        "SMTP_SECRET_ID": {"Fn::Sub": "${Stage}/mail/server"},
        "ARCHIVE_BUCKET": {"Ref": "ReportArchive"},
        "MAIL_CONFIGURATION_SET": {"Ref": "MailConfigurationSet"},
        "ALERTS_TOPIC_ARN": {"Ref": "AlertsTopic"},
    },
}

# Seconds, and why not longer.
TIME_OUT = {
    "contact-sync": (900, "the longest there is: it checkpoints before"),
    "webhook-receiver": (10, "as long as a sender waits"),
    "table-capacity": (30, "a sixth of its queues' visibility time-out"),
    "queue-capacity": (60, "a sixth of its queue's visibility time-out"),
    "nightly-report": (300, "a sixth of its queue's visibility time-out"),
}


def one_name_from_folder_to_template(template: Template) -> Iterator[str]:
    """Folder, crate, binary, function, configuration table, samples and log group carry the same word."""
    deployed = {function for _, function, _ in template.functions()}
    crates = {manifest.parent.name for manifest in (ROOT / "functions").glob("*/Cargo.toml")}
    programs = {main.parents[1].name for main in (ROOT / "functions").glob("*/src/main.rs")}
    if deployed != programs:
        yield f"in functions/ or in the template, not in both: {sorted(deployed ^ programs)}"
    tables = set(load_toml(CONFIG / "default.toml")) - {"shared"} - (crates - programs)
    if deployed != tables:
        yield f"in infra/config/default.toml or in the template, not in both: {sorted(deployed ^ tables)}"
    for logical, function, properties in template.functions():
        if logical != "".join(word.capitalize() for word in function.split("-")):
            yield f"{logical} must be called like its binary {function}"
        if text_of(properties.get("FunctionName")) != "${AWS::StackName}-" + function:
            yield f"{logical} must be deployed as ${{AWS::StackName}}-{function}"
        manifest = ROOT / "functions" / function / "Cargo.toml"
        if manifest.is_file() and f'name = "{function}"' not in re.split(r"^\[", manifest.read_text(encoding="utf-8"), flags=re.M)[1]:
            yield f"functions/{function}/Cargo.toml must name its package {function}"
        if not any((ROOT / "events" / function).glob("*.json")):
            yield f"events/{function} must hold a sample of each trigger"


def the_environment_is_the_contract(template: Template) -> Iterator[str]:
    """Exactly the variables that the functions read, with the values that the rest of the template means."""
    for _, function, properties in template.functions():
        own = {"CONFIG": {"Fn::Sub": f"ssm:/cx-bridge/${{Stage}}/{function}"}}
        wanted = ENVIRONMENT | own | OF_FUNCTION.get(function, {})
        found = properties.get("Environment", {}).get("Variables", {})
        for key in sorted({*wanted, *found}):
            if wanted.get(key) != found.get(key):
                yield f"{function}: {key} must be {wanted.get(key)}, is {found.get(key)}"
        seconds, why = TIME_OUT.get(function, (None, "not decided yet"))
        if properties.get("Timeout") != seconds:
            yield f"{function} must have a time-out of {seconds} s: {why}"
        if properties.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{function} must be traced"
        if properties.get("Architectures") != [{"Ref": "Architecture"}]:
            yield f"{function} must run on the processor of the parameter"
