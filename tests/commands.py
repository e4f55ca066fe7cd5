"""Our commands as an operator runs them: processes of their own."""

import os
import subprocess
import sys

from researcher.env import BASE_DIR

SECONDS = 60


def manage(*arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess:
    """Run `manage.py ARGUMENTS` with these variables on top of ours; raises if it fails."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if check and done.returncode:
        raise AssertionError(f"{arguments} ended with {done.returncode}\n{done.stderr[-3000:]}")
    return done
