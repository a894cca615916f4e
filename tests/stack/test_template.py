"""What the emulator gets is infra/template.yaml but for the place of the code."""

from __future__ import annotations

import unittest

from stack.template import TEMPLATE, functions, parse, with_code_at

ORIGINAL = TEMPLATE.read_text(encoding="utf-8")


class Copy(unittest.TestCase):
    """The copy that `make run` deploys."""

    def test_the_copy_differs_only_in_where_the_code_is(self) -> None:
        original, copy = parse(ORIGINAL), parse(with_code_at(ORIGINAL, lambda name: f"s3://bucket/{name}.zip"))
        for function in functions(original):
            code = copy["Resources"][function.resource]["Properties"].pop("CodeUri")
            self.assertEqual(code, f"s3://bucket/{function.name}.zip")
            self.assertEqual(original["Resources"][function.resource]["Properties"].pop("CodeUri"), "..")
        self.assertEqual(copy, original)

    def test_a_function_whose_code_is_elsewhere_is_noticed(self) -> None:
        with self.assertRaises(ValueError):
            with_code_at(ORIGINAL.replace("CodeUri: ..", "CodeUri: ../functions"), str)

    def test_short_forms_are_read_as_cloudformation_means_them(self) -> None:
        self.assertEqual(parse("[!Ref A, !GetAtt B.Arn, !Sub 'x${C}', !Not [!Equals [a, b]]]"), [
            {"Ref": "A"},
            {"Fn::GetAtt": ["B", "Arn"]},
            {"Fn::Sub": "x${C}"},
            {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]},
        ])


if __name__ == "__main__":
    unittest.main()
