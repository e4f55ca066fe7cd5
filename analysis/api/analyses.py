"""Analyses: submit one, find it again, watch its log, move it."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import services
from analysis.api import answers
from analysis.api.caching import revalidated
from analysis.api.event_answers import EventPage
from analysis.api.filters import AnalysisFilter
from analysis.api.requests import AnalysisRequest, DuplicateRequest, EventsQuery
from analysis.models import Analysis
from analysis.reach import reached
from researcher.kit.idempotency import idempotent
from researcher.kit.serializers import Door, Nothing
from templates_app.types import Budget


class Analyses(Door, ListAPIView[Analysis]):
    queryset = Analysis.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = AnalysisFilter

    def get_queryset(self) -> QuerySet[Analysis]:
        return Analysis.objects.visible_to(self.request.user)

    @extend_schema(operation_id="analyses_list", responses=answers.AnalysisSummary)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """My analyses, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(
            [answers.summary(analysis).model_dump(mode="json") for analysis in page]
        )

    @extend_schema(
        operation_id="analyses_create",
        request=AnalysisRequest,
        responses={202: answers.AnalysisDetail},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Submit an analysis. It runs whether or not anybody watches."""
        analysis = submitted(request)
        place = reverse("analysis", args=[analysis.pk])
        return Response(_detail(analysis), status=202, headers={"Location": place})


class Validation(Door):
    @extend_schema(
        operation_id="analyses_validate",
        request=AnalysisRequest,
        responses=answers.ValidRequest,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """Check a request without submitting it: the errors are those of the submission."""
        answer = answers.valid_request(submitted(request))
        # Really submitted and then taken back: the check can never disagree with the deed.
        transaction.set_rollback(True)
        return Response(answer.model_dump(mode="json"))


@method_decorator(revalidated, name="dispatch")
class AnalysisView(Door):
    @extend_schema(operation_id="analyses_retrieve", responses=answers.AnalysisDetail)
    def get(self, request: Request, pk: UUID) -> Response:
        """An analysis with its steps and, once it is completed, its result.

        Send the ETag of the last answer as `If-None-Match`, and 304 says that nothing changed.
        """
        return Response(_detail(mine(request, pk)))


class AnalysisEvents(Door):
    query = EventsQuery

    @extend_schema(operation_id="analyses_events", responses=EventPage)
    def get(self, request: Request, pk: UUID) -> Response:
        """The log of an analysis: the same events that its WebSocket sends."""
        analysis, asked = mine(request, pk), self.asked()
        events = list(analysis.events.after(asked["after"])[: asked["limit"]])
        end = {
            "next_after": events[-1].seq if events else asked["after"],
            "last_seq": analysis.last_seq,
        }
        return Response({"results": [event.as_message() for event in events], **end})


class Cancel(Door):
    @extend_schema(operation_id="analyses_cancel", request=None, responses=answers.AnalysisDetail)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """End it now. What is done is kept, so that it can be retried."""
        analysis = _told_nothing(request, pk)
        return Response(_detail(services.cancel(analysis=analysis, by=user_of(request))))


class Retry(Door):
    @extend_schema(
        operation_id="analyses_retry", request=None, responses={202: answers.AnalysisDetail}
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Queue a failed or cancelled analysis again; finished steps are kept."""
        analysis = _told_nothing(request, pk)
        return Response(_detail(services.retry(analysis=analysis)), status=202)


class Pause(Door):
    @extend_schema(operation_id="analyses_pause", request=None, responses=answers.AnalysisDetail)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Put it down until it is resumed; finished steps are kept."""
        analysis = _told_nothing(request, pk)
        return Response(_detail(services.pause(analysis=analysis, by=user_of(request))))


class Resume(Door):
    @extend_schema(
        operation_id="analyses_resume", request=None, responses={202: answers.AnalysisDetail}
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Queue a paused analysis again."""
        analysis = _told_nothing(request, pk)
        return Response(_detail(services.resume(analysis=analysis)), status=202)


class Duplicate(Door):
    @extend_schema(
        operation_id="analyses_duplicate",
        request=DuplicateRequest,
        responses={202: answers.AnalysisDetail},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Submit it again, changed or not; calls that stay the same are not paid again."""
        asked = DuplicateRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        twin = services.duplicate(
            analysis=mine(request, pk), by=user_of(request), changes=asked.validated_data
        )
        place = reverse("analysis", args=[twin.pk])
        return Response(_detail(twin), status=202, headers={"Location": place})


def submitted(request: Request) -> Analysis:
    asked = AnalysisRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    return services.submit(
        owner=user_of(request),
        template=asked.validated_data["template"],
        topic=asked.validated_data["topic"],
        options_given=asked.validated_data["options"],
        documents=asked.validated_data["documents"],
        collections=asked.validated_data["collections"],
        reach=reached(asked.validated_data),
        budget=Budget(**asked.validated_data.get("budget", {})),
        approve_plan=asked.validated_data["approve_plan"],
    )


def mine(request: Request, pk: UUID) -> Analysis:
    """The analysis, if it is the caller's; else it is not there."""
    analysis: Analysis = get_object_or_404(Analysis.objects.visible_to(request.user), pk=pk)
    return analysis


def _told_nothing(request: Request, pk: UUID) -> Analysis:
    Nothing(data=request.data).is_valid(raise_exception=True)
    return mine(request, pk)


def user_of(request: Request) -> User:
    return cast(User, request.user)


def _detail(analysis: Analysis) -> dict[str, Any]:
    return answers.detail(analysis).model_dump(mode="json")
