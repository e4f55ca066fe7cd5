from decimal import Decimal
from typing import Any

import pytest

from analysis.pipeline.conflicts import conflicts, step_of
from analysis.types import Conflict, Figure, Quote, SourceRef
from tests.analysis.pipeline.desk import Desk, day


def source(name: str, **facts: Any) -> SourceRef:
    desk = Desk()
    desk.add(name, name, **{"subject": "northwind", **facts})
    found = desk.documents[name]
    assert isinstance(found, tuple)
    return found[0]


def figure(key: str, raw: str, value: str, **facts: Any) -> Figure:
    fields = {
        "key": key,
        "label": "Revenue",
        "value": Decimal(value),
        "raw": raw,
        "currency": "USD",
        "period": "Q3 2024",
        "quote": f"q-{key}",
    }
    return Figure(**{**fields, **facts})


def between(*pairs: tuple[Figure, SourceRef]) -> tuple[Conflict, ...]:
    quotes = {
        one.quote: Quote(key=one.quote, source=where.key, page=1, start=0, end=1, text="x")
        for one, where in pairs
    }
    return conflicts([one for one, _ in pairs], quotes, {where.key: where for _, where in pairs})


OLD = source("old.pdf", published_on=day("2024-10-01"))
NEW = source("new.pdf", published_on=day("2024-11-01"))
LOW, HIGH = figure("a", "$405.1 million", "405100000"), figure("b", "$412.6 million", "412600000")


def test_two_sources_that_differ_are_shown_and_the_newest_is_preferred() -> None:
    [found] = between((LOW, OLD), (HIGH, NEW))

    assert (found.label, found.period) == ("Revenue", "Q3 2024")
    assert found.figures == ("b", "a")
    assert found.preferred == "b"
    assert "new.pdf" in found.reason


def test_a_superseded_source_is_never_preferred() -> None:
    late = source("late.pdf", published_on=day("2025-01-01"), superseded_by=NEW.key)
    [found] = between((LOW, late), (HIGH, NEW))

    assert found.preferred == "b"
    assert found.reason == "“new.pdf” is the newer version of “late.pdf”."


def test_where_no_source_is_newer_that_is_said() -> None:
    [found] = between((LOW, source("a.pdf")), (HIGH, source("b.pdf")))

    assert found.reason == "Neither source is newer; the first one is shown."


@pytest.mark.parametrize(
    "other",
    [
        figure("b", "$405 million", "405000000"),
        figure("b", "$412.6 million", "412600000", period="Q2 2024"),
        figure("b", "$412.6 million", "412600000", label="Operating income"),
        figure("b", "412.6 %", "412.6", unit="%", currency=""),
        figure("b", "$412.6 million", "412600000", period=""),
    ],
)
def test_rounding_and_other_things_are_no_conflict(other: Figure) -> None:
    first = LOW if other.period else figure("a", LOW.raw, "405100000", period="")

    assert between((first, OLD), (other, NEW)) == ()


def test_two_subjects_do_not_contradict_each_other() -> None:
    assert between((LOW, OLD), (HIGH, source("c.pdf", subject="contoso"))) == ()


def test_one_source_does_not_contradict_itself() -> None:
    assert between((LOW, OLD), (HIGH, OLD)) == ()


def test_what_is_left_over_is_something_else_in_every_report() -> None:
    changed = {"label": "Operating activities: Other"}
    pair = [one.model_copy(update=changed) for one in (LOW, HIGH)]

    assert between((pair[0], OLD), (pair[1], NEW)) == ()


def test_the_worth_of_the_last_digit_follows_from_print_and_value() -> None:
    assert step_of(LOW) == 100_000
    assert step_of(figure("c", "81,797", "81797000000")) == 1_000_000
    assert step_of(figure("d", "$ 1.26", "1.26")) == Decimal("0.01")
