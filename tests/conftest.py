"""The people of every test: alice owns things, bob is a stranger, staff keeps the templates."""

import pytest
from django.contrib.auth.models import User


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password="alice-secret")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", password="bob-secret")


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("staff", password="staff-secret")


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path) -> None:
    """Every test stores its files in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    settings.CHILDREN = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
