"""The vendors' own clients work against the simulator as they are."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import unittest
import urllib.request

from stack.simulator import Simulator
from stack.template import ROOT

PYTHON = ROOT / ".venv" / "clients" / "bin" / "python"
PROGRAM = ROOT / "target" / "debug" / "simulator"
CALLS = 40


class OfficialClients(unittest.TestCase):
    """One simulator as a program, both clients one after the other."""

    def setUp(self) -> None:
        began = time.monotonic()
        self.process = subprocess.Popen([PROGRAM, "--port", "0", "--seed", "7"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        assert self.process.stdout is not None
        self.addCleanup(self.process.stdout.close)
        self.url = self.process.stdout.readline().split()[-1]
        listening = time.monotonic()
        urllib.request.urlopen(f"{self.url}/services/data/").close()
        start, first = (1000 * (moment - began) for moment in (listening, time.monotonic()))
        print(f"simulator: listens after {start:.0f} ms, has answered after {first:.0f} ms")

    def session(self) -> dict[str, int]:
        """How many calls each client made; whatever it found wrong fails here."""
        with tempfile.TemporaryDirectory() as home:
            environment = {"PYTHONPATH": str(ROOT / "tests"), "HOME": home, "PATH": os.environ["PATH"]}
            command = [PYTHON, "-m", "stack.official_clients", self.url]
            ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr[-4000:])
        return json.loads(ended.stdout)

    def test_a_session_of_each_client_is_answered_without_a_skipped_call(self) -> None:
        """Every call of both, and none of them met anything that is not simulated or breaks the table of schemas."""
        calls = self.session()
        self.assertGreaterEqual(calls["genesys"] + calls["salesforce"], CALLS, calls)
        simulator = Simulator(self.url)
        entries = simulator.journal()
        self.assertEqual([entry["path"] for entry in entries if entry["status"] == 501 or "violation" in entry], [])
        self.assertEqual(simulator.counts()["violations"], 0)
        operations = sorted({entry["operation"] for entry in entries})
        exercised = json.loads((ROOT / "tests/simulator/contract/exercised.json").read_text(encoding="utf-8"))
        self.assertEqual(operations, exercised["official_clients"], "tests/simulator/contract/exercised.json says otherwise")


if __name__ == "__main__":
    unittest.main()
