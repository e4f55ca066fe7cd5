"""What the errors of reports mean in HTTP."""

from reports.services import NotFinished, RenderingFailed, UnknownFormat
from researcher.kit.problems import Problem, told


@told.register
def _(error: NotFinished) -> Exception:
    return Problem("not_finished", str(error), status=409)


@told.register
def _(error: UnknownFormat) -> Exception:
    return Problem("unknown_format", str(error), attr="file_format")


@told.register
def _(error: RenderingFailed) -> Exception:
    return Problem("rendering_failed", str(error), status=503, retry_after=60)
