"""Where the doors to analyses, documents and research hang."""

from typing import Any

urlpatterns: list[Any] = []
