"""Contacts from Salesforce to Genesys Cloud in plain Python, the way it is usually done: look each one up, then write it.

Usage: sync_script.py URL watermark|everything. URL stands for both vendors and AWS. Prints what it used of the machine.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import boto3
import requests

STATE_TABLE = "cx-bridge-state"
COLUMNS = "Id,FirstName,LastName,Email,Phone,MobilePhone,SystemModstamp"
SOURCE = "Salesforce script"


def genesys_contact(record: dict[str, Any], source: str) -> dict[str, Any]:
    """A Salesforce row in Genesys' words."""
    contact: dict[str, Any] = {
        "firstName": record["FirstName"],
        "lastName": record["LastName"],
        "workEmail": record["Email"],
        "externalIds": [{"externalSource": {"id": source}, "value": record["Id"]}],
    }
    for field, column in (("workPhone", "Phone"), ("cellPhone", "MobilePhone")):
        if record[column]:
            contact[field] = {"display": record[column]}
    return {name: value for name, value in contact.items() if value is not None}


class Sync:
    """Sessions, tokens and the table of one run."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.vendors = requests.Session()
        self.table = boto3.resource("dynamodb", endpoint_url=url).Table(STATE_TABLE)
        form = {"grant_type": "client_credentials"}
        token = self.vendors.post(f"{url}/oauth/token", data=form, auth=("demo-genesys-client", "demo-genesys-secret"))
        self.genesys = {"authorization": f"Bearer {token.json()['access_token']}"}
        form |= {"client_id": "demo-salesforce-client", "client_secret": "demo-salesforce-secret"}
        token = self.vendors.post(f"{url}/services/oauth2/token", data=form)
        self.salesforce = {"authorization": f"Bearer {token.json()['access_token']}"}

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """One request to Genesys."""
        return self.vendors.request(method, f"{self.url}/api/v2/externalcontacts/{path}", json=body, headers=self.genesys)

    def source(self) -> str:
        """The id of the external source, made if there is none."""
        found = [one for one in self.call("GET", "externalsources").json()["entities"] if one["name"] == SOURCE]
        made = found[0] if found else self.call("POST", "externalsources", {"name": SOURCE, "active": True}).json()
        return str(made["id"])

    def changed(self, since: str) -> list[dict[str, Any]]:
        """Salesforce rows since a moment."""
        query = f"SELECT {COLUMNS} FROM Contact WHERE SystemModstamp >= {since} ORDER BY SystemModstamp"
        page = self.vendors.get(f"{self.url}/services/data/v66.0/query", params={"q": query}, headers=self.salesforce).json()
        rows = page["records"]
        while not page["done"]:
            page = self.vendors.get(self.url + page["nextRecordsUrl"], headers=self.salesforce).json()
            rows += page["records"]
        return rows

    def write(self, record: dict[str, Any], source: str) -> None:
        """Looks one contact up by its external id and its e-mail address, and writes it."""
        contact = genesys_contact(record, source)
        kept = self.table.get_item(Key={"pk": f"script#{record['Id']}", "sk": "link"}).get("Item")
        if kept and kept["stamp"] == record["SystemModstamp"]:
            return
        looked_up = self.call("POST", "identifierlookup/contacts", {"type": "Email", "value": record["Email"]})
        if looked_up.status_code == 404:
            answer = self.call("POST", "contacts", contact)
        else:
            changes = [{"field": f"$.{name}", "action": "Update", "value": value} for name, value in contact.items()]
            answer = self.call("PATCH", f"contacts/{looked_up.json()['id']}", {"changes": changes})
        answer.raise_for_status()
        item = {"pk": f"script#{record['Id']}", "sk": "link", "genesys_id": answer.json()["id"], "stamp": record["SystemModstamp"]}
        self.table.put_item(Item=item)


def main() -> None:
    """One run."""
    url, wish = sys.argv[1:]
    sync = Sync(url)
    mark = sync.table.get_item(Key={"pk": "mark#script", "sk": "mark"}).get("Item")
    rows = sync.changed(mark["at"] if mark and wish == "watermark" else "2000-01-01T00:00:00Z")
    source = sync.source() if rows else ""
    for record in rows:
        sync.write(record, source)
    if rows:
        newest = rows[-1]["SystemModstamp"].replace(".000+0000", "Z").replace("+0000", "Z")
        sync.table.put_item(Item={"pk": "mark#script", "sk": "mark", "at": newest})
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump({"cpu_s": used.ru_utime + used.ru_stime, "memory_mib": used.ru_maxrss / 1024}, sys.stdout)


if __name__ == "__main__":
    main()
