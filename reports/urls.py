"""Where the doors to reports hang."""

from django.urls import path

import reports.problems  # noqa: F401  # what our errors mean in HTTP
from reports import views

urlpatterns = [
    path("reports/", views.Reports.as_view(), name="reports"),
    path("reports/<uuid:pk>/", views.ReportView.as_view(), name="report"),
    path("reports/<uuid:pk>/download/", views.Download.as_view(), name="report-download"),
]
