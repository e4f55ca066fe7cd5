"""Templates in the admin, as staff use it: real pages, real posts."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from analysis.models import Analysis
from templates_app import services
from templates_app.models import AnalysisTemplate, TemplateSection, TemplateVersion
from templates_app.types import Choice
from tests.templates_app.factories import DEPTH, RISKS, make_draft, make_template

pytestmark = pytest.mark.django_db
LIST = "/admin/templates_app/analysistemplate/"


class Fields(HTMLParser):
    """What a browser would send of a page: every named field with its value."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, kind = found.get("name"), found.get("type")
        if tag == "option" and self._select and "selected" in found:
            self.values[self._select] = found.get("value") or ""
        if not name or "disabled" in found:
            return
        if tag == "textarea":
            self._area, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "input" and kind not in ("submit", "checkbox"):
            self.values[name] = found.get("value") or ""
        elif tag == "input" and kind == "checkbox" and "checked" in found:
            self.values[name] = "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # So browsers send lines.
            self.values[self._area] = self.values[self._area].replace("\n", "\r\n")
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, text: str) -> None:
        if self._area:
            # A browser leaves out the line break that opens a textarea.
            self.values[self._area] += text.removeprefix("\n")


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def page(template: AnalysisTemplate) -> str:
    return f"{LIST}{template.pk}/change/"


def opened(desk: Client, template: AnalysisTemplate) -> dict[str, str]:
    return Fields(desk.get(page(template)).content.decode()).values


def errors(html: str) -> list[str]:
    lists = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', html, re.DOTALL)
    return [re.sub("<[^>]+>", "", each).strip() for each in lists]


def refused(desk: Client, template: AnalysisTemplate, **changes: str) -> list[str]:
    answer = desk.post(page(template), opened(desk, template) | changes)
    assert answer.status_code == 200
    return errors(answer.content.decode())


# --- editing ----------------------------------------------------------------------------


def test_saving_what_was_opened_changes_nothing_for_users(desk: Client) -> None:
    choices = (Choice(value="SK", label="Saskatchewan"), Choice(value="x y", label="x y"))
    row = DEPTH.model_copy(update={"choices": choices, "default": "x y", "group": "Scope"})
    lines = RISKS.model_copy(update={"guidance": "Risk factors.\nExposure.\n\nAmounts."})
    template = make_template(sections=[lines], parameters=[row]).template
    answer = desk.post(page(template), opened(desk, template))
    assert answer.status_code == 302
    assert services.is_published_as_it_stands(AnalysisTemplate.objects.get())


def test_staff_edit_sections_and_parameters_on_one_page(desk: Client) -> None:
    template = make_template().template
    changes = {
        "name": "Renamed",
        "sections-0-title": "What came in",
        "parameters-0-choices": "Short | In short\r\nLong",
        "parameters-0-default": "Long",
    }
    assert desk.post(page(template), opened(desk, template) | changes).status_code == 302
    content = AnalysisTemplate.objects.get().content()
    assert (content.name, content.sections[0].title) == ("Renamed", "What came in")
    assert content.parameters[0].default == "Long"
    assert content.parameters[0].choices[0] == Choice(value="Short", label="In short")
    assert template.versions.count() == 1


def test_a_default_is_typed_as_a_user_would(desk: Client) -> None:
    template = make_draft()
    changes = {
        "parameters-0-type": "boolean",
        "parameters-0-choices": "",
        "parameters-0-default": "yes",
    }
    desk.post(page(template), opened(desk, template) | changes)
    assert template.parameters.get().default is True


def test_a_new_row_without_an_order_goes_last(desk: Client) -> None:
    template = make_draft()
    changes = {
        "sections-TOTAL_FORMS": "3",
        "sections-2-title": "Outlook",
        "sections-2-key": "outlook",
        "sections-2-kind": "narrative",
        "sections-2-guidance": "Expectations.",
        "sections-2-order": "",
    }
    assert desk.post(page(template), opened(desk, template) | changes).status_code == 302
    rows = list(TemplateSection.objects.values_list("key", "order"))
    assert rows == [("results", 10), ("risks", 20), ("outlook", 30)]


def test_rows_are_put_in_order_by_their_numbers(desk: Client) -> None:
    template = make_draft()
    desk.post(page(template), opened(desk, template) | {"sections-1-order": "5"})
    assert list(TemplateSection.objects.values_list("key", "order")) == [
        ("risks", 10),
        ("results", 20),
    ]


def test_a_new_template_can_be_published_at_once(desk: Client) -> None:
    fields = Fields(desk.get(f"{LIST}add/").content.decode()).values
    changes = {
        "name": "Brief",
        "slug": "brief",
        "description": "In short.",
        "sections-TOTAL_FORMS": "1",
        "sections-0-title": "All",
        "sections-0-key": "all",
        "sections-0-kind": "findings",
        "sections-0-guidance": "Everything.",
        "_publish": "1",
    }
    answer = desk.post(f"{LIST}add/", fields | changes)
    assert answer.status_code == 302, errors(answer.content.decode())
    assert AnalysisTemplate.objects.published().get().slug == "brief"


def test_the_slug_of_a_published_template_stays(desk: Client) -> None:
    template = make_template(slug="quarterly").template
    assert "slug" not in opened(desk, template)
    desk.post(page(template), opened(desk, template) | {"slug": "other"})
    assert AnalysisTemplate.objects.get().slug == "quarterly"


# --- errors at their fields -------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"sections-0-guidance": "About $company."}, "Nothing stands for $company"),
        ({"sections-0-key": "risks"}, "Please correct the duplicate data for key"),
        ({"parameters-0-key": "Big"}, "A key has small letters"),
        ({"parameters-0-choices": ""}, "This type needs at least one choice."),
        ({"parameters-0-choices": "a\n| b"}, "Line 2 has no value"),
        ({"parameters-0-type": "choice", "parameters-0-default": "Deep"},
         "The default must be one of: Overview, Detailed, Full Report"),
        ({"parameters-0-minimum": "9", "parameters-0-maximum": "8"}, "above the maximum"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_saved(
    desk: Client, changes: dict[str, str], error: str
) -> None:
    template = make_draft()
    before = template.content()
    told = refused(desk, template, name="Lost?", **changes)
    assert [each for each in told if error in each], told
    assert AnalysisTemplate.objects.get().content() == before


def test_what_was_typed_is_still_there_after_an_error(desk: Client) -> None:
    template = make_draft()
    changes = {"parameters-0-choices": "a | b\n| c", "name": "Kept"}
    html = desk.post(page(template), opened(desk, template) | changes).content.decode()
    shown = Fields(html).values
    assert shown["parameters-0-choices"] == "a | b\r\n| c"
    assert shown["name"] == "Kept"


def test_rows_can_swap_their_keys(desk: Client) -> None:
    template = make_draft()
    changes = {"sections-0-key": "risks", "sections-1-key": "results"}
    assert desk.post(page(template), opened(desk, template) | changes).status_code == 302
    rows = list(TemplateSection.objects.values_list("title", "key"))
    assert rows == [("Results", "risks"), ("Risks", "results")]


def test_a_row_can_take_the_key_of_one_that_goes(desk: Client) -> None:
    template = make_draft()
    changes = {"sections-0-key": "risks", "sections-1-DELETE": "on"}
    assert desk.post(page(template), opened(desk, template) | changes).status_code == 302
    assert list(TemplateSection.objects.values_list("title", "key")) == [("Results", "risks")]


# --- two at one desk --------------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_saves_only_knowingly(
    desk: Client, staff: User
) -> None:
    template = make_draft(name="Before")
    carol = User.objects.create_superuser("carol")
    hers = Client()
    hers.force_login(carol)
    mine = opened(desk, template)
    hers.post(page(template), opened(hers, template) | {"name": "Carol's"})

    answer = desk.post(page(template), mine | {"name": "Mine"})
    html = answer.content.decode()
    assert any("carol changed this template at" in told for told in errors(html))
    assert AnalysisTemplate.objects.get().name == "Carol's"

    again = Fields(html).values
    assert again["name"] == "Mine"
    assert desk.post(page(template), again).status_code == 302
    assert AnalysisTemplate.objects.get().name == "Mine"


def test_a_change_of_a_section_alone_counts_too(desk: Client) -> None:
    template = make_draft()
    mine = opened(desk, template)
    desk.post(page(template), opened(desk, template) | {"sections-0-title": "Theirs"})
    answer = desk.post(page(template), mine | {"sections-0-title": "Mine"})
    assert any("changed this template" in told for told in errors(answer.content.decode()))
    assert template.sections.first().title == "Theirs"


def test_a_post_that_does_not_say_when_it_was_opened_is_refused(desk: Client) -> None:
    template = make_draft()
    assert any("changed this template" in told for told in refused(desk, template, opened=""))


# --- publish, retire, copy --------------------------------------------------------------


def test_save_and_publish_makes_the_next_version(desk: Client, staff: User) -> None:
    template = make_template().template
    changes = {"sections-0-title": "What came in", "_publish": "1"}
    answer = desk.post(page(template), opened(desk, template) | changes, follow=True)
    assert "v2 is published" in answer.content.decode()
    version = AnalysisTemplate.objects.get().current
    assert (version.number, version.published_by) == (2, staff)
    assert version.content.sections[0].title == "What came in"


def test_a_template_without_sections_is_saved_but_not_published(desk: Client) -> None:
    template = make_draft(sections=[])
    answer = desk.post(
        page(template), opened(desk, template) | {"name": "Saved", "_publish": "1"}, follow=True
    )
    assert "saved but not published. sections: A template needs" in answer.content.decode()
    assert (AnalysisTemplate.objects.get().name, TemplateVersion.objects.count()) == ("Saved", 0)


def test_save_and_retire_and_save_and_copy(desk: Client) -> None:
    template = make_template(slug="quarterly").template
    desk.post(page(template), opened(desk, template) | {"_retire": "1"})
    assert not AnalysisTemplate.objects.published().exists()
    answer = desk.post(page(template), opened(desk, template) | {"_duplicate": "1"})
    copy = AnalysisTemplate.objects.get(slug="quarterly-copy")
    assert answer["Location"] == page(copy)


def test_actions_work_on_many(desk: Client) -> None:
    make_draft(slug="one")
    make_draft(slug="two", sections=[])
    chosen = list(AnalysisTemplate.objects.values_list("pk", flat=True))
    for action, offered, count in (
        ("publish", {"one"}, 2),
        ("retire", set(), 2),
        ("duplicate", set(), 4),
    ):
        answer = desk.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)
        assert answer.status_code == 200
        published = AnalysisTemplate.objects.published().values_list("slug", flat=True)
        assert set(published) == offered
        assert AnalysisTemplate.objects.count() == count


def test_the_list_shows_states_in_few_queries(desk: Client, django_assert_max_num_queries) -> None:
    for n in range(5):
        make_template(slug=f"template-{n}")
    with django_assert_max_num_queries(9):
        html = desk.get(LIST).content.decode()
    assert html.count("badge-published") == 5


# --- deleting ---------------------------------------------------------------------------


def test_an_unused_template_can_be_deleted_with_its_versions(desk: Client) -> None:
    template = make_template().template
    assert "Are you sure" in desk.get(f"{LIST}{template.pk}/delete/").content.decode()
    desk.post(f"{LIST}{template.pk}/delete/", {"post": "yes"})
    assert not AnalysisTemplate.objects.exists()
    assert not TemplateVersion.objects.exists()


def test_unused_templates_can_be_deleted_from_the_list(desk: Client) -> None:
    template = make_template().template
    chosen = {"action": "delete_selected", "_selected_action": [template.pk], "post": "yes"}
    desk.post(LIST, chosen)
    assert not AnalysisTemplate.objects.exists()


def test_a_template_that_an_analysis_used_cannot_be_deleted(desk: Client, alice: User) -> None:
    version = make_template()
    Analysis.objects.create(
        owner=alice, template_version=version, topic="t", brief_json={}, analyst="extractive"
    )
    url = f"{LIST}{version.template_id}/delete/"
    answer = desk.post(url, {"post": "yes"})
    assert "Cannot delete" in answer.content.decode()
    assert AnalysisTemplate.objects.get().current == version


# --- who may ----------------------------------------------------------------------------


def test_versions_have_no_page_of_their_own(desk: Client) -> None:
    make_template()
    assert desk.get("/admin/templates_app/templateversion/").status_code == 404


def test_who_may_only_look_sees_the_template_without_buttons(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(
        Permission.objects.filter(
            codename__startswith="view_", content_type__app_label="templates_app"
        )
    )
    client.force_login(viewer)
    template = make_template().template
    answer = client.get(page(template))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Results" in html
    assert "_publish" not in html
    client.post(LIST, {"action": "retire", "_selected_action": [template.pk]})
    assert AnalysisTemplate.objects.published().exists()


def test_who_may_only_change_makes_no_copies(client: Client) -> None:
    carol = User.objects.create_user("carol", is_staff=True)
    names = ("view_analysistemplate", "change_analysistemplate")
    carol.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(carol)
    template = make_draft()
    fields = opened(client, template) | {"name": "Renamed", "_duplicate": "1"}
    client.post(page(template), fields)
    assert AnalysisTemplate.objects.get().name == "Renamed"


def test_alice_has_no_desk(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(LIST).status_code == 302
