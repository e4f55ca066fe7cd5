"""Where the doors to templates hang."""

from django.urls import path

from templates_app import views

urlpatterns = [
    path("templates/", views.Templates.as_view(), name="templates"),
    path("templates/<slug:slug>/", views.Template.as_view(), name="template"),
    path(
        "templates/<slug:slug>/versions/<int:number>/",
        views.Version.as_view(),
        name="template-version",
    ),
]
