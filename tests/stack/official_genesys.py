"""A session of the vendor's Genesys SDK for Python: contacts, organizations, an import, a data table, queues, figures."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.rest import ApiException

CLIENT = ("demo-genesys-client", "demo-genesys-secret")


def expect(condition: object, what: str) -> None:
    """Says which expectation failed."""
    if not condition:
        raise AssertionError(what)


def refused(call: Callable[[], object], status: int, code: str) -> None:
    """The call fails as the vendor would have it."""
    try:
        call()
    except ApiException as error:
        expect(error.status == status and code in str(error.body), f"{status} {code}, not {error.status} {error.body}")
        return
    raise AssertionError(f"{status} {code}, but it was done")


def genesys_session(control: Any) -> None:
    """Everything, with one client and one token."""
    sdk.configuration.host = control.url
    sdk.configuration.live_reload_config = False
    client = sdk.api_client.ApiClient().get_client_credentials_token(*CLIENT)
    organization = sdk.OrganizationApi(client).get_organizations_me()
    expect(organization.name == "Northwind Care", "the organisation of the token")
    contacts = sdk.ExternalContactsApi(client)
    source = sources(contacts)
    single(contacts, source)
    bulk(contacts, source)
    merges(contacts)
    organizations(contacts, source)
    imports(contacts, source, control)
    routing(client, control)
    figures(client)


def sources(contacts: Any) -> str:
    """An external source, made and found again."""
    made = contacts.post_externalcontacts_externalsources({"name": "Salesforce"})
    listed = contacts.get_externalcontacts_externalsources(name="Sales", limit=10)
    expect([source.id for source in listed.entities] == [made.id], "the source is listed")
    refused(lambda: contacts.post_externalcontacts_externalsources({"name": "Salesforce"}), 409, "external.source.exists")
    return made.id


def person(name: str, source: str, value: str) -> Any:
    """A contact as the SDK's model."""
    contact = sdk.ExternalContact()
    contact.last_name = name
    contact.work_email = f"{value}@example.com"
    contact.external_ids = [{"externalSource": {"id": source}, "value": value}]
    return contact


def single(contacts: Any, source: str) -> None:
    """One contact through its life."""
    made = contacts.post_externalcontacts_contacts(person("S\u00e1", source, "003A"))
    expect(made.last_name == "S\u00e1" and made.create_date is not None, "the contact as it was made")
    found = contacts.get_externalcontacts_contact(made.id, expand=["externalOrganization"])
    expect(found.external_ids[0].value == "003A", "the contact by its id")
    change = {"field": "$.title", "action": "Update", "value": "Dr"}
    expect(contacts.patch_externalcontacts_contact(made.id, {"changes": [change]}).title == "Dr", "the patched title")
    identifier = sdk.ContactIdentifier()
    identifier.type, identifier.value = "Email", "003a@example.com"
    expect(contacts.post_externalcontacts_identifierlookup_contacts(identifier).id == made.id, "the contact by e-mail")
    listed = contacts.get_externalcontacts_contact_identifiers(made.id)
    expect(len(listed.entities) == 2, "its identifiers")
    enriched = contacts.post_externalcontacts_contacts_enrich({
        "matchingIdentifiers": [{"type": "ExternalId", "value": "003A", "externalSource": {"id": source}}],
        "action": "Upsert", "contact": {"lastName": "Souza"},
    })
    expect(enriched.id == made.id and enriched.last_name == "Souza", "the enriched contact")
    contacts.get_externalcontacts_contacts(q="Souza", page_size=10, page_number=1)
    contacts.delete_externalcontacts_contact(made.id)
    refused(lambda: contacts.get_externalcontacts_contact(made.id), 404, "not.found")
    refused(lambda: contacts.post_externalcontacts_contacts({"lastName": 7}), 400, "bad.request")


def bulk(contacts: Any, source: str) -> None:
    """Many at once, and all of them page by page."""
    request = sdk.BulkContactsRequest()
    request.entities = [person(f"Person {number}", source, f"003B{number}") for number in range(12)]
    added = contacts.post_externalcontacts_bulk_contacts_add(request)
    expect(added.error_count == 0 and len(added.results) == 12, "twelve were added")
    ids = sorted(result.id for result in added.results)
    fetched = contacts.post_externalcontacts_bulk_contacts({"entities": [{"id": ids[0]}, {"id": "nobody"}]})
    expect((fetched.error_count, len(fetched.results)) == (1, 2), "one of two exists")
    contacts.post_externalcontacts_bulk_contacts_unresolved({"entities": [{"id": ids[0]}]})
    updated = contacts.post_externalcontacts_bulk_contacts_update({"entities": [{"id": ids[0], "lastName": "Other"}]})
    expect(updated.error_count == 0, "one was updated")
    enriched = contacts.post_externalcontacts_bulk_contacts_enrich({"entities": [{
        "id": "mine", "action": "Update", "contact": {"title": "Dr"},
        "matchingIdentifiers": [{"type": "ExternalId", "value": "003B5", "externalSource": {"id": source}}],
    }]})
    expect(enriched.results[0].id == "mine" and enriched.results[0].success, "enriched by the caller's own id")
    seen, cursor = [], None
    while True:
        page = contacts.get_externalcontacts_scan_contacts(limit=10, **({"cursor": cursor} if cursor else {}))
        seen += [contact.id for contact in page.entities]
        cursor = page.cursors.after if page.cursors else None
        if not cursor:
            break
    expect(sorted(seen) == ids, "the scan sees each once")
    removed = contacts.post_externalcontacts_bulk_contacts_remove({"entities": [{"id": contact} for contact in ids[4:]]})
    expect(removed.error_count == 0, "eight were removed")


def merges(contacts: Any) -> None:
    """Two become one, and the old ids lead to it."""
    left = contacts.post_externalcontacts_contacts({"lastName": "Left", "workEmail": "left@example.com"})
    right = contacts.post_externalcontacts_contacts({"lastName": "Right", "homePhone": {"display": "+15125550123"}})
    request = sdk.MergeContactsRequest()
    request.contact_ids = [left.id, right.id]
    request.value_override = {"lastName": "Both"}
    merged = contacts.post_externalcontacts_contacts_merge(request)
    expect(merged.last_name == "Both", "the merged contact")
    expect(contacts.get_externalcontacts_contact(left.id).id == merged.id, "an old id leads to it")
    old = contacts.get_externalcontacts_contact_unresolved(left.id)
    expect(old.id == left.id and old.last_name == "Left", "the old one as it was")
    claim = {"operation": "Claim", "identifier": {"type": "Email", "value": "both@example.com"}}
    expect(contacts.patch_externalcontacts_contact_identifiers(merged.id, claim).type == "Email", "a claimed address")


def organizations(contacts: Any, source: str) -> None:
    """Accounts."""
    keys = [{"externalSource": {"id": source}, "value": "001A"}]
    made = contacts.post_externalcontacts_organizations({"name": "Northwind", "externalIds": keys})
    expect(contacts.get_externalcontacts_organization(made.id).name == "Northwind", "the organization by its id")
    identifier = {"type": "ExternalId", "value": "001A", "externalSource": {"id": source}}
    expect(contacts.post_externalcontacts_identifierlookup_organizations(identifier).id == made.id, "by the external id")
    enriched = contacts.post_externalcontacts_organizations_enrich(
        {"matchingIdentifiers": [identifier], "action": "Upsert", "externalOrganization": {"industry": "Tea"}})
    expect(enriched.industry == "Tea", "the enriched organization")
    change = {"changes": [{"field": "$.industry", "action": "Update", "value": "Coffee"}]}
    expect(contacts.patch_externalcontacts_organization(made.id, change).industry == "Coffee", "the patched one")
    added = contacts.post_externalcontacts_bulk_organizations_add({"entities": [{"name": "Second"}, {"name": "Third"}]})
    expect(added.error_count == 0, "two were added")
    fetched = contacts.post_externalcontacts_bulk_organizations({"entities": [{"id": made.id}]})
    expect(fetched.results[0].entity.name == "Northwind", "fetched by id")
    contacts.post_externalcontacts_bulk_organizations_update({"entities": [{"id": made.id, "name": "Northwind Ltd"}]})
    contacts.post_externalcontacts_bulk_organizations_enrich({"entities": [
        {"id": "mine", "matchingIdentifiers": [identifier], "action": "Upsert", "externalOrganization": {"name": "N"}}]})
    expect(len(contacts.get_externalcontacts_scan_organizations(limit=10).entities) >= 3, "the scan")
    contacts.get_externalcontacts_organizations(page_size=10, page_number=1)
    ids = [{"id": result.id} for result in added.results]
    expect(contacts.post_externalcontacts_bulk_organizations_remove({"entities": ids}).error_count == 0, "two were removed")
    contacts.delete_externalcontacts_organization(made.id)


def imports(contacts: Any, source: str, control: Any) -> None:
    """A file becomes contacts."""
    control("PUT", "settings", {"genesys": {"import_step_s": 0}})
    settings = contacts.post_externalcontacts_import_settings({
        "name": "first load", "mergeContacts": False, "externalSourceId": source,
        "importFields": [{"name": "lastName", "included": True}, {"name": "workEmail", "included": True}],
        "matchingCriteria": ["Email"],
    })
    expect(contacts.get_externalcontacts_import_setting(settings.id).name == "first load", "the settings")
    contacts.get_externalcontacts_import_settings()
    file = b"Last,Mail\nImported,imported@example.com\n"
    upload = contacts.post_externalcontacts_import_csv_uploads({"fileName": "people.csv", "fileSize": len(file)})
    headers = {header.name: header.value for header in upload.upload_headers}
    request = urllib.request.Request(upload.upload_url, data=file, headers=headers, method="PUT")
    urllib.request.urlopen(request).close()
    details = contacts.get_externalcontacts_import_csv_upload_details(upload.upload_id)
    expect(details.validation_result.separator_valid, "a valid file")
    expect(contacts.get_externalcontacts_import_csv_upload_preview(upload.upload_id).headers == ["Last", "Mail"], "its header")
    mapping = contacts.post_externalcontacts_import_csv_settings({"externalSettingsId": settings.id, "mappings": [
        {"sourceField": "Last", "targetField": "$.lastName"}, {"sourceField": "Mail", "targetField": "$.workEmail"}]})
    contacts.get_externalcontacts_import_csv_setting(mapping.id)
    contacts.get_externalcontacts_import_csv_settings(external_settings_id=settings.id)
    job = contacts.post_externalcontacts_import_csv_jobs({"uploadId": upload.upload_id, "settingsId": mapping.id}).job
    expect(contacts.get_externalcontacts_import_job(job.id).execution_step == "Validated", "the dry run is over")
    contacts.put_externalcontacts_import_job(job.id, {"jobId": job.id, "status": "Continue"})
    finished = contacts.get_externalcontacts_import_job(job.id)
    expect((finished.status, finished.metadata.import_success_count) == ("Completed", 1), "the job is done")
    contacts.get_externalcontacts_import_jobs()
    urllib.request.urlopen(finished.metadata.import_report_download_url).close()


def routing(client: Any, control: Any) -> None:
    """A row of a data table, queues, utilization."""
    made = control("POST", "seed", {"scenario": "capacity"})
    architect, queues = sdk.ArchitectApi(client), sdk.RoutingApi(client)
    row = architect.get_flows_datatable_row(made["table"], "Support", showbrief=False)
    expect(row["capacity"] == 200, "the row")
    row["capacity"] = 150
    architect.put_flows_datatable_row(made["table"], "Support", body=row)
    architect.post_flows_datatable_rows(made["table"], {"KEY": "Third", "capacity": 5})
    queue = queues.get_routing_queue(made["queues"][0])
    request = sdk.QueueRequest()
    request.name = f"{queue.name} 2"
    expect(queues.put_routing_queue(queue.id, request).name == request.name, "the renamed queue")
    expect(len(queues.get_routing_queues_divisionviews_all(page_size=25).entities) == 2, "all queues")
    organization = queues.get_routing_utilization()
    queues.put_routing_utilization({"utilization": organization.to_dict()["utilization"] and {"call": {"maximumCapacity": 2}}})
    expect(queues.get_routing_user_utilization(made["users"][0]).level == "Organization", "an agent's")
    own = queues.put_routing_user_utilization(made["users"][0], {"utilization": {"call": {"maximumCapacity": 3}}})
    expect(own.level == "Agent", "an agent's own")


def figures(client: Any) -> None:
    """Aggregates of a day without calls."""
    query = sdk.ConversationAggregationQuery()
    query.interval = "2026-11-27T00:00:00.000Z/2026-11-28T00:00:00.000Z"
    query.metrics, query.group_by, query.granularity = ["nOffered", "tAnswered"], ["queueId"], "PT1H"
    answer = sdk.AnalyticsApi(client).post_analytics_conversations_aggregates_query(query)
    expect(not answer.results, "no calls, no figures")
