"""Documents that nobody here wrote. CORPUS names their folder; without it nothing is proved."""

import gzip
import json
import os
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analysis.sources.reading import Reading, Unreadable, read
from analysis.sources.reading.positions import boxes

ROOT = Path(__file__).resolve().parents[4]
CORPUS = Path(os.environ.get("CORPUS", ROOT.parent / "shared" / "corpus"))

pytestmark = pytest.mark.skipif(
    not (CORPUS / "pages.json.gz").exists(),
    reason=f"no corpus at {CORPUS}: set CORPUS to the folder that holds pages.json.gz",
)

PERIODS = {
    "2022 Q3 AAPL.pdf": date(2022, 6, 25),
    "2022 Q3 NVDA.pdf": date(2022, 10, 30),
    "2023 Q1 AAPL.pdf": date(2022, 12, 31),
    "2023 Q1 NVDA.pdf": date(2023, 4, 30),
    "2023 Q2 AAPL.pdf": date(2023, 4, 1),
    "2023 Q2 NVDA.pdf": date(2023, 7, 30),
    "2023 Q3 AAPL.pdf": date(2023, 7, 1),
    "2023 Q3 NVDA.pdf": date(2023, 10, 29),
}
QUICK = "filings/2023 Q2 AAPL.pdf"
FORMATS = {
    "PMC3499458_trial_report.docx": ("wordprocessingml.document", "en"),
    "ar_economic_inequality.txt": ("text/plain", "ar"),
    "kg-rag-datasets.md": ("text/markdown", "en"),
    "ntsb_accidents.csv": ("text/csv", "en"),
    "postgresql_functions-textsearch.html": ("text/html", "en"),
    "zh_1973_oil_crisis.gb18030.txt": ("text/plain", "zh"),
    "zh_1973_oil_crisis.txt": ("text/plain", "zh"),
}


def content_of(path: str) -> bytes:
    return (CORPUS / path).read_bytes()


def reading_of(path: str) -> Reading:
    return read(content_of(path), Path(path).name)


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def extractions() -> dict[str, Any]:
    with gzip.open(CORPUS / "pages.json.gz") as file:
        extracted: dict[str, Any] = json.load(file)
    return extracted


def quotable(reading: Reading, extracted: list[Any]) -> float:
    """The share of sentences of 60 letters and more that another reader has on the same page."""
    found = total = 0
    for page, texts in zip(reading.pages, extracted, strict=True):
        known = [folded(text) for text in ([texts] if isinstance(texts, str) else texts)]
        for sentence in re.split(r"\n\n+|(?<=[.!?])\s+(?=[A-Z])", page.text):
            if len(sentence) >= 60:
                total += 1
                found += any(folded(sentence) in text for text in known)
    return found / total


def test_a_filing_is_quotable_and_dated():
    reading = reading_of(QUICK)
    name = Path(QUICK).name

    assert quotable(reading, extractions()[name]["pages"]) > 0.99
    assert (reading.as_of, reading.published_on) == (date(2023, 4, 1), date(2023, 5, 5))
    assert reading.language == "en"


def test_every_letter_of_a_page_is_found_on_the_printed_page():
    page = reading_of(QUICK).pages[4]
    spots = boxes(content_of(QUICK), 5, 0, len(page.text))

    assert len(spots) == sum(1 for line in page.text.split("\n") if line)


@pytest.mark.slow
@pytest.mark.parametrize("name", PERIODS)
def test_every_filing_is_quotable_and_dated(name):
    reading = reading_of(f"filings/{name}")

    assert quotable(reading, extractions()[name]["pages"]) > 0.99
    assert reading.as_of == PERIODS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["DOL2022.pdf", "NARA2022.pdf"])
def test_a_plan_whose_words_are_parted_by_gaps_is_quotable(name):
    reading = reading_of(f"formats/{name}")

    assert quotable(reading, extractions()[name]["pages"]) > 0.97


@pytest.mark.parametrize("name", FORMATS)
def test_odd_files_are_read_as_what_they_are(name):
    media_type, language = FORMATS[name]
    reading = reading_of(f"formats/{name}")

    assert reading.media_type.endswith(media_type)
    assert (reading.language, reading.warnings) == (language, ())


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if not name.endswith(".csv")] + ["TranscriptFY24Q4.txt"]
)
def test_what_has_one_page_is_quotable(name):
    folder = "transcripts" if name.startswith("Transcript") else "formats"

    assert quotable(reading_of(f"{folder}/{name}"), extractions()[name]["pages"]) == 1


def test_the_sentences_in_the_cells_of_a_table_are_quotable():
    lines = reading_of("formats/ntsb_accidents.csv").pages[0].text.split("\n")
    sentences = [line for line in lines if line.endswith(".")]
    table = folded(extractions()["ntsb_accidents.csv"]["pages"][0][0])

    assert len(sentences) > 50
    assert all(folded(sentence) in table for sentence in sentences)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ntsb_20080102X00005_scanned.pdf", "file_scanned"),
        ("ntsb_20080102X00005_password_letmein.pdf", "file_encrypted"),
    ],
)
def test_what_cannot_be_read_says_why(name, code):
    with pytest.raises(Unreadable) as refusal:
        reading_of(f"formats/{name}")

    assert refusal.value.code == code


def test_a_transcript_is_of_the_day_of_its_call():
    assert reading_of("transcripts/TranscriptFY23Q1.txt").as_of == date(2022, 10, 25)
