"""From what a model answered to findings: keys that exist, sentences without addresses."""

import re
from collections.abc import Iterator, Mapping, Sequence

from analysis.analysts.answers import Claim, Written
from analysis.analysts.cues import kind_of
from analysis.analysts.fences import Fence, one_line
from analysis.types import Block, Finding, Paragraph, Points, Quote, Sentence
from templates_app.types import Section, SectionKind

# An address that no quote holds was never in a source, and a report links to sources only.
ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,15}://\S*|\bwww\.\S+|\]\(|<[a-z/!]|\b[\w.+-]+@[\w-]+\.\w+"
    r"|\bjavascript:|\bdata:\w+/",
    re.IGNORECASE,
)
LONGEST = 1200
LISTS = (SectionKind.RISKS, SectionKind.RECOMMENDATIONS)


def findings(
    section: Section,
    paragraphs: Sequence[Sequence[Claim]],
    keyed: Mapping[str, Quote],
    fence: Fence,
) -> Iterator[Finding]:
    """The claims that may be checked, in their paragraphs; others disappear with their text."""
    for number, claims in enumerate(paragraphs):
        for claim in claims:
            text = one_line(claim.text)
            keys = tuple(dict.fromkeys(claim.keys))
            if keys and all(key in keyed for key in keys) and is_printable(text, fence):
                quotes = tuple(keyed[key].key for key in keys)
                yield Finding(
                    id=f"{section.key}-{number}-{keys[0]}",
                    section=section.key,
                    text=text,
                    kind=kind_of(text, section.kind),
                    quotes=quotes,
                    paragraph=number,
                )


def sentences(
    claims: Sequence[Claim], keyed: Mapping[str, Finding], fence: Fence
) -> tuple[Sentence, ...]:
    """Sentences of which each names one finding."""
    found = ((one_line(claim.text), keyed.get(next(iter(claim.keys), ""))) for claim in claims)
    return tuple(
        Sentence(text=text, finding=finding.id)
        for text, finding in found
        if finding is not None and is_printable(text, fence)
    )


def is_printable(text: str, fence: Fence) -> bool:
    """Whether a sentence may be checked at all: words, no address, nothing of our own signs."""
    has_words = any(map(str.isalpha, text)) and len(text) <= LONGEST
    return has_words and not ADDRESS.search(text) and fence.mark not in text


def texts(written: Written) -> list[str]:
    return [claim.text for paragraph in written.paragraphs for claim in paragraph]


def blocks(section: Section, found: Sequence[Finding]) -> list[Block]:
    """The findings of a section in their paragraphs; risks and recommendations as points."""
    sentences = [Sentence(text=one.text, finding=one.id) for one in found]
    if section.kind in LISTS:
        return [Points(sentences=tuple(sentences))] if sentences else []
    paragraphs: dict[int, list[Sentence]] = {}
    for one, sentence in zip(found, sentences, strict=True):
        paragraphs.setdefault(one.paragraph, []).append(sentence)
    return [Paragraph(sentences=tuple(part)) for part in paragraphs.values()]
