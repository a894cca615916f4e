"""`make report DATE=2026-03-14`: prints the report of a past day as it stands in the archive of STAGE.

With SAVE=folder the day's files go there as well: the PDF, the page as HTML, the report as data, and what was read of
Genesys. A day whose text is not there, or is older than its report, is typeset by the function first, from its archived report;
with SAVE also one whose PDF or page is. Nothing is read from Genesys and nothing is mailed; for that the function has
`{"date":…}`, which a day of a release that kept reports in another form needs first. The figures of a day that settles are read
again by later nights, to compare with: its report stays the first one, and it is said that there are newer figures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from stack.deploy import deploy_settings
from stack.outputs import archive_of, outputs_of
from stack.processes import PartFailed
from stack.stages import NAMES, stage
from stack.terminal import RED, paint, say

TEXT = "report.txt"
PDF = "report.pdf"
MADE = (TEXT, "report.html", PDF)
TOLD = (".txt", ".html", ".pdf")  # what tells a report, also to the readers of another language or paper
REPORT = "report.json"
DATA = "data.jsonl.gz"


def place_of(day: date) -> str:
    """Where a day stands."""
    return f"reports/{day:%Y/%m/%d}/"


def text_of(storage: Any, bucket: str, day: date) -> str:
    """A day's report; a day without one is said with the nearest that there is before it."""
    try:
        return storage.get_object(Bucket=bucket, Key=place_of(day) + TEXT)["Body"].read().decode()
    except storage.exceptions.NoSuchKey as error:
        before = text_before(storage, bucket, day)
        hint = f"; the one before it is of {'-'.join(before.split('/')[1:4])}" if before else ""
        raise PartFailed("report", f"the archive has no report of {day}{hint}", lines=[]) from error


def text_before(storage: Any, bucket: str, day: date) -> str | None:
    """The last text before a day, of its year or of the one before."""
    for year in (day.year, day.year - 1):
        before = [key for key in keys(storage, bucket, f"reports/{year:04}/") if key.endswith(TEXT) and key < place_of(day)]
        if before:
            return before[-1]
    return None


def typeset(function: str, day: date) -> None:
    """Has the function make text, page and PDF of a day again."""
    event = json.dumps({"date": day.isoformat(), "typeset": True}).encode()
    answer = json.loads(boto3.client("lambda").invoke(FunctionName=function, Payload=event)["Payload"].read())
    if answer.get("status") != "done":
        why = [answer.get("message") or answer.get("errorMessage") or answer.get("status"), *answer.get("warnings", [])]
        raise PartFailed("report", f"the PDF of {day} was not made: {'; '.join(map(str, why))}", lines=[])


def keys(storage: Any, bucket: str, prefix: str) -> list[str]:
    """Everything that begins so, in order."""
    return list(times(storage, bucket, prefix))


def times(storage: Any, bucket: str, prefix: str) -> dict[str, datetime]:
    """The same, with when each was put."""
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {found["Key"]: found["LastModified"] for page in pages for found in page.get("Contents", [])}


def is_stale(put: dict[str, datetime], day: date, names: tuple[str, ...] = MADE) -> bool:
    """Whether the text, the page or the PDF is not there, or tells a report that was replaced since."""
    report = put.get(place_of(day) + REPORT)
    made = [put.get(place_of(day) + name) for name in names]
    return any(one is None or (report is not None and one < report) for one in made)


def newer_figures(put: dict[str, datetime], day: date) -> str:
    """What is said where the figures of a day were read again after its report was made; empty where they were not."""
    read, report = put.get(place_of(day) + DATA), put.get(place_of(day) + REPORT)
    if read is None or report is None or read <= report:
        return ""
    event = json.dumps({"date": day.isoformat()}, separators=(",", ":"))
    return f"the report of {day} is of {report:%Y-%m-%d}; its figures were read again on {read:%Y-%m-%d}: {event} works the day out anew"


def save(storage: Any, bucket: str, day: date, folder: Path) -> list[Path]:
    """Puts every file of the day into a folder, but those that tell a report which was replaced since."""
    target = folder / day.isoformat()
    target.mkdir(parents=True, exist_ok=True)
    put = times(storage, bucket, place_of(day))
    report = put.get(place_of(day) + REPORT)
    saved = []
    for key, at in put.items():
        path = target / Path(key).name
        if report is not None and at < report and key.endswith(TOLD):
            path.unlink(missing_ok=True)
            print(f"not saved: {path.name}, which is older than the report of {day}", file=sys.stderr)
            continue
        path.write_bytes(storage.get_object(Bucket=bucket, Key=key)["Body"].read())
        saved.append(path)
    return saved


def show(storage: Any, outputs: dict[str, str], day: date) -> None:
    """Prints a day's report as it stands; whether there are newer figures is said beside it."""
    bucket = outputs["ReportArchiveName"]
    put = times(storage, bucket, place_of(day))
    if place_of(day) + REPORT in put and is_stale(put, day, (TEXT,)):
        typeset(outputs["NightlyReportName"], day)
    say(text_of(storage, bucket, day).rstrip("\n"))
    if newer := newer_figures(put, day):
        print(newer, file=sys.stderr)


def keep(storage: Any, outputs: dict[str, str], day: date, folder: Path) -> None:
    """The same, with a PDF and a page of the report as it stands in any case."""
    bucket = outputs["ReportArchiveName"]
    try:
        if is_stale(times(storage, bucket, place_of(day)), day):
            typeset(outputs["NightlyReportName"], day)
    finally:
        for path in save(storage, bucket, day, folder):
            print(f"saved {path}", file=sys.stderr)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make report")
    parser.add_argument("--stage", choices=NAMES, required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("--save", default="")
    arguments = parser.parse_args()
    try:
        day = date.fromisoformat(arguments.date)
        target = stage(arguments.stage)
        os.environ.update(target.environment)
        storage, stack_name = boto3.client("s3"), deploy_settings(target)["stack_name"]
        outputs = {**outputs_of(stack_name), "ReportArchiveName": archive_of(stack_name)}
        show(storage, outputs, day)
        if arguments.save:
            keep(storage, outputs, day, Path(arguments.save))
    except ValueError:
        say(paint("FAILED  DATE must be a day, as in `make report DATE=2026-03-14`", RED))
        return 1
    except PartFailed as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except (BotoCoreError, ClientError) as failed:
        say(paint(f"FAILED  AWS: {failed}", RED))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
