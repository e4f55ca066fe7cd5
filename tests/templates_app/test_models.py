"""What the database itself refuses, and what no code may change."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from analysis.models import Analysis
from templates_app.models import (
    AnalysisTemplate,
    TemplateParameter,
    TemplateSection,
    TemplateVersion,
)
from tests.templates_app.factories import make_draft, make_template

pytestmark = pytest.mark.django_db


# --- named constraints ------------------------------------------------------------------


def test_published_template_has_a_version() -> None:
    with pytest.raises(IntegrityError, match="published_template_has_a_version"):
        AnalysisTemplate.objects.create(slug="empty", name="Empty", status="published")


def test_slugs_are_unique() -> None:
    make_draft(slug="same")
    with pytest.raises(IntegrityError, match="slug"):
        AnalysisTemplate.objects.create(slug="same", name="Same")


def test_one_section_per_key() -> None:
    draft = make_draft()
    with pytest.raises(IntegrityError, match=r"template_id.*key|one_section_per_key"):
        TemplateSection.objects.create(template=draft, key="risks", title="Risks", guidance="x")


def test_one_parameter_per_key() -> None:
    draft = make_draft()
    with pytest.raises(IntegrityError, match=r"template_id.*key|one_parameter_per_key"):
        TemplateParameter.objects.create(template=draft, key="depth", label="Depth")


def test_parameter_minimum_not_above_maximum() -> None:
    draft = make_draft()
    with pytest.raises(IntegrityError, match="parameter_minimum_not_above_maximum"):
        TemplateParameter.objects.create(
            template=draft, key="n", label="N", type="integer", minimum=2, maximum=1
        )


def test_one_version_per_number() -> None:
    version = make_template()
    with pytest.raises(IntegrityError, match=r"template_id.*number|one_version_per_number"):
        TemplateVersion.objects.create(
            template=version.template, number=1, content_json={}, sha256="0" * 64
        )


def test_version_numbers_from_one() -> None:
    version = make_template()
    with pytest.raises(IntegrityError, match="version_numbers_from_one"):
        TemplateVersion.objects.create(
            template=version.template, number=0, content_json={}, sha256="0" * 64
        )


# --- versions do not change -------------------------------------------------------------


def test_a_version_cannot_be_saved_again() -> None:
    version = make_template()
    version.number = 7
    with pytest.raises(TypeError, match="immutable"):
        version.save()


def test_a_version_cannot_be_deleted() -> None:
    version = make_template()
    with pytest.raises(TypeError, match="immutable"):
        version.delete()


def test_a_set_of_versions_can_be_neither_updated_nor_deleted() -> None:
    version = make_template()
    with pytest.raises(TypeError, match="immutable"):
        TemplateVersion.objects.filter(pk=version.pk).update(number=7)
    with pytest.raises(TypeError, match="immutable"):
        version.template.versions.all().delete()
    assert TemplateVersion.objects.get().number == 1


def test_versions_cannot_be_updated_in_bulk() -> None:
    version = make_template()
    with pytest.raises(TypeError, match="immutable"):
        TemplateVersion.objects.bulk_update([version], ["number"])


def test_a_version_outlives_the_person_who_published_it(staff: User) -> None:
    version = make_template()
    TemplateVersion._base_manager.update(published_by=staff)
    staff.delete()
    version.refresh_from_db()
    assert version.published_by is None


# --- what may go ------------------------------------------------------------------------


def test_an_unused_template_goes_with_its_versions() -> None:
    version = make_template()
    version.template.delete()
    assert not AnalysisTemplate.objects.exists()
    assert not TemplateVersion.objects.exists()


def test_a_template_that_an_analysis_used_stays(alice: User) -> None:
    version = make_template()
    Analysis.objects.create(
        owner=alice, template_version=version, topic="t", brief_json={}, analyst="extractive"
    )
    with pytest.raises(ProtectedError):
        version.template.delete()
    assert AnalysisTemplate.objects.get().current == version


# --- rows tell their faults at their fields ---------------------------------------------


def test_a_faulty_parameter_does_not_pass_full_clean() -> None:
    draft = make_draft()
    row = TemplateParameter(template=draft, key="n", label="N", type="choice", default="x")
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert refused.value.message_dict == {"choices": ["This type needs at least one choice."]}


def test_a_section_with_an_unknown_name_does_not_pass_full_clean() -> None:
    row = TemplateSection(
        template=make_draft(), key="new", title="New", guidance="$x", kind="narrative"
    )
    with pytest.raises(ValidationError, match=r"Nothing stands for \$x"):
        row.full_clean()


def test_a_key_taken_in_the_template_is_told_in_words() -> None:
    row = TemplateParameter(template=make_draft(), key="depth", label="Depth", type="text")
    with pytest.raises(ValidationError, match="Another parameter of this template has this key"):
        row.full_clean()
