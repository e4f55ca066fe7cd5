from hypothesis import given
from hypothesis import strategies as st

from analysis.pipeline import layout
from analysis.pipeline.passages import LONGEST_PIECE, Cut, cut
from tests.analysis.pipeline.shelf import pages

SENTENCE = "The plant in Lyon made more steel than in the year before. "
TABLE = "Products 63,355 63,948\nServices 19,604 17,486\nTotal net sales 82,959 81,434"

STATEMENT = f"{TABLE}\nCost of sales 46,074 46,179\nGross margin 36,885 35,255\nTax 3,624 3,014"


def cuts(*texts: str, language: str = "en") -> list[Cut]:
    return cut(pages(*texts), language, layout.furniture(texts))


def words(*texts: str, language: str = "en") -> list[str]:
    return [texts[one.page - 1][one.start : one.end] for one in cuts(*texts, language=language)]


def test_prose_is_packed_in_whole_sentences() -> None:
    found = words(SENTENCE * 40)
    assert all(text.endswith("before.") and text.startswith("The plant") for text in found)
    assert all(1100 < len(text) <= 1200 for text in found[:-1])
    assert sum(text.count("Lyon") for text in found) == 40


def test_a_section_begins_a_passage_and_names_it() -> None:
    found = cuts(f"Overview\n{SENTENCE}\n\nRisk Factors\n{SENTENCE}")
    assert [one.section for one in found] == ["Overview", "Risk Factors"]


def test_a_section_goes_on_over_the_page_but_no_passage_does() -> None:
    found = cuts(f"Risk Factors\n{SENTENCE * 3}", SENTENCE)
    assert [(one.page, one.section) for one in found] == [(1, "Risk Factors"), (2, "Risk Factors")]


def test_a_table_keeps_its_heading_and_its_columns() -> None:
    text = (
        f"{SENTENCE * 2}\nCONDENSED STATEMENTS OF OPERATIONS\n(In millions)\n"
        f"Three Months Ended\n{STATEMENT}\n{SENTENCE * 2}"
    )
    found = cuts(text)
    assert text[found[1].start : found[1].end] == (
        "CONDENSED STATEMENTS OF OPERATIONS\n(In millions)\nThree Months Ended\n" + STATEMENT
    )
    assert found[1].section == "CONDENSED STATEMENTS OF OPERATIONS"


def test_a_table_keeps_the_sentence_that_announces_it() -> None:
    text = f"{SENTENCE * 2}Net sales by category were as follows (in millions):\n{TABLE}"
    assert words(text)[-1].startswith("Net sales by category were as follows (in millions):\n")


def test_a_long_table_is_cut_between_rows() -> None:
    rows = "\n".join(f"Region {at} sold {at},100 {at},200" for at in range(200))
    found = words(rows)
    assert len(found) > 2
    assert all(text.startswith("Region") and text.endswith(",200") for text in found)


def test_a_line_of_prose_before_a_table_stays_with_it() -> None:
    text = f"{SENTENCE * 2}\n\n{TABLE}\n\n{SENTENCE * 6}"
    found = words(text)
    assert found[0].startswith("The plant")
    assert TABLE in found[0]


def test_scripts_without_blanks_are_cut_shorter() -> None:
    found = words("石油危机改变了汽车工业的发展方向。" * 100, language="zh")
    assert all(500 < len(text) <= 600 for text in found[:-1])


def test_a_few_words_do_not_stand_alone() -> None:
    text = f"Steel Inc.\nRISK FACTORS\n{SENTENCE}"
    assert words(text) == [text.strip()]
    assert cuts(text)[0].section == "RISK FACTORS"


def test_a_table_of_contents_is_no_passage() -> None:
    contents = "Contents\nItem 1. Financial Statements 1\nItem 2. Discussion 14\nItem 3. Risks 19"
    leaders = "Introduction ........ 3\nMethods .......... 5\nResults ........ 12"
    assert words(contents, leaders, SENTENCE) == [SENTENCE.strip()]


def test_a_repeated_footer_is_in_no_passage() -> None:
    said = [
        f"The plant in {city} made more steel than before." for city in ("Lyon", "Nice", "Metz")
    ]
    texts = [f"{text}\nSteel plc | Report 2023 | {page}" for page, text in enumerate(said)]
    assert words(*texts) == said


def test_each_record_is_a_passage() -> None:
    records = [
        f"City: {city}; State: France; Injured: {at}; Year: 1999; Weather: fine weather all day\n"
        f"Cause:\nThe pilot lost control at {city}."
        for at, city in enumerate(("Lyon", "Paris", "Nice"))
    ]
    assert words("\n\n".join(records)) == records


def test_text_without_any_sentence_end_is_cut_at_blanks() -> None:
    found = words("lorem ipsum " * 1000)
    assert all(len(text) <= LONGEST_PIECE for text in found)
    assert " ".join(found).split() == ["lorem", "ipsum"] * 1000


def test_chinese_is_cut_at_its_full_stops() -> None:
    text = "石油危机使汽车工业发生了变化。" * 100
    found = words(text, language="zh")
    assert "".join(found) == text
    assert all(part.endswith("。") and len(part) <= 900 for part in found)


@given(st.text(alphabet="Ab c.:;\n\t1$|•(é。", max_size=400))
def test_passages_are_in_order_and_lose_no_letter(text: str) -> None:
    found = cuts(text)
    last = 0
    for one in found:
        assert last <= one.start < one.end <= len(text)
        last = one.end
    left = text
    for one in reversed(found):
        left = left[: one.start] + left[one.end :]
    assert not any(character.isalpha() for character in left)
