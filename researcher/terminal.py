"""Live progress for people: bars on a terminal, plain lines everywhere else."""

import sys
from collections.abc import Mapping
from typing import Any, Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from analysis.types import Stage

Event = Mapping[str, Any]


class Display(Protocol):
    """Shows the events of one analysis as they come."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...
    def show(self, event: Event) -> None: ...


def display() -> Display:
    stream = sys.stdout
    return Bars(stream) if stream.isatty() else Lines(stream)


def sentence(event: Event) -> str:
    """An event as one line, or "" for those that only move a bar."""
    kind = event["type"]
    if kind == "step.updated":
        return _step(event)
    if kind == "search.done":
        return _searched(event)
    if kind == "source.read":
        return f"read {event['name']} ({event['pages']} pages, {event['characters']:,} characters)"
    if kind == "source.rejected":
        return f"not used: {event['name']}: {event['detail']}"
    if kind in {"analysis.failed", "warning"}:
        return f"{kind.rpartition('.')[2]}: {event['detail']} ({event['code']})"
    return kind.replace(".", " ") if kind.startswith("analysis.") else ""


def _searched(event: Event) -> str:
    told = (f"{one['label']} {one['code'] or one['results']}" for one in event["providers"])
    return f"searched {len(event['queries'])} times: {event['found']} new; {', '.join(told)}"


def _step(event: Event) -> str:
    counts = f"{event['done']} of {event['total']} {event['unit']}" if event["total"] else ""
    parts = [event["status"], counts, event["message"]]
    return f"{event['step']:<16} " + "  ".join(part for part in parts if part)


class Lines:
    """One plain line an event, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stream.flush()

    def show(self, event: Event) -> None:
        if line := sentence(event):
            self.stream.write(f"{event['seq']:>4}  {line}\n")
            self.stream.flush()


class Bars:
    """A bar a step with its real counts; what else happens scrolls above."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream)
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<16}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[counts]}"),
        )
        self.progress = Progress(*columns, console=console)
        self.bars: dict[str, TaskID] = {
            stage.value: self.progress.add_task(stage.value, total=None, start=False, counts="")
            for stage in Stage
        }

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.progress.stop()

    def show(self, event: Event) -> None:
        if event["type"] == "step.updated":
            self._move(event)
        elif line := sentence(event):
            self.progress.console.print(line, markup=False, highlight=False)

    def _move(self, event: Event) -> None:
        bar, total = self.bars[event["step"]], event["total"] or 1
        done = total if event["status"] == "completed" else event["done"]
        counts = f"{event['done']} of {event['total']} {event['unit']}" if event["total"] else ""
        self.progress.start_task(bar)
        self.progress.update(bar, completed=done, total=total, counts=counts)
