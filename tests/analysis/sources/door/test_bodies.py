"""A packed answer is never unpacked further than its cap, however it arrives."""

import gzip
import tracemalloc

import pytest

from analysis.sources.door.bodies import Body
from analysis.sources.door.types import FetchFailed

MB = 1 << 20


def test_a_bomb_in_one_piece_needs_no_memory():
    body, bomb = Body({"content-encoding": "gzip"}, MB), gzip.compress(bytes(50 * MB))
    tracemalloc.start()
    try:
        with pytest.raises(FetchFailed):
            body.add(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 * MB
    finally:
        tracemalloc.stop()
