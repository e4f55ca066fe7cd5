from analysis.types import Brief, Draft
from tests.analysis.pipeline.desk import Desk, drained


def test_every_count_has_its_denominator(draft: Draft) -> None:
    read, asked, quotes, claims, cited, how, *_ = draft.methodology

    assert read == "Documents read: 2 of 2, with 3 pages and 6 passages."
    assert asked.startswith("Questions asked of them: 5;")
    assert quotes == (
        f"Quotes found word for word on the stated page: {draft.check.quotes_found}"
        f" of {draft.check.quotes}."
    )
    assert claims.endswith("; dropped: 0.")
    assert cited == "Sources cited: 2 of 2."
    assert how.startswith("No language model was used")


def test_silent_sections_are_named(draft: Draft) -> None:
    assert "No evidence was found for: Trials." in draft.limits


async def test_what_could_not_be_used_is_named_with_its_reason(
    desk: Desk, quarterly: Brief
) -> None:
    scan = desk.reject("scan.pdf", "no_text_layer", "It has no text layer.")
    other = desk.add("nvidia.pdf", "NVIDIA Corporation sells chips. NVIDIA sells boards.")
    changes = {
        "documents": (scan, other, *quarterly.documents),
        "topic": "Northwind Foods and Contoso quarterly results",
    }
    draft = (await drained(quarterly.model_copy(update=changes), desk))[-1].output

    assert isinstance(draft, Draft)
    assert "“scan.pdf” could not be used: It has no text layer." in draft.limits
    assert any(
        one.startswith("“nvidia.pdf” was not used: it is about nvidia") for one in draft.limits
    )
    assert "No document mentions “Contoso”." in draft.limits
    assert "Not cited: “nvidia.pdf”." in draft.limits
    assert draft.methodology[0].startswith("Documents read: 3 of 4,")
