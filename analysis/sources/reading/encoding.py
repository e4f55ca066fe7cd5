"""Bytes to text, in whatever encoding they are."""

import codecs
import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import charset_normalizer

from analysis.sources.reading.types import Unreadable

# Longer marks first: UTF-32 begins with the mark of UTF-16.
MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
# The encodings that pages declare; Python knows others, which are no encodings of text.
DECLARABLE = (
    rb"utf-?(?:8|16)|iso-8859-\d+|windows-\d+|cp\d+|gb\w+|big5[\w-]*|euc-\w+|shift[_-]jis|koi8-\w"
)
DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?(%s)\b""" % DECLARABLE,
    re.I,
)
DECLARED_WITHIN = 4096
SAMPLE = 64 << 10
# Of four bytes in a row, those that are letters and not zeros.
WIDE = [("utf-32-le", (0,)), ("utf-32-be", (3,)), ("utf-16-le", (0, 2)), ("utf-16-be", (1, 3))]
MANY_ZEROS = 0.15
SOME_ZEROS = 0.02
STRAY_ZEROS = 0.05
EAST_ASIAN = re.compile("[\\s -~\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]")
GUESSES = [
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "tis_620"),
]
# The share of characters that no writer means, above which the bytes are no text.
GARBAGE = 0.1


def decoded(content: bytes) -> str:
    """The text of the bytes; raises Unreadable if they are none."""
    for text in _attempts(content):
        if text and garbage(text) <= GARBAGE:
            return text
    raise Unreadable(
        "file_unreadable",
        "The file is neither a known document nor text. Please upload it as PDF or UTF-8 text.",
    )


def is_binary(content: bytes) -> bool:
    """Whether the beginning holds zeros and is text in no encoding that is told quickly."""
    head = content[:SAMPLE]
    if not head.count(0) or head.startswith(tuple(mark for mark, _ in MARKS)):
        return False
    zeros = [head[place::4].count(0) for place in range(4)]
    texts = chain(_utf8(head), _wide(head, zeros), _east_asian(head), [head.decode("latin-1")])
    return not any(text and garbage(text) <= GARBAGE for text in texts)


def garbage(text: str) -> float:
    """The share of the first characters that are controls, unassigned or not decoded."""
    sample = text[:SAMPLE]
    kinds = Counter(map(unicodedata.category, sample))
    bad = sum(kinds[kind] for kind in ("Cc", "Cn", "Co", "Cs")) + sample.count("\ufffd")
    layout = sum(map(sample.count, "\t\n\r\f"))
    return (bad - layout) / max(1, len(sample))


def _attempts(content: bytes) -> Iterator[str]:
    """The text by each sign of its encoding, the surest first."""
    for mark, name in MARKS:
        if content.startswith(mark):
            yield content[len(mark) :].decode(name, "replace")
            return
    zeros = [content[place:SAMPLE:4].count(0) for place in range(4)]
    share = sum(zeros) / max(1, len(content[:SAMPLE]))
    if share > MANY_ZEROS:
        yield from _wide(content, zeros)
    yield from _utf8(content)
    if share > SOME_ZEROS:
        # Too few for Latin letters, but no UTF-8 either: another script with its blanks.
        yield from _wide(content, zeros)
    if share:
        yield from _east_asian(content)
    yield from _declared(content)
    yield from _guessed(content)


def _wide(content: bytes, zeros: list[int]) -> Iterator[str]:
    """UTF-32 and UTF-16 without a mark: their zero bytes stand at places of their own."""
    for name, filled in WIDE:
        if sum(zeros[place] for place in filled) <= STRAY_ZEROS * sum(zeros):
            yield content.decode(name, "replace")


def _east_asian(content: bytes) -> Iterator[str]:
    """UTF-16 that is mostly Chinese, Japanese or Korean: it has few zeros, at any place."""
    for name in ("utf-16-le", "utf-16-be"):
        text = content.decode(name, "replace")
        if len(EAST_ASIAN.findall(text[:SAMPLE])) >= 0.95 * len(text[:SAMPLE]):
            yield text


def _utf8(content: bytes) -> Iterator[str]:
    """UTF-8, also where a few bytes of a long text are broken."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken or broken * 20 < len(content) - len(text):
        yield text


def _declared(content: bytes) -> Iterator[str]:
    """What a page says of itself in its head."""
    if found := DECLARED.search(content[:DECLARED_WITHIN]):
        with contextlib.suppress(LookupError):
            yield content.decode(found[1].decode(), "replace")


def _guessed(content: bytes) -> Iterator[str]:
    sample = content[:SAMPLE]
    if len(content) > SAMPLE:
        # Not in the middle of a character: line breaks are one byte in all that is guessed.
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    if best := charset_normalizer.from_bytes(sample, cp_isolation=GUESSES).best():
        yield content.decode(best.encoding, "replace")
