"""How much of a file is read before it is refused; every number is a promise to the tests."""

from analysis.sources.reading.types import Unreadable

MAX_BYTES = 100 << 20
MAX_TEXT_BYTES = 40 << 20
MAX_PAGES = 2000
MAX_CHARACTERS = 10_000_000

# Inside a ZIP: what it holds unpacked, in how many members, and how far it may be compressed.
MAX_UNZIPPED = 200 << 20
MAX_MEMBERS = 10_000
MAX_RATIO = 150
RATIO_FROM = 10 << 20

MAX_COLUMNS = 2000
MAX_CELLS = 2_000_000


def too_complex(what: str) -> Unreadable:
    """A refusal for a file that is larger or deeper than any document needs to be."""
    return Unreadable("file_too_complex", f"{what} Please upload a smaller part of it.")


def check_length(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        raise too_complex(f"It holds more than {MAX_CHARACTERS:,} characters of text.")
