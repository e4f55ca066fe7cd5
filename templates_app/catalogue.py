"""The templates that come with the product: TOML files, loaded as often as one likes."""

from enum import StrEnum
from pathlib import Path

from django.db import transaction

from researcher.kit.frozen import Frozen
from templates_app import services
from templates_app.models import AnalysisTemplate, TemplateStatus
from templates_app.toml_files import BrokenCatalogue, read
from templates_app.types import TemplateContent

__all__ = ["DIRECTORY", "BrokenCatalogue", "Loaded", "Outcome", "load"]

DIRECTORY = Path(__file__).parent / "catalogue"


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # staff edited it since the catalogue wrote it
    RETIRED = "retired"  # staff took it out of use


class Loaded(Frozen):
    """What was done with one template; `version` is its current one, 0 while it has none."""

    slug: str
    outcome: Outcome
    version: int


@transaction.atomic
def load(*, directory: Path = DIRECTORY, force: bool = False) -> tuple[Loaded, ...]:
    """Publish every template of the catalogue that is new or changed there.

    What staff edited or retired stays as it is, unless `force`. All files are checked before
    anything is written. Raises BrokenCatalogue.
    """
    return tuple(_load_one(content, force) for content in read(directory))


def _load_one(content: TemplateContent, force: bool) -> Loaded:
    template = AnalysisTemplate.objects.select_for_update().filter(slug=content.slug).first()
    if template is None:
        return _write(AnalysisTemplate(slug=content.slug), content, Outcome.CREATED)
    outcome = _judged(template, services.content_hash(content))
    if outcome is Outcome.UPDATED or (force and outcome is not Outcome.UNCHANGED):
        return _write(template, content, Outcome.UPDATED)
    number = template.current.number if template.current else 0
    return Loaded(slug=template.slug, outcome=outcome, version=number)


def _judged(template: AnalysisTemplate, wanted: str) -> Outcome:
    """What becomes of a template that is there already."""
    present = services.working_hash(template)
    if template.status == TemplateStatus.RETIRED:
        return Outcome.RETIRED
    if present == wanted:
        return Outcome.UNCHANGED
    return Outcome.UPDATED if present == template.catalogue_sha256 else Outcome.KEPT


def _write(template: AnalysisTemplate, content: TemplateContent, outcome: Outcome) -> Loaded:
    template.catalogue_sha256 = services.content_hash(content)
    services.rewrite(template=template, content=content)
    version = services.publish(template=template, by=None)
    return Loaded(slug=content.slug, outcome=outcome, version=version.number)
