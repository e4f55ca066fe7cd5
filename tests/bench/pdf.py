"""How long a report of 100 pages takes to render, and what memory it needs.

    python -m tests.bench.pdf

The last line is JSON: {"pdf_100_pages_s", "pdf_100_pages_mib", "pages"}.
"""

import json
import random
import resource
import time

import pypdfium2

from analysis.types import (
    Block,
    Citation,
    Draft,
    FigureChart,
    FigureTable,
    Finding,
    Paragraph,
    Points,
    Quote,
)
from reports.renderers import pdf
from templates_app.types import SectionKind
from tests.reports.drafts import (
    make_draft,
    make_figure,
    make_finding,
    make_quote,
    make_section,
    make_source,
    told,
)

PAGES = 100
SOURCES = 12
# With its rows and quotes in the appendices a section of so many sentences is ten pages long.
SECTIONS, SENTENCES, FIGURES = 10, 36, 12
WORDS = [
    *("revenue", "margin", "operating", "segment", "customers", "growth", "market", "capital"),
    *("the", "of", "and", "in", "to", "declined", "increased", "demand", "supply", "regulation"),
]


def long_draft(sections: int = SECTIONS) -> Draft:
    """A Draft that is `sections` sections long; the same every time."""
    chance = random.Random(7)  # noqa: S311 - nothing secret about it
    quotes = [
        make_quote(f"q-{n}", n % SOURCES + 1, n % 40 + 1, _sentence(chance))
        for n in range(sections * SENTENCES)
    ]
    findings = [make_finding(f"f-{n}", one.text, one.key) for n, one in enumerate(quotes)]
    figures = [
        make_figure(f"n-{n}", f"${n} million", f"{n}000000", str(2000 + n % FIGURES), f"q-{n}")
        for n in range(1, sections * FIGURES)
    ]
    return make_draft(
        quotes=tuple(quotes),
        findings=tuple(findings),
        figures=tuple(figures),
        conflicts=(),
        citations=tuple(map(_citation, quotes)),
        sources=tuple(make_source(n, f"filing-{n}.pdf") for n in range(1, SOURCES + 1)),
        sections=tuple(
            make_section(
                f"s-{n}",
                f"Section about {_sentence(chance)[:40]}",
                SectionKind.NARRATIVE,
                _blocks(findings[n * SENTENCES : (n + 1) * SENTENCES], n),
            )
            for n in range(sections)
        ),
    )


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(14, 30))]
    return " ".join(words).capitalize() + f" {chance.randint(1, 99)}%."


def _citation(quote: Quote) -> Citation:
    number = int(quote.key[2:])
    source = number % SOURCES + 1
    return Citation(quote=quote.key, source_number=source, quote_number=number // SOURCES + 1)


def _blocks(findings: list[Finding], section: int) -> list[Block]:
    sentences = [told(finding) for finding in findings]
    keys = tuple(f"n-{section * FIGURES + n}" for n in range(1, FIGURES))
    return [
        *(Paragraph(sentences=tuple(sentences[at : at + 6])) for at in range(0, 24, 6)),
        FigureTable(caption="Figures of this section", figures=keys),
        FigureChart(caption="The same over time", figures=keys),
        Points(sentences=tuple(sentences[24:])),
    ]


def main() -> None:
    draft = long_draft()
    idle = _peak_mib()
    started, busy = time.perf_counter(), time.process_time()
    file = pdf.render(draft)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    pages = len(pypdfium2.PdfDocument(file))
    print(f"{'pages':>8} {'seconds':>8} {'CPU s':>6} {'peak MiB':>9} {'before':>7} {'KiB':>6}")
    figures = f"{seconds:>8.2f} {busy:>6.2f} {_peak_mib():>9.0f} {idle:>7.0f}"
    print(f"{pages:>8} {figures} {len(file) // 1024:>6}")
    answer = {
        "pdf_100_pages_s": round(seconds * PAGES / pages, 2),
        "pdf_100_pages_mib": round(_peak_mib()),
        "pages": pages,
    }
    print(json.dumps(answer))


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
