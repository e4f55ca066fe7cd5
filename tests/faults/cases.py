"""The cases: every row of the promise table that a process, a signal or a server can break."""

from tests.faults import kills
from tests.faults.arming import POINTS
from tests.faults.case import Case

STALLS = (
    "claimed",
    "worked:planning",
    "flight:processing",
    "answered:ai-analysis",
    "worked:report-creation",
)

CASES = (
    Case("kill -9 at a point", "P2 P3 P4 P6", kills.killed_at, POINTS),
    Case("SIGSTOP past the lease", "P5", kills.stalled_at, STALLS),
)
