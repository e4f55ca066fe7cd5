"""Alice's and bob's clients, as a front end and a machine would be."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def api(alice: User) -> APIClient:
    """Alice's client."""
    return signed_in(alice)


@pytest.fixture
def stranger(bob: User) -> APIClient:
    """Bob's client."""
    return signed_in(bob)


@pytest.fixture
def refused() -> Callable[..., list[tuple[str, str | None]]]:
    """What a problem names: (code, attr) of each of its errors, in order."""

    def errors(response, status: int) -> list[tuple[str, str | None]]:
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        return [(error["code"], error["attr"]) for error in response.json()["errors"]]

    return errors
