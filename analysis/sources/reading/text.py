"""Plain text: one page, as it is."""

from analysis.sources.reading import labels
from analysis.sources.reading.types import Extract


def read(text: str) -> Extract:
    return Extract(pages=[text], title=labels.first_line(text))
