"""Loading the catalogue: as often as one likes, and never over what staff wrote."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from templates_app import catalogue, services
from templates_app.catalogue import Loaded, Outcome
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.toml_text import as_toml
from tests.templates_app.factories import RISKS, make_content, make_draft

pytestmark = pytest.mark.django_db

NAMES = {
    "Quarterly Financial Review",
    "Market Entry Strategy",
    "Risk Assessment",
    "Competitor Analysis",
    "Market Trend Report",
    "Literature Review",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A catalogue of one template."""
    write(tmp_path)
    return tmp_path


def write(directory: Path, **changes: object) -> None:
    content = make_content(slug="quarterly").model_copy(update=changes)
    (directory / "quarterly.toml").write_text(as_toml(content), encoding="utf-8")


def load_one(directory: Path, *, force: bool = False) -> tuple[Outcome, int]:
    (loaded,) = catalogue.load(directory=directory, force=force)
    return loaded.outcome, loaded.version


def edit(**changes: object) -> AnalysisTemplate:
    template = AnalysisTemplate.objects.get()
    template.sections.filter(key="risks").update(**changes)
    return template


def test_the_catalogue_of_the_product_is_published() -> None:
    loaded = catalogue.load()
    assert {each.outcome for each in loaded} == {Outcome.CREATED}
    assert set(AnalysisTemplate.objects.published().values_list("name", flat=True)) >= NAMES


def test_a_second_load_changes_nothing() -> None:
    catalogue.load()
    before = list(AnalysisTemplate.objects.values_list("slug", "updated_at"))
    loaded = catalogue.load()
    assert {each.outcome for each in loaded} == {Outcome.UNCHANGED}
    assert list(AnalysisTemplate.objects.values_list("slug", "updated_at")) == before
    assert TemplateVersion.objects.count() == len(before)


def test_an_edited_file_becomes_the_next_version(directory: Path) -> None:
    assert load_one(directory) == (Outcome.CREATED, 1)
    write(directory, sections=(RISKS,))
    assert load_one(directory) == (Outcome.UPDATED, 2)
    assert load_one(directory) == (Outcome.UNCHANGED, 2)
    assert AnalysisTemplate.objects.get().current.content.sections == (RISKS,)


def test_what_staff_edited_stays(directory: Path) -> None:
    load_one(directory)
    edit(title="Dangers")
    assert load_one(directory) == (Outcome.KEPT, 1)
    write(directory, name="Changed in the file")
    assert load_one(directory) == (Outcome.KEPT, 1)
    assert AnalysisTemplate.objects.get().sections.get(key="risks").title == "Dangers"


def test_what_staff_edited_and_published_stays(directory: Path, staff: User) -> None:
    load_one(directory)
    services.publish(template=edit(title="Dangers"), by=staff)
    write(directory, name="Changed in the file")
    assert load_one(directory) == (Outcome.KEPT, 2)


def test_force_overwrites_what_staff_edited_and_keeps_their_version(
    directory: Path, staff: User
) -> None:
    load_one(directory)
    services.publish(template=edit(title="Dangers"), by=staff)
    assert load_one(directory, force=True) == (Outcome.UPDATED, 3)
    titles = [v.content.sections[1].title for v in TemplateVersion.objects.order_by("number")]
    assert titles == ["Risks", "Dangers", "Risks"]
    assert load_one(directory, force=True) == (Outcome.UNCHANGED, 3)


def test_a_template_that_staff_made_under_the_same_slug_stays(directory: Path) -> None:
    make_draft(slug="quarterly", name="Of our own")
    assert load_one(directory) == (Outcome.KEPT, 0)
    assert AnalysisTemplate.objects.get().name == "Of our own"


def test_a_retired_template_stays_retired_until_forced(directory: Path, staff: User) -> None:
    load_one(directory)
    services.retire(template=AnalysisTemplate.objects.get(), by=staff)
    write(directory, name="Changed in the file")
    assert load_one(directory) == (Outcome.RETIRED, 1)
    assert load_one(directory, force=True) == (Outcome.UPDATED, 2)
    assert AnalysisTemplate.objects.published().exists()


def test_edits_taken_back_by_staff_follow_the_file_again(directory: Path) -> None:
    load_one(directory)
    edit(title="Dangers")
    edit(title="Risks")
    write(directory, name="Changed in the file")
    assert load_one(directory) == (Outcome.UPDATED, 2)


def test_one_broken_file_stops_the_load_before_anything_is_written(directory: Path) -> None:
    (directory / "zzz.toml").write_text('slug = "zzz"\nname = ', encoding="utf-8")
    with pytest.raises(catalogue.BrokenCatalogue, match=r"zzz\.toml"):
        catalogue.load(directory=directory)
    assert not AnalysisTemplate.objects.exists()


def test_a_load_says_what_it_did_with_each(directory: Path) -> None:
    assert catalogue.load(directory=directory) == (
        Loaded(slug="quarterly", outcome=Outcome.CREATED, version=1),
    )
