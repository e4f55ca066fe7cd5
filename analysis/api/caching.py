"""Answers that a client keeps and asks about again: 304 says that nothing has changed."""

from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

revalidated = [cache_control(private=True, no_cache=True), conditional_page]
