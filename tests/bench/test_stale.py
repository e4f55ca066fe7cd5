import json
from pathlib import Path

import pytest

from analysis.types import Page
from tests.bench import corpus, stale
from tests.bench.corpus import Document

REPORT = "Northwind Inc.\nNorthwind Inc. has mills.\nTotal net sales $ {} $ 3,981\nThe end."


def report(year: int, owner: str = "Northwind") -> Document:
    text = REPORT.format(f"{year % 10},120").replace("Northwind", owner)
    day = corpus.day(f"{year}-06-30")
    pages = (Page(number=1, text=text),)
    return Document(f"{owner}-{year}.pdf", f"Form 10-Q of {year}", day, day, "en", "pdf", pages)


def test_reports_of_one_company_are_paired_the_older_first() -> None:
    found = list(stale.pairs([report(2023), report(2022), report(2023, "Contoso")]))
    assert [(one.older.name, one.newer.name) for one in found] == [
        ("Northwind-2022.pdf", "Northwind-2023.pdf")
    ]


def test_a_pair_is_asked_for_the_present_state_of_what_both_have() -> None:
    (pair,) = stale.pairs([report(2022), report(2023)])
    assert list(pair.questions()) == [
        "What is Northwind's Total net sales?",
        "What is the current Total net sales of Northwind?",
        "Northwind: Total net sales, latest report",
    ]
    assert [wrong for _, wrong in stale.stale(pair)] == [False] * 3


def test_a_folder_without_such_pairs_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.dumps(stale.report(tmp_path)) == '{"pairs": 0, "questions": 0, "older_first": 0}'
    assert "there is no filings/" in capsys.readouterr().err
