"""The product's settings, and one app more that stands at the points where it may be killed."""

from researcher.settings import *  # noqa: F403
from researcher.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.points.Points"]
