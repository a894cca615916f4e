"""`make quarantine`, `review`, `health`, `release ID=…`, `decide ID=… CANDIDATE=…`, `explain ID=…`, `import`, `approve PLAN=…`.

Asks the deployed contact-sync of STAGE, or tells it what a person decided, and shows the answer. Every answer carries `text`,
lines for a person; the two lists are laid out here for the width of the terminal. What was asked for is sent to the function
and printed nowhere: it may be somebody's address.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stack.deploy import deploy_settings
from stack.processes import PartFailed
from stack.stages import NAMES, stage
from stack.terminal import BOLD, DIM, RED, paint, say

JOB = "contact-sync"
NEEDS_ID = ("release", "decide", "explain")
SALESFORCE_ID = re.compile(r"003(?:[0-9A-Za-z]{12}|[0-9A-Za-z]{15})")
BEGINNING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d  |(?:now|next|\?) {1,5}|\s+")
"""How a line of a story begins: when it was, or that it is now."""
PATIENCE_SECONDS = 120
"""An explanation reads two years of audit lines, and a first invocation starts the function."""
RUN_SECONDS = 900
"""A run takes as long as a function may."""
RUNS = ("import", "approve")
"""Wishes that are runs: their answer is the result of one."""
WIDEST = 110
"""Longer lines are hard to read, however wide the terminal is."""
HOUR, DAY = 3600, 86400


def payload(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the function is sent."""
    verb, name = arguments.verb, arguments.id.strip()
    if verb in NEEDS_ID and not name:
        what = "an id of either system, an e-mail address or a number" if verb == "explain" else "the contact's Salesforce id"
        raise PartFailed(verb, f"ID is missing: {what}, as in `make {verb} ID=003…{' CANDIDATE=new' if verb == 'decide' else ''}`", lines=[])
    if verb in ("release", "decide") and not SALESFORCE_ID.fullmatch(name):
        # A function that is sent something else counts it as an error, which wakes somebody.
        raise PartFailed(verb, "ID must be the contact's Salesforce id: 003 and on, 15 or 18 letters and digits", lines=[])
    match verb:
        case "release":
            return {"release": name}
        case "decide":
            candidate = arguments.candidate.strip()
            if not candidate:
                raise PartFailed(verb, "CANDIDATE is missing: the id of one of the contacts that `make review` shows, or new", lines=[])
            return {"decide": name, "candidate": candidate}
        case "explain":
            return {"explain": name}
        case "import":
            return {"mode": "import"}
        case "approve":
            plan = arguments.plan.strip()
            if not plan:
                raise PartFailed(verb, "PLAN is missing: the id that a braked run or an import has named, as in `make approve PLAN=import-…`", lines=[])
            return {"approve": plan}
        case "digest":
            return {"digest": True}
        case _:
            return {"show": verb}


def ask(function: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    """The function's answer."""
    patience = RUN_SECONDS if "mode" in wish or "approve" in wish else PATIENCE_SECONDS
    client = boto3.client("lambda", config=Config(read_timeout=patience, retries={"total_max_attempts": 1}))
    try:
        answer = client.invoke(FunctionName=function, Payload=json.dumps(wish).encode())
    except client.exceptions.ResourceNotFoundException as error:
        raise PartFailed(JOB, f"there is no function {function} here; deploy it, or choose AWS_PROFILE and AWS_REGION", lines=[]) from error
    content = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise PartFailed(JOB, str(content.get("errorMessage", content)), lines=[])
    if isinstance(content, dict) and {"run_id", "status", "created"} <= content.keys():
        return {**content, "text": told(content)}
    if not isinstance(content, dict) or "text" not in content:
        raise PartFailed(JOB, "it answered in a form of another version; deploy it again", lines=[])
    return content


def told(result: Mapping[str, Any]) -> list[str]:
    """A run's result in lines: how it ended and why, then what was decided and what to look at."""
    reason = f": {result['reason']}" if result.get("reason") else ""
    counts = ", ".join(f"{result[name]} {name}" for name in ("created", "updated", "skipped", "failed"))
    return [f"{result['status']}{reason}", counts, *result.get("decisions", []), *result.get("warnings", [])]


def lines(answer: Mapping[str, Any], width: int) -> list[str]:
    """The answer for a terminal of this width."""
    if answer.get("show") in ("quarantine", "review") and answer.get("contacts"):
        return listed(answer, width)
    return [line for text in answer["text"] for line in story_line(text, width)]


def listed(answer: Mapping[str, Any], width: int) -> list[str]:
    """A list: one line for each contact in columns, and under it what can be done."""
    rows = [(contact["salesforce_id"], reason(contact), age(contact["seconds"]), contact["since"].replace("T", " ").removesuffix("Z")[:16]) for contact in answer["contacts"]]
    heads = ("Salesforce id", "why", "for", "since (UTC)")
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    shown = [paint(answer["text"][0], BOLD), "", paint(columns(heads, widths), DIM)]
    for contact, row in zip(answer["contacts"], rows, strict=True):
        shown += [columns(row, widths)] if contact is answer["contacts"][0] else ["", columns(row, widths)]
        for candidate in contact["candidates"]:
            taken = f"  linked with {candidate['linked_with']} by now" if candidate["linked_with"] else ""
            shown.append(f"    candidate {candidate['genesys_id']}{taken}")
        shown += [paint(line, DIM) for line in wrapped(contact["what_to_do"], width, "    ")]
    return shown


def columns(cells: tuple[str, ...], widths: list[int]) -> str:
    """Cells side by side."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def reason(contact: Mapping[str, Any]) -> str:
    """Why, with the field."""
    return f"{contact['code']} ({contact['field']})" if contact["field"] else str(contact["code"])


def age(seconds: int) -> str:
    """How long, in its largest unit."""
    for length, unit in ((DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"


def story_line(text: str, width: int) -> list[str]:
    """A line of an answer, wrapped under its own beginning; what comes next stands out."""
    begun = BEGINNING.match(text)
    indent = " " * (begun.end() if begun else 2)
    shown = wrapped(text, width, indent, first="")
    return [paint(line, BOLD) for line in shown] if text.startswith("next ") else shown


def wrapped(text: str, width: int, indent: str, first: str | None = None) -> list[str]:
    """A line cut at its blanks. Ids, and commands that somebody copies, stay whole."""
    begin = indent if first is None else first
    return textwrap.wrap(text, width, initial_indent=begin, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make")
    parser.add_argument("--stage", choices=NAMES, required=True)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("quarantine", "review", "health", "digest", "release", "decide", "explain", *RUNS):
        one = verbs.add_parser(verb)
        one.add_argument("--id", default="")
        one.add_argument("--candidate", default="")
        one.add_argument("--plan", default="")
    arguments = parser.parse_args()
    try:
        wish = payload(arguments)
        target = stage(arguments.stage)
        os.environ.update(target.environment)
        answer = ask(f"{deploy_settings(target)['stack_name']}-{JOB}", wish)
    except PartFailed as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except (BotoCoreError, ClientError) as failed:
        say(paint(f"FAILED  AWS: {failed}", RED))
        return 1
    except KeyboardInterrupt:
        return 130
    for line in lines(answer, min(shutil.get_terminal_size().columns, WIDEST)):
        say(paint(line, RED) if "error" in answer else line)
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
