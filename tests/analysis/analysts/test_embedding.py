"""Passages found by their meaning too: bought once, fused with their words, missed without harm."""

from typing import Any

import numpy as np
import pytest

from analysis import lifecycle
from analysis.analysts.budgeting import TEXTS_A_CALL
from analysis.analysts.embedding import Embeddings
from analysis.analysts.model import ModelAnalyst
from analysis.capabilities import Model, Price
from analysis.models import Analysis, Call
from analysis.toolbox import Toolbox, pools
from analysis.types import Brief, Evidence
from tests.analysis.analysts.seat import Seat, drafted, seated, steps_of
from tests.analysis.pipeline.desk import output_of
from tests.peers.model import Peer
from tests.peers.vectors import SIZE

pytestmark = pytest.mark.django_db(transaction=True)

EMBEDDER = Model(name="embed-1", price=Price(tokens_in=1000))


@pytest.fixture
def run(analysis: Analysis, drive: Any) -> Analysis:
    return lifecycle.claim(analysis.pk, drive)


def embedding(seat: Seat) -> Embeddings:
    """The model analyst of a seat, able to embed from now on."""
    analyst = seat.analyst
    assert isinstance(analyst, ModelAnalyst)
    writer = analyst.roles.writer
    analyst.embedder = made = Embeddings(writer.ai, writer, EMBEDDER, 5, analyst.lacking)
    return made


def embedded(peer: Peer) -> list[dict[str, Any]]:
    return [request for request in peer.asked if "input" in request]


async def test_a_run_without_it_embeds_nothing(run, peer):
    async with seated(run, peer) as seat:
        draft = await drafted(seat)
    assert embedded(peer) == []
    assert "embeddings" not in {one.role for one in draft.used}


async def read(seat: Seat, asked: Brief) -> Evidence:
    return output_of(await steps_of(seat, asked), Evidence)


async def test_texts_have_vectors_of_length_one_in_their_order(run, peer):
    async with seated(run, peer) as seat:
        vectors = await embedding(seat).vectors(seat.brief(), ["red wine", "blue sky", "wine red"])
    assert vectors is not None
    assert vectors.shape == (3, SIZE)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


async def test_batches_are_bought_once_with_their_tokens_and_their_price(run, peer):
    texts = [f"sentence {number}" for number in range(TEXTS_A_CALL + 1)]
    for _ in range(2):
        async with seated(run, peer) as seat:
            await embedding(seat).vectors(seat.brief(), texts)
    assert sorted(len(request["input"]) for request in embedded(peer)) == [1, TEXTS_A_CALL]
    assert {request["encoding_format"] for request in embedded(peer)} == {"float"}
    async for call in Call.objects.all():
        assert (call.role, call.model) == ("embeddings", "embed-1")
        assert 0 < call.tokens_in <= call.reserved_tokens
        assert 0 < call.cost <= call.reserved_cost


async def test_a_report_counts_its_embeddings_and_a_second_run_of_it_asks_nothing(run, peer):
    async with seated(run, peer) as seat:
        embedding(seat)
        first = await drafted(seat)
    asked = len(peer.asked)
    assert embedded(peer)
    assert "embeddings" in {one.role for one in first.used}
    async with seated(run, peer) as seat:
        embedding(seat)
        again = await drafted(seat)
    assert (again, len(peer.asked)) == (first, asked)


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "no_model"},
        {"content": {"data": []}},
        {"content": {"data": [{"index": 0, "embedding": ["x"]}]}},
    ],
    ids=["no_model", "no_vectors", "no_numbers"],
)
async def test_without_vectors_the_order_of_the_words_stays_and_it_is_said(
    run, peer, fault, monkeypatch
):
    monkeypatch.setattr("analysis.journal._pause", lambda retry_after, attempt: 0.0)
    async with seated(run, peer) as seat:
        plain = await read(seat, seat.brief())
    peer.script.append({**fault, "role": "Embeddings", "times": 100})
    async with seated(run, peer) as seat:
        embedding(seat)
        found = await read(seat, seat.brief())
    assert embedded(peer)
    assert found.answers == plain.answers
    [shortfall] = found.shortfalls
    assert shortfall.detail.endswith("so passages were ranked by their words alone.")


async def test_over_budget_nothing_is_embedded(run, peer):
    async with seated(run, peer) as seat:
        made = embedding(seat)
        await Analysis.objects.filter(pk=run.pk).aupdate(budget_tokens=10)
        assert await made.vectors(seat.brief(), ["red wine"]) is None
        assert [one.code for one in seat.analyst.shortfalls()] == ["budget_spent"]
    assert embedded(peer) == []


@pytest.mark.parametrize(("named", "embeds"), [("", False), ("embed-1", True)])
async def test_it_is_off_unless_the_setting_names_a_model(run, settings, named, embeds):
    if named:
        settings.MODELS = {**settings.MODELS, "embeddings": named}
    shared = pools()
    try:
        assert (Toolbox(run, shared).analyst.embedder is not None) is embeds
    finally:
        await shared.close()
