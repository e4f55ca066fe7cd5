"""The commands of the catalogue, as an operator sees them."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from templates_app.models import AnalysisTemplate
from tests.templates_app.factories import make_draft, make_template

pytestmark = pytest.mark.django_db


def run(*args: object) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_loading_says_what_was_done_with_every_template(tmp_path: Path) -> None:
    make_template(slug="quarterly")
    run("dump_catalogue", "--to", tmp_path)
    AnalysisTemplate.objects.all().delete()
    assert run("load_catalogue", tmp_path).endswith("created    quarterly v1\n")
    assert run("load_catalogue", tmp_path) == "unchanged  quarterly v1\n"
    AnalysisTemplate.objects.update(name="Ours")
    assert run("load_catalogue", tmp_path) == (
        "kept       quarterly v1 (edited by staff; --force overwrites it)\n"
    )
    assert run("load_catalogue", tmp_path, "--force") == "updated    quarterly v1\n"
    assert run("load_catalogue", tmp_path, "--force") == "unchanged  quarterly v1\n"


def test_loading_makes_the_group_of_editors_once() -> None:
    assert 'group      "Template editors" created' in run("load_catalogue")
    group = Group.objects.get(name="Template editors")
    assert group.permissions.filter(codename="change_analysistemplate").exists()
    assert not group.permissions.exclude(content_type__app_label="templates_app").exists()
    group.permissions.clear()
    run("load_catalogue")
    assert not group.permissions.exists()


def test_editors_may_edit_templates_and_nothing_else() -> None:
    run("load_catalogue")
    carol = User.objects.create_user("carol", is_staff=True)
    carol.groups.add(Group.objects.get(name="Template editors"))
    assert carol.has_perm("templates_app.change_templateparameter")
    assert not carol.has_perm("templates_app.change_templateversion")
    assert not carol.has_perm("auth.change_user")


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('slug = "bad"', encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run("load_catalogue", tmp_path)
    assert str(refused.value) == "bad.toml: name: Field required Nothing was loaded."


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no directory"):
        run("load_catalogue", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="There are no templates"):
        run("load_catalogue", tmp_path)


def test_a_template_is_written_as_toml() -> None:
    make_draft(slug="quarterly")
    assert run("dump_catalogue", "quarterly").startswith('slug = "quarterly"\nname = "Quarterly"\n')


def test_an_unknown_template_cannot_be_written() -> None:
    make_draft(slug="quarterly")
    with pytest.raises(CommandError, match="no template 'other'; there are: quarterly"):
        run("dump_catalogue", "other")


def test_rows_of_the_wrong_shape_cannot_be_written() -> None:
    draft = make_draft(slug="quarterly")
    draft.parameters.update(choices="nonsense")
    with pytest.raises(CommandError, match="quarterly cannot be written"):
        run("dump_catalogue", "quarterly")
