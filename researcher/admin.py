"""What the admin does not offer, and tokens as staff may handle them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_q.models import Failure, OrmQ, Schedule, Success
from knox.models import get_token_model

# Whoever may add a schedule runs any function of this machine, and results are pickles.
for theirs in (Failure, OrmQ, Schedule, Success, get_token_model()):
    if admin.site.is_registered(theirs):
        admin.site.unregister(theirs)


@admin.register(get_token_model())
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whose tokens there are and until when: they can be revoked here, never made or read."""

    list_display = ("token_key", "user", "created", "expiry")
    list_select_related = ("user",)
    search_fields = ("token_key", "user__username")
    fields = ("token_key", "user", "created", "expiry")
    ordering = ("-created",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
