"""Alice reads a long list a page at a time, while rows come and go."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from researcher.kit.pagination import CursorPages

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = datetime(2026, 1, 1, tzinfo=UTC)


class NewestFirst(CursorPages):
    ordering = "-date_joined"


def people(count: int, *, days_apart: int = 1) -> list[str]:
    User.objects.bulk_create(
        User(username=f"p{number:02}", date_joined=DAY + timedelta(days=number * days_apart))
        for number in range(count)
    )
    return [f"p{number:02}" for number in reversed(range(count))]


def page(address: str = "/", queryset=None, pages=NewestFirst):
    request = Request(APIRequestFactory().get(address))
    paginator = pages()
    rows = paginator.paginate_queryset(
        User.objects.all() if queryset is None else queryset, request
    )
    return paginator.get_paginated_response([row.username for row in rows]).data


def walk(address: str, direction: str = "next", queryset=None) -> list[list[str]]:
    found, link = [], address
    while link:
        answer = page(link, queryset)
        found.append(answer["results"])
        link = answer[direction]
    return found


def test_the_pages_together_are_the_list_in_order_and_without_repeats():
    names = people(7)
    assert walk("/?limit=3") == [names[:3], names[3:6], names[6:]]


def test_rows_of_the_same_moment_are_neither_repeated_nor_lost():
    people(7, days_apart=0)
    found = [name for names in walk("/?limit=2") for name in names]
    assert found == sorted((f"p{number:02}" for number in range(7)), reverse=True)


def test_previous_leads_back_through_the_same_pages():
    names = people(6)
    last = page(page(page("/?limit=2")["next"])["next"])
    assert last["next"] is None
    assert walk(last["previous"], "previous") == [names[2:4], names[:2]]


def test_a_page_is_the_same_after_a_newer_row_was_added():
    names = people(4)
    link = page("/?limit=2")["next"]
    User.objects.create(username="newest", date_joined=DAY + timedelta(days=99))
    assert page(link)["results"] == names[2:]


def test_a_queryset_that_is_ordered_keeps_its_order():
    people(4)
    ordered = User.objects.order_by("username")
    assert walk("/?limit=3", queryset=ordered) == [["p00", "p01", "p02"], ["p03"]]


def test_other_parameters_stay_in_the_links():
    people(2)
    assert "q=words" in page("/?limit=1&q=words")["next"]


def test_a_page_has_25_rows_unless_asked_otherwise():
    people(30)
    assert len(page()["results"]) == 25


def test_an_empty_list_has_no_neighbours():
    assert page() == {"next": None, "previous": None, "results": []}


def test_a_page_costs_one_query(django_assert_num_queries):
    people(5)
    with django_assert_num_queries(1):
        page("/?limit=2")


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "1000000000", "1e3", "NaN", "", "2.5", "٣", "1_0", "9" * 400]
)
def test_a_limit_that_is_no_number_from_1_to_100_is_refused_not_clamped(limit):
    with pytest.raises(APIException) as caught:
        page(f"/?limit={limit}")
    assert (caught.value.status_code, caught.value.code) == (400, "invalid_page")
    assert "from 1 to 100" in str(caught.value.detail)


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "!!!",
        "",
        "é",
        cursor(),
        cursor("next", "-date_joined", "2026-01-01"),
        cursor("sideways", "-date_joined", "2026-01-01T00:00:00Z", "1"),
        cursor("next", "-date_joined", "no date", "1"),
        cursor("next", "-date_joined", "2026-01-01T00:00:00Z", "no key"),
        cursor("next", "-date_joined", 5, "1"),
        cursor("next", "password", "a", "1"),
        base64.urlsafe_b64encode(b"[" * 1000).decode(),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(text):
    people(3)
    with pytest.raises(APIException) as caught:
        page(f"/?limit=1&cursor={text}")
    assert (caught.value.status_code, caught.value.code) == (400, "invalid_page")


def test_a_cursor_of_another_order_is_refused():
    people(3)
    link = page("/?limit=1")["next"]
    with pytest.raises(APIException, match="cursor"):
        page(link, User.objects.order_by("username"))
