from datetime import UTC, date, datetime

import pytest

from analysis.pipeline import queries
from analysis.types import Brief, Question
from templates_app.types import OptionValue, SourcePolicy
from tests.analysis.pipeline.desk import brief, section, template

TOPIC = "Northwind Foods quarterly results"


def asked(topic: str = TOPIC) -> Brief:
    return brief(topic, template(section("a"), section("b")))


def question(key: str, text: str) -> Question:
    return Question(key=key, section=key[0], text=text, query=text)


PLAN = [
    question("a-1", "Figures: revenue and margin"),
    question("a-2", "Figures: debt"),
    question("b-1", "Risks: wheat prices of Northwind Foods"),
]


def test_the_topic_comes_first_then_the_first_question_of_every_section() -> None:
    assert [one.query for one in queries.first(asked(), PLAN, 10)] == [
        TOPIC,
        f"{TOPIC} Figures revenue margin",
        f"{TOPIC} wheat prices",
        f"{TOPIC} Figures debt",
    ]


def test_there_are_never_more_than_were_allowed() -> None:
    assert len(queries.first(asked(), PLAN, 2)) == 2


def test_who_wants_all_words_is_asked_for_few() -> None:
    assert [one.words for one in queries.first(asked(), PLAN, 10)] == [
        "Northwind Foods",
        "Northwind Foods Figures revenue",
        "Northwind Foods wheat prices",
        "Northwind Foods Figures debt",
    ]


def test_equal_questions_are_one_query() -> None:
    assert len(queries.first(asked(), [PLAN[0], PLAN[0]], 10)) == 2


def test_the_subject_is_the_names_of_the_topic() -> None:
    assert {one.subject for one in queries.first(asked(), PLAN, 9)} == {"Northwind Foods"}
    assert queries.subject("prices of wheat in europe") == "prices wheat europe"


def test_a_script_tells_the_language_and_its_topic_stays_whole() -> None:
    [one] = queries.first(asked("日本のパン市場"), [], 1)

    assert (one.language, one.subject) == ("ja", "日本のパン市場")
    assert queries.language("пшеница") == "ru"
    assert queries.language(TOPIC) == "en"


@pytest.mark.parametrize(
    ("options", "since", "until"),
    [
        ({}, None, None),
        ({"published_from": "2020-05-06"}, date(2020, 5, 6), None),
        ({"published_until": "2024-12-31"}, None, date(2024, 12, 31)),
        ({"from_year": 2019, "until_year": 2021}, date(2019, 1, 1), date(2021, 12, 31)),
        ({"published_from": "soon"}, None, None),
    ],
)
def test_options_say_from_when_sources_may_be(
    options: dict[str, OptionValue], since: date | None, until: date | None
) -> None:
    dated = asked().model_copy(update={"options": options})
    [one] = queries.first(dated, [], 1)

    assert (one.since, one.until) == (since, until)


def test_the_template_says_how_many_years_back_unless_the_options_say_a_time() -> None:
    plain = asked()
    content = plain.template.model_copy(update={"sources": SourcePolicy(years=3)})
    limited = plain.model_copy(
        update={"template": content, "submitted_at": datetime(2024, 2, 29, tzinfo=UTC)}
    )
    [one] = queries.first(limited, [], 1)
    [other] = queries.first(limited.model_copy(update={"options": {"until_year": 2019}}), [], 1)

    assert (one.since, one.until) == (date(2021, 2, 28), None)
    assert (other.since, other.until) == (None, date(2019, 12, 31))


def test_further_queries_use_other_names_of_what_is_asked_then_fewer_words() -> None:
    revenue = question("a-1", "Figures: revenue")
    [one] = queries.further(asked(), [revenue], [], 5)
    [other] = queries.further(asked(), [revenue], [one.query], 5)

    assert one.query == f"{TOPIC} Figures revenue net sales turnover sales"
    assert other.query == "Northwind Foods Figures revenue"
    assert queries.further(asked(), [revenue], [one.query, other.query], 5) == []
