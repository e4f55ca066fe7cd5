"""What documents say, fenced off from what a model is told to do.

Keys and delimiters derive from the seed of the analysis and a secret of the deployment: the same
whenever the same question is asked again, and not to be guessed by who wrote the documents.
"""

import hmac
from base64 import b32encode
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

T = TypeVar("T", bound=Hashable)

SHORTEST_KEY, LONGEST_KEY = 4, 12
MARK_LENGTH = 10


class Fence:
    """The keys and the delimiter of one analysis."""

    def __init__(self, seed: UUID, secret: str) -> None:
        self._secret = hmac.digest(secret.encode(), seed.bytes, "sha256")
        self.mark = self._letters("fence")[:MARK_LENGTH]

    def _letters(self, *parts: object) -> str:
        text = "\x1f".join(map(str, parts)).encode()
        return b32encode(hmac.digest(self._secret, text, "sha256")).decode().lower()

    def keyed(self, places: Iterable[T]) -> dict[str, T]:
        """A short opaque key for every place; a longer one where two would be the same."""
        found: dict[str, T] = {}
        for place in dict.fromkeys(places):
            letters = self._letters("key", *place) if isinstance(place, tuple) else ""
            letters = letters or self._letters("key", place)
            length = SHORTEST_KEY
            while letters[:length] in found and length < LONGEST_KEY:
                length += 1
            found[letters[:length]] = place
        return found

    def around(self, lines: Iterable[str]) -> str:
        """The lines between delimiters that nobody who wrote them could know."""
        return "\n".join([f"<{self.mark}>", *lines, f"</{self.mark}>"])

    def listed(self, texts: Mapping[str, str]) -> str:
        """Texts by their keys, one line each, fenced."""
        return self.around(f"[{key}] {one_line(text)}" for key, text in texts.items())


def one_line(text: str) -> str:
    """A text that cannot begin a line of its own, and so cannot pretend to have a key."""
    return " ".join(text.split())
