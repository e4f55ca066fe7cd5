"""What a model may answer. Field names are short words: every letter is paid for in every call.

No field has a default, because strict JSON schemas know only required fields.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Said(BaseModel):
    """A part of an answer; what a model says beyond its schema is not looked at."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_extra={"additionalProperties": False}
    )


class Wanted(Said):
    """One question for a section, and words for what would count as evidence."""

    ask: str
    evidence: str


class SectionAsk(Said):
    """The questions of a section, and in a few words what to leave out; "" for nothing."""

    section: int
    questions: list[Wanted]
    skip: str


class Planned(Said):
    sections: list[SectionAsk]


class Choice(Said):
    """Keys of the sentences that answer a question, the best first."""

    question: int
    keys: list[str]


class Chosen(Said):
    answers: list[Choice]


class Claim(Said):
    """A sentence of the report and the keys of the sentences that carry it."""

    text: str
    keys: list[str]


class Written(Said):
    paragraphs: list[list[Claim]]


class Summary(Said):
    claims: list[Claim]


class Reading(StrEnum):
    """What a second reader says of a claim and its quotes."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"


class Judgement(Said):
    claim: int
    verdict: Reading


class Judged(Said):
    verdicts: list[Judgement]


class Anew(Said):
    """A claim said again, or "" where its quotes carry nothing of it."""

    claim: int
    text: str


class Rewritten(Said):
    claims: list[Anew]
