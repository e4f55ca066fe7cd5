"""What a report says about how it was made and what it cannot say: sentences with counts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from analysis.pipeline.outputs import Outputs
from analysis.pipeline.tools import Analyst
from analysis.pipeline.trust import counted, long_date
from analysis.types import (
    Collection,
    DraftSection,
    Evidence,
    Findings,
    Plan,
    Shortfall,
    SourceRef,
    Used,
)
from analysis.web_types import ProviderOutcome

VERBATIM = (
    "No language model was used: every sentence of this report is a verbatim quotation of a source."
)
MOST_NAMED = 10
TOKENS = ("tokens_in", "tokens_out")
MODEL = (
    "A language model wrote the sentences of this report; each was checked mechanically against"
    " the quotes that it cites."
)
WHY = {
    "limited": "too many requests",
    "quota": "its quota is used up",
    "budget_spent": "the money for it is used up",
    "denied": "it refused the key",
    "unreachable": "it could not be reached",
    "failed": "it failed",
    "malformed": "its answer could not be read",
    "bad_query": "it did not accept a question",
}
ONLY_DOCUMENTS = "Only the documents that were attached were read; nothing was searched elsewhere."
NO_JUDGEMENT = (
    "The report selects what its sources say and orders it; it does not judge, combine or forecast."
)


def told(outputs: Outputs, analyst: Analyst, sources: Sequence[SourceRef]) -> tuple[str, ...]:
    """How the report was made, with every denominator; `sources` are the cited ones."""
    collection, evidence = outputs.of(Collection), outputs.of(Evidence)
    check = outputs.of(Findings).check
    read, given = len(collection.sources), len(collection.sources) + len(collection.rejected)
    pages = sum(source.pages for source in collection.sources)
    ranked = sum(answer.passages_ranked for answer in evidence.answers)
    what = "Sources" if collection.providers else "Documents"
    return (
        f"{what} read: {read} of {given}, with {counted(pages, 'page')} and"
        f" {counted(evidence.passages, 'passage')}.",
        *_of_search(collection),
        f"Questions asked of them: {len(evidence.answers)}; passages that ranked highest and were"
        f" read for them: {ranked}.",
        f"Quotes found word for word on the stated page: {check.quotes_found} of {check.quotes}.",
        f"Claims supported by their quotes: {check.supported} of {check.claims};"
        f" dropped: {check.dropped}.",
        f"Sources cited: {len(sources)} of {read}.",
        MODEL if analyst.uses_model else VERBATIM,
    )


def _of_search(collection: Collection) -> Iterator[str]:
    """What was searched for, and what every provider gave or why it gave nothing."""
    asked = [one for one in collection.providers if one.code != "blocked"]
    blocked = [one.label for one in collection.providers if one.code == "blocked"]
    if collection.searched:
        answered = sum(1 for one in asked if one.answered)
        told = "".join(f" {_told(one)};" for one in asked)
        yield (
            f"Queries to search for sources: {len(collection.searched)};{told} {answered} of"
            f" {counted(len(asked), 'provider')} answered."
        )
    if blocked:
        yield f"Not asked, because this analysis may not reach them: {', '.join(blocked)}."


def _told(outcome: ProviderOutcome) -> str:
    results = counted(outcome.results, "result")
    if not outcome.code:
        return f"{outcome.label}: {results}"
    why = WHY.get(outcome.code, outcome.code)
    return (
        f"{outcome.label}: {results}, then {why}"
        if outcome.answered
        else (f"{outcome.label}: {why}, skipped")
    )


def spent(used: Sequence[Used]) -> tuple[str, ...]:
    """The calls of models and what they took, by role; nothing where there were none."""
    if not used:
        return ()
    roles = dict.fromkeys(one.role for one in used)
    calls = {role: sum(one.calls for one in used if one.role == role) for role in roles}
    tokens_in, tokens_out = (sum(getattr(one, name) for one in used) for name in TOKENS)
    cost = sum((one.cost for one in used), Decimal(0))
    told = ", ".join(f"{role} {count}" for role, count in calls.items())
    return (
        f"Calls of language models: {sum(calls.values())} ({told}), with {tokens_in} tokens in and"
        f" {tokens_out} out{f', for {cost.normalize():f}' if cost else ''}.",
    )


def planned(plan: Plan) -> tuple[str, ...]:
    """What the plan was made with, and whether somebody approved it."""
    told = []
    if plan.prompts:
        told.append(f"Version of the prompts: {plan.prompts[:12]}.")
    if plan.approved:
        told.append(f"The plan was approved before any source was read: {plan.approved[:12]}.")
    if plan.leave_out:
        told.append(f"Left out by the plan: {'; '.join(plan.leave_out)}.")
    return tuple(told)


def questions(sections: Sequence[DraftSection]) -> tuple[str, ...]:
    """Which question each section answered, and which stayed open."""
    asked = [one for section in sections for one in section.questions]
    answered = sum(one.answered for one in asked)
    return (
        f"Questions of the plan that the report answers: {answered} of {len(asked)}.",
        *(_outcome(section) for section in sections if section.questions),
    )


def _outcome(section: DraftSection) -> str:
    parts = [
        f"{word}: {'; '.join(one.text for one in section.questions if one.answered is state)}"
        for word, state in (("answered", True), ("open", False))
        if any(one.answered is state for one in section.questions)
    ]
    return f"“{section.section.title}” - {'. '.join(parts)}"


def limits(
    outputs: Outputs,
    sections: Sequence[DraftSection],
    analyst: Analyst,
    sources: Sequence[SourceRef],
    shortfalls: Sequence[Shortfall] = (),
) -> tuple[str, ...]:
    """What the report cannot say."""
    return (
        *_of_shortfalls(shortfalls, sections),
        *_of_documents(outputs.of(Collection), sources),
        *_of_topic(outputs.of(Evidence)),
        *_of_answers(outputs.of(Findings), sections),
        *(() if analyst.uses_model else (NO_JUDGEMENT,)),
    )


def _of_shortfalls(
    shortfalls: Sequence[Shortfall], sections: Sequence[DraftSection]
) -> Iterator[str]:
    """One sentence for each kind, with the sections that it befell."""
    titles = {one.section.key: one.section.title for one in sections}
    groups: dict[str, list[str]] = {}
    for one in shortfalls:
        groups.setdefault(one.detail, []).extend(
            [titles[one.section]] if one.section in titles else []
        )
    for detail, named in groups.items():
        where = f" Sections: {'; '.join(dict.fromkeys(named))}." if named else ""
        yield f"This report is partial: {detail}{where}"


def _of_documents(collection: Collection, cited: Sequence[SourceRef]) -> Iterator[str]:
    if not (collection.searched or collection.providers):
        yield ONLY_DOCUMENTS
    for one in collection.sources:
        if one.is_retracted:
            yield f"“{one.name}” has been retracted: nothing that it says should be relied on."
    yield from _of_rejected(collection)
    names = {source.key: source.name for source in collection.sources}
    for source in collection.sources:
        if source.superseded_by:
            newer = names[source.superseded_by]
            yield f"“{source.name}” is an older version of “{newer}”, which is preferred."
    uncited = [source.name for source in collection.sources if source not in cited]
    if uncited:
        more = f" and {len(uncited) - MOST_NAMED} more" if len(uncited) > MOST_NAMED else ""
        yield f"Not cited: {', '.join(f'“{name}”' for name in uncited[:MOST_NAMED])}{more}."
    dates = [source.as_of for source in cited if source.as_of]
    if dates:
        yield f"The sources speak of the time up to {long_date(max(dates))}."


def _of_rejected(collection: Collection) -> Iterator[str]:
    """Every document that could not be used; of the pages of the web the first, and how many."""
    pages = [one for one in collection.rejected if one.url]
    named = pages[:MOST_NAMED]
    for one in collection.rejected:
        if not one.url or one in named:
            yield f"“{one.name}” could not be used: {one.detail}"
    if len(pages) > len(named):
        yield f"{len(pages) - len(named)} more pages of the web could not be used."


def _of_topic(evidence: Evidence) -> Iterator[str]:
    for one in evidence.left_out[:MOST_NAMED]:
        yield f"“{one.name}” was not used: {one.detail}."
    if evidence.unmentioned:
        names = ", ".join(f"“{name}”" for name in evidence.unmentioned)
        yield f"No document mentions {names}."


def _of_answers(findings: Findings, sections: Sequence[DraftSection]) -> Iterator[str]:
    silent = [one.section.title for one in sections if not one.answered]
    if silent:
        yield f"No evidence was found for: {'; '.join(silent)}."
    if findings.conflicts:
        count = counted(len(findings.conflicts), "figure")
        yield f"The sources disagree on {count}; the newest version is preferred, all are shown."
