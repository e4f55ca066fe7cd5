"""How a template looks from outside: always as it was published, never the working copy."""

from datetime import datetime
from functools import partial
from typing import Any

from pydantic import Field
from rest_framework import serializers

from researcher.kit.cache import TEMPLATE, remember
from researcher.kit.frozen import Frozen
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.schema import FormSchema, form_schema, json_schema
from templates_app.types import Budget, Parameter, Section, SourcePolicy


class TemplateSummarySerializer(serializers.Serializer[AnalysisTemplate]):
    """What a list of templates shows of each."""

    slug = serializers.CharField()
    name = serializers.CharField(source="current.content_json.name")
    description = serializers.CharField(source="current.content_json.description")
    version = serializers.IntegerField(source="current.number")
    published_at = serializers.DateTimeField(source="current.created_at")


class TemplateDetail(Frozen):
    """One version of a template; `schema` (JSON Schema 2020-12) makes and checks its form."""

    slug: str
    version: int
    name: str
    description: str
    is_offered: bool = Field(description="Whether new analyses can ask for this template.")
    published_at: datetime
    sections: tuple[Section, ...]
    parameters: tuple[Parameter, ...]
    budget: Budget = Field(description="What an analysis may spend unless it asks for another.")
    sources: SourcePolicy = Field(description="Which kinds of sources lead, and how far back.")
    form: FormSchema = Field(alias="schema")


def detail(version: TemplateVersion) -> dict[str, Any]:
    """A TemplateDetail as JSON; its schema without the keywords that a type does not use."""
    # By all that it shows: nothing has to be forgotten when a template changes.
    shown = (version.number, version.sha256, version.created_at, version.template.is_offered)
    return remember(TEMPLATE, shown, partial(_detail, version))


def _detail(version: TemplateVersion) -> dict[str, Any]:
    content = version.content
    shown = TemplateDetail.model_validate(
        {
            **content.model_dump(exclude={"roles"}),
            "is_offered": version.template.is_offered,
            "published_at": version.created_at,
            "schema": form_schema(content),
        }
    )
    return {**shown.model_dump(mode="json", exclude={"form"}), "schema": json_schema(content)}
