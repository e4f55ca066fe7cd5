"""How the lines of a batch are shared between those that read them."""

from analysis.importing import reads
from analysis.importing.reads import Numbered


def lines(*sizes: int) -> list[Numbered]:
    return [(number, b"x" * size) for number, size in enumerate(sizes, 1)]


def test_long_lines_are_shared_as_well_as_many():
    long = lines(*[reads.SHARE_BYTES] * 4)
    assert reads._shares(long) == [[one] for one in long]
    many = lines(*[1] * (2 * reads.SHARE))
    assert reads._shares(many) == [many[: reads.SHARE], many[reads.SHARE :]]


def test_every_line_is_read_once_and_in_order():
    given = lines(5, reads.SHARE_BYTES + 1, 1, 1, reads.SHARE_BYTES - 1, 7)
    shares = reads._shares(given)
    assert [line for share in shares for line in share] == given
    assert all(shares)
    assert reads._shares([]) == []
