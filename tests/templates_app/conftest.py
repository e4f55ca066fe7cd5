"""What every test of templates has."""

import pytest


@pytest.fixture(autouse=True)
def doors_to_templates(settings) -> None:
    """Only these doors, without the middleware that looks at all static files first."""
    settings.ROOT_URLCONF = "tests.templates_app.doors"
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
