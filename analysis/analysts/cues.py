"""What the wording of a sentence gives away: a risk, an advice, a change, a phrase of form."""

import re

from analysis.types import FindingKind
from templates_app.types import SectionKind

SHORTEST, LONGEST = 35, 600
LONG = 400

RISK = re.compile(
    r"\b(?:risks?|risky|advers\w+|uncertain\w*|threat\w*|expos\w+|vulnerab\w+|litigation|lawsuits?"
    r"|volatil\w+|shortages?|disrupt\w+|breach\w*|fail(?:ure|s|ed)?|harm\w*|loss(?:es)?|default"
    r"|could (?:\w+ ){0,3}(?:impact|affect|reduce|result|harm|lead|cause|decline)|may (?:\w+ ){0,2}"
    r"(?:not|impact|affect|harm|decline|fail)|penalt\w+|sanctions?|downturn|recession|danger\w*"
    r"|hazard\w*|accidents?|injur\w+|impair\w+|unable to|pressure)\b|风险|威胁|مخاطر|خطر",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:should|recommend\w*|advis(?:e|es|ed|able)|ought to|propos(?:e|es|ed|al)|suggest that"
    r"|needs? to|must|(?:plan|intend|commit|aim)s? to|priorit\w+|it is (?:important|essential)"
    r"|call(?:s|ed)? (?:for|on)|urge[sd]?|next steps?|will (?:continue|focus|invest))\b"
    r"|建议|应当|应该|يجب|ينبغي",
    re.IGNORECASE,
)
# In small letters, because every sentence is looked through for them.
CHANGE = re.compile(
    r"\b(?:rose|rise[sn]?|grew|grow(?:th|n)?|increas\w+|climbed|fell|fallen|declin\w+|decreas\w+"
    r"|dropped|reduced|improved|worsened|expanded|shrank|accelerat\w+|slowed|doubled|halved"
    r"|(?:up|down) \d|higher|lower|compared (?:to|with))\b|增长|下降|增加|减少|上升"
)
# Forms that every filing, call and paper carries, and pointers to another place; in small letters.
FORM = re.compile(
    r"\b(?:forward-looking statement|safe harbor|private securities litigation|undue reliance"
    r"|assumes? no obligation|no obligation to (?:update|revise)|actual results (?:may|could|to)"
    r"|(?:described|discussed|set forth|included) (?:in|under)\b.{0,40}\b(?:part|item|note|section"
    r"|heading)|in notes? \d+|under the heading|in conjunction with|accompanying notes"
    r"|incorporated (?:herein )?by reference"
    r"|unless otherwise (?:stated|noted|indicated)|all rights reserved|indicate by check mark"
    r"|as used herein|pursuant to the requirements|registrant|certif(?:y|ies|ied) that"
    r"|collectively to|inactive textual|investor relations website|table of contents"
    r"|(?:see|refer to)\b.{0,60}\b(?:notes?|sections?|items?|parts?|tables?|figures?|pages?"
    r"|appendix|chapter|heading)\b|(?:is|are|was|were) (?:as follows|shown in|set forth)"
    r"|(?:following|below|above) (?:table|chart|figure)"
    r"|(?:table|figure)s? (?:below|above|shows?|sets?)|(?:table|figure|fig\.) \d"
    r"|supplementary (?:material|file)|copyright|cookies?\b|(?:un)?subscribe|click here"
    r"|conference call|good (?:morning|afternoon|evening)|thank you|next question|non-gaap"
    r"|defined as|in accordance with (?:u\.?s\.? )?gaap|words such as)"
)
OPENER = re.compile(
    r"(?:this|these|that|those|it|its|they|their|he|his|she|her|such|however|but|so|thus|therefore"
    r"|hence|for example|for instance|also|additionally|in addition|moreover|furthermore|meanwhile"
    r"|the (?:latter|former|same)|both|then|and|or|yet|instead|similarly|conversely|as a result"
    r"|consequently|computed from|here|there|again|finally|first|second|third"
    r"|in (?:this|that|these|such)|of (?:these|those|this)|another|other)\b",
    re.IGNORECASE,
)
# What a text says of its own words and clauses: true, but no news.
STATIC = re.compile(
    r"\b(?:consists? of|comprises?|includes?|refers? to|means|is defined as|is measured"
    r"|(?:is|are) recognized|notwithstanding|hereunder|hereof|thereunder|herein|unless and until"
    r"|shall be)\b"
)
FIGURE = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?%|\d\s(?:percent|million|billion|trillion|basis points)\b|[亿万]",
    re.IGNORECASE,
)
# Without these words a sentence has no place in a section of the kind.
NEEDED = {
    SectionKind.RISKS: RISK,
    SectionKind.RECOMMENDATIONS: ADVICE,
    SectionKind.KEY_FIGURES: FIGURE,
}
LISTED = re.compile(r"^(?:\(?[a-zA-Z0-9]{1,3}[).]\s|[•·*\u2013-]\s)")


def is_usable(sentence: str, kind: SectionKind) -> bool:
    """Whether a sentence can stand in a section of a kind at all."""
    if not SHORTEST <= len(sentence) <= LONGEST or sentence.endswith("?"):
        return False
    if FORM.search(sentence.lower()):
        return False
    if sum(map(str.isdigit, sentence)) * 4 > len(sentence) or _shouts(sentence):
        return False
    needed = NEEDED.get(kind)
    return needed is None or bool(needed.search(sentence))


def _shouts(sentence: str) -> bool:
    letters = sum(map(str.isalpha, sentence))
    return letters < 20 or sum(map(str.isupper, sentence)) * 2 > letters


def penalty(sentence: str) -> float:
    """How much a sentence loses for leaning on one before it, for telling no news, for length."""
    loss = 0.3 if OPENER.match(sentence) else 0.0
    loss += 0.3 if STATIC.search(sentence.lower()) and not tells_change(sentence) else 0.0
    loss += 0.1 if len(sentence) < 2 * SHORTEST else 0.25 if len(sentence) > LONG else 0.0
    return loss + (0.15 if LISTED.match(sentence) else 0.0)


def tells_change(sentence: str) -> bool:
    """Whether a sentence says that something rose, fell or changed otherwise."""
    return CHANGE.search(sentence.lower()) is not None


def stands_alone(sentence: str) -> bool:
    """Whether a sentence is clear without the one before it."""
    return not OPENER.match(sentence) and not LISTED.match(sentence)


def kind_of(sentence: str, section: SectionKind) -> FindingKind:
    """What a sentence is as a finding, by its section and then by its words."""
    if section is SectionKind.RISKS:
        return FindingKind.RISK
    if section is SectionKind.RECOMMENDATIONS:
        return FindingKind.RECOMMENDATION
    if tells_change(sentence):
        return FindingKind.CHANGE
    return FindingKind.INSIGHT if section is SectionKind.FINDINGS else FindingKind.FACT
