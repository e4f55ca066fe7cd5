"""The language of a text."""

import re
from itertools import islice

import py3langid

SAMPLE = 20_000
LETTERS_NEEDED = 20
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[a-z]+")
ENGLISH = frozenset("the of and to in for that is was are be with on as by from".split())  # noqa: SIM905 words


def language_of(text: str) -> str:
    """ISO 639-1, or "" where the text is too short to tell."""
    sample = text[:SAMPLE]
    if len(list(islice(LETTER.finditer(sample), LETTERS_NEEDED))) < LETTERS_NEEDED:
        return ""
    if is_plainly_english(sample):
        return "en"
    try:
        ranked = py3langid.rank(sample)
    except OSError:
        # The model is unpacked through a temporary file; a text is read without it as well.
        return ""
    return next((code for code, _ in ranked if len(code) == 2), "")


def is_plainly_english(sample: str) -> bool:
    """Whether little English words are as many and as frequent as in no other language.

    It spares most documents the half second in which the model is unpacked.
    """
    words = WORD.findall(sample.lower())
    little = [word for word in words if word in ENGLISH]
    return len(words) >= 100 and len(little) >= 0.15 * len(words) and len(set(little)) >= 6
