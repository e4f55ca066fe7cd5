"""A process that has settled walks through nothing that it began with."""

import subprocess
import sys

SCRIPT = """
import gc
from researcher.kit import memory
before = len(gc.get_objects())
memory.settle()
young = len(gc.get_objects())
memory.settle()
assert gc.get_freeze_count() > before / 2 and young < before / 10, (before, young)
assert gc.get_threshold() == memory.THRESHOLDS
class Ring: pass
ring = Ring(); ring.me = ring; del ring
assert gc.collect() >= 1
"""


def test_what_was_loaded_is_never_walked_through_and_new_cycles_still_are():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
