"""What belongs to one user."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models


class OwnedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Only what is theirs: everything else looks as if it were not there."""
        return self.filter(owner_id=user.pk)
