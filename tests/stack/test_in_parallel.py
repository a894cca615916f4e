"""Modules side by side are judged as one after the other: no test is lost, and no failure."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from stack import in_parallel
from stack.processes import group_is_alive
from stack.template import ROOT

GOOD = """
import unittest
class Good(unittest.TestCase):
    def test_one(self): pass
    def test_two(self): pass
"""
BAD = """
import unittest
class Bad(unittest.TestCase):
    def test_fine(self): pass
    def test_wrong(self): self.assertEqual(1, 2, "so it is")
    def test_parts(self):
        for part in (1, 2):
            with self.subTest(part=part): self.assertEqual(part, 1)
class NeverReady(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("no stack")
    def test_on_it(self): pass
"""
SAMPLES = {"test_good": GOOD, "test_bad": BAD, "test_dead": "import os\nos._exit(3)\n", "test_none": "", "test_broken": "import nothing_of_that_name\n"}
# Starts something that has to be ended, and says its process group.
OPEN = """
import sys, time, unittest
from pathlib import Path
from stack.processes import Workshop
class Open(unittest.TestCase):
    def test_goes_on(self):
        part = Workshop().start("part", [sys.executable, "-c", "import time; time.sleep(600)"], {{}})
        Path({said!r}).write_text(str(part.process.pid))
        part.process.wait()
"""


class InParallel(unittest.TestCase):
    """stack.in_parallel with modules of a few lines."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "samples").mkdir()
        patch = mock.patch.dict(os.environ, {"PYTHONPATH": folder.name})
        patch.start()
        self.addCleanup(patch.stop)

    def ran(self, *names: str) -> dict[str, in_parallel.Ended]:
        """What became of these samples, by name."""
        for name in names:
            (self.folder / "samples" / f"{name}.py").write_text(SAMPLES[name], encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as said:
            found = in_parallel.run(list(names), 3, "samples")
        self.said = said.getvalue()
        return {ended.module: ended for ended in found}

    def test_every_test_counts_and_every_failure_is_told_with_its_reason(self) -> None:
        found = self.ran("test_good", "test_bad")
        good, bad = found["test_good"], found["test_bad"]
        self.assertEqual((good.is_fine, good.ran, [test.rsplit(".", 1)[-1] for test in good.passed]), (True, 2, ["test_one", "test_two"]))
        self.assertEqual((bad.is_fine, [test.rsplit(".", 1)[-1] for test in bad.passed]), (False, ["test_fine"]))
        told = "\n".join(in_parallel.summary([good, bad], 1.0, 3))
        for sentence in ("test_wrong", "so it is", "(part=2)", "no stack"):
            self.assertIn(sentence, told)
            self.assertIn(sentence, self.said)
        self.assertEqual(told.splitlines()[-1], "3 passed, 3 failed")

    def test_a_module_that_dies_or_is_empty_or_cannot_be_read_is_a_failure(self) -> None:
        found = self.ran("test_dead", "test_none", "test_broken")
        self.assertEqual([ended.is_fine for ended in found.values()], [False] * 3)
        self.assertIn("ended early, with code 3", found["test_dead"].problems[0][1])
        self.assertIn("0 tests ran", found["test_none"].problems[0][1])
        self.assertIn("nothing_of_that_name", found["test_broken"].problems[0][1])

    def test_no_module_is_left_out_and_the_longest_come_first(self) -> None:
        names = in_parallel.modules()
        self.assertEqual(sorted(names), sorted(path.stem for path in Path(__file__).parent.glob("test_*.py")))
        self.assertEqual(names[: len(in_parallel.LONGEST)], list(in_parallel.LONGEST))

    def test_what_a_test_has_started_is_ended_with_it(self) -> None:
        said = self.folder / "group"
        (self.folder / "samples" / "test_open.py").write_text(OPEN.format(said=str(said)), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{self.folder}"}
        program = "from stack import in_parallel, processes\nprocesses.end_like_ctrl_c_on_sigterm()\nin_parallel.run(['test_open'], 1, 'samples')\n"
        with subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as runner:
            deadline = time.monotonic() + 20
            while not (said.exists() and said.read_text()) and time.monotonic() < deadline:
                time.sleep(0.05)
            runner.send_signal(signal.SIGTERM)
        self.assertFalse(group_is_alive(int(said.read_text())))


if __name__ == "__main__":
    unittest.main()
