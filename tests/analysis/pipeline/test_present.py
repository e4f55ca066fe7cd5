import pytest

from analysis.pipeline.present import asks, is_asked
from analysis.pipeline.ranking import Asks


@pytest.mark.parametrize(
    "question",
    [
        "What was the gross margin in the latest report?",
        "Who is currently the chair?",
        "What was the margin of the last quarter?",
        "Wie hoch ist der aktuelle Leitzins?",
        "Quel est le dernier taux directeur ?",
        "公司目前的收入是多少？",
    ],
)
def test_words_of_the_latest_ask_for_it(question: str) -> None:
    assert asks(question) is Asks.LATEST


@pytest.mark.parametrize("question", ["What is the key rate?", "Who are the owners of the mill?"])
def test_the_present_tense_asks_for_the_present_state(question: str) -> None:
    assert asks(question) is Asks.PRESENT


@pytest.mark.parametrize(
    "question",
    [
        "What was the key rate?",
        "When did the last governor resign?",
        "What is the latest figure for Q3 2022?",
        "What is the key rate of 2021?",
        "How has the key rate changed over time?",
        "Is there a trend in these quarters?",
        "key rate",
        "Customers are for the first time what the mill has in the cloud",
    ],
)
def test_a_named_time_or_a_course_of_time_does_not(question: str) -> None:
    assert asks(question) is Asks.ANYTHING


@pytest.mark.parametrize("words", ["key rate of Northwind now", "Mills are currently closed"])
def test_a_line_that_says_now_means_the_present_but_asks_for_no_latest(words: str) -> None:
    assert asks(words) is Asks.PRESENT


@pytest.mark.parametrize(
    "words",
    [
        "How large is the market",
        "Market: What the company does",
        "Has it paid",
        "Key figures: debt",
    ],
)
def test_what_begins_with_a_question_word_is_asked(words: str) -> None:
    assert is_asked(words)


@pytest.mark.parametrize("words", ["market size", "They know what is said"])
def test_a_line_of_words_is_not_asked(words: str) -> None:
    assert not is_asked(words)
