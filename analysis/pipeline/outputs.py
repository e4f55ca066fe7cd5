"""What the stages of a run have left so far, by what it is."""

from collections.abc import Iterable
from typing import Any, TypeVar

from analysis.types import StageOutput

T = TypeVar("T", bound=StageOutput)


class Outputs:
    """`outputs.of(Plan)` is the plan of this run."""

    def __init__(self, done: Iterable[StageOutput] = ()) -> None:
        self._kept: dict[type, Any] = {type(output): output for output in done}

    def keep(self, output: StageOutput) -> None:
        self._kept[type(output)] = output

    def of(self, kind: type[T]) -> T:
        """The output of a stage before this one; KeyError if that stage has not run."""
        found: T = self._kept[kind]
        return found
