"""A traceback says where and what kind, and repeats no word of an error."""

import json

import pytest

from researcher.kit.refusal import Refusal
from researcher.kit.traces import kind, trace

SECRET = "the patient's name is Bo"


def raised() -> BaseException:
    try:
        json.loads(f"{{{SECRET}")
    except ValueError as error:
        try:
            raise Refusal("unreadable", SECRET) from error
        except Refusal as refusal:
            return refusal
    raise AssertionError


def test_it_names_places_and_kinds_of_the_whole_chain():
    told = trace(raised())
    assert "in raised" in told
    assert "json.decoder.JSONDecodeError" in told
    assert told.endswith("researcher.kit.refusal.Refusal")
    assert told.index("JSONDecodeError") < told.index("which led to") < told.index("Refusal(")


def test_it_repeats_no_word_of_an_error():
    error = raised()
    error.add_note(SECRET)
    assert SECRET not in trace(error)
    assert SECRET not in trace(ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)]))


def test_a_group_is_told_with_what_it_holds():
    told = trace(ExceptionGroup("two", [ValueError(), KeyError()]))
    assert told.startswith("ExceptionGroup")
    assert "ValueError" in told
    assert "KeyError" in told


def test_errors_that_led_to_each_other_end():
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert trace(first).count("which led to") <= 8


def hiding() -> None:
    try:
        raise ValueError
    except ValueError:
        raise LookupError from None


def test_what_was_hidden_on_purpose_stays_hidden():
    with pytest.raises(LookupError) as caught:
        hiding()
    assert "ValueError" not in trace(caught.value).splitlines()


def test_our_own_kinds_carry_their_module():
    assert kind(ValueError()) == "ValueError"
    assert kind(Refusal("a", "b")) == "researcher.kit.refusal.Refusal"
