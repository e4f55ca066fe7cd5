"""The doors to templates alone: those of other apps are no matter of these tests."""

from django.contrib import admin
from django.urls import include, path

from templates_app import urls

urlpatterns = [path("admin/", admin.site.urls), path("api/v1/", include(urls))]
