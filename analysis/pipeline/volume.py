"""One source in the library: its pages, what it is called, and its passages."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from analysis.pipeline import forward
from analysis.pipeline.passages import Cut
from analysis.pipeline.subjects import company, family
from analysis.types import Page, SourceRef

SUFFIX = re.compile(r"\.\w{1,5}$")
FIRST_PAGES = 3
SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Za-z])")


class Stored(NamedTuple):
    """A source as it is kept: its pages, and its packed forward index if it has one."""

    source: SourceRef
    pages: Sequence[Page]
    forward: bytes = b""


class Volume:
    """A source with its pages cut into passages."""

    def __init__(self, source: SourceRef, pages: Sequence[Page], index: bytes = b"") -> None:
        self.source = source
        self.pages = {page.number: page.text for page in pages}
        kept = forward.unpacked(index, source.language)
        self.forward = kept or forward.made(pages, source.language)

    def text(self, found: Cut) -> str:
        return self.pages[found.page][found.start : found.end]

    @property
    def name(self) -> str:
        """The name of the file in words: "CallFY23Q1.txt" is "Call FY23 Q1"."""
        return SEAM.sub(" ", SUFFIX.sub("", self.source.name))

    @property
    def title(self) -> str:
        return self.source.title or self.name

    @property
    def names(self) -> list[str]:
        """All that it is called, also by itself at the top and bottom of its pages."""
        given = (self.source.title, self.name, self.source.description, self.whose)
        return [name for name in (*given, *self.forward.repeated) if name]

    @cached_property
    def family(self) -> str:
        """What all editions of it are called; "" where its name is only a date or a number."""
        return family(self.source.title) or family(self.name)

    @cached_property
    def whose(self) -> str:
        """The company that it is a document of, or another subject that it was found to have."""
        text = "\n".join(list(self.pages.values())[:FIRST_PAGES])
        return self.source.subject or company(self.source.title, text)

    @property
    def day(self) -> int:
        """How new its content is, as a day number; 0 where it is not known."""
        found = self.source.as_of or self.source.published_on
        return found.toordinal() if found else 0
