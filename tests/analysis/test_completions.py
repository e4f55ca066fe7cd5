"""What a server answers is read, or is said to be no completion; it never surprises."""

import json

import pytest

from analysis import completions
from analysis.streams import Begun

ODD = [
    "5",
    '"text"',
    "[]",
    "null",
    "{",
    "",
    '{"choices": ["x"]}',
    '{"choices": "x"}',
    '{"choices": [{"message": "hello", "delta": "hello"}]}',
    '{"choices": [{"message": {"content": {"a": 1}}, "delta": {"content": 7}}]}',
    '{"choices": [{"finish_reason": 3}]}',
    '{"choices": [], "usage": "many"}',
    '{"choices": [], "usage": {"prompt_tokens": -4}}',
    '{"error": {"message": "the model is gone"}}',
    '{"choices": [], "error": "gone"}',
]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_completion_is_a_value_error_in_one_line(odd: str):
    with pytest.raises(ValueError, match=r"^[^\n]{1,200}$"):
        completions.whole(odd.encode())
    with pytest.raises(ValueError, match=r"^[^\n]{1,200}$"):
        Begun().read(f"data: {odd}\n\n".encode())


def test_an_error_that_is_told_in_an_answer_is_passed_on():
    with pytest.raises(ValueError, match="the model is gone"):
        completions.piece(b'{"error": {"message": "the model is gone"}}')


def test_an_answer_without_choices_is_no_completion():
    with pytest.raises(ValueError, match="no choices"):
        completions.whole(b'{"hello": "world"}')
    assert completions.piece(b'{"hello": "world"}').choice.delta is None


def test_what_a_server_leaves_out_or_adds_does_not_matter():
    told = {"choices": [{"message": {"content": None, "tool_calls": []}}], "usage": None, "id": 7}
    done = completions.whole(json.dumps(told).encode())
    assert (done.choice.message.content, done.usage) == (None, None)
    cached = {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 5}}
    done = completions.whole(json.dumps({"choices": [], "usage": cached}).encode())
    assert done.usage.cached == 5
