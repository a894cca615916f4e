"""A function that a test writes as a few lines of Python, run by the emulator as any other bootstrap."""

from __future__ import annotations

import sys
import textwrap

LOOP = '''#!{python}
import json, os, urllib.request
BASE = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
{body}
while True:
    with urllib.request.urlopen(BASE + "next") as asked:
        request, event = asked.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(asked.read())
    answer = json.dumps(handle(event)).encode()
    urllib.request.urlopen(urllib.request.Request(BASE + request + "/response", data=answer)).close()
'''


def bootstrap(body: str) -> bytes:
    """The program; `body` defines `handle(event)`."""
    return LOOP.format(python=sys.executable, body=textwrap.dedent(body)).encode()
