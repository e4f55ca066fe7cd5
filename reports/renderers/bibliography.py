"""What a report says of a source: its name, one line about it, its address."""

from urllib.parse import urlsplit

from analysis.types import SourceRef
from reports.renderers.edition import long_date


def name_of(source: SourceRef) -> str:
    return source.title or source.name


RETRACTED = "RETRACTED by its publisher: do not rely on it"


def described(source: SourceRef) -> str:
    """What is known of a source beside its title, in one line."""
    pages = f"{source.pages} page{'s' if source.pages != 1 else ''}"
    parts = [
        RETRACTED if source.is_retracted else "",
        source.author,
        source.publisher if source.publisher != source.author else "",
        source.name if source.title not in ("", source.name) else "",
        f"DOI {source.doi}" if source.doi else "",
        f"published {long_date(source.published_on)}" if source.published_on else "",
        f"as of {long_date(source.as_of)}" if source.as_of else "",
        pages,
        f"read {long_date(source.fetched_at)}",
    ]
    return "; ".join(part for part in parts if part)


def address(source: SourceRef) -> str:
    """The source's web address if a reader may be sent there, else ""."""
    try:
        parts = urlsplit(source.url)
    except ValueError:
        return ""
    return source.url if parts.scheme in ("http", "https") and parts.netloc else ""
