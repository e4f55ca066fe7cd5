import pytest

from analysis.pipeline.verify import check, is_doubtful, locate, located
from analysis.types import Quote, Verdict

PAGE = (
    "Gross margin narrowed to 31.2% from 33.5% because \u201cwheat\u201d and energy\nprices rose"
    " faster \u2013 much faster \u2013 than before. Net debt was 2.4 times earnings."
)
SAID = [
    "Revenue rose 8.3% to $412.6 million in 2024, while operating cash flow fell to $44 million."
]


def quote(text: str, start: int = 0) -> Quote:
    return Quote(key="q", source="s", page=1, start=start, end=start + len(text), text=text)


class TestLocate:
    def test_the_exact_words_are_found_where_they_stand(self) -> None:
        found = locate("Net debt was 2.4 times", PAGE)

        assert found is not None
        assert PAGE[found.start : found.end] == "Net debt was 2.4 times"
        assert found.score == 100

    def test_other_blanks_and_other_signs_are_the_same_words(self) -> None:
        found = locate('because "wheat" and energy prices rose  faster - much faster', PAGE)

        assert found is not None
        assert PAGE[found.start : found.end].startswith("because \u201cwheat")
        assert PAGE[found.start : found.end].endswith("much faster")

    def test_a_slip_of_the_pen_is_forgiven(self) -> None:
        found = locate("Gross margin narowed to 31.2% from 33.5% because", PAGE)

        assert found is not None
        assert 92 <= found.score < 100
        assert "narrowed to 31.2%" in PAGE[found.start : found.end]

    @pytest.mark.parametrize(
        "invented", ["Net debt was $2.4 million, up from $1.4 million.", "31.2%", "", "   "]
    )
    def test_invented_or_too_short_words_are_not_found(self, invented: str) -> None:
        assert locate(invented, PAGE) is None


class TestLocated:
    def test_a_quote_in_its_place_stays_as_it_is(self) -> None:
        one = quote("Gross margin narrowed")

        assert located(one, PAGE) == one

    def test_a_quote_is_put_right_and_holds_the_words_of_the_page(self) -> None:
        found = located(quote('"wheat" and energy prices rose faster', start=5), PAGE)

        assert found is not None
        assert found.text == PAGE[found.start : found.end]
        assert "energy\nprices" in found.text

    def test_words_that_the_page_does_not_hold_are_no_quote(self) -> None:
        assert located(quote("Net debt was $2.4 million, up from $1.4 million."), PAGE) is None

    def test_blanks_are_no_quote(self) -> None:
        assert (
            located(Quote(key="q", source="s", page=1, start=12, end=13, text=" "), PAGE[:5])
            is None
        )


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Revenue rose 8.3% to $412.6 million in 2024", Verdict.SUPPORTED),
        ("In 2024 revenue rose by 8.3 percent to $413 million.", Verdict.SUPPORTED),
        ("Revenue rose to $421.6 million.", Verdict.NOT_FOUND),
        ("Revenue rose to \u20ac412.6 million.", Verdict.NOT_FOUND),
        ("Revenue rose 8.3 basis points.", Verdict.NOT_FOUND),
        ("Revenue did not rise to $412.6 million.", Verdict.CONTRADICTED),
        ("The company will move its seat to Berlin.", Verdict.NOT_FOUND),
        ("Revenue rose 8.3% in 2024, helped by tourism.", Verdict.PARTIAL),
    ],
)
def test_a_claim_is_held_against_its_quotes(claim: str, verdict: Verdict) -> None:
    assert check(claim, SAID).verdict is verdict


def test_the_wrong_direction_is_a_contradiction() -> None:
    found = check("Operating margin improved.", ["Operating margin declined."])

    assert found.verdict is Verdict.CONTRADICTED
    assert found.reasons == ("its quotes say down where it says up",)


def test_a_direction_belongs_to_what_is_said_to_move() -> None:
    said = [
        "Gross margin narrowed to 31.2% from 33.5% because wheat and energy prices rose faster."
    ]

    assert check("Gross margin increased because wheat rose.", said).verdict is (
        Verdict.CONTRADICTED
    )
    assert check("Wheat prices rose and gross margin narrowed.", said).verdict is Verdict.SUPPORTED


def test_of_two_moves_of_one_thing_either_may_be_told() -> None:
    said = ["Revenue, which had fallen in 2023, rose in 2024."]

    assert check("Revenue rose in 2024.", said).verdict is Verdict.SUPPORTED
    assert check("Revenue had fallen in 2023.", said).verdict is Verdict.SUPPORTED


def test_a_missing_number_is_named() -> None:
    assert check("It sold 12 ships for $5m.", ["It sold 12 ships."]).reasons == (
        "not in its quotes: $5m",
    )


def test_a_claim_without_quotes_is_not_found() -> None:
    assert check("Revenue rose.", []).verdict is Verdict.NOT_FOUND


def test_verbatim_words_hold_whatever_they_say() -> None:
    assert check("Margins did not\nfall 3%.", ["Margins did not fall 3%."]).verdict is (
        Verdict.SUPPORTED
    )


def test_a_claim_in_chinese_is_compared_by_its_characters() -> None:
    said = ["禁运对美国经济造成负面影响。"]

    assert check("禁运对美国经济造成影响", said, "zh").verdict is Verdict.SUPPORTED
    assert check("面包的价格在波兰上涨", said, "zh").verdict is Verdict.NOT_FOUND


HALF = "Revenue of Northwind Foods rose to $412.6 million in the third quarter because prices rose."


@pytest.mark.parametrize(
    "joined",
    [
        "{}; a new bakery near the harbour opened its doors.",
        "{}. A new bakery near the harbour opened its doors.",
        "{}, while a new bakery near the harbour opened its doors.",
    ],
)
def test_a_statement_that_is_not_quoted_is_not_carried_by_the_one_before_it(joined: str) -> None:
    found = check(joined.format(HALF.rstrip(".")), [HALF], "en")

    assert found.verdict is Verdict.NOT_FOUND
    assert is_doubtful(found.verdict, found.reasons)
    assert "of one of its statements" in found.reasons[0]


def test_a_few_words_of_passage_are_no_statement() -> None:
    assert check(f"{HALF.rstrip('.')}, and that matters.", [HALF], "en").verdict is not (
        Verdict.NOT_FOUND
    )
