"""Every stage's configuration fits Parameter Store and survives the way there."""

from __future__ import annotations

import re
import tempfile
import unittest
from pathlib import Path

from stack.configuration import CONFIG, PARAMETER_BYTES_MAX, load_toml, parameter_name, parameter_text

STAGES = ("dev", "staging", "prod", "local")


def read_back(text: str) -> object:
    """The text as a function would read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parameter.toml"
        path.write_text(text, encoding="utf-8")
        return load_toml(path)


class Configuration(unittest.TestCase):
    """infra/config and what becomes of it."""

    def test_each_stage_fits_a_standard_parameter(self) -> None:
        for stage in STAGES:
            settings = load_toml(CONFIG / f"{stage}.toml")
            for function in load_toml(CONFIG / "default.toml").keys() - {"shared"}:
                self.assertLess(len(parameter_text(settings, function).encode()), PARAMETER_BYTES_MAX)

    def test_even_all_defaults_written_out_fit(self) -> None:
        defaults = load_toml(CONFIG / "default.toml")
        for function in defaults.keys() - {"shared"}:
            wanted = {name: defaults[name] for name in ("shared", function)}
            self.assertEqual(read_back(parameter_text(defaults, function)), wanted)

    def test_what_is_too_long_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(ValueError, r"\[contact-sync\] takes \d+ bytes of at most 4096"):
            parameter_text({"contact-sync": {"record_url": "x" * 5000}}, "contact-sync")

    def test_a_function_gets_its_own_table_and_the_shared_one(self) -> None:
        settings = {"shared": {"a": 1}, "contact-sync": {"b": "é \"quoted\""}, "nightly-report": {"c": 2}}
        text = parameter_text(settings, "contact-sync")
        self.assertEqual(read_back(text), {"shared": {"a": 1}, "contact-sync": {"b": "é \"quoted\""}})

    def test_the_same_settings_always_give_the_same_text(self) -> None:
        settings = load_toml(CONFIG / "default.toml")
        text = parameter_text(settings, "contact-sync")
        self.assertEqual(parameter_text(read_back(text), "contact-sync"), text)

    def test_tables_lists_and_numbers_keep_their_kind(self) -> None:
        settings = {"contact-sync": {"inner": {"x y": {"n": 1.5}}, "names": ["a", "b"], "on": True, "rows": [{"a": [1]}, {"a": []}]}}
        self.assertEqual(read_back(parameter_text(settings, "contact-sync")), settings)

    def test_no_difference_is_a_text_too(self) -> None:
        self.assertEqual(read_back(parameter_text({}, "contact-sync")), {})

    def test_the_parameter_is_where_the_template_looks(self) -> None:
        self.assertEqual(parameter_name("dev", "contact-sync"), "/cx-bridge/dev/contact-sync")

    def test_every_default_has_a_comment_above_it(self) -> None:
        lines = (CONFIG / "default.toml").read_text(encoding="utf-8").splitlines()
        in_row = False
        for before, line in zip(["", *lines], lines):
            if line.startswith("["):
                # The keys of lists and of open maps are explained once, above the first.
                in_row = line.startswith("[[") or line.count(".") > 1
            if re.match(r"^[a-z_]+ = ", line) and not in_row:
                self.assertTrue(before.startswith("#"), f"`{line}` says nothing about itself")


if __name__ == "__main__":
    unittest.main()
