"""What is missing is named in one line each."""

from __future__ import annotations

import unittest

from stack.preflight import missing


def machine(without: set[str] = frozenset(), version: tuple[int, int] = (3, 11)) -> list[str]:  # type: ignore[assignment]
    """The complaints on a machine without these programs and modules."""

    def which(name: str) -> str | None:
        return None if name in without else "/bin/" + name

    def has_module(name: str) -> object:
        return None if name in without else True

    return missing(which, version, has_module)


class Preflight(unittest.TestCase):
    """stack.preflight on machines that lack something."""

    def test_a_complete_machine_is_silent(self) -> None:
        for minor in (10, 11, 12, 13):
            self.assertEqual(machine(version=(3, minor)), [])

    def test_each_missing_thing_is_one_line_with_its_name(self) -> None:
        for without, named in (
            ({"rustc"}, "Rust"),
            ({"cargo"}, "Rust"),
            ({"cc", "gcc", "clang"}, "C compiler"),
            ({"ensurepip"}, "python3-venv"),
            ({"make"}, "make"),
        ):
            (line,) = machine(without)
            self.assertIn(named, line)
            self.assertNotIn("\n", line)

    def test_another_compiler_is_fine(self) -> None:
        self.assertEqual(machine({"cc", "gcc"}), [])

    def test_python_outside_the_range_is_named_with_its_version(self) -> None:
        for version in ((3, 9), (3, 14)):
            (line,) = machine(version=version)
            self.assertIn("%d.%d" % version, line)


if __name__ == "__main__":
    unittest.main()
