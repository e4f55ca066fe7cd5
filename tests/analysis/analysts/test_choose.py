from typing import Any

from analysis.analysts.choose import Ask, Chooser, term_weights
from analysis.types import Passage, Quote
from templates_app.types import SectionKind

MARGIN = "Gross margin narrowed to 31.2% because wheat and energy prices rose faster."
PLANTS = "Northwind Foods bakes bread and rolls in eleven plants in Poland and in France."
ENERGY = "Energy prices were the largest single reason for the lower gross margin of the year."


def passage(text: str, *, number: int = 1, score: float = 10.0, language: str = "en") -> Passage:
    return Passage(
        key=f"p{number}",
        source=f"s{number}",
        page=number,
        start=100,
        end=100 + len(text),
        text=text,
        language=language,
        score=score,
    )


def ask(**changes: Any) -> Ask:
    fields = {
        "title": "Margins",
        "question": "Margins: gross margin, wheat and energy prices.",
        "query": "Margins gross margin wheat energy prices costs Northwind results",
        "topic": "Northwind results",
        "kind": SectionKind.FINDINGS,
        "limit": 5,
    }
    return Ask(**{**fields, **changes})


def chosen(*passages: Passage, **changes: Any) -> list[Quote]:
    return Chooser().choose(ask(**changes), passages)


def texts(*passages: Passage, **changes: Any) -> list[str]:
    return [quote.text for quote in chosen(*passages, **changes)]


def test_sentences_that_answer_are_chosen_and_others_are_not() -> None:
    assert set(texts(passage(f"{PLANTS} {MARGIN} {ENERGY}"))) == {MARGIN, ENERGY}


def test_offsets_are_those_of_the_page() -> None:
    text = f"{PLANTS} {MARGIN}"
    [quote] = chosen(passage(text))

    assert (quote.page, quote.source) == (1, "s1")
    assert text[quote.start - 100 : quote.end - 100] == quote.text == MARGIN


def test_a_question_that_no_passage_answers_gets_nothing() -> None:
    assert texts(passage(f"{PLANTS} {PLANTS}")) == []
    assert texts() == []


def test_the_topic_alone_is_no_answer() -> None:
    assert texts(passage("Northwind results were published by Northwind on a sunny Monday.")) == []


def test_unless_the_topic_is_the_question() -> None:
    topic = "Who designed the Marktown community in Indiana"
    said = "Marktown in Indiana is a planned community that Howard Van Doren Shaw designed."
    found = texts(
        passage(f"{said} {PLANTS}"),
        title="Answer",
        question=f"Answer: {topic}",
        query=topic,
        topic=topic,
    )
    assert found == [said]


def test_everyday_words_do_not_make_a_sentence_relevant() -> None:
    said = "The company expects that the year will include a larger number of new reports."

    assert texts(passage(said), question="Margins: new products expected in the year.") == []


def test_near_repetitions_are_chosen_once_from_the_better_passage() -> None:
    again = MARGIN.replace("31.2%", "30.9%")
    found = chosen(passage(again, number=2, score=4.0), passage(MARGIN, score=10.0))

    assert [quote.text for quote in found] == [MARGIN]


def test_no_more_are_chosen_than_asked_for() -> None:
    assert len(texts(passage(f"{MARGIN} {ENERGY}"), limit=1)) == 1


def test_a_sentence_that_leans_on_another_comes_later() -> None:
    leaning = "This margin was hurt by wheat and energy prices, which rose in the whole year."

    assert texts(passage(f"{leaning} {ENERGY}"))[0] == ENERGY


def test_a_section_of_risks_takes_risks_only() -> None:
    risk = "A further rise of energy prices could reduce the gross margin again next year."

    assert texts(passage(f"{MARGIN} {risk}"), kind=SectionKind.RISKS) == [risk]


def test_an_answer_in_chinese_is_found() -> None:
    said = "石油价格上涨，因为阿拉伯国家对美国实施了石油禁运，并且减少了石油的产量和出口。"
    other = "本田和丰田在这一时期建立了新的豪华汽车部门，并开设了许多新的汽车工厂和销售网点。"
    found = texts(
        passage(f"{said}{other}", language="zh"),
        title="原因",
        question="原因: 石油价格为什么上涨？禁运的作用",
        query="石油价格为什么上涨 禁运",
        topic="1973",
        kind=SectionKind.NARRATIVE,
    )
    assert found == [said]


def test_titles_weigh_more_than_guidance_and_topics_least() -> None:
    weights = term_weights(ask(), "en")

    assert weights["margin"] > weights["wheat"] > weights["cost"] > weights["northwind"]


def test_the_same_passages_give_the_same_choice() -> None:
    passages = [passage(f"{MARGIN} {ENERGY} {PLANTS}"), passage(ENERGY, number=2)]

    assert chosen(*passages) == chosen(*passages)
