"""A session of simple-salesforce: both logins, queries in pages, deleted rows, rows by id."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from stack.official_genesys import expect

VERSION = "66.0"
USER = "sync@example.com"


class ToSimulator(HTTPAdapter):
    """Carries what goes to any Salesforce host to the simulator: the client knows https and the vendor's hosts only."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.host = urlsplit(url).netloc

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        request.url = urlsplit(request.url)._replace(scheme="http", netloc=self.host).geturl()
        return super().send(request, *arguments, **options)


def session_to(url: str) -> requests.Session:
    """What the client is given as its HTTP session."""
    session = requests.Session()
    session.mount("https://", ToSimulator(url))
    return session


def refused(call: Any, error: type[Exception], code: str) -> None:
    """The call fails as the vendor would have it."""
    try:
        call()
    except error as found:
        expect(code in str(found) or code in str(getattr(found, "content", "")), f"{code}, not {found}")
        return
    raise AssertionError(f"{code}, but it was done")


def salesforce_session(control: Any) -> None:
    """Everything, with a session of each login."""
    people = [{"LastName": f"Person {number:02}", "Email": f"p{number}@example.com"} for number in range(12)]
    people[0]["Account"] = {"Name": "Northwind"}
    ids = control("POST", "salesforce/contacts", people)["ids"]
    control("PUT", "settings", {"salesforce": {"page_size": 5}})
    client = {"consumer_key": "demo-salesforce-client", "consumer_secret": "demo-salesforce-secret", "domain": "demo.my"}
    salesforce = Salesforce(**client, session=session_to(control.url), version=VERSION)
    queries(salesforce)
    deleted(salesforce, control, ids)
    rows(salesforce, ids)
    refusals(salesforce, control, client)
    by_assertion(control)


def queries(salesforce: Any) -> None:
    """Pages, and columns of the account."""
    page = salesforce.query("SELECT Id, LastName, Account.Name FROM Contact ORDER BY LastName")
    expect((page["totalSize"], page["done"], len(page["records"])) == (12, False, 5), "the first page")
    expect(page["records"][0]["Account"]["Name"] == "Northwind", "the account's name")
    expect(len(salesforce.query_more(page["nextRecordsUrl"], True)["records"]) == 5, "the second page")
    expect(len(list(salesforce.query_all_iter("SELECT Id FROM Contact"))) == 12, "all pages")
    expect(salesforce.query_all("SELECT Id FROM Contact WHERE LastName LIKE 'Person 0%'")["totalSize"] == 10, "LIKE")
    expect(salesforce.query("SELECT COUNT() FROM Contact")["totalSize"] == 12, "a count")
    expect(salesforce.query("SELECT Name FROM Account WHERE Name = 'Northwind'")["totalSize"] == 1, "an account")
    recent = salesforce.query("SELECT Id FROM Contact WHERE SystemModstamp = TODAY LIMIT 3")
    expect(recent["totalSize"] == 3, "changed today")
    salesforce.query("SELECT Id FROM Contact WHERE Email IN ('p1@example.com', 'p2@example.com') AND IsDeleted = FALSE")


def deleted(salesforce: Any, control: Any, ids: list[str]) -> None:
    """A deleted row is in the log and in queryAll."""
    control("DELETE", f"salesforce/contacts/{ids[11]}")
    expect(salesforce.query("SELECT COUNT() FROM Contact")["totalSize"] == 11, "one less")
    gone = salesforce.query("SELECT Id FROM Contact WHERE IsDeleted = TRUE", include_deleted=True)
    expect([row["Id"] for row in gone["records"]] == [ids[11]], "the deleted row")
    now = datetime.now(timezone.utc)
    log = salesforce.Contact.deleted(now - timedelta(hours=1), now + timedelta(minutes=5))
    expect([row["id"] for row in log["deletedRecords"]] == [ids[11]], "the log")


def rows(salesforce: Any, ids: list[str]) -> None:
    """Rows by their ids."""
    expect(salesforce.Contact.get(ids[1])["LastName"] == "Person 01", "a row")
    wanted = {"ids": ids[:3], "fields": ["Id", "LastName"]}
    many = salesforce.restful("composite/sobjects/Contact", method="POST", json=wanted)
    expect([row["Id"] for row in many] == ids[:3], "three rows by a body")
    many = salesforce.restful("composite/sobjects/Contact", params={"ids": ",".join(ids[:2]), "fields": "Id"})
    expect(len(many) == 2, "two rows by an address")
    versions = salesforce.session.get(f"https://{salesforce.sf_instance}/services/data/").json()
    expect(any(version["version"] == VERSION for version in versions), "the versions")


def refusals(salesforce: Any, control: Any, client: dict[str, str]) -> None:
    """What the client makes of the vendor's errors."""
    refused(lambda: salesforce.query("SELECT Shoe FROM Contact"), SalesforceMalformedRequest, "INVALID_FIELD")
    refused(lambda: salesforce.query("SELEC Id FROM Contact"), SalesforceMalformedRequest, "MALFORMED_QUERY")
    refused(lambda: salesforce.Contact.get("0035e00000000ZZZZZ"), SalesforceResourceNotFound, "NOT_FOUND")
    wrong = {**client, "consumer_secret": "wrong"}
    refused(lambda: Salesforce(**wrong, session=session_to(control.url)), SalesforceAuthenticationFailed, "invalid_client")
    control("POST", "faults", {"fault": "token_revoked", "vendor": "salesforce", "count": 1})
    refused(lambda: Salesforce(session_id=salesforce.session_id, instance_url="https://demo.my.salesforce.com",
                               session=session_to(control.url), version=VERSION).query("SELECT Id FROM Contact"),
            SalesforceExpiredSession, "INVALID_SESSION_ID")


def by_assertion(control: Any) -> None:
    """The JWT bearer flow, with a key made here."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    app = {"secret": "", "certificate": public.decode(), "users": [USER]}
    control("PUT", "settings", {"salesforce": {"clients": {"app": app}}})
    salesforce = Salesforce(username=USER, consumer_key="app", privatekey=private.decode(), domain="login",
                            session=session_to(control.url), version=VERSION)
    expect(salesforce.query("SELECT COUNT() FROM Contact")["totalSize"] == 11, "a query of the second session")
