"""Claims read again beside their quotes: verdicts on doubts, better words for failures."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from analysis.analysts.answers import Judged, Reading, Rewritten
from analysis.analysts.asking import Wish, ask, evenly, in_parts
from analysis.analysts.budgeting import (
    CLAIM_TOKENS,
    CLAIMS_A_CALL,
    FIXED_TOKENS,
    VERDICT_TOKENS,
)
from analysis.analysts.fences import Fence, one_line
from analysis.llm import Talk
from analysis.pipeline.parallel import gathered
from analysis.pipeline.tools import Claimed
from analysis.types import Verdict

R = TypeVar("R")

VERDICTS = {
    Reading.SUPPORTED: Verdict.SUPPORTED,
    Reading.PARTIAL: Verdict.PARTIAL,
    Reading.CONTRADICTED: Verdict.CONTRADICTED,
    Reading.NOT_FOUND: Verdict.NOT_FOUND,
}


async def judged(talk: Talk, fence: Fence, doubtful: Sequence[Claimed]) -> list[Verdict]:
    """One verdict for each claim; "not checked" for one that the model passed over."""

    async def read(part: Sequence[int]) -> Judged:
        wish = Wish("verifier", most=FIXED_TOKENS + VERDICT_TOKENS * len(part))
        return await ask(talk, wish, Judged, {"sentences": _shown(fence, doubtful, part)})

    verdicts = [Verdict.NOT_CHECKED] * len(doubtful)
    for part, answer in await _in_calls(len(doubtful), read):
        for one in answer.verdicts:
            if one.claim - 1 in part:
                verdicts[one.claim - 1] = VERDICTS[one.verdict]
    return verdicts


async def rewritten(
    talk: Talk, fence: Fence, failed: Sequence[Claimed], *, section: str, language: str
) -> list[str]:
    """One sentence for each claim; "" where its quotes carry nothing."""

    async def write(part: Sequence[int]) -> Rewritten:
        wish = Wish("rewriter", section, most=FIXED_TOKENS + CLAIM_TOKENS * len(part))
        values = {"language": language, "sentences": _shown(fence, failed, part)}
        return await ask(talk, wish, Rewritten, values)

    texts = [""] * len(failed)
    for part, answer in await _in_calls(len(failed), write):
        for one in answer.claims:
            if one.claim - 1 in part:
                texts[one.claim - 1] = one_line(one.text)
    return texts


async def _in_calls(
    count: int, ask_of: Callable[[Sequence[int]], Awaitable[R]]
) -> list[tuple[Sequence[int], R]]:
    parts = evenly(range(count), CLAIMS_A_CALL)
    answers = await gathered([partial(in_parts, part, ask_of) for part in parts])
    return list(chain.from_iterable(answers))


def _shown(fence: Fence, claims: Sequence[Claimed], part: Sequence[int]) -> str:
    """The claims by their numbers, each with its quotes below it, fenced."""

    def lines() -> Iterator[str]:
        for number in part:
            yield f"{number + 1}. {one_line(claims[number].text)}"
            yield from (f"> {one_line(quote.text)}" for quote in claims[number].quotes)

    return fence.around(lines())
