"""Research: look for words in what one has already."""

from typing import cast

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import search
from analysis.api.requests import SearchQuery
from researcher.kit.frozen import Frozen
from researcher.kit.serializers import Door


class SearchAnswer(Frozen):
    """What was found for `q`, best first; a list is empty when the other kind was asked for."""

    q: str
    passages: tuple[search.FoundPassage, ...]
    findings: tuple[search.FoundFinding, ...]


class ResearchSearch(Door):
    query = SearchQuery

    @extend_schema(operation_id="research_search", responses=SearchAnswer)
    def get(self, request: Request) -> Response:
        """Search my documents and the findings of my completed analyses."""
        asked = self.asked()
        owner, query, limit = cast(User, request.user), asked["q"], asked["limit"]
        kinds = [asked["kind"]] if "kind" in asked else ["passage", "finding"]
        passages = findings = []
        if "passage" in kinds:
            passages = search.passages(owner=owner, query=query, limit=limit)
        if "finding" in kinds:
            findings = search.findings(owner=owner, query=query, limit=limit)
        answer = SearchAnswer(q=query, passages=tuple(passages), findings=tuple(findings))
        return Response(answer.model_dump(mode="json"))
