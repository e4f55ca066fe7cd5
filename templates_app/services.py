"""What staff do with a template: each verb is one transaction."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from pydantic import ValidationError

from templates_app import rules
from templates_app.models import (
    AnalysisTemplate,
    TemplateParameter,
    TemplateSection,
    TemplateStatus,
    TemplateVersion,
)
from templates_app.types import Parameter, TemplateContent

ORDER_STEP = 10


class NotPublishable(Exception):
    """The template cannot be used as it stands; `faults` says why, field by field."""

    def __init__(self, faults: tuple[rules.Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return " ".join(f"{fault.field}: {fault.detail}" for fault in self.faults)


@transaction.atomic
def publish(*, template: AnalysisTemplate, by: User | None) -> TemplateVersion:
    """Freeze the working copy as the next version and offer it to users.

    Content that did not change keeps its version. Raises NotPublishable. `by` is None when
    no person did it.
    """
    _lock(template)
    content = _checked(template)
    version = template.current
    if version is None or version.sha256 != content_hash(content):
        version = _add_version(template, content, by)
    template.current, template.status = version, TemplateStatus.PUBLISHED
    template.save(update_fields=["current", "status", "updated_at"])
    _remember(template, by, f"Published version {version.number}.")
    return version


@transaction.atomic
def retire(*, template: AnalysisTemplate, by: User | None) -> AnalysisTemplate:
    """Offer it no longer; analyses that ran it keep their version. Publishing brings it back."""
    _lock(template)
    template.status = TemplateStatus.RETIRED
    template.save(update_fields=["status", "updated_at"])
    _remember(template, by, "Retired.")
    return template


@transaction.atomic
def duplicate(*, template: AnalysisTemplate, by: User | None) -> AnalysisTemplate:
    """A new draft with the sections and parameters of the working copy."""
    copy = AnalysisTemplate.objects.create(slug=_free_slug(template.slug))
    rewrite(template=copy, content=template.content())
    copy.name = f"{template.name} (copy)"[:120]
    copy.save(update_fields=["name"])
    _remember(copy, by, f"Copied from {template.slug}.")
    return copy


@transaction.atomic
def rewrite(*, template: AnalysisTemplate, content: TemplateContent) -> AnalysisTemplate:
    """Replace the working copy (all but the slug) by `content`; nothing is published."""
    template.name, template.description = content.name, content.description
    template.budget_tokens, template.budget_cost = content.budget.tokens, content.budget.cost
    template.roles = {one.role: one.model for one in content.roles}
    template.sources = content.sources.model_dump(mode="json", exclude_defaults=True)
    template.save()
    template.sections.all().delete()
    template.parameters.all().delete()
    TemplateSection.objects.bulk_create(
        TemplateSection(template=template, order=n * ORDER_STEP, **section.model_dump())
        for n, section in enumerate(content.sections, start=1)
    )
    TemplateParameter.objects.bulk_create(
        TemplateParameter(
            template=template, order=n * ORDER_STEP, **parameter.model_dump(mode="json")
        )
        for n, parameter in enumerate(content.parameters, start=1)
    )
    return template


@transaction.atomic
def renumber(*, template: AnalysisTemplate) -> None:
    """Give sections and parameters the orders 10, 20, 30, ... as they stand, with room between."""
    _lock(template)
    sections, parameters = list(template.sections.all()), list(template.parameters.all())
    _number(sections)
    _number(parameters)
    TemplateSection.objects.bulk_update(sections, ["order"])
    TemplateParameter.objects.bulk_update(parameters, ["order"])


def _number(rows: Iterable[Any]) -> None:
    for n, row in enumerate(rows, start=1):
        row.order = n * ORDER_STEP


def content_hash(content: TemplateContent) -> str:
    """SHA-256 of everything but the version's number: equal for equal content.

    Defaults are left out, so that a field added to the code later changes no hash.
    """
    plain = content.model_dump(mode="json", exclude={"version"}, exclude_defaults=True)
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def is_published_as_it_stands(template: AnalysisTemplate) -> bool:
    """Whether users get what the working copy says."""
    current = template.current
    return current is not None and current.sha256 == working_hash(template)


def working_hash(template: AnalysisTemplate) -> str:
    """Hash of the working copy; blank when its rows do not even have the right shape."""
    try:
        return content_hash(template.content())
    except ValidationError:
        return ""


def _lock(template: AnalysisTemplate) -> None:
    """Read the row as it is now and keep it from others until the transaction ends."""
    template.refresh_from_db(from_queryset=AnalysisTemplate.objects.select_for_update())


def _checked(template: AnalysisTemplate) -> TemplateContent:
    faults = tuple(
        fault.model_copy(update={"field": f"parameters.{row.key}.{fault.field}"})
        for row in template.parameters.all()
        for fault in rules.row_faults({name: getattr(row, name) for name in Parameter.model_fields})
    )
    if faults:
        raise NotPublishable(faults)
    content = template.content()
    if faults := rules.content_faults(content):
        raise NotPublishable(faults)
    return content


def _add_version(
    template: AnalysisTemplate, content: TemplateContent, by: User | None
) -> TemplateVersion:
    newest = template.versions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        content_json=content.model_copy(update={"version": number}).model_dump(mode="json"),
        sha256=content_hash(content),
        published_by=by,
    )


def _free_slug(slug: str) -> str:
    """`slug-copy`, or the first of `slug-copy-2`, `-3`, ... that is not taken."""
    base = f"{slug[:40]}-copy"
    taken = set(
        AnalysisTemplate.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _remember(template: AnalysisTemplate, by: User | None, message: str) -> None:
    """A line in the history that the admin shows; there is none without a person."""
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [template], CHANGE, message, single_object=True)
