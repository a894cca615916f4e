"""A function is packed once, and again when its program has changed."""

from __future__ import annotations

import io
import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from stack import package
from stack.template import Function

FUNCTION = Function("Sample", "sample")


class Package(unittest.TestCase):
    """stack.package with a program that is a few bytes."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "program"
        self.build(b"first", at=1_000)
        places = {"STAGED": Path(folder.name) / "staged", "built_binary": lambda function, profile: self.program}
        there = mock.patch.multiple(package, **places)
        there.start()
        self.addCleanup(there.stop)

    def build(self, content: bytes, at: int) -> None:
        """A program of that time."""
        self.program.write_bytes(content)
        os.utime(self.program, (at, at))

    def packed(self) -> tuple[str, bytes]:
        """The package's name, and the program in it."""
        name, content = package.deployable(FUNCTION, "release")  # nothing is stripped of it
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return name, archive.read("bootstrap")

    def test_it_is_packed_once(self) -> None:
        first = self.packed()
        with mock.patch.object(package, "zipped", side_effect=AssertionError("packed again")):
            self.assertEqual(self.packed(), first)
        self.assertEqual(first[1], b"first")

    def test_another_program_is_another_package_of_another_name(self) -> None:
        first = self.packed()
        self.build(b"second", at=2_000)
        second = self.packed()
        self.assertEqual(second[1], b"second")
        self.assertNotEqual(second[0], first[0])

    def test_the_same_program_of_another_kind_of_build_is_packed_again(self) -> None:
        self.packed()
        (package.STAGED / "sample" / "profile").write_text("dev", encoding="ascii")
        self.build(b"released", at=1_000)
        self.assertEqual(self.packed()[1], b"released")


if __name__ == "__main__":
    unittest.main()
