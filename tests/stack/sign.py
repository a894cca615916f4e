"""`make sign`: signs a body as a sender would, and prints the `curl` line that delivers it.

The key comes from WEBHOOK_KEY and is not printed, except as the token of a `shared_token` source, which is the key. The
schemes are those of webhook-receiver; what is written here is the other side of them, from their documentation.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import os
import shlex
import sys
import time
import uuid
from pathlib import Path

STANDARD_PREFIX = "whsec_"


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
    secret = base64.b64decode(key.removeprefix(STANDARD_PREFIX), validate=True)
    signature = hmac_base64(secret, f"{event_id}.{stamp}.".encode() + body)
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": "v1," + signature}


def shared_token(key: str, _body: bytes, _now: float, _event_id: str) -> dict[str, str]:
    """The key itself."""
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


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make sign", description=__doc__)
    parser.add_argument("--url", required=True, help="where it is delivered to, such as https://…/webhook")
    parser.add_argument("--body", required=True, help="file with the body")
    parser.add_argument("--scheme", choices=sorted(SCHEMES), default="timestamped_hmac")
    parser.add_argument("--at", type=float, help="when it is signed, in seconds since 1970; now when left out")
    arguments = parser.parse_args()
    key = os.environ.get("WEBHOOK_KEY", "")
    if not key:
        print("WEBHOOK_KEY is missing: set it to a key of the source in the webhook secret", file=sys.stderr)
        return 1
    if not arguments.url or not arguments.body:
        print("URL or BODY is missing: make sign BODY=event.json URL=https://…/webhook", file=sys.stderr)
        return 1
    try:
        body = Path(arguments.body).read_bytes()
    except OSError as error:
        print(f"BODY={arguments.body} cannot be read ({error.strerror})", file=sys.stderr)
        return 1
    print(curl(arguments.url, headers(arguments.scheme, key, body, arguments.at), arguments.body))
    return 0


if __name__ == "__main__":
    sys.exit(main())
