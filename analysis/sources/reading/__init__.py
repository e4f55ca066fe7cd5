"""Bytes of a file in, pages of text out. Runs in a child process: files are not to be trusted."""

from analysis.sources.reading.types import Box, Reading, ReadingWarning, Unreadable
from analysis.types import Page

__all__ = ["Box", "Reading", "ReadingWarning", "Unreadable", "read"]


def read(content: bytes, name: str) -> Reading:
    """The file's text page by page; raises Unreadable with a sentence for the user.

    The type is told by the content, never by `name`, which is only used in sentences.
    """
    if not content:
        raise Unreadable("file_empty", f"“{name}” is empty (0 bytes). Please upload it again.")
    text = content.decode("utf-8", "replace")
    return Reading(media_type="text/plain", pages=(Page(number=1, text=text),))
