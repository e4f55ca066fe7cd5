from uuid import UUID

from analysis.pipeline import keys

RUN, OTHER = UUID(int=1), UUID(int=2)


def test_a_key_is_the_same_for_the_same_words_of_the_same_run() -> None:
    assert keys.quote(RUN, "ab", 1, 2, 3) == keys.quote(RUN, "ab", 1, 2, 3)


def test_other_words_and_other_runs_have_other_keys() -> None:
    found = {
        keys.quote(RUN, "ab", 1, 2, 3),
        keys.quote(OTHER, "ab", 1, 2, 3),
        keys.quote(RUN, "ac", 1, 2, 3),
        keys.quote(RUN, "ab", 12, 3, 3),
        keys.quote(RUN, "ab", 1, 23, 3),
        keys.key("f", RUN, "ab", 1, 2, 3),
    }
    assert len(found) == 6


def test_a_key_tells_nothing_but_its_kind() -> None:
    assert keys.quote(RUN, "ab", 1, 2, 3).startswith("q-")
    assert len(keys.quote(RUN, "ab", 1, 2, 3)) == 12
