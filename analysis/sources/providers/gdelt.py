"""GDELT DOC 2.0: an open index of the world's news (blog.gdeltproject.org)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, as_json, asked, base, day_of, plain
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

LANGUAGES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian"}
CODES = {
    **{name: code for code, name in LANGUAGES.items()},
    "arabic": "ar", "chinese": "zh", "greek": "el", "hebrew": "he", "hindi": "hi",
    "japanese": "ja", "korean": "ko", "portuguese": "pt", "russian": "ru",
}  # fmt: skip
FIRST_DAY = date(2017, 1, 1)  # of what it has; it refuses to be asked for earlier ones
MOST, MOST_WORDS, SHORTEST = 75, 6, 3


class Article(Shape):
    url: str
    title: str = ""
    seendate: str = ""
    domain: str = ""
    language: str = ""


class Answer(Shape):
    """`{}` is the answer when nothing was found."""

    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class Gdelt:
    base: str
    name: str = "gdelt"
    label: str = "GDELT"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        if search.until and search.until < FIRST_DAY:
            return []
        since = max(search.since, FIRST_DAY) if search.since else None
        url = address(
            f"{self.base}/api/v2/doc/doc",
            query=_query(search),
            mode="artlist",
            format="json",
            sort="hybridrel",
            maxrecords=min(search.limit, MOST),
            startdatetime=f"{since:%Y%m%d}000000" if since else "",
            enddatetime=f"{search.until:%Y%m%d}235959" if search.until else "",
        )
        # It asks for one request in five seconds.
        ask = Ask(url=url, conduct=False, every_seconds=5.0)
        content = await asked(self.label, ask, door, egress)
        _refuse_sentence(content)
        articles = as_json(self.label, content, Answer).articles
        return [_found(one, rank) for rank, one in enumerate(articles, 1)]


def _query(search: Search) -> str:
    """All words must stand there, and it refuses very short ones."""
    words = re.findall(r"\w[\w&-]*", search.words)
    kept = [word for word in words if len(word) >= SHORTEST][:MOST_WORDS]
    language = LANGUAGES.get(search.language)
    return " ".join([*kept, *([f"sourcelang:{language}"] if language else [])])


def _refuse_sentence(content: bytes) -> None:
    """An error comes with status 200, as a sentence."""
    text = content.strip()
    if text and not text.startswith((b"{", b"[", b"<")):
        code = "limited" if b"limit requests" in text else "bad_query"
        said = plain(text.decode("utf-8", "replace"), 120)
        raise ProviderFailed(code, f"GDELT answered “{said}”")


def _found(article: Article, rank: int) -> Found:
    return Found(
        provider="gdelt",
        kind=Kind.NEWS,
        rank=rank,
        title=plain(article.title),
        url=article.url,
        publisher=article.domain,
        published_on=_seen(article.seendate),
        language=CODES.get(article.language.lower(), ""),
    )


def _seen(text: str) -> date | None:
    """The day of "20230918T031500Z"."""
    return day_of(text[:4], text[4:6], text[6:8]) if len(text) >= 8 else None


def configured() -> Gdelt:
    return Gdelt(base("gdelt", "https://api.gdeltproject.org"))
