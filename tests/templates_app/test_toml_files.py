"""Templates in TOML: read, refused with file and key, and written so that they read the same."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.web_types import Kind
from templates_app.catalogue import DIRECTORY
from templates_app.options import normalise
from templates_app.rules import SOURCE_KINDS
from templates_app.toml_files import BrokenCatalogue, read
from templates_app.toml_text import as_toml
from templates_app.types import (
    Budget,
    Choice,
    Parameter,
    ParameterType,
    RoleModel,
    Section,
    SectionKind,
    SourcePolicy,
)
from tests.templates_app.factories import make_content

COMMON = """
[depth]
label = "Depth"
type = "choice"
default = "b"
choices = ["a", {value = "b", label = "B!"}]
"""
HEAD = 'slug = "x"\nname = "X"\ndescription = "About X."\n'
SECTION = '[[sections]]\nkey = "s"\ntitle = "S"\nkind = "findings"\nguidance = "words"\n'


def broken(directory: Path, text: str) -> str:
    (directory / "_common.toml").write_text(COMMON, encoding="utf-8")
    (directory / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCatalogue) as refused:
        read(directory)
    assert "\n" not in str(refused.value)
    return str(refused.value)


# --- the catalogue of the product -------------------------------------------------------


@pytest.mark.parametrize("content", read(DIRECTORY), ids=lambda content: content.slug)
def test_a_template_of_the_product_is_what_its_users_expect(content) -> None:
    shared = {"depth", "client_segment", "jurisdiction", "industry", "output_type"}
    parameters = {parameter.key: parameter for parameter in content.parameters}
    assert 6 <= len(content.sections) <= 9
    assert shared <= set(parameters)
    assert {key for key, each in parameters.items() if each.default is not None} == {
        "depth",
        "output_type",
    }
    assert all(len(section.guidance) > 100 for section in content.sections)


def test_only_the_due_diligence_cannot_do_without_an_option() -> None:
    required = {
        content.slug: [parameter.key for parameter in content.parameters if parameter.required]
        for content in read(DIRECTORY)
    }
    assert {slug: keys for slug, keys in required.items() if keys} == {
        "company-due-diligence": ["company"]
    }


def test_the_options_of_the_front_end_are_taken_as_it_sends_them() -> None:
    content = next(each for each in read(DIRECTORY) if each.slug == "quarterly-financial-review")
    sent = {
        "client_segment": "Farm Owners/Operators",
        "jurisdiction": "SK/AB Cross-Jurisdiction",
        "industry": "Beekeeping",
        "depth": "Full Report",
        "output_type": "Presentation Deck",
    }
    assert normalise(content, sent) == sent


# --- reading ----------------------------------------------------------------------------


def test_a_shared_parameter_can_be_said_anew_in_part(tmp_path: Path) -> None:
    (tmp_path / "_common.toml").write_text(COMMON, encoding="utf-8")
    text = HEAD + SECTION + '[[parameters]]\nuse = "depth"\nlabel = "How deep?"\nrequired = true\n'
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    (content,) = read(tmp_path)
    (parameter,) = content.parameters
    assert (parameter.key, parameter.label, parameter.required) == ("depth", "How deep?", True)
    assert parameter.choices == (Choice(value="a", label="a"), Choice(value="b", label="B!"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ", "x.toml: This is no TOML: "),
        (HEAD, "x.toml: sections: A template needs at least one section"),
        (SECTION, "x.toml: slug: Field required"),
        (HEAD + SECTION + "sections2 = 1", "x.toml: sections[1].sections2: Extra inputs"),
        ("typo = 1\n" + HEAD + SECTION, "x.toml: typo: Extra inputs are not permitted"),
        (HEAD + SECTION.replace("findings", "poem"), "x.toml: sections[1].kind: Input should be"),
        ("parameters = 3\n" + HEAD + SECTION, "x.toml: parameters: Write each as a table"),
        (HEAD + SECTION + '[[parameters]]\nuse = "dept"',
         "x.toml: parameters.use: There is no 'dept'"),
        (HEAD + SECTION + '[[parameters]]\nuse = "depth"\ndefault = "c"',
         "x.toml: parameters.depth.default: The default must be one of: a, b"),
        (HEAD + SECTION + '[[parameters]]\nuse = "depth"\nchoices = [1]',
         "x.toml: parameters[1].choices[1]: Input should be"),
        (HEAD + SECTION + '[[parameters]]\nkey = "d"\nlabel = "D"\ntype = "date"\n'
         "default = 2026-01-01",
         "x.toml: parameters[1].default.str: Input should be"),
        (HEAD + SECTION + SECTION, "x.toml: sections.s.key: 2 of the sections have the key 's'"),
        (HEAD + SECTION.replace("words", "$nobody"), "x.toml: sections.s.guidance: Nothing stands"),
        (HEAD.replace('"x"', '"x y"') + SECTION, "x.toml: slug: Enter a valid"),
        (HEAD + SECTION.replace('"S"', f'"{"S" * 121}"'), "x.toml: sections.s.title: Ensure this"),
        (HEAD + SECTION.replace('"words"', '""'), "x.toml: sections.s.guidance: This field cannot"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_by_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    assert broken(tmp_path, text).startswith(complaint)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenCatalogue, match=r"x\.toml: This is no TOML"):
        read(tmp_path)


def test_a_text_that_no_database_stores_is_refused(tmp_path: Path) -> None:
    text = HEAD + SECTION.replace("words", "a\\u0000b")
    assert broken(tmp_path, text) == "x.toml: U+0000 in a text: no database stores it."


def test_two_files_with_one_slug_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(HEAD + SECTION, encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=r"b\.toml: slug: Another file has 'x' too"):
        read(tmp_path)


# --- writing ----------------------------------------------------------------------------

# What can be stored: no half characters, which no file holds, and no NUL.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)


def test_choices_that_are_their_own_label_are_written_short(tmp_path: Path) -> None:
    choices = (Choice(value="SK", label="Saskatchewan"), Choice(value="EU", label="EU"))
    row = Parameter(key="where", label="Where", type=ParameterType.CHOICE, choices=choices)
    text = as_toml(make_content(parameters=[row]))
    assert '    { value = "SK", label = "Saskatchewan" },\n    "EU",\n]' in text


@settings(max_examples=30, deadline=None)
@given(name=TEXT, guidance=TEXT, placeholder=TEXT, default=TEXT)
def test_what_is_written_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    guidance: str,
    placeholder: str,
    default: str,
) -> None:
    directory = tmp_path_factory.mktemp("written")
    section = Section(
        key="s", title="S", kind=SectionKind.TABLE, guidance="x" + guidance.replace("$", "")
    )
    row = Parameter(
        key="p", label="P", type="long_text", placeholder=placeholder, default="x" + default
    )
    content = make_content(
        slug="x", name="x" + name, sections=[section], parameters=[row], version=0
    )
    written = as_toml(content)
    (directory / "x.toml").write_text(written, encoding="utf-8", newline="")
    assert list(read(directory)) == [content]


def test_budget_roles_and_sources_are_written_too(tmp_path: Path) -> None:
    told = {
        "budget": Budget(tokens=9000, cost=Decimal("1.50")),
        "roles": (RoleModel(role="writer", model="gpt-4.1"),),
        "sources": SourcePolicy(order=("scholarly", "official"), years=10),
    }
    content = make_content(slug="x", version=0).model_copy(update=told)
    (tmp_path / "x.toml").write_text(as_toml(content), encoding="utf-8")
    assert list(read(tmp_path)) == [content]
    assert "[roles]" not in as_toml(make_content())


def test_kinds_of_sources_are_those_of_the_web() -> None:
    assert set(SOURCE_KINDS) == {kind.value for kind in Kind}
