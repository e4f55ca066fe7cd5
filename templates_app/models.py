"""Templates as staff edit them, and the immutable versions that analyses run."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from templates_app.types import ParameterType, SectionKind, TemplateContent


class TemplateStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class AnalysisTemplateQuerySet(models.QuerySet["AnalysisTemplate"]):
    def published(self) -> Self:
        return self.filter(status=TemplateStatus.PUBLISHED)


class AnalysisTemplate(models.Model):
    """The working copy that staff edit; `publish` freezes it as a new TemplateVersion."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField()
    status = models.CharField(
        max_length=16, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT
    )
    current = models.ForeignKey(
        "TemplateVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AnalysisTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="published_template_has_a_version",
                condition=~Q(status="published") | Q(current__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateSection(models.Model):
    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="sections"
    )
    key = models.SlugField()
    title = models.CharField(max_length=120)
    guidance = models.TextField(help_text="What this section should find out and how to write it.")
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in SectionKind])
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(name="one_section_per_key", fields=["template", "key"])
        ]

    def __str__(self) -> str:
        return self.title


class TemplateParameter(models.Model):
    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="parameters"
    )
    key = models.SlugField()
    label = models.CharField(max_length=120)
    help = models.CharField(max_length=400, blank=True)
    type = models.CharField(max_length=24, choices=[(t.value, t.value) for t in ParameterType])
    required = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    choices = models.JSONField(
        default=list, blank=True, help_text='A list of {"value": ..., "label": ...}.'
    )
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(name="one_parameter_per_key", fields=["template", "key"])
        ]

    def __str__(self) -> str:
        return self.label


class TemplateVersion(models.Model):
    """A published template as it stood; never changed, never deleted while a run needs it."""

    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content_json = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_version_per_number", fields=["template", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A template version is immutable: publish a new one.")
        super().save(*args, **kwargs)

    @property
    def content(self) -> TemplateContent:
        return TemplateContent.model_validate(self.content_json)
