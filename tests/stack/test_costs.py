"""The README says what a stage costs while nothing happens; here it is counted from the template."""

from __future__ import annotations

import re
import unittest

from stack.template import ROOT
from stack.vendors import DEMO
from stack.wiring.damage import ORIGINAL
from stack.wiring.reading import Template

METRICS_A_FUNCTION = 3  # shared/platform/src/telemetry/metrics.rs: what came, what was changed, what failed
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
        "custom metrics": sum(METRICS_A_FUNCTION + len(measures(source)) for source in reporting(template).values()),
        "secrets": in_template["SecretsManager::Secret"] + len(DEMO) + 1,
        "customer-managed key": in_template["KMS::Key"],
        "alarms": in_template["CloudWatch::Alarm"],
    }


def reporting(template: Template) -> dict[str, str]:
    """The functions that end with a report, and so with metrics: the source of each."""
    folders = {function: ROOT / "functions" / function / "src" for _, function, _ in template.functions()}
    sources = {function: "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.rs")) for function, folder in folders.items()}
    return {function: source for function, source in sources.items() if re.search(r"telemetry::emit\b", source)}


def measures(source: str) -> set[str]:
    """The names of the metrics that a function has beyond those of all."""
    constants = dict(re.findall(r'const (\w+): &str = "(\w+)";', source))
    return {constants.get(name, name) for name in re.findall(r'\.measure\(\s*"?(\w+)', source)}


if __name__ == "__main__":
    unittest.main()
