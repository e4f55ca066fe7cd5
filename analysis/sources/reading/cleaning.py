"""Text that any store and any screen can hold; what is taken out is told."""

import re
from functools import lru_cache

from analysis.sources.reading.types import ReadingWarning

BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
SURROGATES = re.compile("[\ud800-\udfff]")
# Characters that turn the order of what follows, so that a reader sees another text.
OVERRIDES = re.compile("[\u202d\u202e]")
# Letters that nobody sees: tag characters (but for flags, which begin with a black flag), and
# runs of zero-width characters or of variation selectors, which can spell out a message.
HIDDEN = re.compile(
    "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
    "|[\u200b-\u200d\u2060-\u2064\ufeff]{3}"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3}"
)
# Every character that one of the patterns above can begin with.
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200d\u2028\u2029\u202d\u202e\u2060-\u2064\ud800-\udfff"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufffe\uffff\U000e0000-\U000e01ef]"
)


@lru_cache(maxsize=1)  # each text is asked for twice
def is_plain(text: str) -> bool:
    """Whether a text, as almost all are, needs no cleaning and raises no suspicion."""
    return not ODD.search(text)


def cleaned(text: str) -> str:
    """The text with plain line breaks and without what no store keeps or no eye can trust."""
    if is_plain(text):
        return text
    text = BREAKS.sub("\n", text.removeprefix("\ufeff"))
    text = SURROGATES.sub("\ufffd", text)
    return OVERRIDES.sub("", CONTROLS.sub("", text))


def suspicions(raw: str) -> list[ReadingWarning]:
    """What a reader should know about the characters of a text, before it is cleaned."""
    if is_plain(raw):
        return []
    found = []
    plain = BREAKS.sub("\n", raw)
    if count := len(CONTROLS.findall(plain)) + len(SURROGATES.findall(plain)):
        detail = f"{count} control characters (such as NUL) were left out of the text."
        found.append(ReadingWarning(code="control_characters_removed", detail=detail))
    if count := len(OVERRIDES.findall(plain)):
        detail = f"{count} marks that turn the direction of the text were left out."
        found.append(ReadingWarning(code="direction_overrides_removed", detail=detail))
    if HIDDEN.search(plain):
        detail = "The text holds characters that are not shown; they were kept as they are."
        found.append(ReadingWarning(code="hidden_text_suspected", detail=detail))
    return found
