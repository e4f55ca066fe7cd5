"""From what models really send to the value that was asked for."""

import pytest
from pydantic import ValidationError

from analysis.analysts.answers import Written
from analysis.structured import bare, begun, joined, parsed, partial_texts, schema_of

WHOLE = '{"paragraphs":[[{"text":"One.","keys":["k1"]}],[{"text":"Two.","keys":["k2"]}]]}'


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"<think>hm {{}} {WHOLE[:20]}</think>\n{WHOLE}",
        f"<THINKING>a\nb</THINKING>{WHOLE}",
        f"```json\n{WHOLE}\n```",
        f"Here it is:\n```\n{WHOLE}\n```\nBye.",
        f"Sure! {WHOLE}",
        f"{WHOLE}\n\nI hope this helps.",
        WHOLE.replace('"keys"', '"more":1,"keys"'),
    ],
)
def test_the_json_is_found_whatever_stands_around_it(text):
    assert parsed(text, Written) == Written.model_validate_json(WHOLE)


@pytest.mark.parametrize("text", ["", "no", "{}", '{"paragraphs":1}', "<think>only thoughts", "}{"])
def test_what_is_no_answer_is_refused(text):
    with pytest.raises(ValidationError):
        parsed(text, Written)


def test_thoughts_that_never_end_leave_nothing():
    assert bare("<think>a long thought {") == ""


def test_of_a_cut_answer_the_whole_items_are_kept():
    for end in (55, 60, 70):
        part = begun(WHOLE[:end], Written)
        assert part is not None
        assert [[claim.text for claim in one] for one in part.paragraphs] == [["One."]]
    assert begun(WHOLE[:30], Written) is None
    assert begun("no JSON", Written) is None


def test_parts_are_joined():
    whole = Written.model_validate_json(WHOLE)
    assert len(joined([whole, whole]).paragraphs) == 4
    assert joined([whole]) is whole


def test_texts_can_be_read_while_they_are_written():
    assert partial_texts(WHOLE[:28]) == ["One"]
    assert partial_texts(WHOLE) == ["One.", "Two."]
    assert partial_texts("") == []
    assert partial_texts("<think>no") == []


def test_a_schema_is_strict_and_without_decoration():
    schema = schema_of(Written)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["paragraphs"]
    assert "title" not in str(schema)
    assert "description" not in str(schema)
