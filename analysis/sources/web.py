"""Pages of the web as stored sources: fetched, kept by their hash, read in a child process."""

from analysis.models import Source, SourceStatus
from analysis.sources import store
from analysis.sources.door.types import Ask, Door, Egress, FetchFailed
from researcher.kit.children import Children
from researcher.kit.rows import patiently

# As long as the column of a source, and longer than what a browser takes.
LONGEST_URL = 2000


async def page(asked: Ask | str, door: Door, egress: Egress, children: Children) -> Source:
    """The page at an address as a source that was read, of whatever kind its bytes are.

    Raises FetchFailed with the code of the door, or with that of the reader where what came is
    no content (consent_wall, login_wall, empty_page, file_type_not_allowed ...).
    """
    fetched = await door.fetch(Ask(url=asked) if isinstance(asked, str) else asked, egress)
    if len(fetched.url) > LONGEST_URL:
        detail = f"The address of the page has more than {LONGEST_URL:,} characters."
        raise FetchFailed("fetch_bad_url", detail)
    source = await patiently(
        store.keep, fetched.content, url=fetched.url, fetched_at=fetched.fetched_at
    )
    await store.read(source, children)
    if source.status != SourceStatus.READ:
        raise FetchFailed(source.failure_code, source.failure_detail, status=200)
    return source
