"""A finished Draft made by hand: three sources, every kind of block, one conflict.

Its numbers are invented; nothing in it may be quoted outside of tests.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from analysis.types import (
    Block,
    Brief,
    Check,
    Citation,
    Confidence,
    Conflict,
    ConflictTable,
    Derivation,
    Derived,
    DerivedTable,
    DocumentRef,
    Draft,
    DraftSection,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    FindingKind,
    Impact,
    Likelihood,
    Note,
    Paragraph,
    Points,
    Quote,
    Rejection,
    Risk,
    Sentence,
    SourceRef,
    Verdict,
)
from templates_app.types import (
    Choice,
    Parameter,
    ParameterType,
    Section,
    SectionKind,
    TemplateContent,
)

SUBMITTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PDF = "application/pdf"


def make_draft(**changes: Any) -> Draft:
    """The Draft with some of its fields changed."""
    return Draft(**{**_fields(), **changes})


def make_finding(id: str, text: str, *quotes: str, **changes: Any) -> Finding:
    fields = {
        "section": "market",
        "kind": FindingKind.FACT,
        "verdict": Verdict.SUPPORTED,
        "confidence": 0.92,
    }
    return Finding(id=id, text=text, quotes=quotes, **{**fields, **changes})


def make_source(number: int, name: str, **changes: Any) -> SourceRef:
    fields = {
        "key": f"s-{number}",
        "id": UUID(int=number),
        "name": name,
        "media_type": PDF,
        "language": "en",
        "pages": 12,
        "characters": 34_000,
        "sha256": f"{number:x}" * 64,
        "fetched_at": SUBMITTED,
    }
    return SourceRef(**{**fields, **changes})


def make_quote(key: str, source: int, page: int, text: str) -> Quote:
    return Quote(
        key=key, source=f"s-{source}", page=page, start=120, end=120 + len(text), text=text
    )


def make_section(
    key: str,
    title: str,
    kind: SectionKind,
    blocks: Sequence[Block],
    *,
    answered: bool = True,
) -> DraftSection:
    section = Section(key=key, title=title, guidance="What the sources say.", kind=kind)
    return DraftSection(section=section, blocks=tuple(blocks), answered=answered)


def told(finding: Finding) -> Sentence:
    """The finding as a printed sentence."""
    return Sentence(text=finding.text, finding=finding.id)


def draft_saying(words: str, **changes: Any) -> Draft:
    """A Draft with these words wherever a source, a user or a model can put any."""
    finding = make_finding("f-1", words, "q-1", reasons=(words,))
    source = make_source(1, words, title=words, author=words)
    figure = make_figure("n-1", words, "1", words, "q-1", label=words)
    blocks: list[Block] = [
        Paragraph(sentences=(told(finding),)),
        Points(sentences=(told(finding),)),
        FigureTable(caption=words, figures=("n-1",)),
        FigureChart(caption=words, figures=("n-1",)),
        ConflictTable(caption=words, conflicts=(0,)),
        Note(text=words),
    ]
    fields: dict[str, Any] = {
        "title": words,
        "brief": BRIEF.model_copy(update={"topic": words, "options": {"industry": words}}),
        "summary": (told(finding),),
        "sections": (make_section("market", words, SectionKind.FINDINGS, blocks),),
        "findings": (finding,),
        "figures": (figure,),
        "conflicts": (
            Conflict(label=words, period=words, figures=("n-1",), preferred="n-1", reason=words),
        ),
        "quotes": (make_quote("q-1", 1, 1, words),),
        "citations": (Citation(quote="q-1", source_number=1, quote_number=1),),
        "sources": (source,),
        "uncited": (source,),
        "rejected": (Rejection(name=words, code="no_text", detail=words),),
        "confidence": Confidence(value=50, reasons=(words,)),
    }
    fields |= dict.fromkeys(("open_questions", "methodology", "limits"), (words,))
    return make_draft(**fields | changes)


# --- the request ------------------------------------------------------------------------

PARAMETERS = (
    Parameter(
        key="depth",
        label="Depth",
        type=ParameterType.CHOICE_OR_TEXT,
        choices=(Choice(value="detailed", label="Detailed"),),
    ),
    Parameter(key="client_segment", label="Client segment", type=ParameterType.TEXT),
    Parameter(key="jurisdiction", label="Jurisdiction", type=ParameterType.MULTIPLE_CHOICE),
    Parameter(key="industry", label="Industry", type=ParameterType.TEXT),
    Parameter(key="include_risks", label="Include risks", type=ParameterType.BOOLEAN),
)
TEMPLATE = TemplateContent(
    slug="market-entry-strategy",
    version=3,
    name="Market Entry Strategy",
    description="Whether and how to enter a market.",
    sections=(),
    parameters=PARAMETERS,
)
BRIEF = Brief(
    analysis_id=UUID("01936f2e-7a3b-7c4d-8e5f-0123456789ab"),
    topic="Should Prairie Grain Handling enter the Alberta oilfield services market in 2027?",
    template=TEMPLATE,
    options={
        "depth": "detailed",
        "client_segment": "Farm owners and operators",
        "jurisdiction": ("Alberta", "Saskatchewan"),
        "industry": "Oilfield services",
        "include_risks": True,
    },
    documents=(
        DocumentRef(id=UUID(int=11), source_id=UUID(int=1), name="annual-report-2025.pdf"),
        DocumentRef(id=UUID(int=12), source_id=UUID(int=2), name="interview notes.docx"),
    ),
    submitted_at=SUBMITTED,
)

# --- what was read ----------------------------------------------------------------------

SOURCES = (
    make_source(
        1,
        "annual-report-2025.pdf",
        title="Alberta Energy Services Association: Annual Report 2025",
        author="Alberta Energy Services Association",
        published_on=date(2026, 2, 14),
        as_of=date(2025, 12, 31),
    ),
    make_source(
        2,
        "interview notes.docx",
        title="Interview notes: rig operators & crews <draft>",
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        pages=1,
        as_of=date(2026, 9, 2),
    ),
    make_source(
        3,
        "outlook.html",
        title="Drilling outlook 2027",
        url="https://example.com/outlook?year=2027&region=ab",
        media_type="text/html",
        pages=1,
        as_of=date(2026, 10, 1),
    ),
)
UNCITED = (make_source(4, "annual-report-2024.pdf", superseded_by="s-1", pages=44),)
REJECTED = (
    Rejection(
        name="scan.pdf", code="no_text", detail="It is a scan: its pages have no text layer."
    ),
)
QUOTES = (
    make_quote("q-1", 1, 3, "Service revenue reached $4.1 billion in 2025, up 12.4% on the year."),
    make_quote("q-2", 1, 7, "Service revenue was $3.6 billion in 2024 and $3.3 billion in 2023."),
    make_quote(
        "q-3", 1, 9, "Operating margins fell from 11.8% to 9.6% as wages and fuel rose faster."
    ),
    make_quote("q-4", 2, 1, "“We turn work away every week: there are not enough crews.”"),
    make_quote("q-5", 2, 1, "Crews who farm are welcome; they know machines and they know winter."),
    make_quote("q-6", 3, 1, "The association expects 6,420 wells in 2027, 5% more than in 2026."),
    make_quote("q-7", 3, 1, "Service revenue came to $4.3 billion in 2025."),
)

# --- what came of it --------------------------------------------------------------------

FINDINGS = (
    make_finding("f-1", "Service revenue reached $4.1 billion in 2025, up 12.4%.", "q-1"),
    make_finding("f-2", "Revenue has grown every year since 2023.", "q-2", "q-1"),
    make_finding(
        "f-3",
        "There are not enough crews; those who farm are welcome.",
        "q-4",
        "q-5",
        kind=FindingKind.INSIGHT,
        confidence=0.71,
    ),
    make_finding("f-4", "5% more wells are expected in 2027.", "q-6", confidence=0.8),
    make_finding(
        "f-5",
        "Margins fell to 9.6% as wages and fuel rose faster than prices.",
        "q-3",
        section="risks",
        kind=FindingKind.RISK,
        verdict=Verdict.PARTIAL,
        confidence=0.55,
        reasons=("The quote does not name prices.",),
    ),
    make_finding(
        "f-6",
        "Winter work could fill the idle months of farm machinery.",
        "q-5",
        section="recommendations",
        kind=FindingKind.RECOMMENDATION,
        verdict=Verdict.NOT_CHECKED,
        confidence=0.4,
    ),
)


def make_figure(key: str, raw: str, value: str, period: str, quote: str, **changes: Any) -> Figure:
    fields = {"label": "Service revenue", "unit": "", "currency": "USD"}
    return Figure(
        key=key, raw=raw, value=Decimal(value), period=period, quote=quote,
        **{**fields, **changes},
    )  # fmt: skip


MARGIN = {"label": "Operating margin", "unit": "%", "currency": ""}
FIGURES = (
    make_figure("n-1", "$3.3 billion", "3300000000", "2023", "q-2"),
    make_figure("n-2", "$3.6 billion", "3600000000", "2024", "q-2"),
    make_figure("n-3", "$4.1 billion", "4100000000", "2025", "q-1"),
    make_figure("n-4", "$4.3 billion", "4300000000", "2025", "q-7"),
    make_figure("n-5", "11.8%", "11.8", "2024", "q-3", **MARGIN),
    make_figure("n-6", "9.6%", "9.6", "2025", "q-3", **MARGIN),
)
CONFLICTS = (
    Conflict(
        label="Service revenue",
        period="2025",
        figures=("n-3", "n-4"),
        preferred="n-4",
        reason="The outlook of October 2026 is newer than the annual report.",
    ),
)
SECTIONS = (
    make_section(
        "market",
        "Market size and growth",
        SectionKind.NARRATIVE,
        [
            Paragraph(sentences=tuple(map(told, FINDINGS[:2]))),
            FigureChart(caption="Service revenue, Alberta", figures=("n-1", "n-2", "n-3")),
            Points(sentences=tuple(map(told, FINDINGS[2:4]))),
        ],
    ),
    make_section(
        "figures",
        "Key figures",
        SectionKind.KEY_FIGURES,
        [
            FigureTable(caption="Key figures", figures=("n-1", "n-2", "n-3", "n-4", "n-5", "n-6")),
            ConflictTable(caption="Where the sources differ", conflicts=(0,)),
        ],
    ),
    make_section("risks", "Risks", SectionKind.RISKS, [Points(sentences=(told(FINDINGS[4]),))]),
    make_section(
        "recommendations",
        "Recommendations",
        SectionKind.RECOMMENDATIONS,
        [Points(sentences=(told(FINDINGS[5]),))],
    ),
    make_section(
        "regulation",
        "Regulation",
        SectionKind.NARRATIVE,
        [Note(text="No evidence found: none of the documents speaks of licences.")],
        answered=False,
    ),
)
CITATIONS = tuple(
    Citation(quote=quote, source_number=source, quote_number=number)
    for quote, source, number in [
        ("q-1", 1, 1), ("q-2", 1, 2), ("q-3", 1, 3), ("q-4", 2, 1), ("q-5", 2, 2),
        ("q-6", 3, 1), ("q-7", 3, 2),
    ]
)  # fmt: skip


def with_computed_and_described() -> Draft:
    """A draft with a computed figure, and a risk and a recommendation of which more is known."""
    growth = Derived(
        kind=Derivation.CHANGE,
        label="Service revenue, change on the year before",
        value=Decimal("9.1"),
        unit="%",
        period="2024",
        formula="($3.6 billion - $3.3 billion) / $3.3 billion",
        operands=("n-2", "n-1"),
    )
    risk = Risk(likelihood=Likelihood.LIKELY, impact=Impact.SEVERE, trigger="if wages rise <b>")
    known: dict[str, dict[str, Any]] = {
        "f-5": {"risk": risk},
        "f-6": {"conditions": ("unless it thaws",)},
    }
    table = DerivedTable(caption="Computed from the figures above", figures=(growth,))
    market, figures, *rest = SECTIONS
    sections = [market, figures.model_copy(update={"blocks": (*figures.blocks, table)}), *rest]
    findings = [one.model_copy(update=known.get(one.id, {})) for one in FINDINGS]
    return make_draft(sections=tuple(sections), findings=tuple(findings))


def _fields() -> dict[str, Any]:
    return {
        "title": "Alberta oilfield services: an entry strategy",
        "brief": BRIEF,
        "analyst": "extractive",
        "uses_model": False,
        "language": "en",
        "as_of": date(2026, 10, 1),
        "summary": (told(FINDINGS[0]), told(FINDINGS[2]), told(FINDINGS[4])),
        "sections": SECTIONS,
        "findings": FINDINGS,
        "figures": FIGURES,
        "conflicts": CONFLICTS,
        "quotes": QUOTES,
        "citations": CITATIONS,
        "sources": SOURCES,
        "uncited": UNCITED,
        "rejected": REJECTED,
        "open_questions": ("Which licences does an oilfield carrier need in Alberta?",),
        "confidence": Confidence(
            value=68,
            reasons=(
                "4 of 6 statements are supported by their quotes word for word.",
                "The newest source is of October 2026.",
                "One figure differs between two sources.",
            ),
        ),
        "check": Check(claims=7, supported=4, dropped=1, quotes=8, quotes_found=8),
        "methodology": (
            "4 documents were read: 69 pages with 136,000 characters.",
            "For each of 5 questions the best passages were ranked by BM25.",
        ),
        "limits": ("A figure is shown as it is printed; nothing was recomputed.",),
    }
