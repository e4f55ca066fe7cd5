"""The providers that an analysis may search, for a front end that offers the choice."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.sources.providers import catalogue
from analysis.sources.providers.catalogue import Listing
from analysis.web_types import EgressMode
from researcher.kit.frozen import Frozen
from researcher.kit.serializers import Door


class ProviderList(Frozen):
    """`egress` is the furthest that this server lets any analysis reach."""

    egress: EgressMode
    providers: tuple[Listing, ...]


class Providers(Door):
    @extend_schema(operation_id="providers_list", responses=ProviderList)
    def get(self, request: Request) -> Response:
        """Where sources can be searched for, what each provider finds and what a search costs."""
        answer = ProviderList(
            egress=EgressMode(settings.EGRESS), providers=tuple(catalogue.listings())
        )
        return Response(answer.model_dump(mode="json"))
