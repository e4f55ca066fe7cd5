"""Staff publish, retire and copy templates."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection

from templates_app import services
from templates_app.models import (
    AnalysisTemplate,
    TemplateParameter,
    TemplateStatus,
    TemplateVersion,
)
from templates_app.services import NotPublishable
from tests.templates_app.factories import DEPTH, RESULTS, RISKS, make_draft, make_template

pytestmark = pytest.mark.django_db


def test_publishing_freezes_the_working_copy_as_the_first_version(staff: User) -> None:
    draft = make_draft(slug="market-entry")
    version = services.publish(template=draft, by=staff)
    assert (version.number, version.published_by) == (1, staff)
    assert version.content.slug == "market-entry"
    assert version.content.version == 1
    assert version.content.sections == (RESULTS, RISKS)
    assert version.content.parameters == (DEPTH,)
    assert list(AnalysisTemplate.objects.published()) == [draft]
    assert draft.current == version


def test_publishing_what_did_not_change_returns_the_current_version(staff: User) -> None:
    version = make_template()
    assert services.publish(template=version.template, by=staff) == version
    assert TemplateVersion.objects.count() == 1


def test_a_changed_section_becomes_the_next_version_and_the_first_stays(staff: User) -> None:
    first = make_template()
    section = first.template.sections.get(key="results")
    section.title = "What came in"
    section.save()
    second = services.publish(template=first.template, by=staff)
    assert second.number == 2
    assert second.content.sections[0].title == "What came in"
    assert TemplateVersion.objects.get(pk=first.pk).content.sections[0].title == "Results"


def test_another_order_of_the_sections_is_another_version(staff: User) -> None:
    first = make_template()
    first.template.sections.filter(key="risks").update(order=0)
    second = services.publish(template=first.template, by=staff)
    assert [section.key for section in second.content.sections] == ["risks", "results"]


def test_content_taken_back_is_a_new_version_with_the_old_hash(staff: User) -> None:
    first = make_template()
    sections = first.template.sections.filter(key="risks")
    sections.update(title="Dangers")
    second = services.publish(template=first.template, by=staff)
    sections.update(title="Risks")
    third = services.publish(template=first.template, by=staff)
    assert third.number == 3
    assert first.sha256 == third.sha256 != second.sha256


def test_a_template_without_sections_is_not_published(staff: User) -> None:
    draft = make_draft(sections=())
    with pytest.raises(NotPublishable) as refused:
        services.publish(template=draft, by=staff)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("sections", "required")
    ]
    assert AnalysisTemplate.objects.get().status == TemplateStatus.DRAFT


def test_an_inconsistent_parameter_is_refused_at_its_field(staff: User) -> None:
    draft = make_draft()
    TemplateParameter.objects.filter(key="depth").update(choices="nonsense")
    TemplateParameter.objects.create(
        template=draft, key="years", label="Years", type="integer", maximum=5, default=9
    )
    with pytest.raises(NotPublishable) as refused:
        services.publish(template=draft, by=staff)
    fields = {fault.field: fault.code for fault in refused.value.faults}
    assert fields == {
        "parameters.depth.choices": "invalid_shape",
        "parameters.years.default": "invalid_default",
    }
    assert not TemplateVersion.objects.exists()


def test_guidance_with_an_unknown_name_is_refused(staff: User) -> None:
    draft = make_draft(sections=[RISKS.model_copy(update={"guidance": "Risks of $company."})])
    with pytest.raises(NotPublishable, match=r"sections\.risks\.guidance.*\$company"):
        services.publish(template=draft, by=staff)


def test_a_retired_template_is_not_offered_but_keeps_its_version(staff: User) -> None:
    version = make_template()
    services.retire(template=version.template, by=staff)
    assert not AnalysisTemplate.objects.published().exists()
    assert version.template.current == version


def test_publishing_brings_a_retired_template_back(staff: User) -> None:
    version = make_template()
    services.retire(template=version.template, by=staff)
    assert services.publish(template=version.template, by=staff) == version
    assert AnalysisTemplate.objects.published().exists()


def test_a_copy_is_a_draft_of_its_own(staff: User) -> None:
    version = make_template(slug="quarterly", name="Quarterly")
    copy = services.duplicate(template=version.template, by=staff)
    again = services.duplicate(template=version.template, by=staff)
    assert (copy.slug, copy.name, copy.status) == ("quarterly-copy", "Quarterly (copy)", "draft")
    assert again.slug == "quarterly-copy-2"
    assert copy.content().sections == version.content.sections
    copy.sections.all().delete()
    assert version.template.sections.count() == 2


def test_a_copy_of_a_long_slug_still_fits(staff: User) -> None:
    version = make_template(slug="q" * 50)
    copy = services.duplicate(template=version.template, by=staff)
    assert len(copy.slug) <= 50


def test_what_staff_did_stands_in_the_history(staff: User) -> None:
    draft = make_draft()
    services.publish(template=draft, by=staff)
    services.retire(template=draft, by=staff)
    lines = LogEntry.objects.filter(object_id=draft.pk, user=staff).order_by("pk")
    assert [line.change_message for line in lines] == ["Published version 1.", "Retired."]


def test_unpublished_edits_are_known(staff: User) -> None:
    version = make_template()
    assert services.is_published_as_it_stands(version.template)
    version.template.sections.filter(key="risks").update(title="Dangers")
    assert not services.is_published_as_it_stands(version.template)


def test_the_hash_is_of_the_content_whatever_its_number() -> None:
    version = make_template()
    assert services.content_hash(version.content) == version.sha256


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version() -> None:
    first = make_template()
    first.template.sections.filter(key="risks").update(title="Dangers")

    def publish(_: int) -> int:
        template = AnalysisTemplate.objects.get()
        try:
            return services.publish(template=template, by=None).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(publish, range(4))) == [2, 2, 2, 2]
    assert TemplateVersion.objects.count() == 2
