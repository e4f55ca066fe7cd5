"""Text from people, made safe to store and to print."""

import re
import unicodedata

# Control characters but tab and line feed; direction marks; lone surrogates; byte order mark.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """The text in Unicode's form C, without what no one can see and what turns lines around."""
    return _UNPRINTABLE.sub("", unicodedata.normalize("NFC", text))


def unprintable(text: str) -> str:
    """The first character that `clean` takes out, by name ("U+0000"); "" without one."""
    match = _UNPRINTABLE.search(text)
    return f"U+{ord(match.group()):04X}" if match else ""


def file_name(name: str) -> str:
    """The last part of a path, without control characters: only a label, never a place."""
    last = clean(name).replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return last[-255:] or "document"
