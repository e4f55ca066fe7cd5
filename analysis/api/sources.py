"""Sources: what a run made of each, their text, and their pages with a quote marked."""

import logging
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api import analyses
from analysis.api.caching import revalidated
from analysis.api.requests import ImageQuery, RunSourcesQuery, SourceTextQuery
from analysis.api.source_answers import Highlight, SourceText
from analysis.models import Analysis, Source
from analysis.provenance import RunSource, SourceFate, sources_of
from analysis.sources import store
from analysis.sources.reading.types import Box
from analysis.types import Draft
from researcher.kit.cache import PAGE_IMAGE, PAGE_TEXT, key_of, remember
from researcher.kit.children import ChildError
from researcher.kit.pagination import ListPages
from researcher.kit.problems import Problem
from researcher.kit.serializers import Door
from researcher.kit.warm import WARM

logger = logging.getLogger(__name__)

PDF = "application/pdf"
BOXES = "analysis.sources.reading.positions:boxes"
PNG = "analysis.sources.reading.images:png"


class Place(NamedTuple):
    """Words of a page, with their mark in a report if they are a citation of one."""

    page: int
    start: int
    end: int
    mark: str = ""


class AnalysisSources(Door, ListAPIView[Analysis]):
    queryset = Analysis.objects.none()
    pagination_class = ListPages
    query = RunSourcesQuery

    @extend_schema(operation_id="analyses_sources", responses=RunSource)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of every source of an analysis, and why: also while it runs."""
        fates = set(self.asked().get("status") or SourceFate)
        every = sources_of(analyses.mine(request, kwargs["pk"]))
        pages = ListPages()
        page = pages.paginate_queryset([one for one in every if one.status in fates], request)
        return pages.get_paginated_response([one.model_dump(mode="json") for one in page])


@method_decorator(revalidated, name="dispatch")
class SourceTextView(Door):
    query = SourceTextQuery

    @extend_schema(operation_id="sources_text", responses=SourceText)
    def get(self, request: Request, pk: UUID) -> Response:
        """The stored text of a page with highlights: a citation, all of an analysis, or a quote."""
        source, asked = mine(request, pk), self.asked()
        places = _places(request, source, asked)
        number = asked.get("page") or (places[0].page if places else 1)
        text = page_text(source, number)
        shown = [place for place in places if place.page == number]
        _refuse_elsewhere(places, shown, number)
        answer = SourceText(
            source=source.pk,
            title=source.title,
            author=source.author,
            url=source.url,
            media_type=source.media_type,
            published_on=source.published_on,
            page=number,
            pages=source.pages_count,
            text=text,
            highlights=tuple(_highlight(source, text, place, len(shown) == 1) for place in shown),
        )
        return Response(answer.model_dump(mode="json"))


class PageImage(Door):
    query = ImageQuery

    @extend_schema(operation_id="sources_page", responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID, number: int) -> HttpResponseBase:
        """A page of a PDF as a picture, with the quote marked.

        Send the ETag of the last answer as `If-None-Match`, and 304 says that nothing changed.
        """
        source, asked = mine(request, pk), self.asked()
        if source.media_type != PDF:
            detail = "Only pages of a PDF have a picture: read the text of this one instead."
            raise Problem("no_page_image", detail, status=404)
        places = _places(request, source, asked | {"page": number})
        shown = [place for place in places if place.page == number]
        text = page_text(source, number)
        _refuse_elsewhere(places, shown, number)
        spans = sorted((place.start, place.end) for place in shown if _checked(place, text))
        return _picture(request, source, number, spans, asked["width"])


def mine(request: Request, pk: UUID) -> Source:
    """The source, if a document or an analysis of the caller leads to it; else it is not there."""
    return get_object_or_404(Source.objects.visible_to(request.user), pk=pk)


def page_text(source: Source, number: int) -> str:
    """The stored text of a page. Raises Problem `not_found`."""
    return remember(PAGE_TEXT, [source.pk, number], partial(_stored, source, number))


def _stored(source: Source, number: int) -> str:
    page = source.pages.filter(number=number).first()
    if page is None:
        detail = f"There is no page {number}: this source has {source.pages_count} pages."
        raise Problem("not_found", detail, status=404)
    return page.text


def boxes(source: Source, page: int, start: int, end: int) -> list[Box]:
    """The lines of a quote on a page of a PDF; none where they cannot be told."""
    if source.media_type != PDF:
        return []
    try:
        return WARM.call(BOXES, store.content(source), page, start, end, returns=list[Box])
    except ChildError:
        logger.warning("no boxes", exc_info=True, extra={"source": str(source.pk)})
        return []


# --- places -----------------------------------------------------------------------------


def _places(request: Request, source: Source, asked: dict[str, Any]) -> list[Place]:
    """The words that are asked for: a quote by its offsets, or citations of an analysis."""
    if quote := asked.get("quote"):
        start, end = map(int, quote.split("-"))
        return [Place(asked.get("page") or 1, start, end)]
    if not (analysis_id := asked.get("analysis")):
        return []
    draft = analyses.mine(request, analysis_id).draft()
    cited = list(_citations(draft, source)) if draft else []
    mark = asked.get("citation")
    if mark is None:
        return cited
    if chosen := [place for place in cited if place.mark == mark]:
        return chosen
    known = ", ".join(place.mark for place in cited[:20]) or "none"
    detail = f"This analysis has no citation {mark!r} of this source; there are: {known}."
    raise Problem("citation_not_found", detail, status=404, attr="citation")


def _citations(draft: Draft, source: Source) -> list[Place]:
    keys = {one.key for one in draft.sources if one.id == source.pk}
    quotes = {quote.key: quote for quote in draft.quotes if quote.source in keys}
    return [
        Place(quote.page, quote.start, quote.end, f"{one.source_number}.{one.quote_number}")
        for one in draft.citations
        if (quote := quotes.get(one.quote))
    ]


def _refuse_elsewhere(places: list[Place], shown: list[Place], number: int) -> None:
    if len(places) == 1 and not shown:
        detail = f"That citation stands on page {places[0].page}, not on page {number}."
        raise Problem("wrong_page", detail, attr="page")


def _checked(place: Place, text: str) -> bool:
    """True; raises Problem `invalid_range` for offsets that the page does not have."""
    if not 0 <= place.start < place.end <= len(text):
        detail = f"A quote is start-end with 0 <= start < end <= {len(text)} on this page."
        raise Problem("invalid_range", detail, attr="quote")
    return True


def _highlight(source: Source, text: str, place: Place, with_boxes: bool) -> Highlight:
    _checked(place, text)
    found = boxes(source, place.page, place.start, place.end) if with_boxes else []
    return Highlight(
        citation=place.mark,
        start=place.start,
        end=place.end,
        text=text[place.start : place.end],
        boxes=tuple(found),
    )


# --- pictures ---------------------------------------------------------------------------


def _picture(
    request: Request, source: Source, number: int, spans: list[tuple[int, int]], width: int
) -> HttpResponseBase:
    """The picture, drawn once for the same bytes, page, words and width."""
    parts = [source.sha256, number, spans, width]
    etag = f'"{key_of(PAGE_IMAGE, parts)}"'
    response = get_conditional_response(request._request, etag)
    if response is None:
        draw = partial(_drawn, source, number, spans, width)
        response = HttpResponse(remember(PAGE_IMAGE, parts, draw), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _drawn(source: Source, number: int, spans: list[tuple[int, int]], width: int) -> bytes:
    try:
        return WARM.call(PNG, store.content(source), number, spans, width, returns=bytes)
    except ChildError:
        logger.warning("no picture", exc_info=True, extra={"source": str(source.pk)})
        detail = "This page cannot be drawn: read its text instead."
        raise Problem("no_page_image", detail, status=404) from None
