"""What an answer carries: unpacked within a cap, and typed by its bytes."""

import re
import zlib
from collections.abc import Mapping

from analysis.sources.door.types import FetchFailed
from analysis.sources.reading.signature import kind_by_signature
from analysis.sources.reading.types import Unreadable

ENCODINGS = "gzip"
GZIP = zlib.MAX_WBITS | 16
HEAD = 4096
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|div)\b", re.I)
XML = re.compile(rb"<(?:\?xml|rss|feed|rdf:rdf)\b", re.I)
OPENS_JSON = b'{["'
BOM = b"\xef\xbb\xbf"
UNKNOWN = "application/octet-stream"


class Body:
    """The bytes of one answer as they come in: unpacked, and never more than `most`."""

    def __init__(self, headers: Mapping[str, str], most: int) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._gzip = zlib.decompressobj(GZIP) if _is_packed(headers) else None
        if headers.get("content-length", "").isdigit() and int(headers["content-length"]) > most:
            raise too_large(most)

    def add(self, chunk: bytes) -> None:
        """Raises FetchFailed (fetch_too_large, fetch_bad_body)."""
        while self._gzip and chunk:
            chunk = self._unpack(self._gzip, chunk)
        self._keep(chunk)

    def whole(self) -> bytes:
        """All of it, once everything came. Raises FetchFailed (fetch_truncated)."""
        if self._gzip and not self._gzip.eof:
            raise FetchFailed("fetch_truncated", "The answer ends before its packed content does.")
        return b"".join(self._parts)

    def _unpack(self, gzip: "zlib._Decompress", chunk: bytes) -> bytes:
        """Unpack what is still allowed, and one byte to see that there is more; what is left."""
        if gzip.eof:  # another member follows
            gzip = self._gzip = zlib.decompressobj(GZIP)
        try:
            self._keep(gzip.decompress(chunk, self._most - self._size + 1))
        except zlib.error:
            detail = "The packed content of the answer is damaged."
            raise FetchFailed("fetch_bad_body", detail) from None
        return gzip.unconsumed_tail or gzip.unused_data

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise too_large(self._most)
        self._parts.append(piece)


def _is_packed(headers: Mapping[str, str]) -> bool:
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return False
    if encoding in ("gzip", "x-gzip"):
        return True
    detail = f"The answer is packed in a way that was not asked for; only {ENCODINGS} is read."
    raise FetchFailed("fetch_bad_body", detail)


def too_large(most: int) -> FetchFailed:
    size = f"{most >> 20} MB" if most >> 20 else f"{most:,} bytes"
    return FetchFailed("fetch_too_large", f"The answer has more than {size}, unpacked.")


def media_type(content: bytes, declared: str) -> str:
    """The media type that the bytes tell; between kinds of text what was declared decides.

    What no reader takes (an image, a program) is application/octet-stream, whatever was declared.
    """
    try:
        if kind := kind_by_signature(content):
            return kind.value
    except Unreadable:
        return UNKNOWN
    return _text_type(content[:HEAD].removeprefix(BOM).lstrip(), _essence(declared))


def _text_type(head: bytes, declared: str) -> str:
    if XML.match(head) and not HTML.search(head):
        return declared if declared.endswith("xml") else "application/xml"
    if HTML.match(head) or (head.startswith(b"<") and HTML.search(head)):
        return "text/html"
    if declared.endswith("json"):
        return declared if head[:1] in OPENS_JSON or head[:1].isalnum() else "text/plain"
    is_text = declared.startswith("text/") or declared in ("", "application/csv")
    return declared if is_text and declared else "text/plain"


def _essence(declared: str) -> str:
    return declared.partition(";")[0].strip().lower()
