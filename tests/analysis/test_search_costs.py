"""What alice is told before she searches where it costs."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
WEB = {"mode": "web"}
HOSTS = {"mode": "hosts", "hosts": ["sec.gov"]}


@pytest.fixture(autouse=True)
def priced(settings: Any) -> None:
    settings.BRAVE_API_KEY, settings.TAVILY_API_KEY = "key", ""
    settings.SEARCH_PRICES = {"brave": Decimal("0.01")}


@pytest.fixture
def api(alice: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(alice)
    return client


@pytest.fixture
def costs(api: APIClient, template: str) -> Any:
    def costs(**reach: Any) -> tuple[Decimal, Decimal]:
        asked = {"template": template, "topic": "Northwind Foods revenue", **reach}
        answer = api.post("/api/v1/analyses/validate/", asked, format="json").json()
        told = answer["estimate"]
        return Decimal(told["cost_least"]), Decimal(told["cost_most"])

    return costs


def test_the_searches_of_a_run_are_in_its_estimate(costs: Any) -> None:
    least, most = costs(egress=WEB)

    assert least == Decimal("0.01")
    assert least < most < Decimal(1)


@pytest.mark.parametrize(
    "reach", [{}, {"egress": WEB, "providers": ["wikipedia"]}, {"egress": HOSTS}]
)
def test_what_asks_nobody_who_costs_is_free(costs: Any, reach: dict[str, Any]) -> None:
    assert costs(**reach) == (0, 0)


def test_a_paid_provider_that_is_named_for_listed_hosts_counts(costs: Any) -> None:
    assert costs(egress=HOSTS, providers=["brave"])[0] == Decimal("0.01")
