"""One mail as its sender handed it to SES: read from the request, and kept in a folder of its own.

    mails/0001/mail.json            who, to whom, subject, headers, tags, configuration set, names of the attachments
               mail.txt, mail.html  as sent
               attachments/<name>   as sent
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from stack.gap.messages import Refused

RECIPIENTS_MAX = 50
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")  # names and values of message tags
FILE_NAME = re.compile(r"[A-Za-z0-9 ._-]{1,255}")
KINDS_OF_RECIPIENTS = ("ToAddresses", "CcAddresses", "BccAddresses")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail that SES has taken."""

    number: int
    message_id: str
    at: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    configuration_set: str
    attachments: tuple[Attachment, ...]

    def described(self) -> dict[str, Any]:
        """Everything but the long parts."""
        return {
            "number": self.number,
            "message_id": self.message_id,
            "at": self.at,
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "headers": dict(self.headers),
            "tags": dict(self.tags),
            "configuration_set": self.configuration_set,
            "attachments": [{"name": file.name, "content_type": file.content_type, "bytes": len(file.content)} for file in self.attachments],
        }

    def store(self, mails: Path) -> None:
        """Writes the mail's folder."""
        folder = mails / f"{self.number:04}"
        folder.mkdir(parents=True)
        (folder / "mail.json").write_text(json.dumps(self.described(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, part in (("mail.txt", self.text), ("mail.html", self.html)):
            if part:
                (folder / name).write_text(part, encoding="utf-8")
        for file in self.attachments:
            (folder / "attachments").mkdir(exist_ok=True)
            (folder / "attachments" / file.name).write_bytes(file.content)


def read_mail(body: dict[str, Any], number: int, message_id: str, at: str) -> Mail:
    """The mail in a SendEmail; what SES refuses is refused, and so is what this server does not know."""
    simple = (body.get("Content") or {}).get("Simple")
    if not isinstance(simple, dict):
        raise Refused("BadRequestException", "the gap server takes Content.Simple only")
    destination = body.get("Destination") or {}
    recipients = tuple(address for kind in KINDS_OF_RECIPIENTS for address in destination.get(kind) or [])
    if not 1 <= len(recipients) <= RECIPIENTS_MAX:
        raise Refused("BadRequestException", f"Recipient count is {len(recipients)}, must be from 1 to {RECIPIENTS_MAX}.")
    text, html = (((simple.get("Body") or {}).get(kind) or {}).get("Data") or "" for kind in ("Text", "Html"))
    if not text and not html:
        raise Refused("BadRequestException", "a mail needs a body")
    return Mail(
        number=number,
        message_id=message_id,
        at=at,
        sender=address_in(body.get("FromEmailAddress") or ""),
        recipients=tuple(address_in(recipient) for recipient in recipients),
        subject=(simple.get("Subject") or {}).get("Data") or "",
        text=text,
        html=html,
        headers=tuple((header["Name"], header["Value"]) for header in simple.get("Headers") or []),
        tags=tuple(tag_in(tag) for tag in body.get("EmailTags") or []),
        configuration_set=body.get("ConfigurationSetName") or "",
        attachments=tuple(attachment_in(file) for file in simple.get("Attachments") or []),
    )


def address_in(text: str) -> str:
    """`Name <a@example.com>` or `a@example.com`, as it came, if that is what it is."""
    if "@" not in parseaddr(text)[1] or not text.isascii():
        raise Refused("BadRequestException", "Local address contains control or whitespace, or is no address")
    return text


def tag_in(tag: dict[str, str]) -> tuple[str, str]:
    """A message tag."""
    name, value = tag.get("Name", ""), tag.get("Value", "")
    if not TAG.fullmatch(name) or not TAG.fullmatch(value):
        raise Refused("BadRequestException", "Invalid tag: only alphanumeric ASCII characters, '_' and '-' are allowed")
    return name, value


def attachment_in(file: dict[str, str]) -> Attachment:
    """A file, whose content travels as base64."""
    name = file.get("FileName", "")
    if not FILE_NAME.fullmatch(name) or name.startswith("."):
        raise Refused("BadRequestException", "the gap server takes plain file names only")
    try:
        content = base64.b64decode(file.get("RawContent", ""), validate=True)
    except binascii.Error as error:
        raise Refused("BadRequestException", "RawContent is not base64") from error
    return Attachment(name, file.get("ContentType", "application/octet-stream"), content)
