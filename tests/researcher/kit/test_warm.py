"""Children that are kept warm for threads that come and go."""

import os
import threading

import pytest

from researcher.kit.refusal import Refusal
from researcher.kit.warm import Warm

WARM = Warm()


def in_a_thread(function) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join(timeout=20)


def test_a_child_outlives_the_thread_that_asked_first():
    found: list[int] = []
    for _ in range(2):
        in_a_thread(lambda: found.append(WARM.call("os:getpid", returns=int)))
    assert len(found) == 2
    assert found[0] == found[1] != os.getpid()


def test_a_refusal_comes_back():
    with pytest.raises(Refusal, match="file_empty"):
        WARM.call("analysis.sources.reading:read", b"", "a.txt", returns=dict)
