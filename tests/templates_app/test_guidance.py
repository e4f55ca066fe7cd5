"""The names in guidance are replaced once, and nothing else is."""

from templates_app.guidance import filled, unknown_names


def test_names_are_replaced_by_the_words_of_the_request() -> None:
    text = "Rules for $topic in $jurisdiction."
    assert filled(text, {"topic": "grain", "jurisdiction": "SK"}) == "Rules for grain in SK."


def test_a_name_without_a_value_goes_with_its_space() -> None:
    assert filled("Rules in $jurisdiction, and $industry trends.", {}) == "Rules in, and trends."


def test_what_a_user_typed_is_not_looked_at_again() -> None:
    values = {"topic": "$industry {settings} {% now %}", "industry": "oil"}
    assert filled("About $topic", values) == "About $industry {settings} {% now %}"


def test_only_the_fixed_names_are_filled() -> None:
    assert filled("$SECRET_KEY", {"SECRET_KEY": "x"}) == "$SECRET_KEY"


def test_each_unknown_name_is_told_once() -> None:
    assert unknown_names("$a $b $a $topic $5 {c}") == ("a", "b")
