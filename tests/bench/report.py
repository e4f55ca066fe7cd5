"""What a full report costs with a model: seconds, tokens, calls.

    python -m tests.bench.report [--first 0.6] [--rate 80]

A peer of a fixed pace answers with quotes from the prompt; twenty documents are read, eight
sections and a summary written, every claim checked. It fails below the floors of length and
evidence. The last line is JSON: {"wall_s", "overhead_s", "tokens", "words", "quotes",
"sources_read", "calls", "longest_chain"}.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import httpx2

from tests.bench import dossier
from tests.bench.setting import fresh_product

TEMPLATE, OPTIONS = "market-entry-strategy", {"depth": "Full Report"}
POLL_SECONDS = 0.01
FLOORS = {"words": 1400, "sections": 8, "sources_read": 20, "quotes": 40}
WORD = re.compile(r"\w[\w.,%'’-]*")
HEADER = re.compile(r"^# (.+)$", re.MULTILINE)


class Pace(NamedTuple):
    """Seconds to the first token, and tokens a second after it."""

    first: float
    rate: float

    def seconds(self, tokens: int) -> float:
        return self.first + tokens / self.rate


@contextmanager
def peer(pace: Pace) -> Iterator[str]:
    """The address of a model server in a process of its own."""
    command = [sys.executable, "-m", "tests.peers.model"]
    options = ["--first", str(pace.first), "--rate", str(pace.rate)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def told(url: str, path: str, *, post: bool = False) -> Any:
    """What the peer answers on a path of its own."""
    address = url.removesuffix("/v1") + path
    answer = httpx2.post(address, json=[]) if post else httpx2.get(address)
    return answer.json()


def uploaded(owner: Any) -> list[UUID]:
    """The documents of the dossier, stored and read as they are when a user has uploaded them."""
    from analysis import services
    from analysis.models import Source, SourceStatus

    found = [
        services.add_document(owner=owner, name=name, content=content).pk
        for name, content in dossier.documents()
    ]
    while Source.objects.filter(status=SourceStatus.UNREAD).exists():
        time.sleep(POLL_SECONDS)
    return found


def analysed(owner: Any, documents: list[UUID], topic: str) -> tuple[Any, float]:
    """The completed analysis, and the seconds from its submission until its row says so."""
    from analysis import services
    from analysis.models import Analysis, Status

    began = time.perf_counter()
    analysis = services.submit(
        owner=owner, template=TEMPLATE, topic=topic, options_given=OPTIONS, documents=documents
    )
    rows = Analysis.objects.filter(pk=analysis.pk).values_list("status", flat=True)
    while (status := rows.get()) in {Status.QUEUED, Status.RUNNING}:
        time.sleep(POLL_SECONDS)
    seconds = time.perf_counter() - began
    analysis.refresh_from_db()
    if status != Status.COMPLETED:
        last = analysis.events.get(seq=analysis.last_seq)
        raise SystemExit(f"the analysis ended {status}: {last.body}")
    return analysis, seconds


def chain(calls: list[Any]) -> list[Any]:
    """The calls that had to wait for each other: from the last one back, each time to the call
    that had ended last when it began."""
    found = [max(calls, key=lambda call: call.finished_at)]
    while before := [call for call in calls if call.finished_at <= found[0].started_at]:
        found.insert(0, max(before, key=lambda call: call.finished_at))
    return found


def words(draft: Any) -> int:
    """The words of the printed sentences: no tables, no list of sources, no methodology."""
    printed = [one.text for one in draft.summary]
    for section in draft.sections:
        printed += [one.text for block in section.blocks for one in getattr(block, "sentences", ())]
    return len(WORD.findall(" ".join(printed)))


def sources_read(asked: list[dict[str, Any]]) -> int:
    """How many documents had sentences of theirs before the reader."""
    names = set()
    for request in asked:
        if request["response_format"]["json_schema"]["name"] == "Chosen":
            names.update(HEADER.findall(str(request["messages"][1]["content"])))
    return len(names)


def measured(analysis: Any, seconds: float, pace: Pace, url: str) -> dict[str, Any]:
    draft, calls = analysis.draft(), list(analysis.calls.all())
    waits = chain(calls)
    ideal = sum(pace.seconds(call.tokens_out) for call in waits)
    _print_roles(calls, waits)
    _print_stages(analysis, calls)
    return {
        "wall_s": round(seconds, 2),
        "overhead_s": round(seconds - ideal, 2),
        "tokens": sum(call.tokens_in + call.tokens_out for call in calls),
        "words": words(draft),
        "quotes": len(draft.citations),
        "sources_read": sources_read(told(url, "/_asked")),
        "calls": len(calls),
        "longest_chain": len(waits),
        "sections": sum(section.answered for section in draft.sections),
    }


def _print_roles(calls: list[Any], waits: list[Any]) -> None:
    counts, tokens_in, tokens_out = Counter[str](), Counter[str](), Counter[str]()
    for call in calls:
        counts[call.role] += 1
        tokens_in[call.role] += call.tokens_in
        tokens_out[call.role] += call.tokens_out
    print(f"{'role':<10}{'calls':>6}{'tokens in':>11}{'tokens out':>12}")
    for role in counts:
        print(f"{role:<10}{counts[role]:>6}{tokens_in[role]:>11}{tokens_out[role]:>12}")
    print("longest chain: " + " > ".join(f"{one.role} {one.seconds:.2f} s" for one in waits))


def _print_stages(analysis: Any, calls: list[Any]) -> None:
    """When each stage ended, and when its calls began and ended, in seconds from submission."""

    def since(moment: Any) -> str:
        return f"{(moment - analysis.created_at).total_seconds():.2f}"

    for event in analysis.events.filter(type="step.updated", body__status="completed"):
        print(f"{since(event.created_at):>6} s  {event.body['step']} completed")
    for call in sorted(calls, key=lambda one: one.started_at):
        print(
            f"{since(call.started_at):>6} - {since(call.finished_at)} s  {call.role} {call.section}"
        )


def measure(pace: Pace, url: str) -> dict[str, Any]:
    from django.contrib.auth.models import User

    from researcher.processes import worker

    owner = User.objects.create_user("bench")
    with worker():
        documents = uploaded(owner)
        analysed(owner, documents[:2], "Soil moisture sensors in Alberta")  # warms the children
        told(url, "/_reset", post=True)
        analysis, seconds = analysed(owner, documents, dossier.TOPIC)
        return measured(analysis, seconds, pace, url)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=float, default=0.6)
    parser.add_argument("--rate", type=float, default=80.0)
    options = parser.parse_args()
    pace = Pace(options.first, options.rate)
    with peer(pace) as url:
        os.environ |= {"OPENAI_BASE_URL": url, "ANALYST": "model"}
        with fresh_product():
            figures = measure(pace, url)
    print(f"tokens per 1,400 words: {figures['tokens'] * 1400 / max(1, figures['words']):.0f}")
    missed = [name for name, floor in FLOORS.items() if figures[name] < floor]
    print(json.dumps({name: value for name, value in figures.items() if name != "sections"}))
    if missed:
        raise SystemExit(f"below the floors: {', '.join(missed)}: {figures}")


if __name__ == "__main__":
    main()
