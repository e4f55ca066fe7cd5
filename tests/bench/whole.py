"""What the product costs, as ratios measured in one run: `python -m tests.bench.whole`.

An analysis of a 100-page PDF beside the bare cost of reading its text with pypdfium2; events a
second; a report of 100 pages; start-up; the peak memory of web server and worker.
"""

import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from researcher.env import BASE_DIR
from tests.bench.setting import below, fresh_product, peak_mib

FONT = str(BASE_DIR / "reports" / "renderers" / "fonts" / "NotoSans-Regular.ttf")
LEFT, RIGHT = 60.0, 540.0
PAGES = 100
RUNS = 3
EVENTS = 500
SENTENCES = (
    "Net sales of segment {n} rose {p}% to ${m} million in the third quarter of 2023.",
    "Gross margin of the segment was {p}.4% of net sales, compared with {n}.1% a year earlier.",
    "The increase was driven by higher unit volumes in region {n} and a better product mix.",
    "A further rise in energy prices is a risk that unit {n} hedges only in part.",
    "Operating expenses of unit {n} were ${m} million, mainly research and development.",
    "Management expects that capital expenditure in region {n} will fall next year.",
)


def pdf_of(pages: int, *, seed: int) -> bytes:
    """A report as companies file them: embedded fonts, every word placed by itself, ruled tables.

    About 3,500 characters a page, different for every seed. Its text costs pdfium about what the
    text of a quarterly report does (0.2 to 0.4 s per 100 pages on the machine that measured it).
    """
    pdfmetrics.registerFont(TTFont("bench", FONT))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for page in range(pages):
        _fill(canvas, seed * 1000 + page * 6)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _fill(canvas: Canvas, n: int) -> None:
    canvas.setFont("bench", 8)
    y = 790.0
    for paragraph in range(4):
        text = " ".join(s.format(n=n + paragraph, p=n % 37 + 2, m=n % 900 + 50) for s in SENTENCES)
        y = _paragraph(canvas, text.split(), y) - 8
    _table(canvas, n, y)


def _paragraph(canvas: Canvas, words: list[str], y: float) -> float:
    x = LEFT
    for word in words:
        width = canvas.stringWidth(word + " ")
        if x + width > RIGHT:
            x, y = LEFT, y - 11
        canvas.drawString(x, y, word)
        x += width
    return y - 11


def _table(canvas: Canvas, n: int, y: float) -> None:
    head = ["(in millions)", "July 1, 2023", "June 25, 2022", "Change"]
    rows = [
        [f"Segment {n + i}", f"$ {n * i % 90_000 + 100:,}", f"$ {n * i % 80_000 + 90:,}", f"{i} %"]
        for i in range(1, 25)
    ]
    for row in [head, *rows]:
        for column, cell in enumerate(row):
            canvas.drawString(LEFT + 120 * column, y, cell)
            canvas.rect(LEFT + 120 * column - 2, y - 3, 118, 11)
        y -= 12


def bare_seconds(content: bytes) -> float:
    """Opening the file and reading the text of every page, and nothing else."""
    began = time.perf_counter()
    document = pypdfium2.PdfDocument(content)
    for page in document:
        page.get_textpage().get_text_range()
    return time.perf_counter() - began


def analysis_seconds(content: bytes, owner: Any) -> float:
    """From the submission to the completed analysis, the document still unread."""
    from analysis import services
    from analysis.models import Analysis, Status

    document = services.add_document(owner=owner, name="bench.pdf", content=content)
    began = time.perf_counter()
    analysis = services.submit(
        owner=owner,
        template="quarterly-financial-review",
        topic="Net sales, gross margin and risks of the segments",
        options_given={},
        documents=[document.pk],
    )
    while (status := Analysis.objects.values_list("status", flat=True).get(pk=analysis.pk)) in {
        Status.QUEUED,
        Status.RUNNING,
    }:
        time.sleep(0.01)
    if status != Status.COMPLETED:
        raise SystemExit(f"the analysis ended {status}")
    return time.perf_counter() - began


def events_per_second(owner: Any) -> float:
    from analysis import lifecycle, services
    from analysis.event_types import Warned
    from analysis.models import Shift

    analysis = services.submit(
        owner=owner, template="risk-assessment", topic="x", options_given={}, documents=[]
    )
    claimed = lifecycle.claim(analysis.pk, Shift.objects.create(host="bench", pid=1))
    began = time.perf_counter()
    for n in range(EVENTS):
        lifecycle.commit(claimed, (Warned(code="bench", detail=str(n)),))
    seconds = time.perf_counter() - began
    services.cancel(analysis=analysis, by=owner)
    return EVENTS / seconds


def started(measure: Callable[[], None]) -> float:
    began = time.perf_counter()
    measure()
    return time.perf_counter() - began


def memory(pid: int) -> float:
    return sum(peak_mib(process) for process in below(pid))


def report_of_100_pages() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.pdf"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(printed.strip().splitlines()[-1]))


def wait_for_worker() -> None:
    from researcher.processes import worker_is_alive

    while not worker_is_alive():
        time.sleep(0.02)


def measure() -> dict[str, Any]:
    from django.contrib.auth.models import User

    from researcher.processes import free_port, web, worker

    owner = User.objects.create_user("bench")
    figures: dict[str, Any] = {"events_per_second": events_per_second(owner)}
    began = time.perf_counter()
    with worker() as work:
        wait_for_worker()
        figures["worker_start_s"] = time.perf_counter() - began
        analysis_seconds(pdf_of(2, seed=99), owner)  # the first run warms the children
        began = time.perf_counter()
        with web(free_port(0)) as server:
            figures["web_start_s"] = time.perf_counter() - began
            figures |= ratios(owner)
            figures["web_peak_mib"] = peak_mib(server.pid)
            figures["worker_peak_mib"] = memory(work.pid)
    return figures | report_of_100_pages()


def ratios(owner: Any) -> dict[str, float]:
    pairs = []
    for seed in range(RUNS):
        content = pdf_of(PAGES, seed=seed)
        pairs.append((bare_seconds(content), analysis_seconds(content, owner)))
    return {
        "bare_pdf_s": statistics.median(bare for bare, _ in pairs),
        "analysis_s": statistics.median(ours for _, ours in pairs),
        "analysis_to_bare": statistics.median(ours / bare for bare, ours in pairs),
    }


def main() -> None:
    with fresh_product():
        figures = {name: round(value, 3) for name, value in measure().items()}
    for name, value in figures.items():
        print(f"{name:<24}{value:>12}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
