from collections.abc import Sequence

from analysis.analysts.extractive import Extractive
from analysis.event_types import FindingAdded
from analysis.types import (
    Brief,
    Evidence,
    Finding,
    FindingKind,
    Findings,
    Quote,
    Step,
    Verdict,
)
from templates_app.types import Section
from tests.analysis.pipeline.desk import Desk, drained, output_of


def test_every_finding_is_carried_by_quotes_and_checked(steps: list[Step]) -> None:
    quotes = {quote.key for quote in output_of(steps, Evidence).quotes}
    findings = output_of(steps, Findings).findings

    assert findings
    for finding in findings:
        assert finding.quotes
        assert set(finding.quotes) <= quotes
        assert finding.verdict is Verdict.SUPPORTED
        assert finding.reasons


def test_each_finding_is_told_to_the_user(steps: list[Step]) -> None:
    told = [one.id for step in steps for one in step.events if isinstance(one, FindingAdded)]

    assert told == [finding.id for finding in output_of(steps, Findings).findings]


def test_no_sentence_is_found_twice(steps: list[Step]) -> None:
    texts = [finding.text for finding in output_of(steps, Findings).findings]

    assert len(texts) == len(set(texts))


def test_a_section_of_risks_goes_before_others(steps: list[Step]) -> None:
    kinds = {finding.text: finding.kind for finding in output_of(steps, Findings).findings}

    [risk] = [text for text in kinds if "main risk" in text]
    assert kinds[risk] is FindingKind.RISK


def test_questions_without_any_finding_are_open(steps: list[Step]) -> None:
    [question] = output_of(steps, Findings).open_questions

    assert question.startswith("Trials")


class Inventor(Extractive):
    """Changes a number, turns a direction, invents a key, and repeats one true sentence."""

    async def analyse(
        self, brief: Brief, section: Section, quotes: Sequence[Quote], **_: object
    ) -> Sequence[Finding]:
        margin = next((one for one in quotes if "narrowed" in one.text), None)
        if margin is None:
            return []
        true = " ".join(margin.text.split())

        def claim(text: str, *keys: str) -> Finding:
            return Finding(id="mine", section="mine", text=text, kind=FindingKind.FACT, quotes=keys)

        return [
            claim(true, margin.key),
            claim(true.replace("31.2%", "32.1%"), margin.key),
            claim("Gross margin increased because wheat rose.", margin.key),
            claim(true, "q-invented"),
            claim("Gross margin narrowed to 31.2%.", margin.key, "q-invented"),
        ]


async def test_what_does_not_hold_is_dropped_and_counted(desk: Desk, quarterly: Brief) -> None:
    desk.analyst = Inventor(desk)
    found = output_of(await drained(quarterly, desk), Findings)

    assert [finding.text[:31] for finding in found.findings] == [
        "Gross margin narrowed to 31.2% ",
        "Gross margin narrowed to 31.2%.",
    ]
    assert all(len(finding.quotes) == 1 for finding in found.findings)
    assert (found.check.claims, found.check.supported, found.check.dropped) == (5, 2, 3)


async def test_an_overview_finds_less_than_a_full_report(desk: Desk, quarterly: Brief) -> None:
    counts = []
    for said in ("Overview", "Full Report"):
        asked = quarterly.model_copy(update={"options": {"depth": said}})
        counts.append(len(output_of(await drained(asked, desk), Evidence).quotes))

    assert counts[0] <= counts[1]
