"""From infra/config/<stage>.toml to Parameter Store.

Each function gets one parameter, /cx-bridge/<stage>/<function>: a TOML text with [shared] and its own table, as far as
the stage differs from the defaults that the function carries. Written in one fixed form, so that the same settings
always give the same text and a second deployment changes nothing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from stack.template import ROOT

CONFIG = ROOT / "infra" / "config"
PARAMETER_BYTES_MAX = 4096  # a standard parameter's value; an advanced one costs money every month


def load_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain data, on every Python that we support."""
    text = path.read_text(encoding="utf-8")
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        try:
            import tomli as tomllib
        except ModuleNotFoundError:
            import tomlkit

            return tomlkit.parse(text).unwrap()
    return tomllib.loads(text)


def parameter_name(stage: str, function: str) -> str:
    """Where a function's configuration is."""
    return f"/cx-bridge/{stage}/{function}"


def parameter_text(settings: dict[str, Any], function: str) -> str:
    """The value of one function's parameter."""
    tables = {name: settings[name] for name in ("shared", function) if settings.get(name)}
    text = "# cx-bridge: what differs from the defaults\n"
    for name, table in tables.items():
        text += "\n" + table_text(name, table)
    size = len(text.encode())
    if size > PARAMETER_BYTES_MAX:
        raise ValueError(f"[{function}] takes {size} bytes of at most {PARAMETER_BYTES_MAX} in Parameter Store: shorten it")
    return text


def table_text(name: str, table: dict[str, Any]) -> str:
    """One table and what is below it, in TOML: plain values first, then tables, then lists of tables."""
    rows = {key: value for key, value in table.items() if is_table_list(value)}
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    text = f"[{name}]\n"
    text += "".join(f"{key_text(key)} = {value_text(value)}\n" for key, value in table.items() if key not in rows | inner)
    for key, value in inner.items():
        text += "\n" + table_text(f"{name}.{json.dumps(key)}", value)
    for key, values in rows.items():
        for value in values:
            text += f"\n[[{name}.{key}]]\n" + "".join(f"{key_text(k)} = {value_text(v)}\n" for k, v in value.items())
    return text


def key_text(key: str) -> str:
    """A key as TOML writes it: in quotes where it holds a dot or another sign."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def is_table_list(value: object) -> bool:
    """Whether the value is written as [[name]]."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def value_text(value: object) -> str:
    """A plain value. JSON's strings, numbers and booleans are TOML's as well."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {value_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, (str, bool, int, float)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # dates and times: written in TOML as Python writes them, with a T or a space
