"""The language that a report is written in: asked for, or that of the topic; kept or not."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from analysis.analysts.fences import one_line
from analysis.types import Brief

DETECTOR = "analysis.sources.reading.language:language_of"
# Little words of English that are rare in other languages.
ENGLISH = frozenset(
    {"the", "of", "and", "to", "for", "that", "is", "are", "with", "by", "from", "how", "what"}
)
T = TypeVar("T")

OPTION = "language"
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
CODES = {name.casefold(): code for code, name in NAMES.items()}
WORD = re.compile(r"[^\W\d_]+")
LONGEST_NAME = 40
# Below so many words a guess is a guess.
FEWEST_WORDS, FEWEST_TO_CHECK = 6, 40
ENOUGH_LITTLE_WORDS = 0.12


class Language(NamedTuple):
    """ISO 639-1, "" for one that cannot be checked, and its name for the model."""

    code: str
    name: str


class Calls(Protocol):
    """What can call a function in a child process."""

    async def call(self, function: str, /, *args: Any, returns: type[T]) -> T: ...


class Languages:
    """Knows and checks languages for one run; only what is not plainly English is detected."""

    def __init__(self, children: Calls) -> None:
        self.children = children
        self._of: Language | None = None

    async def of(self, brief: Brief) -> Language:
        """The language of the report: the option, else that of a topic long enough to tell."""
        if self._of is None:
            said = brief.options.get(OPTION)
            self._of = named(str(said)) if said else await self._of_topic(brief.topic)
        return self._of

    async def _of_topic(self, topic: str) -> Language:
        words = WORD.findall(topic)
        is_short = len(words) < FEWEST_WORDS and topic.isascii()
        if is_short or has_english_words(topic, least=1):
            return Language("en", NAMES["en"])
        code = await self._detected(topic)
        return Language(code, NAMES[code]) if code in NAMES else Language("en", NAMES["en"])

    async def are_kept(self, wanted: Language, texts: Sequence[str]) -> bool:
        """Whether a text is in the language that was wanted; too short a one is believed."""
        text = " ".join(texts)
        words = WORD.findall(text)
        if not wanted.code or (len(words) < FEWEST_TO_CHECK and text.isascii()):
            return True
        if wanted.code == "en" and has_english_words(text, ENOUGH_LITTLE_WORDS * len(words)):
            return True
        return await self._detected(text) in ("", wanted.code)

    async def _detected(self, text: str) -> str:
        """In a child process: the model of languages takes half a second to unpack."""
        return await self.children.call(DETECTOR, text, returns=str)


def named(said: str) -> Language:
    """The language that a user named: "German", "de", "de-AT"; another as he wrote it."""
    words = one_line(said)[:LONGEST_NAME]
    code = CODES.get(words.casefold()) or words.casefold().replace("_", "-").partition("-")[0]
    return Language(code, NAMES[code]) if code in NAMES else Language("", words)


def has_english_words(text: str, least: float) -> bool:
    """Whether so many of the little words of English stand in a text of plain letters."""
    words = [word.casefold() for word in WORD.findall(text)]
    plain = sum(map(str.isascii, text)) >= 0.97 * len(text)
    return plain and sum(word in ENGLISH for word in words) >= max(1.0, least)
