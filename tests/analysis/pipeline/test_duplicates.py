from analysis.pipeline.duplicates import Print, alike, repeats


def print_of(words: range, *numbers: int) -> Print:
    return Print(frozenset(words), frozenset(numbers))


def test_the_same_words_with_the_same_numbers_are_a_repetition() -> None:
    assert repeats(print_of(range(20), 100), print_of(range(1, 20), 100))


def test_another_number_is_another_statement() -> None:
    assert not repeats(print_of(range(20), 100), print_of(range(20), 101))
    assert alike(print_of(range(20), 100), print_of(range(20), 101))


def test_other_words_are_neither() -> None:
    assert not repeats(print_of(range(20)), print_of(range(5, 25)))
    assert alike(print_of(range(20)), print_of(range(4, 24)))
    assert not alike(print_of(range(20)), print_of(range(10, 30)))


def test_nothing_repeats_nothing() -> None:
    assert not repeats(print_of(range(0)), print_of(range(0)))
