from analysis.pipeline.duplicates import Print
from analysis.pipeline.selection import Candidate, selected


def candidate(number: int, score: float, **facts: object) -> Candidate:
    """One that says something of its own, in a source of one page, unless told otherwise."""
    own = Print(frozenset(range(number * 10, number * 10 + 10)), frozenset())
    plain = Candidate(number, score, number, None, (0, 0), frozenset(), own)
    return plain._replace(**facts)  # type: ignore[arg-type]


def numbers(*candidates: Candidate, limit: int = 10) -> list[int]:
    return [one.number for one in selected(candidates, limit)]


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    assert numbers(candidate(1, 1.0), candidate(2, 3.0), candidate(3, 2.0), limit=2) == [2, 3]


def test_what_is_said_twice_is_taken_once_from_the_newest() -> None:
    old = candidate(1, 3.0, age=(0, -10))
    new = candidate(2, 2.0, age=(0, -20), print=old.print)
    assert numbers(old, new, candidate(3, 2.5)) == [2, 3]


def test_the_newest_takes_the_place_and_the_score_of_the_best() -> None:
    old = candidate(1, 3.0, age=(0, -10))
    new = candidate(2, 2.0, age=(0, -20), print=old.print)
    assert [one.score for one in selected([old, new], 10)] == [3.0]


def test_a_revised_statement_stands_before_the_superseded_one() -> None:
    old = candidate(1, 3.0, age=(1, -10), newer=frozenset({2}))
    new = candidate(2, 1.0, age=(0, -20))
    new = new._replace(print=Print(old.print.words, frozenset({500})))
    assert numbers(old, new, candidate(3, 2.0)) == [2, 1, 3]


def test_another_period_is_no_revision() -> None:
    before = candidate(1, 3.0, age=(0, -10))
    after = candidate(2, 1.0, age=(0, -20), print=Print(before.print.words, frozenset({500})))
    assert numbers(before, after) == [1, 2]


def test_a_superseded_source_keeps_what_its_successor_does_not_say() -> None:
    old = candidate(1, 3.0, age=(1, -10), newer=frozenset({2}))
    assert numbers(old, candidate(2, 1.0)) == [1, 2]


def test_a_second_passage_of_a_page_gives_way_to_another_page() -> None:
    first, second = candidate(1, 3.0, page=(1, 4)), candidate(2, 2.9, page=(1, 4))
    assert numbers(first, second, candidate(3, 2.5, page=(1, 5))) == [1, 3, 2]


def test_a_source_of_one_page_is_not_held_back() -> None:
    assert numbers(candidate(1, 3.0), candidate(2, 2.9), candidate(3, 2.5)) == [1, 2, 3]


def test_passages_of_numbers_alone_are_taken_once() -> None:
    bare = Print(frozenset(), frozenset({7}))
    assert numbers(candidate(1, 2.0, print=bare), candidate(2, 1.0, print=bare)) == [1, 2]


def revision(of: Candidate, number: int, score: float, day: int) -> Candidate:
    """What says the same with another number, dated another day."""
    return candidate(number, score, age=(0, -day), print=Print(of.print.words, frozenset({500})))


def test_for_the_present_state_the_later_of_two_statements_leads() -> None:
    old = candidate(1, 3.0, age=(0, -10))
    new = revision(old, 2, 2.5, 20)
    assert [one.number for one in selected([old, new], 10, present=True)] == [2, 1]
    assert numbers(old, new) == [1, 2]


def test_what_answers_far_worse_or_has_no_date_is_no_later_statement() -> None:
    old = candidate(1, 3.0, age=(0, -10))
    for other in (revision(old, 2, 1.0, 20), revision(old, 2, 2.9, 0)):
        assert [one.number for one in selected([old, other], 10, present=True)] == [1, 2]


def test_a_source_of_pages_gives_way_once_it_was_heard_twice() -> None:
    paged = [candidate(at, 3.0 - at / 100, source=1, page=(1, at)) for at in range(1, 5)]
    other = candidate(9, 2.8, page=(9, 1))
    assert numbers(*paged, other) == [1, 2, 3, 9, 4]


def test_a_source_that_was_heard_often_gives_way_no_further() -> None:
    paged = [candidate(at, 3.0 - at / 100, source=1, page=(1, at)) for at in range(1, 8)]
    assert numbers(*paged, candidate(9, 2.6, page=(9, 1)))[-1] == 9


def test_where_many_are_wanted_a_source_gives_way_further_each_time_it_was_heard() -> None:
    paged = [candidate(at, 3.0 - at / 100, source=1, page=(1, at)) for at in range(1, 8)]
    other = candidate(9, 2.3, page=(9, 1))
    found = selected([*paged, other], 10, widely=True)
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 9, 6, 7]
    assert numbers(*paged, other)[-1] == 9


def test_where_many_are_wanted_a_source_of_one_page_gives_way_too() -> None:
    article = [candidate(at, 3.0 - at / 100, source=1) for at in range(1, 6)]
    found = selected([*article, candidate(9, 2.8)], 10, widely=True)
    assert [one.number for one in found] == [1, 2, 3, 9, 4, 5]
