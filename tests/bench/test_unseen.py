from datetime import date

from analysis.types import Page
from tests.bench import unseen
from tests.bench.corpus import ARTICLES, Asked, Document, Fact

SAID = "Seven merchants founded another windmill beside their northern river during wartime years."
LOST = "Eastern valley bakers founded several larger steel works together with certain carpenters."


def document(name: str, *texts: str, group: str = ARTICLES) -> Document:
    pages = tuple(Page(number=at, text=text) for at, text in enumerate(texts, 1))
    return Document(name, f"About {name}", None, date(2024, 6, 30), "en", group, pages)


def asked_of(name: str) -> Asked:
    return Asked("q", "k", "?", (Fact(("x",), frozenset({(name, None)})),))


def test_the_same_questions_are_made_again() -> None:
    shelf = [document("mill", f"Intro. {SAID} End."), document("steel", f"Intro. {LOST} End.")]
    made = unseen.questions(shelf, [])
    assert made == unseen.questions(shelf, [])
    assert {one.kind for one in made} == {"words_articles"}


def test_a_question_is_part_of_a_sentence_and_knows_where_it_stands() -> None:
    (made,) = unseen.questions([document("mill", f"Intro. {SAID} End.")], [])
    assert set(made.question.split()) < set(SAID.rstrip(".").split())
    assert made.facts == (Fact((SAID,), frozenset({("mill", None)})),)


def test_articles_that_gold_questions_speak_of_take_no_part() -> None:
    shelf = [document("mill", f"Intro. {SAID} End."), document("steel", f"Intro. {LOST} End.")]
    made = unseen.questions(shelf, [asked_of("mill")])
    assert {place for one in made for place in one.documents} == {"steel"}


def test_a_sentence_is_right_wherever_it_stands_on_whatever_line() -> None:
    broken = SAID.replace("river during", "river\nduring")
    shelf = [document("one.pdf", f"Top. {SAID} End.", group="pdf")]
    shelf.append(document("two.pdf", "Nothing.", f"Top. {broken} End.", group="pdf"))
    made = [one for one in unseen.questions(shelf, []) if SAID in one.facts[0].wordings]
    assert made[0].facts[0].locations == {("one.pdf", 1), ("two.pdf", 2)}


def test_rows_of_a_report_are_asked_by_company_and_period() -> None:
    text = "Northwind Inc.\nNorthwind Inc. has mills.\nTotal net sales $ 4,120 $ 3,981\nThe end."
    made = unseen.questions([document("r.pdf", text, group="pdf")], [])
    wanted = "What was Northwind's total net sales in the period ended June 30, 2024?"
    assert [one.question for one in made if one.kind == "rows"] == [wanted]
