"""What the admin shows beside a template, all of it escaped."""

import pytest
from django.contrib.auth.models import User

from templates_app import panels, services
from templates_app.models import AnalysisTemplate, TemplateParameter
from templates_app.types import Choice, Parameter, ParameterType
from tests.templates_app.factories import make_draft, make_template

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
TWO = (Choice(value="a", label="Apple"), Choice(value="b", label="Bear"))


def preview_of(kind: ParameterType, **more: object) -> str:
    row = {"key": "it", "label": "It", "type": kind, **more}
    return panels.preview(make_draft(parameters=[Parameter.model_validate(row)]))


@pytest.mark.parametrize(
    ("kind", "more", "html"),
    [
        ("text", {"placeholder": "Q3"}, 'type="text" value="" placeholder="Q3"'),
        ("long_text", {"default": "x"}, ">x</textarea>"),
        ("choice", {"choices": TWO, "default": "b"}, "<option selected>Bear</option>"),
        ("choice", {"choices": TWO}, "<option></option>"),
        ("choice_or_text", {"choices": TWO}, '<option value="a">Apple</option>'),
        ("multiple_choice", {"choices": TWO, "default": ["b"]}, " checked> Bear"),
        ("integer", {"minimum": 1, "maximum": 4000}, 'min="1" max="4000"'),
        ("number", {"minimum": 0.5}, 'min="0.5" step="any"'),
        ("boolean", {"default": True}, 'type="checkbox" checked'),
        ("date", {"default": "2026-03-31"}, 'type="date" value="2026-03-31"'),
    ],
)
def test_every_type_has_its_field(kind: ParameterType, more: dict[str, object], html: str) -> None:
    assert html in preview_of(kind, **more)


def test_what_staff_wrote_is_only_text_in_the_preview() -> None:
    html = preview_of(
        ParameterType.CHOICE_OR_TEXT,
        label=HOSTILE,
        help=HOSTILE,
        placeholder=f'"{HOSTILE}',
        group=HOSTILE,
        default=f'"{HOSTILE}',
        choices=[Choice(value=HOSTILE, label=HOSTILE)],
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 7


def test_inputs_of_the_preview_are_not_sent_with_the_page() -> None:
    html = preview_of(ParameterType.TEXT, required=True)
    assert 'title="required"' in html
    assert 'form="form-preview"' in html
    assert " name=" not in html
    assert " required" not in html.replace('title="required"', "")


def test_rows_of_the_wrong_shape_have_no_form_yet() -> None:
    draft = make_draft()
    TemplateParameter.objects.update(choices=HOSTILE)
    assert panels.preview(draft).startswith("There is no form yet")


def test_a_template_that_is_not_saved_has_no_form_yet() -> None:
    assert "Save once" in panels.preview(AnalysisTemplate())


def test_a_template_without_parameters_asks_for_the_topic_alone() -> None:
    assert "topic alone" in panels.preview(make_draft(parameters=[]))


def test_versions_show_what_each_changed(staff: User) -> None:
    template = make_template().template
    template.sections.filter(key="risks").update(title=HOSTILE)
    services.publish(template=template, by=staff)
    html = panels.versions(template)
    assert '<span class="removed">-title = &quot;Risks&quot;</span>' in html
    assert '<span class="added">+title = &quot;&lt;script&gt;' in html
    assert "<script" not in html
    assert "First version" in html
    assert html.index("v2") < html.index("v1")
    assert "staff" in html
    assert "catalogue" in html


def test_only_the_newest_versions_are_shown(staff: User) -> None:
    template = make_template().template
    for n in range(panels.VERSIONS_SHOWN + 1):
        AnalysisTemplate.objects.update(name=f"Name {n}")
        services.publish(template=template, by=staff)
    html = panels.versions(template)
    assert html.count('<th scope="row">') == panels.VERSIONS_SHOWN
    assert "And 2 older." in html
    assert "First version" not in html


def test_the_badge_tells_of_edits_that_users_do_not_get_yet() -> None:
    template = make_template().template
    assert panels.badge(template) == '<span class="badge badge-published">Published</span>'
    template.sections.filter(key="risks").update(title="Dangers")
    assert "Unpublished edits" in panels.badge(template)
    assert "Unpublished" not in panels.badge(make_draft(slug="draft"))
