"""Where each door hangs; /livez, /readyz and /metrics are answered before (`probes`)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from researcher import auth

handler400 = "researcher.kit.problems.bad_request"
handler403 = "researcher.kit.problems.permission_denied"
handler404 = "researcher.kit.problems.page_not_found"
handler500 = "researcher.kit.problems.server_error"

api: list[URLPattern | URLResolver] = [
    path("auth/tokens/", auth.Tokens.as_view(), name="tokens"),
    path("auth/tokens/current/", auth.CurrentToken.as_view(), name="current-token"),
    path("auth/session/", auth.Session.as_view(), name="session"),
    path("me/", auth.Me.as_view(), name="me"),
    path("", include("templates_app.urls")),
    path("", include("analysis.api.urls")),
    path("", include("reports.urls")),
]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", RedirectView.as_view(pattern_name="docs"), name="api"),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]
