"""Markdown: one page, as it is written; title, author and date from its front matter."""

import re

from analysis.sources.reading import dates, labels
from analysis.sources.reading.types import Extract

FRONT_MATTER = re.compile(r"\s*---\n(.*?)\n---\s*\n", re.S)
FIELD = re.compile(r"^(\w+)\s*:\s*(.+)$", re.M)
HEADING = re.compile(r"^#\s+(.+?)\s*#*$", re.M)


def read(text: str) -> Extract:
    matter = FRONT_MATTER.match(text.replace("\r\n", "\n"))
    found = FIELD.findall(matter[1]) if matter else []
    fields = {name.lower(): value.strip("\"' ") for name, value in found}
    heading = HEADING.search(text)
    return Extract(
        pages=[text],
        title=labels.title_of(fields.get("title", "")) or (heading[1] if heading else ""),
        author=labels.author_of(fields.get("author", "")),
        published_on=dates.first_date(fields.get("date", "")),
    )
