"""Reading infra/template.yaml, and the copy of it that the emulator gets.

The copy differs from the original in one thing: where each function's code is. `test_template.py` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
CODE_HERE = "CodeUri: ..\n"


class TemplateLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # the same in C is there nearly always
    """YAML with CloudFormation's short forms: `!Ref X` reads as {"Ref": "X"}, `!Sub X` as {"Fn::Sub": "X"}."""


def short_form(loader: TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    """One `!Something`, written out."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", short_form)


def parse(text: str) -> dict[str, Any]:
    """A template as plain data."""
    return yaml.load(text, Loader=TemplateLoader)


@dataclass(frozen=True)
class Function:
    """A function of the template: its resource's name and the name of its binary, folder and configuration table."""

    resource: str
    name: str


def functions(template: dict[str, Any]) -> list[Function]:
    """Every function that the template deploys."""
    return [
        Function(resource, body["Metadata"]["BuildProperties"]["Binary"])
        for resource, body in template["Resources"].items()
        if body["Type"] == "AWS::Serverless::Function"
    ]


def with_code_at(text: str, code_uri: Callable[[str], str]) -> str:
    """The template's text with each function's CodeUri replaced by `code_uri(binary)`; nothing else is touched."""
    binaries = [function.name for function in functions(parse(text))]
    if text.count(CODE_HERE) != len(binaries):
        raise ValueError(f"{TEMPLATE.name}: expected `{CODE_HERE.strip()}` once for each of {', '.join(binaries)}")
    remaining = iter(binaries)
    return re.sub(re.escape(CODE_HERE), lambda _: f"CodeUri: {code_uri(next(remaining))}\n", text)
