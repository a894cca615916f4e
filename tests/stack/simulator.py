"""The simulator's control interface, as far as the demonstration needs it. Its own README describes all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from stack.cloud import get_json

DEMO_CONTACTS = 1000
DEMO_SEED = 7


class Simulator:
    """One running simulator, by its address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def seed_demo(self, contacts: int = DEMO_CONTACTS) -> dict[str, Any]:
        """Fills Salesforce; the answer says how many contacts of each kind, and what a correct first run reports."""
        body = {"scenario": "demo", "contacts": contacts, "seed": DEMO_SEED}
        return get_json(f"{self.url}/_sim/seed", "POST", body)

    def seed_contact_centre(self, zone: str, until: date, days: int, queues: int, conversations_per_day: int) -> dict[str, Any]:
        """Sites, queues, agents, and every conversation of so many days up to `until`, which is the bad one."""
        size = {"days": days, "queues": queues, "conversations_per_day": conversations_per_day, "seed": DEMO_SEED}
        return get_json(f"{self.url}/_sim/seed", "POST", {"scenario": "contact_centre", "zone": zone, "until": until.isoformat(), **size})

    def counts(self) -> dict[str, Any]:
        """Requests so far: by vendor, and there by operation."""
        return get_json(f"{self.url}/_sim/journal/counts")

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Every request after that number, oldest first."""
        return get_json(f"{self.url}/_sim/journal?after={after}")

    def salesforce_contacts(self) -> list[dict[str, Any]]:
        """Every contact in Salesforce."""
        return get_json(f"{self.url}/_sim/salesforce/contacts")

    def genesys_contacts(self) -> list[dict[str, Any]]:
        """Every external contact in Genesys."""
        return get_json(f"{self.url}/_sim/genesys/contacts")

    def writes(self, after: int, path: str) -> list[dict[str, Any]]:
        """The requests after that number that should change something below `path`, oldest first."""
        return [entry for entry in self.journal(after) if entry["kind"] == "write" and entry["path"].startswith(path)]

    def set(self, **genesys: object) -> None:
        """Changes the simulator's settings of Genesys: points that the vendor's documentation leaves open."""
        get_json(f"{self.url}/_sim/settings", "PUT", {"genesys": genesys})

    def add_fault(self, name: str, **where: object) -> None:
        """A fault that strikes once."""
        get_json(f"{self.url}/_sim/faults", "POST", {"fault": name, "count": 1, **where})

    def make_table(self, table: str, name: str, rows: list[dict[str, Any]]) -> None:
        """An Architect data table with rows."""
        get_json(f"{self.url}/_sim/genesys/tables", "POST", {"id": table, "name": name, "rows": rows})

    def row(self, table: str, key: str) -> dict[str, Any]:
        """A row as it is now."""
        return get_json(f"{self.url}/_sim/genesys/tables/{table}/rows/{key}")

    def change_row(self, table: str, key: str, columns: dict[str, Any]) -> None:
        """Somebody changes columns by hand."""
        get_json(f"{self.url}/_sim/genesys/tables/{table}/rows/{key}", "PATCH", columns)

    def make_queue(self, queue: str, members: dict[str, Any]) -> None:
        """A routing queue."""
        get_json(f"{self.url}/_sim/genesys/queues", "POST", {"id": queue, **members})

    def queue(self, queue: str) -> dict[str, Any]:
        """A routing queue as it is stored."""
        return get_json(f"{self.url}/_sim/genesys/queues/{queue}")

    def delete_salesforce(self, contact_id: str) -> None:
        """Deletes a contact as a Salesforce user would."""
        get_json(f"{self.url}/_sim/salesforce/contacts/{contact_id}", "DELETE")

    def edit_genesys(self, contact_id: str, fields: dict[str, Any]) -> None:
        """Changes an external contact as somebody in Genesys would."""
        get_json(f"{self.url}/_sim/genesys/contacts/{contact_id}", "PATCH", fields)

    def edit_salesforce(self, contact_id: str, fields: dict[str, Any]) -> None:
        """Changes a contact as a Salesforce user would."""
        get_json(f"{self.url}/_sim/salesforce/contacts/{contact_id}", "PATCH", fields)

