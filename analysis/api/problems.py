"""What the errors of analyses and templates mean in HTTP."""

from analysis.lifecycle import IllegalMove
from researcher.kit.problems import Fault, Problem, summary, told
from templates_app.options import InvalidOptions


@told.register
def _(error: IllegalMove) -> Exception:
    return Problem("invalid_state", str(error), allowed=list(error.allowed))


@told.register
def _(error: InvalidOptions) -> Exception:
    faults = [Fault(one.code, one.detail, f"options.{one.key}") for one in error.errors]
    return Problem("invalid_options", summary(faults), faults=faults)
