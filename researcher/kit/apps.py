"""What all apps share."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "researcher.kit"
    label = "kit"
