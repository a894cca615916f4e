"""`make try-look STAGE=dev`: sample reports in the look that infra/config/dev.toml asks for, as the function would make them.

The files of a look lie in infra/look/<stage>: a template, a logo, fonts. `make deploy` tries them in the same way before it
builds or changes anything, and puts them into the archive's bucket at the end. The pages are left in target/look.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from stack import configuration
from stack.processes import PartFailed
from stack.report_sheets import ENVIRONMENT
from stack.stages import NAMES, config_file
from stack.template import ROOT
from stack.terminal import GREEN, RED, heading, paint, say, table

JOB = "nightly-report"
FILES = ROOT / "infra" / "look"
SAMPLES = ROOT / "shared" / "report-pdf" / "samples"
LEFT = ROOT / "target" / "look"
PROGRAM = ROOT / "target" / "debug" / "typeset"
SECONDS_MAX = 20  # as in the function
MEMORY_MIB = 320  # what the function leaves to it
FILES_BYTES_MAX = 12 * 1024 * 1024  # of all files together, as in the function
RENEWED_AFTER = timedelta(days=30)  # the bucket keeps nothing for less than 400 days
MADE_AT = {"unix_s": 1_795_680_000, "offset_min": -360}
KINDS = {".svg": "svg", ".png": "png"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """What a stage's configuration says."""

    folder: Path
    table: Json
    papers: tuple[str, ...]

    @property
    def files(self) -> list[str]:
        """Every file that it names."""
        return [name for name in (self.table["template"], self.table["logo"], *self.table["fonts"]) if name]

    def read(self, name: str) -> bytes:
        """One of them."""
        path = self.folder / name
        if not path.is_file():
            raise PartFailed("look", f"{self.shown(name)} is not there, and [{JOB}.look] names it", lines=[])
        return path.read_bytes()

    def text(self, name: str) -> str:
        """One of them that has to be text."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise PartFailed("look", f"{self.shown(name)} is not UTF-8, from its byte {error.start} on: save it in that encoding", lines=[]) from error

    def shown(self, name: str) -> Path:
        """Its path, as a person has it before them."""
        path = self.folder / name
        return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def look_of(asked: str, files: Path = FILES) -> Look:
    """The look of a stage, defaults included."""
    documented = configuration.load_toml(configuration.CONFIG / "default.toml")[JOB]
    own = configuration.load_toml(Path(config_file(asked))).get(JOB, {})
    papers = [own.get("paper", documented["paper"]), *(row["paper"] for row in own.get("lists", []) if "paper" in row)]
    return Look(files / asked, documented["look"] | own.get("look", {}), tuple(sorted(set(papers))))


def orders(look: Look) -> Iterator[tuple[str, Json]]:
    """Each sample sheet on each paper, as the function orders it."""
    template = look.text(look.table["template"]) if look.table["template"] else None
    logo = look.table["logo"]
    brought = {
        "template": template,
        "logo": {"kind": KINDS[Path(logo).suffix], "base64": encoded(look.read(logo))} if logo else None,
        "fonts": [encoded(look.read(name)) for name in look.table["fonts"]],
    }
    for sample in sorted(SAMPLES.glob("*.json")):
        sheet = json.loads(sample.read_text(encoding="utf-8"))
        for paper in look.papers:
            asked = {"paper": paper, "brand": look.table["brand"], "accent": look.table["accent"], "font": look.table["font"] or None}
            yield f"{sample.stem}-{paper}", {"sheet": sheet, "look": asked, **brought, "made_at": MADE_AT, "memory_mib": MEMORY_MIB}


def encoded(content: bytes) -> str:
    """Bytes as an order holds them."""
    return base64.b64encode(content).decode()


def typeset(order: Json, program: Path) -> tuple[Json, bytes]:
    """What the process answers: how it went, and the PDF."""
    asked = json.dumps(order).encode()
    try:
        ended = subprocess.run([str(program)], input=asked, env=ENVIRONMENT, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired as error:
        raise PartFailed("look", f"typesetting takes longer than {SECONDS_MAX} s, and is ended in the function", lines=[]) from error
    head, _, pdf = ended.stdout.partition(b"\n")
    if not head:
        raise PartFailed("look", f"the process that typesets ended early: more than {MEMORY_MIB} MiB?", lines=[])
    return json.loads(head), pdf


def try_look(asked: str, program: Path = PROGRAM, files: Path = FILES, left: Path = LEFT) -> list[Path]:
    """Makes every sample; the first that cannot be made refuses the look, by line and reason."""
    look = look_of(asked, files)
    must_fit(look)
    shutil.rmtree(left, ignore_errors=True)
    left.mkdir(parents=True)
    pages = []
    for name, order in orders(look):
        head, pdf = typeset(order, program)
        if head["kind"] != "done":
            raise PartFailed("look", refusal(look, name, head["error"]), lines=[])
        if lacking := [warning for warning in head["warnings"] if "font" in warning]:
            raise PartFailed("look", f"{lacking[0]} (with the sample {name})", lines=[])
        for warning in head["warnings"]:
            say(f"  {name}: {warning}")
        (left / f"{name}.pdf").write_bytes(pdf)
        pages.append(left / f"{name}.pdf")
    return pages


def must_fit(look: Look) -> None:
    """Refuses files that the function would leave out for their size."""
    sizes = {name: len(look.read(name)) for name in look.files}
    if sum(sizes.values()) > FILES_BYTES_MAX:
        told = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items())
        raise PartFailed("look", f"the files of the look have more than {FILES_BYTES_MAX >> 20} MiB together: {told}", lines=[])


def refusal(look: Look, sample: str, error: Json) -> str:
    """Where the fault is, and what it is."""
    template = f"infra/look/{look.folder.name}/{look.table['template']}" if look.table["template"] else "the built-in template"
    faults = error.get("faults") or [{"line": None, "reason": error["kind"]}]
    said = [f"{template}{':' + str(fault['line']) if fault['line'] else ''}: {fault['reason']}" for fault in faults]
    return f"{'; '.join(said)} (with the sample {sample})"


def build() -> None:
    """The program that typesets."""
    command = ["cargo", "build", "--quiet", "--bin", "typeset"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise PartFailed("look", "the program that typesets was not built", lines=[])


def put(storage: Any, bucket: str, look: Look) -> list[tuple[str, str]]:
    """Puts what differs from what is there; what is no longer named stays, as everything in the archive."""
    return [(f"look/{name}", put_file(storage, bucket, f"look/{name}", look.read(name))) for name in look.files]


def put_file(storage: Any, bucket: str, key: str, content: bytes) -> str:
    """One file, unless it is already there. What is old is put again, since the bucket lets go of what is older than reports."""
    try:
        there = storage.get_object(Bucket=bucket, Key=key)
        is_same = there["Body"].read() == content
        if is_same and datetime.now(timezone.utc) - there["LastModified"] < RENEWED_AFTER:
            return "unchanged"
        result = "renewed" if is_same else "changed"
    except storage.exceptions.NoSuchKey:
        result = "created"
    storage.put_object(Bucket=bucket, Key=key, Body=content)
    return result


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make try-look")
    parser.add_argument("--stage", choices=NAMES, required=True)
    arguments = parser.parse_args()
    try:
        build()
        heading(f"The look of {arguments.stage}, with sample reports")
        for line in table([(str(path.relative_to(ROOT)), f"{path.stat().st_size:,} bytes") for path in try_look(arguments.stage)]):
            say(line)
        say(paint("Look at them before you deploy.", GREEN))
    except PartFailed as failed:
        say(paint(f"FAILED  {failed}", RED))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
