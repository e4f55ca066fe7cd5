import json
from pathlib import Path

import pytest

from tests.bench import corpus, retrieval, scoring
from tests.bench.scoring import Hit, carries

ARTICLES = {
    "steel": "Steel is made in Lyon. The plant there was founded in 1921.",
    "wool": "Wool is made in Nice. The mill there was founded in 1890.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of two articles and one question, and nothing else."""
    articles = [
        {"id": key, "title": key, "published_at": "2020", "text": text}
        for key, text in ARTICLES.items()
    ]
    fact = {"fact": "The plant there was founded in 1921.", "locations": [{"doc": "steel"}]}
    asked = {
        "id": "q1",
        "collection": "trade",
        "question": "When was the steel plant founded?",
        "answerable": True,
        "evidence": [fact],
    }
    lines = {"articles.jsonl": articles, "questions.jsonl": [asked]}
    for name, rows in lines.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def test_a_partial_corpus_is_scored_and_what_is_missing_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = retrieval.report(folder)
    printed = capsys.readouterr()
    assert set(found) == {"trade", "trade_fact"}
    assert found["trade"]["ours"] == {"r5": 1.0, "r10": 1.0, "r20": 1.0, "mrr": 1.0}
    assert "there is no filings/" in printed.err
    assert "2 of 2 quotes exact" in printed.out


def test_a_question_whose_document_is_not_there_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "questions.jsonl"
    path.write_text(path.read_text().replace('"doc": "steel"', '"doc": "lost"'), encoding="utf-8")
    assert retrieval.report(folder) == {}
    assert "q1: ['lost'] could not be read" in capsys.readouterr().err


def test_recall_counts_facts_and_the_first_right_rank(folder: Path) -> None:
    (asked,) = corpus.questions(folder)
    hits = [Hit("wool", 1, ARTICLES["wool"]), Hit("steel", 1, "Steel is made in Lyon.")]
    assert scoring.scores(asked, hits, scoring.in_document)["mrr"] == 0.5
    assert scoring.recall(asked, hits[:1], scoring.in_document) == 0
    assert scoring.recall(asked, hits, scoring.carried) == 0


@pytest.mark.parametrize(
    ("quote", "right"),
    [
        ("He said:  THE plant there\nwas founded in 1921. So it was.", True),
        ("plant there was founded", True),
        ("plant there", False),
        ("In 1921 a plant was founded", True),
        ("The mill was founded", False),
    ],
)
def test_a_quote_carries_a_fact_by_its_words(quote: str, right: bool) -> None:
    assert carries(quote, "The plant there was founded in 1921.") is right


def test_what_was_not_measured_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    retrieval.report(folder)
    assert "NOT MEASURED: the meaning of passages" in capsys.readouterr().out
