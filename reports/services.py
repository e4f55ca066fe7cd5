"""What one can do with reports: get one, and have it rendered again."""

import asyncio
import hashlib
import logging
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from analysis.models import Analysis, Status
from analysis.types import Draft
from reports.formats import FORMATS
from reports.models import Report
from researcher.kit.children import ChildError, Children
from researcher.kit.pool import children

RICH = "reports.renderers:render_json"
PLAIN = "reports.renderers:render_plainly"

log = logging.getLogger(__name__)


class NotFinished(Exception):
    """There is no report yet; `status` is that of the analysis."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(f"This analysis is {status}: its report is there once it is completed.")


class UnknownFormat(Exception):
    """Nobody renders the format that was asked for."""

    def __init__(self, format: str) -> None:
        super().__init__(f"There is no format {format[:60]!r}; there are: {', '.join(FORMATS)}.")


class RenderingFailed(Exception):
    """The report could not be made; the analysis and its Draft are as they were."""

    def __init__(self, format: str) -> None:
        label = FORMATS[format].label
        super().__init__(f"The report could not be made as {label}: try another format.")


class Rendered(NamedTuple):
    content: bytes
    plain: bool


def report_for(*, analysis: Analysis, format: str) -> Report:
    """The stored report of a completed analysis; the first request renders it, in a child process.

    Raises UnknownFormat, NotFinished and RenderingFailed. Blocks: never call it on an event loop.
    """
    if format not in FORMATS:
        raise UnknownFormat(format)
    draft_json = draft_of(analysis).model_dump_json()
    digest = hashlib.sha256(draft_json.encode()).hexdigest()
    stored = Report.objects.filter(analysis=analysis, format=format, draft_sha256=digest).first()
    if stored and default_storage.exists(stored.file):
        return stored
    if stored:
        stored.delete()
    return _store(analysis, format, digest, asyncio.run(_render(format, draft_json)))


def draft_of(analysis: Analysis) -> Draft:
    """The Draft of a completed analysis. Raises NotFinished."""
    draft = analysis.draft() if analysis.status == Status.COMPLETED else None
    if draft is None:
        raise NotFinished(analysis.status)
    return draft


def forget(*, report: Report) -> None:
    """Drop a rendered report; the next request renders it again."""
    report.delete()
    default_storage.delete(report.file)


def _store(analysis: Analysis, format: str, digest: str, rendered: Rendered) -> Report:
    """Keep a rendering; of two made at once the first one stays, and both callers get it."""
    name = f"reports/{analysis.pk}/{digest[:16]}{FORMATS[format].extension}"
    file = default_storage.save(name, ContentFile(rendered.content))
    fields = {
        "file": file,
        "sha256": hashlib.sha256(rendered.content).hexdigest(),
        "size": len(rendered.content),
        "plain": rendered.plain,
    }
    report, is_new = Report.objects.get_or_create(
        analysis=analysis, format=format, draft_sha256=digest, defaults=fields
    )
    if not is_new:
        default_storage.delete(file)
    return report


async def _render(format: str, draft_json: str) -> Rendered:
    """The rich form, or where that fails the plain one, if the format has such a form."""
    pool = children(1)
    try:
        return await _rendered(pool, format, draft_json)
    except ChildError as error:
        raise RenderingFailed(format) from error
    finally:
        await pool.close()


async def _rendered(children: Children, format: str, draft_json: str) -> Rendered:
    try:
        rich = await children.call(RICH, format, draft_json, returns=bytes)
        return Rendered(rich, plain=False)
    except ChildError:
        log.exception("A report could not be rendered as %s; it is tried plainly.", format)
    plain = await children.call(PLAIN, format, draft_json, returns=bytes)
    return Rendered(plain, plain=True)
