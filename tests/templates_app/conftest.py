"""What every test of templates has."""

import pytest


@pytest.fixture(autouse=True)
def no_static_files(settings) -> None:
    """The middleware that serves static files looks at all of them for every client made."""
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
