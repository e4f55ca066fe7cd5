"""A run of alice's that may reach out: rounds of searches, pages read, what each gave."""

from collections.abc import Sequence
from typing import TypeVar

import pytest

from analysis.event_types import (
    EventBody,
    SearchDone,
    SourceFound,
    SourceRead,
    SourceRejected,
)
from analysis.pipeline.errors import PipelineError
from analysis.types import Brief, Collection, Draft, Step
from analysis.web_types import Discovery, Egress, EgressMode, Found, ProviderOutcome
from templates_app.types import TemplateContent
from tests.analysis.pipeline.conftest import OUTLOOK, SECOND_QUARTER, THIRD_QUARTER
from tests.analysis.pipeline.desk import Desk, brief, day, drained, output_of, result

E = TypeVar("E", bound=EventBody)
WEB = {"egress": Egress(mode=EgressMode.WEB)}
LETTER, RISKS = "https://northwind.example/q3", "https://northwind.example/risks"
ANSWERED = ProviderOutcome(provider="openalex", label="OpenAlex", asked=4, answered=4, results=10)
LIMITED = ProviderOutcome(
    provider="brave", label="Brave", asked=1, code="limited", detail="Brave answered 429."
)


@pytest.fixture
def reaching(review: TemplateContent) -> Brief:
    """Nothing is attached; the open web may be read."""
    return brief("Northwind Foods quarterly results", review).model_copy(update=WEB)


@pytest.fixture
def published(desk: Desk) -> list[Found]:
    return [desk.publish(LETTER, SECOND_QUARTER + THIRD_QUARTER), desk.publish(RISKS, OUTLOOK)]


def events(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [one for step in steps for one in step.events if isinstance(one, kind)]


def discovered(*found: Found, outcomes: Sequence[ProviderOutcome] = (ANSWERED,)) -> Discovery:
    return Discovery(found=found, outcomes=tuple(outcomes))


async def test_a_report_comes_from_the_web_alone(
    desk: Desk, reaching: Brief, published: list[Found]
) -> None:
    desk.rounds = [discovered(*published)]
    steps = await drained(reaching, desk)

    assert [one.url for one in output_of(steps, Collection).sources] == [LETTER, RISKS]
    draft = output_of(steps, Draft)
    assert {one.url for one in draft.sources} <= {LETTER, RISKS}
    assert draft.citations


async def test_events_tell_the_search_then_what_was_found_then_what_was_read(
    desk: Desk, reaching: Brief, published: list[Found]
) -> None:
    gone = result("https://gone.example/")
    desk.rounds = [discovered(*published, gone)]
    steps = await drained(reaching, desk)
    kinds = (SearchDone, SourceFound, SourceRead, SourceRejected)
    told = [one.type for step in steps for one in step.events if isinstance(one, kinds)]

    first_round = told[: told.index("search.done", 1)]
    assert first_round[:4] == ["search.done", *["source.found"] * 3]
    assert sorted(first_round[4:]) == ["source.read", "source.read", "source.rejected"]
    [rejected] = events(steps, SourceRejected)
    assert (rejected.url, rejected.code) == ("https://gone.example/", "http_404")
    assert {one.url for one in events(steps, SourceRead)} == {LETTER, RISKS}


async def test_documents_alone_reach_nowhere(desk: Desk, quarterly: Brief) -> None:
    steps = await drained(quarterly, desk)

    assert (desk.searched, desk.fetched) == ([], [])
    assert output_of(steps, Collection).providers == ()


async def test_documents_and_the_web_go_together(
    desk: Desk, quarterly: Brief, published: list[Found]
) -> None:
    desk.rounds = [discovered(published[1])]
    steps = await drained(quarterly.model_copy(update=WEB), desk)

    names = [one.name for one in output_of(steps, Collection).sources]
    assert names == ["northwind-q2.pdf", "northwind-q3.pdf", RISKS]


async def test_when_every_provider_fails_the_run_goes_on_with_its_documents(
    desk: Desk, quarterly: Brief
) -> None:
    desk.rounds = [discovered(outcomes=[LIMITED])]
    steps = await drained(quarterly.model_copy(update=WEB), desk)

    draft = output_of(steps, Draft)
    assert len(draft.sources) == 2
    assert (
        "Queries to search for sources: 6; Brave: too many requests, skipped;"
        " 0 of 1 provider answered."
    ) in draft.methodology


async def test_when_nothing_gives_anything_the_run_ends_and_says_why(
    desk: Desk, reaching: Brief
) -> None:
    desk.rounds = [discovered(outcomes=[LIMITED])]
    with pytest.raises(PipelineError, match=r"Brave answered 429\. Attach documents") as error:
        await drained(reaching, desk)

    assert error.value.code == "no_readable_documents"


async def test_what_the_user_names_is_read_whatever_is_found(
    desk: Desk, reaching: Brief, published: list[Found]
) -> None:
    desk.rounds = [discovered(published[0])]
    steps = await drained(reaching.model_copy(update={"urls": (RISKS,)}), desk)

    assert desk.fetched[0] == RISKS
    assert [one.url for one in output_of(steps, Collection).sources] == [RISKS, LETTER]


async def test_it_asks_again_where_a_question_has_too_little_and_never_for_the_same_page(
    desk: Desk, reaching: Brief, published: list[Found]
) -> None:
    letter, risks = published
    desk.rounds = [discovered(letter), discovered(letter, risks)]
    steps = await drained(reaching, desk)

    first, second, *_ = desk.searched
    assert {one.query for one in first}.isdisjoint({one.query for one in second})
    assert any("Trials" in one.query for one in second)
    assert desk.fetched == [LETTER, RISKS]
    assert [one.round for one in events(steps, SearchDone)] == [1, 2, 3]
    assert [one.found for one in events(steps, SearchDone)] == [1, 1, 0]
    [outcome] = output_of(steps, Collection).providers
    assert (outcome.asked, outcome.results) == (8, 20)


async def test_it_stops_when_nothing_new_comes(
    desk: Desk, reaching: Brief, published: list[Found]
) -> None:
    desk.rounds = [discovered(*published), discovered(*published), discovered(*published)]
    await drained(reaching, desk)

    assert len(desk.searched) == 2


async def test_there_are_three_rounds_at_most(desk: Desk, reaching: Brief) -> None:
    desk.rounds = [
        discovered(desk.publish(f"https://a.example/{at}", f"Northwind Foods has page {at}."))
        for at in range(9)
    ]
    await drained(reaching, desk)

    assert len(desk.searched) == 3


async def test_for_a_page_that_cannot_be_read_the_next_one_is(desk: Desk, reaching: Brief) -> None:
    dead = [result(f"https://dead.example/{at}") for at in range(10)]
    good = [desk.publish(f"https://a.example/{at}", f"{THIRD_QUARTER} {at}") for at in range(20)]
    desk.rounds = [discovered(*dead, *good)]
    asked = reaching.model_copy(update={"options": {"depth": "overview"}})
    steps = await drained(asked, desk)

    assert len(output_of(steps, Collection).sources) == 6
    assert len(desk.fetched) == 16


async def test_a_page_that_is_an_attached_document_counts_once(
    desk: Desk, quarterly: Brief
) -> None:
    copy = desk.publish(LETTER, SECOND_QUARTER)
    desk.rounds = [discovered(copy)]
    steps = await drained(quarterly.model_copy(update=WEB), desk)

    [rejected] = output_of(steps, Collection).rejected
    assert (rejected.code, rejected.url) == ("duplicate", LETTER)
    assert "northwind-q2.pdf" in rejected.detail


async def test_a_retracted_source_is_told_loudly(desk: Desk, reaching: Brief) -> None:
    bad = desk.publish(LETTER, THIRD_QUARTER, is_retracted=True)
    desk.rounds = [discovered(bad)]
    steps = await drained(reaching, desk)

    assert any("has been retracted" in one for one in output_of(steps, Draft).limits)


async def test_a_page_that_proves_to_be_too_old_is_rejected_unless_the_user_named_it(
    desk: Desk, reaching: Brief
) -> None:
    old = desk.publish(LETTER, THIRD_QUARTER, published_on=day("2019-01-01"), provider="brave")
    mine = "https://northwind.example/mine"
    desk.publish(mine, OUTLOOK, published_on=day("2018-01-01"), provider="url_list")
    desk.rounds = [discovered(old)]
    changes = {"options": {"published_from": "2020-01-01"}, "urls": (mine,)}
    steps = await drained(reaching.model_copy(update=changes), desk)

    assert [one.url for one in output_of(steps, Collection).sources] == [mine]
    [rejected] = events(steps, SourceRejected)
    assert (rejected.url, rejected.code) == (LETTER, "out_of_time")
