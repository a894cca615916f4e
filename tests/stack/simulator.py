"""The simulator's control interface, as far as the demonstration needs it. Its own README describes all of it."""

from __future__ import annotations

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

    def edit_salesforce(self, contact_id: str, fields: dict[str, Any]) -> None:
        """Changes a contact as a Salesforce user would."""
        get_json(f"{self.url}/_sim/salesforce/contacts/{contact_id}", "PATCH", fields)

