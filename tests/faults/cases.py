"""The cases: every row of the promise table that a process, a signal or a server can break."""

from tests.faults import doors, kills, moves, outages, processes, rings
from tests.faults.arming import OPEN_POINTS, POINTS
from tests.faults.case import Case

STALLS = (
    "claimed",
    "worked:planning",
    "flight:processing",
    "answered:ai-analysis",
    "worked:report-creation",
)
WEB_POINTS = ("submitting", "submitted", "answering")
FLAPS = ("", "and a killed web server")
OUTAGES = ("stopped", "killed")
PROVIDER = ("overload", "rate_limited", "conflict", "drop", "hang")
KILLED = tuple(f"{cluster} {role}" for cluster in processes.CLUSTERS for role in processes.ROLES)

CASES = (
    Case(
        "kill -9 at a point",
        "P2 P3 P4 P6",
        kills.killed_at,
        POINTS,
        short=("flight:processing", "inside:planning", "paid:report-creation"),
    ),
    Case("SIGSTOP past the lease", "P5", kills.stalled_at, STALLS, short=STALLS[3:4]),
    Case("cancel at a point", "P9", moves.cancelled_at, OPEN_POINTS),
    Case("pause and resume at a point", "P9", moves.paused_at, OPEN_POINTS),
    Case("SIGKILL of one process", "P2 P11", processes.killed, KILLED[:-1]),
    Case("SIGKILL of work", "P2 P10", processes.work_killed),
    Case("hung cluster", "P11", processes.hung, short=("",)),
    Case("a clock that is wrong", "P5", processes.wrong_clock, ("3600", "-3600"), on="postgres"),
    Case("SIGTERM", "P10", processes.told_to_stop, ("work", "the group"), short=("work",)),
    Case("lost doorbell", "P1", rings.lost),
    Case("twenty doorbells", "P1 P2", rings.doubled),
    Case("call of 10 leases", "P7", rings.slow),
    Case("poison run", "P8", rings.poison),
    Case("provider fails", "P15", rings.retried, PROVIDER),
    Case("huge usage", "P14", rings.broke),
    Case("SIGKILL of the web in a POST", "P1 P12", doors.web_killed, WEB_POINTS),
    Case("50 POSTs with one key", "P12", doors.at_once),
    Case("clients that flap", "P4", doors.flapping, FLAPS),
    Case("PostgreSQL restarts", "P16", outages.restarted, OUTAGES, on="postgres"),
    Case("web after a restart", "P16", outages.web_after_a_restart, OUTAGES, on="postgres"),
    Case("half of the rings lost", "P4", doors.half_deaf, on="postgres"),
    Case("Redis is away", "P17 P4", doors.redis_away, on="postgres"),
)
