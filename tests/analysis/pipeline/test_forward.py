"""A source that is kept with its forward index is found as one that is cut anew."""

import hashlib

import pytest

from analysis.pipeline import forward
from analysis.pipeline.library import Library
from analysis.pipeline.volume import Stored, Volume
from analysis.types import Page, SourceRef
from tests.analysis.pipeline.shelf import asked, pages, source

HEADER = "Northwind plc\nAnnual Report 2024\n\n"
PROSE = (
    "Revenue rose 8.3% to $412.6 million in the third quarter. The WHO asked for 1,200 doses. "
    "The plant in Lyon made more steel than in the year before, as approx. 40 buyers said. "
)
REPORT = [
    f"{HEADER}Risk Factors\n{PROSE * 9}",
    f"{HEADER}Results\nProducts 63,355 63,948\nServices 19,604 17,486\nTotal 82,959 81,434",
    f"{HEADER}{PROSE * 30}",
]
# By their languages; read by the rules that RULES counts.
TEXTS = {
    "en": REPORT,
    "de": ["Die Umsätze der Gesellschaft sind gestiegen. Das Werk in Köln baute z. B. Öfen. " * 30],
    "zh": ["1973年的石油危机改变了汽车工业。日本的厂商卖出了更多小型车。" * 40],
    "ar": ["ارتفعت إيرادات الشركة في الربع الثالث. وانخفضت الديون إلى النصف." * 20],
    "": ["12 34 56", "Zürich, 5. Mai"],
}
DIGEST = "70eefb7fa947917b"


def shelf() -> list[tuple[SourceRef, list[Page]]]:
    return [(source(f"s{code}", language=code), pages(*texts)) for code, texts in TEXTS.items()]


@pytest.mark.parametrize("code", TEXTS)
def test_what_was_packed_is_what_was_made(code: str) -> None:
    made = forward.made(pages(*TEXTS[code]), code)
    kept = forward.unpacked(forward.packed(pages(*TEXTS[code]), code), code)
    assert kept is not None
    assert kept._replace(terms=()) == made._replace(terms=())
    assert kept.terms.tolist() == made.terms.tolist()
    assert len(kept.terms) == sum(kept.lengths)
    assert len(kept.lengths) == len(kept.cuts)


@pytest.mark.parametrize(
    "query",
    ["What was the revenue?", "Umsätze in Köln", "石油危机", "إيرادات", "plant of Northwind"],
)
def test_kept_and_cut_anew_are_ranked_alike(query: str) -> None:
    anew, kept, mixed = Library(), Library(), Library()
    for number, (one, its_pages) in enumerate(shelf()):
        index = forward.packed(its_pages, one.language)
        counts = [
            anew.add(one, its_pages),
            kept.add_all([Stored(one, its_pages, index)]),
            mixed.add(one, its_pages, index if number % 2 else b""),
        ]
        assert len(set(counts)) == 1
    found = anew.rank(asked(query))
    assert found
    assert found == kept.rank(asked(query)) == mixed.rank(asked(query))


def test_nothing_is_cut_where_an_index_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    one, its_pages = source("s"), pages(*REPORT)
    index = forward.packed(its_pages, "en")
    monkeypatch.setattr(forward, "made", None)
    assert len(Volume(one, its_pages, index).forward.cuts) > 3
    with pytest.raises(TypeError):
        Volume(one, its_pages)


def test_an_index_for_another_language_is_not_used() -> None:
    index = forward.packed(pages(*REPORT), "de")
    assert forward.unpacked(index, "en") is None
    assert forward.unpacked(b"", "en") is None


def test_terms_met_before_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    first = forward.packed(pages(*REPORT), "en")
    forward.packed(pages(*TEXTS["de"]), "de")
    assert forward.packed(pages(*REPORT), "en") == first
    monkeypatch.setattr(forward, "MOST_TERMS", 3)
    assert forward.packed(pages(*REPORT), "en") == first
    assert len(forward._vocabulary) < 100


def test_rules_are_counted() -> None:
    """Indexes that are kept were made by these. If it fails, cuts or terms come out otherwise:
    add one to forward.RULES, and write here what it counts now."""
    packed = [forward.packed(its_pages, one.language) for one, its_pages in shelf()]
    digest = hashlib.sha256(b"".join(packed)).hexdigest()
    assert (forward.RULES, digest[:16]) == (1, DIGEST)
