"""Which templates are refused, at which field, and with what words."""

import pytest

from templates_app.rules import content_faults, policy_faults, row_faults, section_faults
from templates_app.types import SourcePolicy
from tests.templates_app.factories import DEPTH, RESULTS, RISKS, make_content

TWO = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


def row(kind: str, **more: object) -> dict[str, object]:
    return {"key": "it", "label": "It", "type": kind, **more}


@pytest.mark.parametrize(
    "good",
    [
        row("text", default="x", minimum=1, maximum=5),
        row("choice", choices=TWO, default="b"),
        row("choice_or_text", choices=TWO, default="of my own", maximum=20),
        row("multiple_choice", choices=TWO, default=["a", "b"], maximum=2),
        row("integer", minimum=-3, maximum=3, default=-3),
        row("number", minimum=0.5, default=0.5),
        row("boolean", default=False),
        row("date", default="2026-03-31"),
    ],
)
def test_a_sound_parameter_has_no_faults(good: dict[str, object]) -> None:
    assert row_faults(good) == ()


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (row("text", key="Fiscal-Period"), "key", "invalid_key"),
        (row("text", key="topic"), "key", "reserved_key"),
        (row("choice"), "choices", "no_choices"),
        (row("choice_or_text", default="x"), "choices", "no_choices"),
        (row("multiple_choice"), "choices", "no_choices"),
        (row("text", choices=TWO), "choices", "not_for_type"),
        (row("choice", choices="nonsense"), "choices", "invalid_shape"),
        (row("choice", choices=["a"]), "choices", "invalid_shape"),
        (row("choice", choices=[{"value": "a"}]), "choices", "invalid_shape"),
        (row("choice", choices=[{"value": 1, "label": "A"}]), "choices", "invalid_shape"),
        (row("choice", choices=[*TWO, {"value": "A", "label": "C"}]), "choices", "duplicate"),
        (row("choice", choices=[{"value": " a", "label": "A"}]), "choices", "blank_value"),
        (row("choice", choices=[{"value": "", "label": "A"}]), "choices", "blank_value"),
        (row("choice", choices=[{"value": "a|b", "label": "A"}]), "choices", "invalid_value"),
        (row("integer", minimum=3, maximum=2), "minimum", "out_of_order"),
        (row("integer", maximum=2.5), "maximum", "invalid_bound"),
        (row("text", minimum=-1), "minimum", "invalid_bound"),
        (row("number", minimum=float("nan")), "minimum", "invalid_bound"),
        (row("boolean", minimum=0), "minimum", "invalid_bound"),
        (row("date", maximum=5), "maximum", "invalid_bound"),
        (row("integer", default="3"), "default", "invalid_default"),
        (row("integer", maximum=2, default=3), "default", "invalid_default"),
        (row("choice", choices=TWO, default="c"), "default", "invalid_default"),
        (row("multiple_choice", choices=TWO, default="a"), "default", "invalid_default"),
        (row("boolean", default="yes"), "default", "invalid_default"),
        (row("date", default="March"), "default", "invalid_default"),
        (row("text", default={"a": 1}), "default", "invalid_shape"),
    ],
)
def test_a_faulty_parameter_is_told_at_its_field(
    bad: dict[str, object], field: str, code: str
) -> None:
    assert [(fault.field, fault.code) for fault in row_faults(bad)] == [(field, code)]


def test_a_wrong_default_says_what_would_be_right() -> None:
    (fault,) = row_faults(row("choice", choices=TWO, default="c"))
    assert fault.detail == 'The default must be one of: a, b, not "c".'


def test_a_sound_template_has_no_faults() -> None:
    assert content_faults(make_content()) == ()


def test_a_template_may_have_no_parameters() -> None:
    assert content_faults(make_content(parameters=[])) == ()


def test_a_template_needs_a_section() -> None:
    (fault,) = content_faults(make_content(sections=[]))
    assert (fault.field, fault.code) == ("sections", "required")


def test_keys_are_unique_among_sections_and_among_parameters() -> None:
    faults = content_faults(make_content(sections=[RISKS, RISKS], parameters=[DEPTH, DEPTH]))
    assert [fault.field for fault in faults] == ["sections.risks.key", "parameters.depth.key"]


def test_a_section_and_a_parameter_may_share_a_key() -> None:
    depth = RISKS.model_copy(update={"key": "depth"})
    assert content_faults(make_content(sections=[depth], parameters=[DEPTH])) == ()


def test_faults_inside_are_told_with_their_path() -> None:
    section = RISKS.model_copy(update={"guidance": "$nobody"})
    parameter = DEPTH.model_copy(update={"default": ""})
    faults = content_faults(make_content(sections=[section], parameters=[parameter]))
    assert [fault.field for fault in faults] == [
        "sections.risks.guidance",
        "parameters.depth.default",
    ]


@pytest.mark.parametrize("text", ["$topic in $jurisdiction", "$5 million", "{topic} {% if %}", "$"])
def test_guidance_takes_the_known_names_and_plain_text(text: str) -> None:
    assert section_faults(RESULTS.model_copy(update={"guidance": text})) == ()


@pytest.mark.parametrize("text", ["$company", "$topics", "${topic}", "$settings.SECRET_KEY"])
def test_guidance_with_another_name_is_refused_with_the_list(text: str) -> None:
    (fault,) = section_faults(RESULTS.model_copy(update={"guidance": text}))
    assert fault.code == "unknown_name"
    assert "$topic, $client_segment, $jurisdiction, $industry, $depth" in fault.detail


@pytest.mark.parametrize(
    "policy",
    [{}, {"order": ["official", "news"], "years": 5}, {"order": []}, {"years": None}, {"years": 1}],
)
def test_a_sound_policy_of_sources_has_no_faults(policy: object) -> None:
    assert list(policy_faults(policy)) == []


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [
        ([], "invalid_shape", '{"order": ["official", "news"], "years": 5}'),
        ({"kinds": ["news"]}, "invalid_shape", '"order"'),
        ({"order": ["blog"]}, "invalid_order", "official, data, scholarly, reference, news, web"),
        ({"order": "news"}, "invalid_order", "each once"),
        ({"order": ["news", "news"]}, "invalid_order", "each once"),
        ({"order": [["news"]]}, "invalid_order", "each once"),
        ({"years": 0}, "invalid_years", "from 1 to 100"),
        ({"years": "5"}, "invalid_years", "whole number"),
        ({"years": True}, "invalid_years", "whole number"),
    ],
)
def test_a_faulty_policy_is_told_at_the_sources(policy: object, code: str, words: str) -> None:
    (fault,) = policy_faults(policy)
    assert (fault.field, fault.code) == ("sources", code)
    assert words in fault.detail


def test_a_template_with_a_faulty_policy_cannot_be_published() -> None:
    content = make_content().model_copy(update={"sources": SourcePolicy(order=("blog",))})
    assert [fault.code for fault in content_faults(content)] == ["invalid_order"]
