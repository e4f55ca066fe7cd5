"""What ai-analysis leaves: findings with their verdicts, conflicts, and the denominators."""

from enum import StrEnum

from analysis.types.asked import Shortfall, Used
from analysis.types.found import Figure
from researcher.kit.frozen import Frozen


class FindingKind(StrEnum):
    FACT = "fact"
    INSIGHT = "insight"
    RISK = "risk"
    RECOMMENDATION = "recommendation"
    FIGURE = "figure"
    CHANGE = "change"


class Verdict(StrEnum):
    """ "Not checked" is never a pass."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"


class Likelihood(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNSTATED = ""


class Impact(StrEnum):
    SEVERE = "severe"
    MATERIAL = "material"
    LIMITED = "limited"
    UNSTATED = ""


class Risk(Frozen):
    """What the sources say of a risk; empty is what they do not say.

    `trigger` is what would bring it about, `owner` who bears or handles it, in their words.
    """

    likelihood: Likelihood = Likelihood.UNSTATED
    impact: Impact = Impact.UNSTATED
    trigger: str = ""
    owner: str = ""


class Finding(Frozen):
    """One claim, the quotes that carry it, and what the check of it gave (confidence 0 to 1).

    `paragraph` numbers the paragraphs of its section, where its analyst wrote in paragraphs.
    `risk` is of risks; `conditions` are those under which a recommendation holds.
    """

    id: str
    section: str
    text: str
    kind: FindingKind
    quotes: tuple[str, ...]
    verdict: Verdict = Verdict.NOT_CHECKED
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    paragraph: int = 0
    risk: Risk | None = None
    conditions: tuple[str, ...] = ()


class Conflict(Frozen):
    """Figures of one label and period that differ between sources; `preferred` is the newest."""

    label: str
    period: str
    figures: tuple[str, ...]
    preferred: str
    reason: str


class Check(Frozen):
    """How many claims were checked and what came of it: the denominators of the report."""

    claims: int
    supported: int
    dropped: int
    quotes: int
    quotes_found: int


class Findings(Frozen):
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    open_questions: tuple[str, ...]
    check: Check
    used: tuple[Used, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
