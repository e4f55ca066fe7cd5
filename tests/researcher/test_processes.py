"""A process ends with its parent, also with one that was gone before it could ask for that."""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

ASK = """
import django, signal
django.setup()
from researcher.processes import end_with_parent
end_with_parent(signal.SIGKILL, parent={})
"""


def asked(parent: int) -> int:
    command = [sys.executable, "-c", ASK.format(parent)]
    ours = os.environ | {"DJANGO_SETTINGS_MODULE": "researcher.settings"}
    return subprocess.run(command, env=ours, check=False).returncode


def test_it_lives_while_its_parent_does():
    assert asked(os.getpid()) == 0


def test_it_ends_at_once_when_its_parent_was_gone_before():
    assert asked(2**22 + 1) == -signal.SIGKILL
