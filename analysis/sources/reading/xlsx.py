"""Excel workbooks: a page a sheet, a line a row, the cells between tabs."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.sources.reading import archive, limits, rows
from analysis.sources.reading.office import Package, damaged
from analysis.sources.reading.types import Extract, ReadingWarning, Unreadable


def read(content: bytes) -> Extract:
    archive.check(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        pages = list(_pages(workbook))
    except PasswordError:
        raise Unreadable(
            "file_encrypted", "The workbook is protected. Please upload a copy without a password."
        ) from None
    except CalamineError:
        raise damaged() from None
    facts = Package(content).facts()
    return Extract(
        pages=pages,
        title=facts.title,
        author=facts.author,
        created_on=facts.created_on,
        warnings=_warnings(workbook),
    )


def _pages(workbook: Any) -> Iterator[str]:
    """The text of each sheet under its name; a hidden sheet leaves its page empty."""
    if len(workbook.sheet_names) > limits.MAX_PAGES:
        raise limits.too_complex(f"It has more than {limits.MAX_PAGES:,} sheets.")
    cells = length = 0
    for entry in workbook.sheets_metadata:
        if not _is_shown(entry):
            yield ""
            continue
        sheet = workbook.get_sheet_by_name(entry.name)
        cells += sheet.height * sheet.width
        if cells > limits.MAX_CELLS:
            raise limits.too_complex(f"It has more than {limits.MAX_CELLS:,} cells.")
        lines = rows.table_lines(map(_cells, sheet.to_python(skip_empty_area=True)))
        page = "\n".join([entry.name, "", *lines]) if lines else ""
        length += len(page)
        limits.check_length(length)
        yield page


def _is_shown(entry: Any) -> bool:
    is_sheet = entry.typ == SheetTypeEnum.WorkSheet
    return bool(is_sheet and entry.visible == SheetVisibleEnum.Visible)


def _cells(row: list[Any]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> str:
    """The value as one would write it: whole numbers without a point, days without a time."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def _warnings(workbook: Any) -> list[ReadingWarning]:
    hidden = [
        entry.name
        for entry in workbook.sheets_metadata
        if entry.typ == SheetTypeEnum.WorkSheet and entry.visible != SheetVisibleEnum.Visible
    ]
    if not hidden:
        return []
    detail = f"Hidden sheets were left out: {', '.join(hidden)[:400]}."
    return [ReadingWarning(code="hidden_sheets", detail=detail)]
