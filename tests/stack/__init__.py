"""The bundle on one machine: the AWS emulator, the simulator of both vendors, and the functions as they are deployed.

Start reading at `run.py` (what `make run` does) or `stack.py` (how the pieces are started and put together).
"""
