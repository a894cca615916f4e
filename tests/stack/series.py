"""The metrics that a stack really made: what CloudWatch would have counted, and asked money for."""

from __future__ import annotations

import json
from typing import Any

from stack.stack import Running

Series = tuple[str, tuple[tuple[str, str], ...]]


def series(running: Running) -> set[Series]:
    """Every metric of every function, by name and dimensions."""
    groups = [name for name in running.outputs if name.endswith("LogGroupName") and name != "AuditLogGroupName"]
    lines = [line for name in groups for entry in running.cloud.log_lines(running.outputs[name]) for line in entry.splitlines()]
    return {metric for line in lines if '"_aws"' in line for metric in series_of(json.loads(line))}


def series_of(line: dict[str, Any]) -> set[Series]:
    """Every name with every set of dimensions."""
    return {
        (metric["Name"], tuple((key, line[key]) for key in dimensions))
        for directive in line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        for dimensions in directive["Dimensions"]
    }
