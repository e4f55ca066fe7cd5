"""Random faults, many runs: no reference dangles, is said twice, or is listed and not used.

A third of them has a budget that is too small: it is passed by no more than one call's excess.
"""

import random
import re
from collections import Counter

import pytest
from asgiref.sync import sync_to_async

from analysis import lifecycle
from analysis.journal import spent_by
from analysis.models import Analysis, Call, CallState
from analysis.pipeline.citations import sentences
from analysis.pipeline.draft import HOLDS, problems
from analysis.pipeline.errors import PipelineError, RunPaused
from analysis.types import Draft, Stage, StageOutput
from tests.analysis.analysts.seat import Seat, seated, steps_of
from tests.peers.model import Peer
from tests.peers.spoil import Chaos

pytestmark = pytest.mark.django_db(transaction=True)

RUNS, LONG, PERCENT, MOST_RESUMED = 8, 200, 35, 12
EVERY, BUDGETS = 3, (1500, 8000)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch) -> None:
    # How fast a model may be asked after refusals is tested with the limits.
    monkeypatch.setattr("analysis.limits.SEVERAL", 1000)
    monkeypatch.setattr("analysis.journal._pause", lambda retry_after, attempt: 0.0)


@pytest.fixture
def run(analysis: Analysis, drive) -> Analysis:
    claimed = lifecycle.claim(analysis.pk, drive)
    assert claimed is not None
    return claimed


async def ended(seat: Seat) -> tuple[str, Draft | None]:
    """How a run ends that is resumed as often as it pauses; what is done stays done."""
    done: dict[Stage, StageOutput] = {}
    for _ in range(MOST_RESUMED):
        try:
            for step in await steps_of(seat, seat.brief(), done):
                if step.output is not None:
                    done[step.stage] = step.output
            draft = done[Stage.REPORT]
            assert isinstance(draft, Draft)
            return ("partial" if draft.is_partial else "completed"), draft
        except RunPaused as paused:
            last = paused.code
        except PipelineError as failed:
            return failed.code, None
    return last, None


def assert_sound(draft: Draft) -> None:
    assert problems(draft) == ()
    blocks = [block for section in draft.sections for block in section.blocks]
    printed = [one for one in (*draft.summary, *sentences(blocks)) if one.finding]
    verdicts = {one.id: one.verdict for one in draft.findings}
    assert all(verdicts[one.finding] in HOLDS for one in printed)
    text = " ".join(one.text for one in printed)
    assert "evil.example" not in text
    assert "javascript" not in text


@pytest.mark.parametrize("seed", range(RUNS))
@pytest.mark.servers
async def test_whatever_happens_every_reference_is_sound(run: Analysis, peer: Peer, seed: int):
    await assert_ends_sound(run, peer, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS, LONG))
async def test_two_hundred_times(run: Analysis, peer: Peer, seed: int):
    await assert_ends_sound(run, peer, seed)


async def assert_ends_sound(run: Analysis, peer: Peer, seed: int) -> None:
    peer.chaos = Chaos(seed, PERCENT)
    cap = random.Random(seed).randint(*BUDGETS) if seed % EVERY == 0 else None  # noqa: S311
    await Analysis.objects.filter(pk=run.pk).aupdate(budget_tokens=cap)
    async with seated(run, peer) as seat:
        end, draft = await ended(seat)
    assert draft is not None, end
    assert_sound(draft)
    states = Counter([state async for state in Call.objects.values_list("state", flat=True)])
    assert not states[CallState.STARTED]
    if cap is not None:
        spent = await sync_to_async(spent_by)(run)
        assert spent.tokens <= cap + await excess()


async def excess() -> int:
    """The most by which a call took more than was reserved for it."""
    calls = [call async for call in Call.objects.all()]
    took = [one.tokens_in + one.tokens_out - one.reserved_tokens for one in calls]
    return max([0, *took])


@pytest.mark.parametrize("spoil", ["wrong_numbers", "turned", "invented_keys", "swapped_keys"])
async def test_what_is_wrong_is_not_printed(run: Analysis, peer: Peer, spoil: str):
    """A writer that lies in every section: what it says is dropped or said anew, and counted."""
    peer.script.append({"spoil": spoil, "role": "Written", "times": 99})
    async with seated(run, peer) as seat:
        _, draft = await ended(seat)
    assert draft is not None
    assert_sound(draft)
    quotes = {one.key: one.text for one in draft.quotes}
    for one in draft.findings:
        said = _words(" ".join(quotes[key] for key in one.quotes))
        assert _words(one.text) - {"the", "document", "states"} <= said


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+(?:[.,]\d+)*", text.lower()))
