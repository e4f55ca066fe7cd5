"""Templates as staff edit them, and the immutable versions that analyses run."""

from typing import Any, NoReturn, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from templates_app import rules
from templates_app.types import (
    Budget,
    Parameter,
    ParameterType,
    Section,
    SectionKind,
    SourcePolicy,
    TemplateContent,
)

IMMUTABLE = "A template version is immutable: publish a new one."


def _labelled(kinds: type[SectionKind] | type[ParameterType]) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in kinds]


class TemplateStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class AnalysisTemplateQuerySet(models.QuerySet["AnalysisTemplate"]):
    def published(self) -> Self:
        return self.filter(status=TemplateStatus.PUBLISHED)


class AnalysisTemplate(models.Model):
    """The working copy that staff edit; `publish` freezes it as a new TemplateVersion."""

    slug = models.SlugField(
        unique=True,
        help_text="Its name in addresses and on the command line; fixed once published.",
    )
    name = models.CharField(max_length=120)
    description = models.TextField(help_text="What it is good for: shown where users pick one.")
    status = models.CharField(
        max_length=16, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT, editable=False
    )
    # RESTRICT, not PROTECT: a template that no run used may go together with its versions.
    current = models.ForeignKey(
        "TemplateVersion",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    catalogue_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Hash of the content as the catalogue last wrote it; other content is by staff.",
    )
    budget_tokens = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Tokens that an analysis may use unless it asks for another budget.",
    )
    budget_cost = models.DecimalField(
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Money that an analysis may spend unless it asks for another budget.",
    )
    roles = models.JSONField(
        default=dict,
        blank=True,
        help_text='Models by role, before those of the settings: {"writer": "gpt-4.1"}. Roles: '
        f"{', '.join(rules.ROLES)}.",
    )
    sources = models.JSONField(
        default=dict,
        blank=True,
        help_text="Which sources lead, the best kind first, and how many years back they may be: "
        f'{{"order": ["official", "news"], "years": 5}}. Kinds: {", ".join(rules.SOURCE_KINDS)}.',
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AnalysisTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="published_template_has_a_version",
                condition=~Q(status="published") | Q(current__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_offered(self) -> bool:
        return self.status == TemplateStatus.PUBLISHED

    def clean(self) -> None:
        faults = (*rules.role_faults(self.roles), *rules.policy_faults(self.sources))
        _refuse(faults)

    def content(self, *, version: int = 0) -> TemplateContent:
        """The working copy as it stands. Raises pydantic's ValidationError on rows not checked."""
        return TemplateContent(
            slug=self.slug,
            version=version,
            name=self.name,
            description=self.description,
            budget=Budget(tokens=self.budget_tokens, cost=self.budget_cost),
            roles=self.roles,
            sources=SourcePolicy.model_validate(self.sources),
            sections=tuple(section.frozen() for section in self.sections.all()),
            parameters=tuple(parameter.frozen() for parameter in self.parameters.all()),
        )


class TemplateSection(models.Model):
    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="sections"
    )
    key = models.SlugField()
    title = models.CharField(max_length=120)
    guidance = models.TextField(
        help_text="What this section should find out, in the words that such documents use: they "
        f"are what is searched for. These stand for the request: {', '.join(rules.GUIDANCE_NAMES)}."
    )
    kind = models.CharField(
        max_length=24, choices=_labelled(SectionKind), default=SectionKind.NARRATIVE.value
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_section_per_key",
                fields=["template", "key"],
                violation_error_message="Another section of this template has this key.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def frozen(self) -> Section:
        return Section(
            key=self.key, title=self.title, guidance=self.guidance, kind=SectionKind(self.kind)
        )

    def clean(self) -> None:
        _refuse(rules.section_faults(self.frozen()))


class TemplateParameter(models.Model):
    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="parameters"
    )
    key = models.CharField(max_length=50, help_text="Its name in requests, such as fiscal_period.")
    label = models.CharField(max_length=120)
    help = models.CharField(max_length=400, blank=True)
    type = models.CharField(
        max_length=24, choices=_labelled(ParameterType), default=ParameterType.TEXT.value
    )
    required = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    choices = models.JSONField(
        default=list, blank=True, help_text='A list of {"value": ..., "label": ...}.'
    )
    minimum = models.FloatField(
        null=True, blank=True, help_text="Least value; of a text its length; of choices how many."
    )
    maximum = models.FloatField(
        null=True,
        blank=True,
        help_text="Greatest value; of a text its length; of choices how many.",
    )
    placeholder = models.CharField(
        max_length=120, blank=True, help_text="An example, shown while the field is empty."
    )
    group = models.CharField(
        max_length=60, blank=True, help_text="The heading of the form it stands under."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_parameter_per_key",
                fields=["template", "key"],
                violation_error_message="Another parameter of this template has this key.",
            ),
            models.CheckConstraint(
                name="parameter_minimum_not_above_maximum",
                condition=Q(minimum__isnull=True)
                | Q(maximum__isnull=True)
                | Q(minimum__lte=F("maximum")),
                violation_error_message="The minimum is above the maximum.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def frozen(self) -> Parameter:
        names = set(Parameter.model_fields)
        return Parameter.model_validate({name: getattr(self, name) for name in names})

    def clean(self) -> None:
        _refuse(rules.row_faults({name: getattr(self, name) for name in Parameter.model_fields}))


def _refuse(faults: tuple[rules.Fault, ...]) -> None:
    """Raise Django's ValidationError with every fault at its field."""
    if faults:
        by_field: dict[str, list[ValidationError]] = {}
        for fault in faults:
            error = ValidationError(fault.detail, code=fault.code)
            by_field.setdefault(fault.field, []).append(error)
        raise ValidationError(by_field)


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    """Reads and adds; what is published stays as it is."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(IMMUTABLE)

    def delete(self) -> NoReturn:
        raise TypeError(IMMUTABLE)


class TemplateVersion(models.Model):
    """A published template as it stood; never changed, never deleted while a run needs it.

    It goes only with its template, and a template goes only while no analysis used it.
    """

    template = models.ForeignKey(
        AnalysisTemplate, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content_json = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the content without its number.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody when the catalogue was loaded.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="one_version_per_number", fields=["template", "number"]),
            models.CheckConstraint(name="version_numbers_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(IMMUTABLE)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(IMMUTABLE)

    @property
    def content(self) -> TemplateContent:
        return TemplateContent.model_validate(self.content_json)
