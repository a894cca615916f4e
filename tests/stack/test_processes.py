"""Nothing that was started is left behind."""

from __future__ import annotations

import os
import sys
import unittest
from unittest import mock

from stack import processes
from stack.processes import Part, PartFailed, Workshop, group_is_alive

# A process with a child, both deaf to a polite request.
STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('ready', flush=True)\n"
    "time.sleep(600)\n"
)


def started(workshop: Workshop, program: str) -> Part:
    """The program, once it said `ready`."""
    part = workshop.start("part", [sys.executable, "-c", program], {"GIVEN": "1"})
    part.wait_until(lambda: "ready" in part.log.read_text(), 10, "its first word")
    return part


class Processes(unittest.TestCase):
    """stack.processes with small programs, some of which have to be killed."""

    def setUp(self) -> None:
        impatient = mock.patch.object(processes, "GRACE_SECONDS", 0.3)
        impatient.start()
        self.addCleanup(impatient.stop)

    def test_a_whole_group_and_the_folder_are_gone_at_the_end(self) -> None:
        with Workshop() as workshop:
            group = started(workshop, STUBBORN).process.pid
        self.assertFalse(group_is_alive(group))
        self.assertFalse(workshop.folder.exists())

    def test_they_are_gone_after_ctrl_c_too(self) -> None:
        with self.assertRaises(KeyboardInterrupt), Workshop() as workshop:
            group = started(workshop, STUBBORN).process.pid
            raise KeyboardInterrupt
        self.assertFalse(group_is_alive(group))
        self.assertFalse(workshop.folder.exists())

    def test_what_is_kept_stays(self) -> None:
        with Workshop() as workshop:
            group = started(workshop, STUBBORN).process.pid
            workshop.keep()
        self.addCleanup(workshop.close)
        self.assertTrue(group_is_alive(group))
        self.assertTrue(workshop.folder.exists())

    def test_a_process_sees_nothing_of_our_environment_but_the_path(self) -> None:
        os.environ["CX_BRIDGE_TEST_SECRET"] = "x"
        self.addCleanup(os.environ.pop, "CX_BRIDGE_TEST_SECRET")
        show = "import os; print(sorted(os.environ)); print('ready', flush=True)"
        with Workshop() as workshop:
            part = workshop.start("part", [sys.executable, "-c", show], {"GIVEN": "1"})
            self.assertEqual(part.process.wait(), 0)
            names = set(eval(part.log.read_text().splitlines()[0]))  # noqa: S307 - our own list
        self.assertEqual(names - {"LC_CTYPE"}, {"PATH", "HOME", "TMPDIR", "LANG", "GIVEN"})

    def test_a_part_that_ends_too_early_is_named_with_its_last_lines(self) -> None:
        with Workshop() as workshop:
            part = workshop.start("emulator", [sys.executable, "-c", "print('port taken'); raise SystemExit(3)"], {})
            with self.assertRaises(PartFailed) as raised:
                part.wait_until(lambda: False, 10, "its address")
            self.assertEqual(str(raised.exception), "emulator: ended with code 3 before its address")
            self.assertEqual(raised.exception.last_lines(), ["port taken"])

    def test_waiting_has_an_end(self) -> None:
        with Workshop() as workshop:
            part = started(workshop, STUBBORN)
            with self.assertRaisesRegex(PartFailed, "waited 0.1 s for rain"):
                part.wait_until(lambda: False, 0.1, "rain")


if __name__ == "__main__":
    unittest.main()
