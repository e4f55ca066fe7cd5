"""What the words of a risk and of a recommendation say of it beside the claim itself.

Likelihood, impact, trigger and owner of a risk, the conditions of a recommendation: read from the
claim and from its quotes, never guessed. What neither says stays empty. English only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from analysis.types import Finding, FindingKind, Impact, Likelihood, Risk

N = TypeVar("N")

LONGEST = 160
LIKELIHOODS = (
    (Likelihood.UNLIKELY, r"\b(?:unlikely|remote|improbable|rarely)\b"),
    (Likelihood.LIKELY, r"\b(?:(?:very |highly )?likely|probable|expected to|will|imminent)\b"),
    (Likelihood.POSSIBLE, r"\b(?:may|might|could|can|possibl[ey]|potential(?:ly)?)\b"),
)
IMPACTS = (
    (Impact.LIMITED, r"\b(?:minor|limited|immaterial|insignificant|slight(?:ly)?|modest)\b"),
    (
        Impact.SEVERE,
        r"\b(?:severe(?:ly)?|serious(?:ly)?|critical|catastrophic|substantial(?:ly)?)\b",
    ),
    (Impact.MATERIAL, r"\b(?:material(?:ly)?|significant(?:ly)?|adverse(?:ly)?|major)\b"),
)
CLAUSE = r"[^.;,()]{3,}"
TRIGGER = re.compile(
    rf"\b(?:if|when|unless|in the event (?:of|that)|as a result of|because of|due to) {CLAUSE}",
    re.IGNORECASE,
)
OWNER = re.compile(
    r"\b(?:borne by|falls? (?:up)?on|rests? with|responsibility of|(?:managed|overseen|owned) by)"
    rf" ({CLAUSE})",
    re.IGNORECASE,
)
CONDITION = re.compile(
    rf"\b(?:if|provided(?: that)?|unless|as long as|once|subject to|on condition that|only where)"
    rf" {CLAUSE}",
    re.IGNORECASE,
)


def described(finding: Finding, quotes: Sequence[str]) -> Finding:
    """The finding with what its words say, if it is a risk or a recommendation."""
    texts = [finding.text, *(" ".join(quote.split()) for quote in quotes)]
    if finding.kind is FindingKind.RISK:
        return finding.model_copy(update={"risk": _risk(texts)})
    if finding.kind is FindingKind.RECOMMENDATION:
        return finding.model_copy(update={"conditions": _conditions(texts)})
    return finding


def _risk(texts: Sequence[str]) -> Risk:
    return Risk(
        likelihood=next(_named(LIKELIHOODS, texts), Likelihood.UNSTATED),
        impact=next(_named(IMPACTS, texts), Impact.UNSTATED),
        trigger=next((one.group(0)[:LONGEST] for one in _found(TRIGGER, texts)), ""),
        owner=next((one.group(1)[:LONGEST].strip() for one in _found(OWNER, texts)), ""),
    )


def _conditions(texts: Sequence[str]) -> tuple[str, ...]:
    """Each once; one that is a part of another is said by it."""
    said = dict.fromkeys(one.group(0)[:LONGEST].strip() for one in _found(CONDITION, texts))
    return tuple(one for one in said if not any(one in other and one != other for other in said))


def _found(pattern: re.Pattern[str], texts: Sequence[str]) -> Iterable[re.Match[str]]:
    return (match for text in texts for match in pattern.finditer(text))


def _named(names: Iterable[tuple[N, str]], texts: Sequence[str]) -> Iterator[N]:
    """The names whose words stand in a text: those of the claim before those of its quotes."""
    listed = [(name, re.compile(words, re.IGNORECASE)) for name, words in names]
    return (name for text in texts for name, words in listed if words.search(text))
