from collections.abc import AsyncGenerator, Sequence

import numpy as np

from analysis.analysts.extractive import Extractive
from analysis.event_types import EvidenceAdded, Warned
from analysis.pipeline.fusion import Vectors
from analysis.pipeline.tools import Reading
from analysis.types import Brief, Evidence, Passage, Question, Quote, Step
from templates_app.types import SectionKind
from tests.analysis.pipeline.desk import Desk, brief, drained, output_of, section, template

NVIDIA = "NVIDIA Corporation sells chips. NVIDIA sells cards. NVIDIA sells boards."


def page_of(desk: Desk, quote: Quote) -> str:
    for found in desk.documents.values():
        if isinstance(found, tuple) and found[0].key == quote.source:
            return found[1][quote.page - 1].text
    raise KeyError(quote.source)


def test_every_quote_stands_word_for_word_on_its_page(desk: Desk, steps: list[Step]) -> None:
    quotes = output_of(steps, Evidence).quotes

    assert len(quotes) > 5
    for quote in quotes:
        assert page_of(desk, quote)[quote.start : quote.end] == quote.text


def test_a_question_that_the_documents_do_not_answer_stays_open(steps: list[Step]) -> None:
    answers = {answer.question: answer.quotes for answer in output_of(steps, Evidence).answers}

    assert answers["risks-1"]
    assert answers["trials-1"] == ()


def test_the_quotes_of_every_question_are_told(steps: list[Step]) -> None:
    told = [one for step in steps for one in step.events if isinstance(one, EvidenceAdded)]
    counts = {one.question.split(":")[0]: one.quotes for one in told}

    assert counts["Trials"] == 0
    assert counts["Risks"] > 0


def test_figures_have_quotes_among_the_evidence(steps: list[Step]) -> None:
    evidence = output_of(steps, Evidence)

    assert evidence.figures
    assert {figure.quote for figure in evidence.figures} <= {quote.key for quote in evidence.quotes}


async def test_documents_of_others_are_left_out_with_a_warning(
    desk: Desk, quarterly: Brief
) -> None:
    other = desk.add("nvidia.pdf", NVIDIA)
    asked = quarterly.model_copy(update={"documents": (*quarterly.documents, other)})
    steps = await drained(asked, desk)

    [warning] = [one for step in steps for one in step.events if isinstance(one, Warned)]
    evidence = output_of(steps, Evidence)
    assert warning.code == "source_left_out"
    assert "nvidia.pdf" in warning.detail
    assert [one.name for one in evidence.left_out] == ["nvidia.pdf"]
    assert not [one for one in evidence.quotes if page_of(desk, one) == NVIDIA]


class Liar(Extractive):
    """Offers one true quote, one with a slip, one invented, and one on a page that is not there."""

    async def read(
        self, brief: Brief, question: Question, passages: Sequence[Passage]
    ) -> Sequence[Quote]:
        passage = next(one for one in passages if "energy prices" in one.text)
        at = passage.text.index("further rise")
        true = Quote(
            key="x",
            source=passage.source,
            page=passage.page,
            start=passage.start + at,
            end=passage.start + at + 30,
            text=passage.text[at : at + 30],
        )
        return [
            true,
            true.model_copy(update={"start": 0, "end": 30}),
            true.model_copy(update={"text": "a promise that no page ever held"}),
            true.model_copy(update={"page": 99}),
            true.model_copy(update={"source": "s-nowhere"}),
        ]


async def test_what_no_page_holds_is_not_believed_but_counted(quarterly: Brief, desk: Desk) -> None:
    desk.analyst = Liar(desk)
    risks = tuple(one for one in quarterly.template.sections if one.key == "risks")
    content = quarterly.template.model_copy(update={"sections": risks})
    steps = await drained(quarterly.model_copy(update={"template": content}), desk)

    evidence = output_of(steps, Evidence)
    assert evidence.quotes_offered == 5
    assert [len(answer.quotes) for answer in evidence.answers] == [1]


class Listening(Extractive):
    """Keeps what it was given to read; what speaks of a word means the same as every question."""

    def __init__(self, desk: Desk, meant: str = "") -> None:
        super().__init__(desk)
        self.meant, self.heard = meant, dict[str, Sequence[Passage]]()
        self.embedder = self if meant else None

    async def vectors(self, brief: Brief, texts: Sequence[str]) -> Vectors:
        asked = [self.meant in text or text.startswith("Risks") for text in texts]
        return np.array([[one, not one] for one in asked], dtype=np.float32)

    async def read_all(
        self, brief: Brief, reading: Reading
    ) -> AsyncGenerator[tuple[int, Sequence[Quote]], None]:
        self.heard.update(reading.passages)
        async for answer in super().read_all(brief, reading):
            yield answer


async def heard(desk: Desk, asked: Brief, meant: str) -> list[str]:
    desk.analyst = listening = Listening(desk, meant)
    await drained(asked, desk)
    return [one.text for one in listening.heard["risks-1"]]


async def test_what_means_the_same_as_a_question_is_read_earlier(
    desk: Desk, quarterly: Brief
) -> None:
    plain = await heard(desk, quarterly, "")
    last = plain[-1]
    fused = await heard(desk, quarterly, last)

    assert len(plain) > 2
    assert len(fused) == len(plain)
    assert fused.index(last) < plain.index(last)
    assert [one for one in fused if one != last] == plain[:-1]


def table(place: str, year: int, revenue: int) -> str:
    return (
        f"Revenue of Northwind Foods in {place}\n(in millions)\n{year} {year - 1}\n"
        f"Revenue $ {revenue:,} $ {revenue - 10:,}\nCosts $ {revenue - 50:,} $ {revenue - 55:,}\n"
    )


async def test_sources_of_tables_that_no_question_has_led_to_are_looked_through(desk: Desk) -> None:
    figures = section("figures", SectionKind.KEY_FIGURES, "Revenue and costs of Northwind Foods.")
    tables = {f"region-{at}.pdf": table(f"region {at}", 2023, 400 + 7 * at) for at in range(14)}
    documents = [desk.add(name, text) for name, text in tables.items()]
    steps = await drained(brief("Northwind Foods", template(figures), documents), desk)

    evidence = output_of(steps, Evidence)
    told = {page_of(desk, quote) for quote in evidence.quotes}
    assert told == set(tables.values())
