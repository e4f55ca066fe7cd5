"""What users give as options becomes values, or an error that says what would be right."""

import pytest

from templates_app.options import InvalidOptions, OptionError, from_text, normalise, problem
from templates_app.types import Choice, OptionValue, Parameter, ParameterType, TemplateContent
from tests.effort import calls
from tests.templates_app.factories import make_content

SEGMENTS = (
    Choice(value="farm", label="Farm Owners/Operators"),
    Choice(value="retail", label="Retailers"),
    Choice(value="public", label="Public Sector"),
)


def parameter(kind: str, key: str = "it", **more: object) -> Parameter:
    return Parameter.model_validate({"key": key, "label": key.title(), "type": kind, **more})


FORM = make_content(
    parameters=[
        parameter("choice_or_text", "depth", choices=SEGMENTS, default="farm"),
        parameter("choice", "segment", choices=SEGMENTS, required=True),
        parameter("multiple_choice", "regions", choices=SEGMENTS, minimum=1, maximum=2),
        parameter("integer", "years", minimum=1, maximum=40),
        parameter("number", "share", minimum=0, maximum=1),
        parameter("boolean", "peers", default=False),
        parameter("date", "until"),
        parameter("text", "company", maximum=10),
        parameter("long_text", "notes"),
    ]
)


def form(*parameters: Parameter) -> TemplateContent:
    return make_content(parameters=parameters)


def only_error(content: TemplateContent, raw: dict[str, object]) -> OptionError:
    with pytest.raises(InvalidOptions) as refused:
        normalise(content, raw)
    (error,) = refused.value.errors
    return error


# --- what is right ----------------------------------------------------------------------


def test_values_come_back_in_the_order_of_the_template_with_defaults() -> None:
    given = {"notes": "a\nb", "years": 3, "segment": "farm"}
    assert list(normalise(FORM, given).items()) == [
        ("depth", "farm"),
        ("segment", "farm"),
        ("years", 3),
        ("peers", False),
        ("notes", "a\nb"),
    ]


def test_the_order_given_does_not_matter() -> None:
    given = {"segment": "farm", "share": 0.5, "until": "2026-03-31", "regions": ["retail", "farm"]}
    backwards = dict(reversed(given.items()))
    assert list(normalise(FORM, given).items()) == list(normalise(FORM, backwards).items())


def test_what_came_out_goes_in_again_unchanged() -> None:
    once = normalise(FORM, {"segment": "farm", "regions": ["retail", "farm"], "share": 1})
    assert normalise(FORM, once) == once


@pytest.mark.parametrize("blank", [None, "", "  \n", "\u200b"])
def test_blank_is_not_given(blank: object) -> None:
    assert normalise(FORM, {"segment": "farm", "depth": blank})["depth"] == "farm"


def test_an_empty_list_is_not_given() -> None:
    assert "regions" not in normalise(FORM, {"segment": "farm", "regions": []})


@pytest.mark.parametrize("words", ["farm", "FARM", " farm ", "farm owners/operators"])
def test_a_choice_is_known_by_value_or_label_in_any_case(words: str) -> None:
    assert normalise(FORM, {"segment": words})["segment"] == "farm"


def test_the_value_of_one_choice_wins_over_the_label_of_another() -> None:
    choices = (Choice(value="a", label="b"), Choice(value="b", label="a"))
    content = form(parameter("choice", choices=choices))
    assert normalise(content, {"it": "B"}) == {"it": "b"}


def test_a_choice_or_text_takes_other_words() -> None:
    options = normalise(FORM, {"segment": "farm", "depth": "two   pages\u202e"})
    assert options["depth"] == "two pages"


def test_one_meaning_has_one_form() -> None:
    options = normalise(FORM, {"segment": "farm", "years": 3.0, "share": 1, "regions": ["farm"]})
    assert (type(options["years"]), type(options["share"])) == (int, float)
    assert options["regions"] == ("farm",)


def test_a_choice_named_twice_counts_once() -> None:
    options = normalise(FORM, {"segment": "farm", "regions": ["farm", "FARM", "public"]})
    assert options["regions"] == ("farm", "public")


def test_a_required_parameter_with_a_default_need_not_be_given() -> None:
    content = form(parameter("text", required=True, default="x"))
    assert normalise(content, {}) == {"it": "x"}


# --- what is wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code", "detail"),
    [
        ({"segment": "mars"}, "invalid_choice", "one of: farm, retail, public, not \"mars\"."),
        ({"segment": 3}, "invalid_type", "one of: farm, retail, public, not 3."),
        ({"depth": ["a"]}, "invalid_type", "or text of at most 200 characters, not [\"a\"]."),
        ({"depth": "a" * 201}, "too_long", "(203 characters)."),
        ({"regions": "farm"}, "invalid_type", "a list of 1 to 2 from: farm, retail, public"),
        ({"regions": ["farm", "x"]}, "invalid_choice", "not [\"farm\", \"x\"]."),
        ({"regions": ["farm", 1]}, "invalid_type", "a list of 1 to 2"),
        ({"regions": ["farm", "retail", "public"]}, "out_of_range", "a list of 1 to 2"),
        ({"years": 0}, "out_of_range", "a whole number of 1 to 40, not 0."),
        ({"years": 41}, "out_of_range", "a whole number of 1 to 40"),
        ({"years": 1.5}, "invalid_type", "a whole number of 1 to 40, not 1.5."),
        ({"years": True}, "invalid_type", "not true."),
        ({"years": "3"}, "invalid_type", "not \"3\"."),
        ({"share": 1.01}, "out_of_range", "a number of 0 to 1"),
        ({"share": float("nan")}, "invalid_type", "a number of 0 to 1"),
        ({"share": float("inf")}, "invalid_type", "a number of 0 to 1"),
        ({"share": 10**400}, "invalid_type", "(401 characters)."),
        ({"peers": "yes"}, "invalid_type", "true or false, not \"yes\"."),
        ({"peers": 1}, "invalid_type", "true or false, not 1."),
        ({"until": "31.3.2026"}, "invalid_type", "a date such as 2026-03-31"),
        ({"until": "2026-02-30"}, "invalid_type", "a date such as 2026-03-31"),
        ({"until": "20260331"}, "invalid_type", "a date such as 2026-03-31"),
        ({"company": "A longer name"}, "too_long", "text of at most 10 characters"),
        ({"company": {"a": 1}}, "invalid_type", "text of at most 10 characters"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_would_be_right(
    given: dict[str, object], code: str, detail: str
) -> None:
    error = only_error(FORM, {"segment": "farm", **given})
    assert error.code == code
    assert error.key == next(iter(given))
    assert error.detail.startswith(f"{error.key} must be ")
    assert detail in error.detail


@pytest.mark.parametrize("raw", [{}, {"segment": None}, {"segment": " "}])
def test_a_required_option_that_is_missing_is_named_with_its_choices(
    raw: dict[str, object],
) -> None:
    error = only_error(FORM, raw)
    assert (error.key, error.code) == ("segment", "required")
    assert error.detail == "segment is required: one of: farm, retail, public."


def test_an_unknown_option_names_the_known_ones_and_the_nearest() -> None:
    error = only_error(FORM, {"segment": "farm", "yeers": 3})
    assert (error.key, error.code) == ("yeers", "unknown_option")
    assert "there are: depth, segment, regions" in error.detail
    assert error.detail.endswith("Did you mean years?")


def test_the_topic_is_not_an_option() -> None:
    assert only_error(form(), {"topic": "x"}).detail == (
        'There is no option "topic"; this template has none.'
    )


def test_all_errors_are_told_at_once_in_the_order_of_the_template() -> None:
    with pytest.raises(InvalidOptions) as refused:
        normalise(FORM, {"other": 1, "years": "x", "until": "x"})
    assert [error.key for error in refused.value.errors] == ["segment", "years", "until", "other"]
    assert "years must be" in str(refused.value)


def test_a_short_text_is_out_of_range() -> None:
    error = only_error(form(parameter("text", minimum=3)), {"it": "ab"})
    assert error.code == "out_of_range"
    assert "text of 3 to 300 characters" in error.detail


def test_bounds_on_one_side_are_said_so() -> None:
    assert (
        "a whole number of at least 1,"
        in only_error(form(parameter("integer", minimum=1)), {"it": 0}).detail
    )
    assert (
        "a number of at most 2.5,"
        in only_error(form(parameter("number", maximum=2.5)), {"it": 3}).detail
    )
    assert "be a number, not" in only_error(form(parameter("number")), {"it": "x"}).detail


def test_a_huge_request_is_refused_with_work_by_its_size() -> None:
    def refused(size: int) -> InvalidOptions:
        raw = {
            "segment": "farm",
            "notes": "a" * 20 * size,
            "regions": list(range(6 * size)),
            **{f"unknown{n}": n for n in range(size)},
        }
        with pytest.raises(InvalidOptions) as refusal:
            normalise(FORM, raw)
        return refusal.value

    assert calls(lambda: refused(50_000)) < 12 * calls(lambda: refused(5_000))
    error = refused(50_000)
    assert len(error.errors) == 22
    assert len(str(error)) < 10_000


def test_a_value_alone_can_be_asked_about() -> None:
    years = parameter("integer", maximum=5)
    assert problem(years, 5) is None
    assert problem(years, 6) is not None


# --- typed by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("years", "3", 3),
        ("years", " -3 ", -3),
        ("years", "3.0", "3.0"),
        ("years", "1_000", "1_000"),
        ("years", "9" * 5000, "9" * 5000),
        ("share", "0.25", 0.25),
        ("share", "1e-3", 0.001),
        ("share", "nan", "nan"),
        ("peers", "Yes", True),
        ("peers", "off", False),
        ("peers", "perhaps", "perhaps"),
        ("regions", "farm, public,", ("farm", "public")),
        ("regions", "", ()),
        ("company", " 12 ", "12"),
        ("unknown", "12", "12"),
    ],
)
def test_text_becomes_a_value_of_its_type_or_stays(key: str, text: str, value: OptionValue) -> None:
    assert from_text(FORM, {key: text}) == {key: value}


def test_typed_options_go_the_same_way_as_all_others() -> None:
    pairs = {"segment": "FARM", "years": "3", "peers": "yes", "regions": "farm,public"}
    assert normalise(FORM, from_text(FORM, pairs)) == {
        "depth": "farm",
        "segment": "farm",
        "regions": ("farm", "public"),
        "years": 3,
        "peers": True,
    }
    assert only_error(FORM, from_text(FORM, pairs | {"years": "many"})).detail == (
        'years must be a whole number of 1 to 40, not "many".'
    )


def test_every_type_has_words_and_a_schema() -> None:
    for kind in ParameterType:
        choices = SEGMENTS if "choice" in kind else ()
        assert only_error(form(parameter(kind, choices=choices)), {"it": {}}).code == "invalid_type"
