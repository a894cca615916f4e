"""What SES publishes about a mail: records in the form that its event destinations get.

What becomes of a recipient shows in the first part of the address, as with the addresses of SES's own mailbox simulator
(bounce@…, complaint@…). Any other address is delivered to.
"""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from stack.cloud import REGION
from stack.gap.mail import Mail
from stack.gap.scaling import ACCOUNT

MTA = "mta.example.com"
Record = dict[str, Any]


def records(mail: Mail, later: str) -> list[Record]:
    """Everything about one mail, in the order in which it happens; `later` is when a recipient's server has answered."""
    by_local_part: dict[str, list[str]] = {}
    for recipient in mail.recipients:
        address = parseaddr(recipient)[1]
        by_local_part.setdefault(address.partition("@")[0], []).append(address)
    if "silent" in by_local_part:
        return []
    if "reject" in by_local_part:
        return [record(mail, "Reject", "reject", {"reason": "Bad content"})]
    bounced, soft, complained, delayed = (by_local_part.pop(name, []) for name in ("bounce", "softbounce", "complaint", "delay"))
    delivered = [address for addresses in by_local_part.values() for address in addresses] + complained + delayed
    happened = [record(mail, "Send", "send", {})]
    if delayed:
        happened.append(record(mail, "DeliveryDelay", "deliveryDelay", delay(delayed, later)))
    if bounced:
        happened.append(record(mail, "Bounce", "bounce", bounce(bounced, "Permanent", later)))
    if soft:
        happened.append(record(mail, "Bounce", "bounce", bounce(soft, "Transient", later)))
    if delivered:
        happened.append(record(mail, "Delivery", "delivery", delivery(delivered, later)))
    if complained:
        happened.append(record(mail, "Complaint", "complaint", complaint(complained, later)))
    return happened


def record(mail: Mail, kind: str, member: str, detail: Record) -> Record:
    """One event."""
    return {"eventType": kind, "mail": message(mail), member: detail}


def message(mail: Mail) -> Record:
    """The mail, as every event carries it."""
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    headers = {"From": mail.sender, "To": ", ".join(mail.recipients), "Subject": mail.subject, "MIME-Version": "1.0", **dict(mail.headers)}
    tags = {
        "ses:source-tls-version": ["TLSv1.3"],
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": [mail.configuration_set],
        "ses:source-ip": ["192.0.2.10"],
        "ses:from-domain": [domain],
        "ses:caller-identity": ["cx-bridge-dev-nightly-report"],
        **{name: [value] for name, value in mail.tags},
    }
    return {
        "timestamp": mail.at,
        "source": mail.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{domain}",
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": [parseaddr(recipient)[1] for recipient in mail.recipients],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {"from": [mail.sender], "to": list(mail.recipients), "messageId": mail.message_id, "subject": mail.subject},
        "tags": tags,
    }


def delivery(recipients: list[str], at: str) -> Record:
    """The recipients' server has it."""
    return {
        "timestamp": at,
        "processingTimeMillis": 1893,
        "recipients": recipients,
        "smtpResponse": "250 2.6.0 Message received",
        "remoteMtaIp": "192.0.2.25",
        "reportingMTA": MTA,
    }


def bounce(recipients: list[str], kind: str, at: str) -> Record:
    """The recipients' server refused it: for good, or until SES gave up."""
    status, text = ("5.1.1", "550 5.1.1 user unknown") if kind == "Permanent" else ("4.2.2", "452 4.2.2 mailbox full")
    refused = [{"emailAddress": address, "action": "failed", "status": status, "diagnosticCode": f"smtp; {text}"} for address in recipients]
    return {
        "bounceType": kind,
        "bounceSubType": "General" if kind == "Permanent" else "MailboxFull",
        "bouncedRecipients": refused,
        "timestamp": at,
        "feedbackId": "0100019c2f1e4a77-61b59c11-9236-11e6-8f96-7be8a0d1c2b3-000000",
        "reportingMTA": f"dsn; {MTA}",
    }


def complaint(recipients: list[str], at: str) -> Record:
    """A recipient called it spam."""
    return {
        "complainedRecipients": [{"emailAddress": address} for address in recipients],
        "timestamp": at,
        "feedbackId": "0100019c2f1e4a77-8dc2d7b1-9237-11e6-8f96-7be8a0d1c2b3-000000",
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": at,
    }


def delay(recipients: list[str], at: str) -> Record:
    """The recipients' server does not take it yet."""
    waiting = [{"emailAddress": address, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect"} for address in recipients]
    return {"timestamp": at, "delayType": "TransientCommunicationFailure", "expirationTime": at, "delayedRecipients": waiting, "reportingMTA": MTA}
