"""A completion that arrives as server-sent events, put together again."""

from collections.abc import Iterator
from contextlib import contextmanager

from analysis.completions import Choice, Completion, Text, Usage, piece

REST_PER_STREAM, LONGEST_REST = 0.001, 0.2  # seconds


class Crowd:
    """The open streams of a process, which rest between two reads, the longer the more there are.

    What comes meanwhile is read together: a hundred runs whose every token wakes the loop would
    keep it from everything else.
    """

    def __init__(self) -> None:
        self.open = 0

    @contextmanager
    def joined(self) -> Iterator["Crowd"]:
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    @property
    def rest(self) -> float:
        return min(LONGEST_REST, REST_PER_STREAM * self.open)


CROWD = Crowd()


class Begun:
    """A completion as far as its stream has come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refusals: list[str] = []
        self.finish = ""
        self.usage: Usage | None = None
        self.is_over = False
        self._rest = b""

    def read(self, came: bytes) -> str:
        """The text of what came; a line that is not yet whole waits for its rest."""
        *lines, self._rest = (self._rest + came).split(b"\n")
        return "".join(map(self.take, lines))

    def take(self, line: bytes) -> str:
        """The text of one line of the stream; raises ValueError for a line that is broken."""
        if not line.startswith(b"data:"):
            return ""
        told = line.removeprefix(b"data:").strip()
        if told == b"[DONE]":
            self.is_over = True
            return ""
        return self._add(piece(told))

    def _add(self, part: Completion) -> str:
        delta = part.choice.delta or Text()
        self.usage = part.usage or self.usage
        self.finish = part.choice.finish_reason or self.finish
        self.refusals.append(delta.refusal or "")
        self.texts.append(delta.content or "")
        return self.texts[-1]

    @property
    def completion(self) -> Completion:
        text = Text(content="".join(self.texts), refusal="".join(self.refusals))
        choice = Choice(message=text, finish_reason=self.finish)
        return Completion(choices=[choice], usage=self.usage)
