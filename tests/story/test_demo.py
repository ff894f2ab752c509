"""`make demo` plays to its end: the only test that starts everything, on addresses and in a folder of its own."""

import os
import subprocess
import sys

from tools.stack import ROOT

SECONDS = 300


def test_the_story_of_one_order_is_played_to_its_end():
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    played = subprocess.run(
        [sys.executable, "-m", "tools.demo", "story-test"],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-4000:]
    assert "steps happened as told" in played.stdout
    assert "✗" not in played.stdout
    assert played.stderr == ""
