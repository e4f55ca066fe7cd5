"""A stream is put together whatever the pieces in which it comes."""

import json

import pytest

from analysis.streams import LONGEST_REST, Begun, Crowd


def event(text: str, **more: object) -> str:
    return f"data: {json.dumps({'choices': [{'delta': {'content': text}, **more}]})}\n\n"


WHOLE = (
    event("Zürich ")
    + ": a comment\r\n\r\n"
    + event("rises", finish_reason="stop")
    + "data: [DONE]\n\n"
).encode()


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_stream_is_whole_however_it_is_cut(size: int):
    begun = Begun()
    told = "".join(begun.read(WHOLE[at : at + size]) for at in range(0, len(WHOLE), size))
    assert told == "Zürich rises"
    assert (begun.finish, begun.is_over) == ("stop", True)
    assert begun.completion.choice.message.content == told


def test_a_line_that_never_ends_is_not_read():
    begun = Begun()
    assert begun.read(WHOLE.removesuffix(b"data: [DONE]\n\n") + b'data: {"choi') == "Zürich rises"
    assert not begun.is_over


def test_the_more_streams_there_are_the_longer_each_rests():
    crowd = Crowd()
    with crowd.joined():
        alone = crowd.rest
        with crowd.joined():
            assert crowd.rest == 2 * alone
    assert crowd.rest == 0
    crowd.open = 10_000
    assert crowd.rest == LONGEST_REST
