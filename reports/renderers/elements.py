"""The few HTML elements of which the report is made."""

from collections.abc import Iterable, Sequence
from html import escape

from reports.renderers.edition import legible


def text(words: str) -> str:
    """The words as HTML."""
    return escape(legible(words))


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element. `inner` is HTML, attribute values are text; `class_` is its class."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    opening = "".join(f' {key}="{text(value)}"' for key, value in pairs if value)
    return f"<{name}{opening}>{''.join(inner)}</{name}>"


def prose(name: str, *inner: str, **attributes: str) -> str:
    """An element with text of the sources, which may run from right to left."""
    return tag(name, *inner, dir="auto", **attributes)


def list_of(items: Iterable[str]) -> str:
    return tag("ul", *(prose("li", item) for item in items))


def terms_of(pairs: Iterable[tuple[str, str]]) -> str:
    terms = (tag("div", tag("dt", text(label)), prose("dd", text(value))) for label, value in pairs)
    return tag("dl", *terms)


def table_of(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], class_: str = ""
) -> str:
    heads = "".join(tag("th", text(one), scope="col") for one in head)
    body = (tag("tr", *(prose("td", cell) for cell in row)) for row in rows)
    title = tag("caption", text(caption)) if caption else ""
    return tag("table", title, tag("thead", tag("tr", heads)), tag("tbody", *body), class_=class_)
