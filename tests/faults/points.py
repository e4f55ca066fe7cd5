"""Puts the points of `arming` around functions of the product, which knows nothing of them."""

from importlib import import_module

from django.apps import AppConfig


class Points(AppConfig):
    name = "tests.faults.points"
    label = "faults"

    def ready(self) -> None:
        # Only now: what it wraps needs the models of all apps.
        import_module("tests.faults.wrapping").wrap()
