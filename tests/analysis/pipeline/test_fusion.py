"""Passages ordered by words and by meaning: what both like leads."""

import numpy as np

from analysis.pipeline.fusion import fused, nearest, reordered
from analysis.types import Passage


def passage(key: str, score: float) -> Passage:
    return Passage(key=key, source="s-1", page=1, start=0, end=1, text=key, score=score)


def test_what_is_high_in_both_orders_leads():
    assert fused([0, 1, 2, 3], [3, 1, 0, 2]) == [0, 1, 3, 2]


def test_where_they_differ_alike_the_words_lead():
    assert fused([0, 1], [1, 0]) == [0, 1]
    assert fused([1, 0], [0, 1]) == [1, 0]


def test_what_meaning_puts_far_before_goes_before():
    assert fused([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0])[:2] == [0, 1]
    assert fused([0, 1, 2, 3], [1, 2, 3, 0])[0] == 1


def test_the_nearest_is_the_one_of_the_smallest_angle():
    found = np.array([[0, 1], [1, 0], [0.6, 0.8]], dtype=np.float32)
    assert nearest(np.array([1, 0], dtype=np.float32), found) == [1, 2, 0]


def test_passages_change_places_and_the_scores_of_the_places_stay():
    passages = [passage("a", 9.0), passage("b", 5.0), passage("c", 4.0), passage("d", 3.0)]
    found = np.array([[0, -1], [0.6, 0.8], [0, 1], [1, 0]], dtype=np.float32)
    told = reordered(passages, np.array([0.6, 0.8], dtype=np.float32), found)
    assert [one.key for one in told] == ["b", "a", "c", "d"]
    assert [one.score for one in told] == [9.0, 5.0, 4.0, 3.0]
