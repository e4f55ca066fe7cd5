import pytest

from analysis.event_types import SourceRead, SourceRejected
from analysis.pipeline.errors import PipelineError
from analysis.types import Brief, Collection, Step
from templates_app.types import TemplateContent
from tests.analysis.pipeline.conftest import THIRD_QUARTER
from tests.analysis.pipeline.desk import Desk, brief, day, drained, output_of


def test_every_document_is_told_of_when_it_was_read(steps: list[Step]) -> None:
    read = [one for step in steps for one in step.events if isinstance(one, SourceRead)]

    assert {one.name: one.pages for one in read} == {"northwind-q2.pdf": 1, "northwind-q3.pdf": 2}


def test_two_quarters_are_two_sources_of_one_subject(steps: list[Step]) -> None:
    sources = output_of(steps, Collection).sources

    assert [one.superseded_by for one in sources] == [None, None]
    assert {one.subject for one in sources} == {"northwind foods"}


async def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    desk: Desk, quarterly: Brief
) -> None:
    scan = desk.reject("scan.pdf", "no_text_layer", "It has no text layer.")
    asked = quarterly.model_copy(update={"documents": (scan, *quarterly.documents)})
    steps = await drained(asked, desk)

    [told] = [one for step in steps for one in step.events if isinstance(one, SourceRejected)]
    assert (told.name, told.code) == ("scan.pdf", "no_text_layer")
    assert [one.name for one in output_of(steps, Collection).rejected] == ["scan.pdf"]
    assert len(output_of(steps, Collection).sources) == 2


async def test_a_file_attached_twice_counts_once(desk: Desk, quarterly: Brief) -> None:
    copy = desk.add("copy.pdf", THIRD_QUARTER, as_of=day("2024-09-30"))
    again = desk.add("again.pdf", THIRD_QUARTER, as_of=day("2024-09-30"))
    steps = await drained(quarterly.model_copy(update={"documents": (copy, again)}), desk)

    [rejected] = output_of(steps, Collection).rejected
    assert (rejected.name, rejected.code) == ("again.pdf", "duplicate")
    assert "copy.pdf" in rejected.detail


async def test_an_older_version_knows_the_newer_one(desk: Desk, quarterly: Brief) -> None:
    draft = desk.add("letter draft.pdf", "Northwind Foods earned $1 million in 2024.")
    final = desk.add("letter final.pdf", "Northwind Foods earned $2 million in 2024.")
    steps = await drained(quarterly.model_copy(update={"documents": (draft, final)}), desk)

    older, newer = output_of(steps, Collection).sources
    assert older.superseded_by == newer.key
    assert newer.superseded_by is None


async def test_without_documents_the_run_ends_and_says_what_to_attach(
    desk: Desk, review: TemplateContent
) -> None:
    with pytest.raises(PipelineError, match="Attach at least one PDF") as error:
        await drained(brief("Northwind Foods", review), desk)

    assert error.value.code == "no_readable_documents"


async def test_when_none_can_be_read_the_run_ends_and_says_why(
    desk: Desk, review: TemplateContent
) -> None:
    scan = desk.reject("scan.pdf", "no_text_layer", "It has no text layer.")

    with pytest.raises(PipelineError, match=r"“scan\.pdf”: It has no text layer") as error:
        await drained(brief("Northwind Foods", review, [scan]), desk)

    assert error.value.code == "no_readable_documents"
