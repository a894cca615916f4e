"""Results as a person reads them, and the comparison with what the generator of the contacts expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack.configuration import CONFIG, load_toml
from stack.terminal import table
from stack.ticks import JOB, Tick


def result_lines(tick: Tick) -> list[str]:
    """One run: what came of the contacts, what it cost."""
    result = tick.result
    rows: list[tuple[object, ...]] = [
        ("fetched", result["fetched"]),
        ("matched", result["matched"], "already known in Genesys"),
        ("created", result["created"]),
        ("updated", result["updated"]),
        ("skipped", result["skipped"], reasons(result["skipped_by"])),
        ("failed", result["failed"], reasons(result["failed_by"])),
        ("warnings", sum(result["warnings_by"].values()), reasons(result["warnings_by"])),
    ]
    for vendor in ("salesforce", "genesys"):
        seen = tick.of(vendor)
        detail = ", ".join(f"{number} {name}" for name, number in sorted(operations(seen).items()))
        rows.append((f"requests to {vendor.capitalize()}", len(seen), detail))
    state = result["state"]
    rows.append(("state table", "", f"{state['reads']} items read, {state['writes']} written"))
    rows.append(("duration", f"{result['duration_ms'] / 1000:.1f} s", f"{result['status']}, run {result['run_id']}"))
    return table(rows) + [f"  note: {line}" for line in result["warnings"]]


def reasons(counts: Mapping[str, int]) -> str:
    """`7 in_review, 3 unchanged`."""
    return ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()) if number)


def operations(entries: list[dict[str, Any]]) -> dict[str, int]:
    """How many requests of each operation."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["operation"]] = counts.get(entry["operation"], 0) + 1
    return counts


def kinds_lines(kinds: Mapping[str, int]) -> list[str]:
    """How many contacts of each kind the generator made."""
    return table([(number, kind.replace("_", " ")) for kind, number in kinds.items()])


def differences(tick: Tick, expected: Mapping[str, Any]) -> list[str]:
    """One line for each number that is not as expected."""
    result = tick.result
    pairs: list[tuple[str, object, object]] = [("status", "done", result["status"]), ("failed", 0, result["failed"])]
    pairs += [(name, expected[name], result[name]) for name in ("fetched", "created", "updated")]
    for name, found in (("skipped", result["skipped_by"]), ("warnings", result["warnings_by"])):
        wanted = expected.get(name, {})
        pairs += [(f"{name} {key}", wanted.get(key, 0), found.get(key, 0)) for key in sorted({*wanted, *found})]
    settled = result["created"] + result["updated"] + result["skipped"] + result["failed"]
    pairs.append(("created + updated + skipped + failed", result["fetched"], settled))
    return [f"{what}: expected {wanted}, got {found}" for what, wanted, found in pairs if wanted != found]


def above(limits: Mapping[str, tuple[int, int]]) -> list[str]:
    """One line for each number (found, most allowed) that is too high."""
    return [f"{what}: {found}, at most {most} allowed" for what, (found, most) in limits.items() if found > most]


def side_by_side(salesforce: Mapping[str, Any], genesys: Mapping[str, Any]) -> list[str]:
    """One contact in both systems, by the field map that is in force."""
    rows: list[tuple[object, ...]] = [("Salesforce", "", "Genesys", "")]
    for field in load_toml(CONFIG / "default.toml")[JOB]["fields"]:
        source, target = field["salesforce"], field["genesys"]
        if field["enabled"] and (target in genesys or source == "Id"):
            rows.append((source, shown(salesforce.get(source)), target, shown(genesys.get(target))))
    rows.append(("", "", "externalSystemUrl", shown(genesys.get("externalSystemUrl"))))
    return table(rows)


def shown(value: Any) -> str:
    """A value of either system in a cell."""
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value) or "-"
    if isinstance(value, dict):
        parts = (value.get(key) for key in ("e164", "display", "value"))
        return next((str(part) for part in parts if part), str(value))
    return str(value)


def external_id(contact: Mapping[str, Any]) -> str | None:
    """The Salesforce id that a Genesys contact carries."""
    for entry in contact.get("externalIds") or []:
        if entry.get("value"):
            return str(entry["value"])
    return None
