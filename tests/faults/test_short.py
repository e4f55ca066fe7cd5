"""The short form of `make test-faults`: real processes, killed, frozen, hung and told to stop."""

import json
import subprocess
import sys

import pytest

from researcher.env import BASE_DIR

COMMAND = ["-W", "ignore", "-m", "tests.faults", "--database", "sqlite", "--short"]
CASES = {
    "kill -9 at a point": 3,
    "SIGSTOP past the lease": 1,
    "SIGTERM": 1,
    "hung cluster": 1,
}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_handful_of_faults_break_no_promise():
    done = subprocess.run(
        [sys.executable, *COMMAND], cwd=BASE_DIR, capture_output=True, text=True, timeout=230
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["faults"] == [], done.stderr[-3000:]
    assert figures["cases"] == {name: [runs, runs] for name, runs in CASES.items()}
    assert done.returncode == 0
