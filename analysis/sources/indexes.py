"""The forward indexes of sources as rows: what spares a run from cutting stored pages anew."""

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from analysis.models import ForwardIndex, Source, SourceStatus
from analysis.pipeline.forward import RULES
from analysis.types import Page
from researcher.kit.children import ChildError, Children

logger = logging.getLogger(__name__)

PACKED = "analysis.pipeline.forward:packed"


async def packed(pages: Sequence[Page], language: str, children: Children) -> bytes:
    """The index of pages; none where making it takes too much, since no run depends on it."""
    try:
        return await children.call(PACKED, pages, language, returns=bytes)
    except ChildError:
        logger.warning("a source has no forward index", exc_info=True)
        return b""


def row(source_id: UUID, content: bytes) -> ForwardIndex:
    return ForwardIndex(source_id=source_id, rules=RULES, content=content)


def of(source_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The packed indexes of sources, of those that have one by the rules of now."""
    found = ForwardIndex.objects.filter(source_id__in=list(source_ids), rules=RULES)
    return {source: bytes(content) for source, content in found.values_list("source_id", "content")}


def missing() -> "QuerySet[Source]":
    """The sources that were read and have no index, or one by the rules of before."""
    there = ForwardIndex.objects.filter(rules=RULES).values("source")
    return Source.objects.filter(status=SourceStatus.READ).exclude(pk__in=there)
