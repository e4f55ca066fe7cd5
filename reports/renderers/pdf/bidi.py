"""Text that runs from right to left: levels and order by the Unicode Bidirectional Algorithm.

Without its explicit embeddings and bracket pairs (UAX #9, rules X1-X8 and N0): marks that turn
text around are taken out before, because in a document they are data, never instructions.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

P = TypeVar("P")

# Bidirectional classes as letters, so that the rules are substitutions in a string.
LETTERS = {
    "L": "L",
    "R": "R",
    "AL": "A",
    "EN": "E",
    "AN": "N",
    "ES": "s",
    "CS": "c",
    "ET": "t",
    "NSM": "m",
    "BN": "m",
}
NEUTRAL = "o"
# Stands in a text for what is set by itself.
OBJECT = "\ufffc"
# The blocks that have such letters.
TURNING = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
MIRRORED = str.maketrans("()[]{}<>\u00ab\u00bb", ")(][}{><\u00bb\u00ab")


def turns(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return TURNING.search(text) is not None


def base_level(text: str) -> int:
    """1 if the first letter runs from right to left, else 0 (rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character; odd ones run from right to left."""
    start = "LR"[base]
    kinds = "".join(LETTERS.get(unicodedata.bidirectional(c) or "L", NEUTRAL) for c in text)
    kinds = _strong(_numbers(_weak(kinds, start), start), start)
    rise = {"L": base % 2, "R": 1 - base % 2, "E": 2 - base % 2, "N": 2 - base % 2}
    return [base + rise[kind] for kind in kinds]


def _weak(kinds: str, start: str) -> str:
    """Rules W1 to W3: marks follow their letter; digits after Arabic letters are Arabic."""
    kinds = re.sub("(?<=^)m+", lambda m: start * len(m[0]), kinds)
    kinds = re.sub("([^m])m+", lambda m: m[1] * len(m[0]), kinds)
    kinds = re.sub("A[^LRA]*", lambda m: m[0].replace("E", "N"), kinds)
    return kinds.replace("A", "R")


def _numbers(kinds: str, start: str) -> str:
    """Rules W4 to W7: what stands in and around numbers."""
    kinds = re.sub("(?<=E)[sc](?=E)", "E", kinds)
    kinds = re.sub("(?<=N)c(?=N)", "N", kinds)
    kinds = re.sub("t+(?=E)|(?<=E)t+", lambda m: "E" * len(m[0]), kinds)
    kinds = re.sub("[sct]", NEUTRAL, kinds)
    opening = "(?:^|L)" if start == "L" else "L"
    return re.sub(f"{opening}[^LR]*", lambda m: m[0].replace("E", "L"), kinds)


def _strong(kinds: str, start: str) -> str:
    """Rules N1 and N2: neutrals follow their neighbours if these agree, else the paragraph."""

    def side(index: int) -> str:
        if not 0 <= index < len(kinds):
            return start
        return "L" if kinds[index] == "L" else "R"

    def resolved(match: re.Match[str]) -> str:
        before, after = side(match.start() - 1), side(match.end())
        return (before if before == after else start) * len(match[0])

    return re.sub(f"{NEUTRAL}+", resolved, kinds)


def visual(pieces: Sequence[P], level: Callable[[P], int]) -> list[P]:
    """The pieces of one line in the order in which they are printed (rule L2)."""
    line = list(pieces)
    depths = [level(piece) for piece in line]
    for depth in range(max(depths, default=0), 0, -1):
        for start, end in _stretches(depths, depth):
            line[start:end] = reversed(line[start:end])
            depths[start:end] = reversed(depths[start:end])
    return line


def _stretches(depths: Sequence[int], depth: int) -> list[tuple[int, int]]:
    """Where the level is at least `depth`, as longest stretches."""
    marks = "".join("x" if one >= depth else "." for one in depths)
    return [match.span() for match in re.finditer("x+", marks)]


def mirrored(text: str) -> str:
    """Neutral characters as they are printed in text that runs from right to left."""
    return text[::-1].translate(MIRRORED)
