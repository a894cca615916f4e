"""The mail server of stages with `mail = "smtp"`: one secret, `<stage>/mail/server`, from SMTP_… in .env.

Nobody is asked for it on the terminal, because stages that mail through SES have none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from stack.processes import PartFailed

NAMES = ("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD")
PORT = 587  # the connection starts in the clear and is encrypted before anything is said on it


def secret_name(stage: str) -> str:
    """The name that the template knows."""
    return f"{stage}/mail/server"


def is_given(values: Mapping[str, str]) -> bool:
    """Whether anything is said about a mail server."""
    return any(given(values, name) for name in NAMES)


def secret_text(values: Mapping[str, str]) -> str:
    """The secret as nightly-report reads it."""
    host, user, password = (given(values, name) for name in ("SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD"))
    if not host:
        raise PartFailed("secrets", "not stored: SMTP_HOST missing (put it into .env, see .env.example)", lines=[])
    if bool(user) != bool(password):
        raise PartFailed("secrets", "not stored: SMTP_USER and SMTP_PASSWORD belong together, or leave both out", lines=[])
    login = {"user": user, "password": password} if user else {}
    return json.dumps({"host": host, "port": port(given(values, "SMTP_PORT")), **login}, sort_keys=True)


def given(values: Mapping[str, str], name: str) -> str:
    """One value, or nothing."""
    return values.get(name, "").strip()


def port(text: str) -> int:
    """The port; the usual one where none is given."""
    number = int(text) if text.isdecimal() else (0 if text else PORT)
    if not 1 <= number <= 65535:
        raise PartFailed("secrets", "not stored: SMTP_PORT must be a number from 1 to 65535", lines=[])
    return number
