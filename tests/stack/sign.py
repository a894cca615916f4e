"""`make sign`: signs a body as a sender would, and prints the `curl` line that delivers it.

The key comes from WEBHOOK_KEY and is not printed, except as the token of a `shared_token` source, which is the key. The
schemes are those of webhook-receiver; what is written here is the other side of them, from their documentation.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import math
import os
import shlex
import sys
import time
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

STANDARD_PREFIX = "whsec_"
PUBLIC_PREFIX = "whpk_"
KEY_CHARS_MIN = 16  # webhook-receiver uses no shorter key


class CannotSign(Exception):
    """What is missing or of no use, in one line that names the variable of `make sign`."""


def timestamped_hmac(key: str, body: bytes, now: float, _event_id: str) -> dict[str, str]:
    """HMAC over `<timestamp>.<body>`, base64; the timestamp in seconds."""
    stamp = str(int(now))
    return {
        "x-genesys-webhook-timestamp": stamp,
        "x-genesys-webhook-signature": hmac_base64(key.encode(), stamp.encode() + b"." + body),
    }


def hub_sha256(key: str, body: bytes, _now: float, _event_id: str) -> dict[str, str]:
    """HMAC over the body, base64, as Genesys Open Messaging signs."""
    return {"x-hub-signature-256": "sha256=" + hmac_base64(key.encode(), body)}


def standard_webhooks(key: str, body: bytes, now: float, event_id: str) -> dict[str, str]:
    """The Standard Webhooks specification with a `whsec_` key."""
    stamp = str(int(now))
    secret = standard_secret(key)
    signature = hmac_base64(secret, f"{event_id}.{stamp}.".encode() + body)
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": "v1," + signature}


def standard_secret(key: str) -> bytes:
    """The bytes of a `whsec_` key."""
    if key.startswith(PUBLIC_PREFIX):
        raise CannotSign("WEBHOOK_KEY is a public key (whpk_), which only checks signatures: sign with the sender's own tool")
    try:
        secret = base64.b64decode(key.removeprefix(STANDARD_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not secret:
        raise CannotSign("WEBHOOK_KEY is no key of standard_webhooks: such a key is whsec_ and base64")
    return secret


def shared_token(key: str, _body: bytes, _now: float, _event_id: str) -> dict[str, str]:
    """The key itself."""
    if not (key.isascii() and key.isprintable()):
        raise CannotSign("WEBHOOK_KEY cannot be a token: a header takes printable ASCII characters only")
    return {"x-cx-bridge-token": key}


SCHEMES = {scheme.__name__: scheme for scheme in (timestamped_hmac, hub_sha256, standard_webhooks, shared_token)}


def headers(scheme: str, key: str, body: bytes, now: float | None = None, event_id: str | None = None) -> dict[str, str]:
    """The headers of a delivery that is signed at `now` (seconds since 1970; the machine's time when left out)."""
    moment = time.time() if now is None else now
    proof = SCHEMES[scheme](key, body, moment, event_id or f"msg_{uuid.uuid4().hex}")
    return {"content-type": "application/json", **proof}


def hmac_base64(key: bytes, text: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def curl(url: str, signed: dict[str, str], body_file: str) -> str:
    """The command line. The body is sent from its file, byte for byte, because only those bytes are signed."""
    words = ["curl", "--silent", "--show-error", "--data-binary", f"@{body_file}"]
    for name, value in signed.items():
        words += ["--header", f"{name}: {value}"]
    return shlex.join([*words, url])


def signed_line(arguments: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """The line for what was asked, or `CannotSign`."""
    for name in ("body", "url"):
        if not getattr(arguments, name):
            raise CannotSign(f"{name.upper()} is missing: make sign BODY=event.json URL=https://…/webhook")
    if arguments.scheme not in SCHEMES:
        raise CannotSign(f"SCHEME={arguments.scheme} is unknown; there are {', '.join(sorted(SCHEMES))}")
    check_url(arguments.url)
    key = environment.get("WEBHOOK_KEY", "")
    if not key:
        raise CannotSign("WEBHOOK_KEY is missing: set it to a key of the source in the webhook secret")
    if len(key.strip()) < KEY_CHARS_MIN:
        raise CannotSign(f"WEBHOOK_KEY has fewer than {KEY_CHARS_MIN} characters; webhook-receiver uses no such key")
    try:
        body = Path(arguments.body).read_bytes()
    except OSError as error:
        raise CannotSign(f"BODY={arguments.body} cannot be read ({error.strerror})") from error
    return curl(arguments.url, headers(arguments.scheme, key, body, arguments.at), arguments.body)


def check_url(url: str) -> None:
    """Refuses what curl could not post to."""
    try:
        parts = urllib.parse.urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or any(sign.isspace() for sign in url):
        raise CannotSign(f"URL={url} cannot be posted to: it has to be like https://…/webhook")


def moment(text: str) -> float:
    """Seconds since 1970."""
    seconds = float(text)
    if not math.isfinite(seconds):
        raise ValueError(text)
    return seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make sign", description=__doc__)
    parser.add_argument("--url", default="", help="where it is delivered to, such as https://…/webhook")
    parser.add_argument("--body", default="", help="file with the body")
    parser.add_argument("--scheme", default="timestamped_hmac", help=", ".join(sorted(SCHEMES)))
    parser.add_argument("--at", type=moment, help="when it is signed, in seconds since 1970; now when left out")
    try:
        print(signed_line(parser.parse_args(arguments), os.environ))
    except CannotSign as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
