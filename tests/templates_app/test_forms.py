"""The fields in which staff type choices and defaults."""

import pytest
from django.core.exceptions import ValidationError

from templates_app.forms import Bound, ChoiceLines, OptionText

TWO = [{"value": "SK", "label": "Saskatchewan"}, {"value": "EU", "label": "EU"}]
LINES = "SK | Saskatchewan\nEU"


def test_choices_are_a_line_each() -> None:
    field = ChoiceLines(required=False)
    assert field.prepare_value(TWO) == LINES
    assert field.clean(LINES) == TWO


@pytest.mark.parametrize("text", ["", None, " \r\n\r\n"])
def test_no_lines_are_no_choices(text: str | None) -> None:
    assert ChoiceLines(required=False).clean(text) == []


def test_lines_come_as_browsers_send_them() -> None:
    assert ChoiceLines().clean("\r\n SK|Saskatchewan \r\nEU\x00\r\n") == TWO


def test_a_label_may_contain_a_bar() -> None:
    assert ChoiceLines().clean("a | b | c") == [{"value": "a", "label": "b | c"}]


def test_a_line_without_a_value_is_told_by_its_number() -> None:
    with pytest.raises(ValidationError, match=r"Line 2 has no value"):
        ChoiceLines().clean("SK\n | Saskatchewan")


def test_what_a_person_typed_is_shown_again_as_it_was() -> None:
    assert ChoiceLines().prepare_value("a | b |") == "a | b |"


@pytest.mark.parametrize("odd", [["a"], [{"value": "a"}], 3])
def test_choices_of_the_wrong_shape_can_still_be_seen(odd: object) -> None:
    assert ChoiceLines().prepare_value(odd)


def test_the_same_choices_are_no_change() -> None:
    field = ChoiceLines(required=False)
    assert not field.has_changed(TWO, LINES.replace("\n", "\r\n"))
    assert not field.has_changed([], "")
    assert field.has_changed(TWO, "SK")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (False, "no"), (3, "3"), (0.5, "0.5"), (["a", "b"], "a, b")],
)
def test_a_default_is_shown_as_one_would_type_it(value: object, text: str) -> None:
    field = OptionText(required=False)
    assert field.prepare_value(value) == text
    assert not field.has_changed(value, text)


@pytest.mark.parametrize(("value", "shown"), [(200.0, "200"), (0.5, "0.5"), (None, "None")])
def test_a_whole_bound_is_shown_without_a_fraction(value: float | None, shown: str) -> None:
    field = Bound(required=False)
    assert str(field.prepare_value(value)) == shown
    assert not field.has_changed(value, "" if value is None else shown)
