"""Sample sheets of the report, and orders that typeset them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "shared/report-pdf/samples"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))

# What the function sets for the process that typesets, and nothing else. Here, because the measurement has no more packages.
ENVIRONMENT = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "MALLOC_TOP_PAD_": "16777216", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}

Sheet = dict[str, Any]


def sample(name: str) -> Sheet:
    """A sample by its name, as `en`."""
    sheet: Sheet = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return sheet


def with_queues(sheet: Sheet, count: int) -> Sheet:
    """The same day with that many queues."""
    grown = copy.deepcopy(sheet)
    table = grown["tables"][0]
    table["rows"] = [copy.deepcopy(table["rows"][at % len(table["rows"])]) for at in range(count)]
    for at, row in enumerate(table["rows"]):
        row["name"]["text"] += f" {at + 1}"
    return grown


def order(sheet: Sheet, paper: str) -> bytes:
    """What the process that typesets reads."""
    made_at = {"unix_s": 1_795_766_400, "offset_min": -360}
    return json.dumps({"sheet": sheet, "look": {"paper": paper}, "made_at": made_at}).encode()
