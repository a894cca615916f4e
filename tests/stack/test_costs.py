"""The README says what a stage costs while nothing happens; here it is counted from the template."""

from __future__ import annotations

import re
import unittest

from stack.template import ROOT
from stack.vendors import DEMO
from stack.wiring.damage import ORIGINAL
from stack.wiring.reading import Template

METRICS_A_FUNCTION = 4  # shared/platform/src/telemetry/metrics.rs
DOLLARS = {"custom metrics": 0.30, "secrets": 0.40, "customer-managed key": 1.00, "alarms": 0.10}
DOLLARS_MAX = 10.0


class Costs(unittest.TestCase):
    """What is paid for by the month, whether it is used or not."""

    def test_the_readme_counts_what_the_template_has(self) -> None:
        counts = counted(Template(ORIGINAL))
        dollars = sum(count * DOLLARS[name] for name, count in counts.items())
        text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").partition("**Cost.**")[2].split())
        for name, count in counts.items():
            self.assertIn(f"{count} {name}", text)
        self.assertIn(f"{dollars:.2f} dollars a month", text)
        self.assertLess(dollars, DOLLARS_MAX)


def counted(template: Template) -> dict[str, int]:
    """How many of each; vendor secrets and webhook keys are not in the template."""
    in_template = {kind: len(list(template.of_type(f"AWS::{kind}"))) for kind in ("SecretsManager::Secret", "KMS::Key", "CloudWatch::Alarm")}
    return {
        "custom metrics": METRICS_A_FUNCTION * len(reporting(template)),
        "secrets": in_template["SecretsManager::Secret"] + len(DEMO) + 1,
        "customer-managed key": in_template["KMS::Key"],
        "alarms": in_template["CloudWatch::Alarm"],
    }


def reporting(template: Template) -> list[str]:
    """The functions that end with a report, and so with metrics."""
    emits = re.compile(r"telemetry::emit\b")
    sources = {function: (ROOT / "functions" / function / "src").rglob("*.rs") for _, function, _ in template.functions()}
    return [name for name, files in sources.items() if any(emits.search(file.read_text(encoding="utf-8")) for file in files)]


if __name__ == "__main__":
    unittest.main()
