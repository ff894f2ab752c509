"""Threads that all do something for the first time at once, in processes that may die of it."""

import json
import subprocess
import sys
from typing import Any, Final

PROCESSES: Final = 10
MEETING: Final = """
import importlib, json, os, sys, threading

module, function, given = json.load(sys.stdin)
act = getattr(importlib.import_module(module), function)
sys.setswitchinterval(1e-6)

def all_at_once():
    gate = threading.Barrier(8)
    def run():
        gate.wait()
        act(given)
    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads: each.start()
    for each in threads: each.join()

def survives():
    pid = os.fork()
    if pid == 0:
        all_at_once()
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0

print(sum(survives() for _ in range(int(sys.argv[1]))))
"""


def survived(module: str, function: str, given: Any) -> int:
    """How many of PROCESSES fresh processes live on when eight threads first call a function, of one JSON value."""
    command = [sys.executable, "-c", MEETING, str(PROCESSES)]
    asked = json.dumps([module, function, given])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=120)
    return int(done.stdout)
