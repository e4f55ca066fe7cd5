from analysis.pipeline.cover import Cover, pieces
from tests.analysis.pipeline.shelf import pages

WHEAT = ["wheat", "energy", "prices"]


def counts(*texts: str) -> list[int]:
    cover = Cover()
    for text in texts:
        cover.add(pages(text))
    return cover.counts([WHEAT])


def test_a_source_counts_once_when_most_words_stand_in_one_place() -> None:
    told = "Wheat and energy became dear.\n\nWheat prices and energy prices rose."
    assert counts(told, "Wheat prices fell.", "Bread is baked.") == [2]


def test_words_that_stand_far_apart_do_not_count() -> None:
    far = "wheat" + "\n\nfiller words and more of them" * 200 + "\n\nenergy"
    assert counts(far) == [0]


def test_paragraphs_are_put_together_while_they_fit() -> None:
    found = list(pieces("\n\n".join(["x" * 900] * 5)))
    assert [len(one) for one in found] == [1802, 1802, 900]
