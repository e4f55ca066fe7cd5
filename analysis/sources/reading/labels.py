"""Titles and authors that say something; programs write a lot that does not."""

import re

EXTENSION = re.compile(r"\.(docx?|pptx?|xlsx?|pdf|rtf|indd|qxd|html?|txt|csv|md)$", re.I)
PROGRAM = re.compile(r"^(microsoft (office )?(word|powerpoint|excel)|adobe \w+) ?- ?", re.I)
EMPTY_TITLE = re.compile(
    r"(untitled|no title|new)?\s*(document|presentation|slide|title|(work)?book|sheet|page)?"
    r"[\s\d_\-#.]*"
    r"|unspecified|powerpoint[ -]?pr(ä|e)sentation|word document|print(ing)?",
    re.I,
)
NOT_AN_AUTHOR = re.compile(
    r"(unknown|anonymous|(the )?(user|owner|author|admin(istrator)?|root|guest|default)\d*"
    r"|microsoft( office)?( user)?|python-(docx|pptx)|openpyxl|xlsxwriter|apache poi|edgar.*)?",
    re.I,
)
LONGEST = 300


def title_of(raw: str) -> str:
    """The metadata's title, or "" where it is a file name, a number or a program's filling."""
    title = _line(raw)
    if PROGRAM.match(title) or EXTENSION.search(title) or EMPTY_TITLE.fullmatch(title):
        return ""
    is_code = " " not in title and title.isascii() and re.search(r"[\d_]", title)
    return "" if is_code else title


def author_of(raw: str) -> str:
    author = _line(raw).strip("()")
    return "" if NOT_AN_AUTHOR.fullmatch(author) else author


def first_line(text: str) -> str:
    """The first line, where it reads like a title: a few words, no end of a sentence."""
    line = _line(text.lstrip("\ufeff \t\n").partition("\n")[0].lstrip("# ").strip())
    words = line.split()
    reads_so = 2 <= len(words) <= 20 or (words and not line.isascii() and len(line) <= 40)
    return line if reads_so and line[-1] not in ".,;:!?" and "。" not in line else ""


def _line(raw: str) -> str:
    return " ".join(raw.split())[:LONGEST]
