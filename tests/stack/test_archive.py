"""What `make report` makes of an archive."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from stack import archive

DAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 15, 12, tzinfo=timezone.utc)


class Storage:
    """A bucket of files with the hours at which they were put."""

    def __init__(self, hours: dict[str, int]) -> None:
        self.put = {archive.place_of(DAY) + name: NOON + timedelta(hours=hour) for name, hour in hours.items()}

    def get_paginator(self, _: str) -> Storage:
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key, "LastModified": at} for key, at in self.put.items() if key.startswith(Prefix)]}]

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(Key.encode())}


class SavedDays(unittest.TestCase):
    def test_what_tells_a_report_that_was_replaced_is_left_out_and_named(self) -> None:
        storage = Storage({"data.jsonl.gz": 0, "report.json": 5, "report.pdf": 6, "report.html": 1, "report-pt-BR-a4.pdf": 1})
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()) as said:
            old = Path(folder) / DAY.isoformat() / "report-pt-BR-a4.pdf"
            old.parent.mkdir()
            old.write_bytes(b"saved by the day before")
            saved = archive.save(storage, "archive", DAY, Path(folder))
            self.assertFalse(old.exists(), "it would stand beside the new one")
        self.assertEqual({path.name for path in saved}, {"data.jsonl.gz", "report.json", "report.pdf"})
        for name in ("report.html", "report-pt-BR-a4.pdf"):
            self.assertIn(f"not saved: {name}, which is older than the report of {DAY}", said.getvalue())


if __name__ == "__main__":
    unittest.main()
