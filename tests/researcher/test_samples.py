"""The samples say nothing that their sources do not say, and can be made again to the byte."""

import csv
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from analysis.sources.reading import Reading, read
from researcher.samples import FOLDER, SAMPLES, Computed, Figures, make
from templates_app import catalogue, options
from templates_app.models import AnalysisTemplate

# An amount of money, a percentage, a number with thousands, or a count of millions.
AMOUNT = re.compile(
    r"\$\d[\d,.]*\d(?: (?:million|billion|trillion))?"
    r"|\(?\d+(?:\.\d+)?\)?(?:%| percent)"
    r"|\d{1,3}(?:,\d{3})+"
    r"|\d+ (?:million|billion|trillion)"
)
PROSE = [sample.file for sample in SAMPLES.documents if sample.path.suffix != ".csv"]
JUNE, APRIL = "us-economy-update-2023-06-29.html", "us-economy-update-2023-04-27.html"


@cache
def reading(file: str) -> Reading:
    return read((FOLDER / file).read_bytes(), file)


def text(file: str, page: int | None = None) -> str:
    """One page of a sample, or all of them, as our reader gives it, on one line."""
    pages = reading(file).pages
    chosen = [one.text for one in pages if page in (None, one.number)]
    return " ".join(" ".join(chosen).split())


def listed(file: str) -> set[str]:
    of_sources = {text for row in SAMPLES.figures if row.file == file for text in row.printed}
    return of_sources | {row.printed for row in SAMPLES.computed if row.file == file}


def number(printed: str) -> float:
    return float(re.sub(r"[^\d.]", "", printed))


def value(row: Computed) -> float:
    of = [number(printed) for printed in row.of]
    match row.rule:
        case "share":
            return of[0] / of[1] * 100
        case "growth":
            return of[0] / of[1] * 100 - 100
        case _:
            return sum(of[::2]) - sum(of[1::2])


@pytest.mark.parametrize("row", SAMPLES.figures, ids=lambda row: f"{row.file} p.{row.page}")
def test_each_listed_figure_stands_on_its_page(row: Figures) -> None:
    printed_there = set(AMOUNT.findall(text(row.file, row.page)))
    assert set(row.printed) <= printed_there


@pytest.mark.parametrize("file", PROSE)
def test_a_sample_prints_no_amount_that_is_not_listed(file: str) -> None:
    assert set(AMOUNT.findall(text(file))) == listed(file)


@pytest.mark.parametrize("row", SAMPLES.computed, ids=lambda row: row.printed)
def test_what_a_sample_computed_itself_is_right(row: Computed) -> None:
    assert row.printed in text(row.file, row.page)
    digits = len(row.printed.partition(".")[2].rstrip("%"))
    assert round(value(row), digits) == number(row.printed)


def test_every_figure_names_a_source_of_its_sample() -> None:
    sources = {sample.file: sample.sources for sample in SAMPLES.documents}
    assert all(row.source in sources[row.file] for row in SAMPLES.figures)
    assert {key for keys in sources.values() for key in keys} == set(SAMPLES.sources)


@pytest.mark.django_db
def test_the_demo_asks_what_its_template_offers() -> None:
    catalogue.load()
    template = AnalysisTemplate.objects.published().get(slug=SAMPLES.template)
    assert options.normalise(template.content(), SAMPLES.options) == SAMPLES.options


def sales() -> dict[tuple[str, str], int]:
    path = FOLDER / "apple-net-sales-by-category.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        (row["period_end"], row["category"]): int(row["net_sales_usd_millions"]) for row in rows
    }


def test_the_categories_of_each_quarter_add_up_to_its_total() -> None:
    quarters = {period for period, _ in sales()}
    assert len(quarters) == 6
    for quarter in quarters:
        of_quarter = {
            name: amount for (period, name), amount in sales().items() if period == quarter
        }
        total = of_quarter.pop("Total net sales")
        assert total == sum(of_quarter.values())


def test_the_table_of_the_review_is_that_of_the_csv() -> None:
    for period in ("2023-07-01", "2022-06-25"):
        of_quarter = [amount for (end, _), amount in sales().items() if end == period]
        assert {f"{amount:,}" for amount in of_quarter} <= listed("apple-q3-2023-review.pdf")


def test_the_reader_finds_every_number_of_the_csv() -> None:
    words = text("apple-net-sales-by-category.csv")
    assert all(re.search(rf"\b{amount}\b", words) for amount in sales().values())


def test_the_two_vintages_of_the_article_contradict_each_other() -> None:
    assert reading(APRIL).published_on == date(2023, 4, 27)
    assert reading(JUNE).published_on == date(2023, 6, 29)
    said = "Real gross domestic product of the United States grew at an annual rate of {} percent"
    assert said.format("1.1") in text(APRIL)
    assert said.format("2.0") in text(JUNE)


def test_the_review_has_a_running_header_and_page_numbers() -> None:
    pages = reading("apple-q3-2023-review.pdf").pages
    assert 4 <= len(pages) <= 6
    assert all(f"Page {page.number}" in page.text for page in pages)


def test_the_made_files_are_as_they_would_be_made_now() -> None:
    assert list(make.differing()) == []


def test_making_again_mends_what_was_lost_or_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "samples")
    (folder / "services-and-margins-note.docx").unlink()
    with (folder / "apple-q3-2023-review.pdf").open("ab") as paper:
        paper.write(b"%")
    assert make.main(["--check"], folder) == 1
    assert "apple-q3-2023-review.pdf, services-and-margins-note.docx" in capsys.readouterr().out
    assert make.main([], folder) == 0
    assert make.main(["--check"], folder) == 0
