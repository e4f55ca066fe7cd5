"""The one application of the ASGI server: HTTP goes to Django, WebSockets to their consumers."""

import os
from collections.abc import Sequence
from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "researcher.settings")
# First, because it loads the models that the modules below need.
django_application = get_asgi_application()

from analysis.routing import sockets  # noqa: E402
from researcher.backpressure import Backpressure  # noqa: E402
from researcher.open_sockets import Counted, awaited, end_with_daphne  # noqa: E402
from researcher.origins import OriginCheck  # noqa: E402
from researcher.sockets import Authentication, not_there  # noqa: E402

# How long the network may refuse a frame before its reader counts as stalled.
STALL_SECONDS = 10.0


def application_with(
    sockets: Sequence[Any], stall_seconds: float = STALL_SECONDS
) -> ProtocolTypeRouter:
    """The application with these routes of sockets; every other path is a polite 4404."""
    last_route: Any = re_path(r"", cast(Any, not_there))
    routes = URLRouter([*sockets, last_route])
    websocket: Any = Backpressure(Counted(OriginCheck(Authentication(routes))), stall_seconds)
    return ProtocolTypeRouter({"http": awaited(django_application), "websocket": websocket})


application = application_with(sockets)
end_with_daphne()
