"""The parent's end of one child process: its pipes, its clock, and what became of it."""

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from researcher.kit import child as there
from researcher.kit.logs import Private
from researcher.kit.refusal import Refusal

T = TypeVar("T")
P = TypeVar("P")

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
# A child that holds more than this share of its memory after a call has grown too much.
GROWN = 0.5
START_SECONDS = 60.0
CHUNK_BYTES = 1 << 18
ANSWER_BYTES = 256 << 20
LAST_WORDS_BYTES = 4096
TEXTS = TypeAdapter(list[str])
# Building one costs more than a small call, so they are kept.
ADAPTERS: Callable[[Any], TypeAdapter[Any]] = lru_cache(TypeAdapter)


class ChildError(Exception):
    """A call that a child process could not finish."""


class ChildDied(ChildError):
    """The child was killed, ran out of memory or crashed in native code."""


class ChildTimedOut(ChildError):
    """The call took more than its seconds, and the child was killed."""


class ChildFailed(ChildError):
    """The call raised something that nobody expected; its traceback is in the log."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


class Leash:
    """One child process and the pipes to it; it does one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process, memory_mb: int) -> None:
        self._process = process
        self._memory_mb = memory_mb
        self.calls = 0
        self._killed = False
        self._turn = asyncio.Lock()
        self._last_words = b""
        self.end = asyncio.create_task(self._watch())

    @classmethod
    async def spawn(cls, memory_mb: int) -> "Leash":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # the working directory is no place to import from
            "-m",
            "researcher.kit.child",
            str(memory_mb),
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=CHUNK_BYTES,
            env=_environment(),
            start_new_session=True,  # a Ctrl-C is for the parent alone
        )
        return cls(process, memory_mb)

    @property
    def is_alive(self) -> bool:
        return not self._killed and self._process.returncode is None

    @property
    def has_grown(self) -> bool:
        """Whether it keeps so much memory between two calls that a new one is better."""
        return _resident_mb(self._process.pid) > GROWN * self._memory_mb

    async def ask(
        self, verb: bytes, name: str, args: tuple[Any, ...], seconds: float, returns: type[T]
    ) -> T:
        """Let it do one thing and read the answer; unless that ends well it is killed."""
        body = pickle.dumps((name, args, seconds), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._turn, self._within(seconds, name):
            self.calls += 1
            await self._send(verb, body)
            letter, answer = await self._receive()
        return _read(letter, answer, name, returns)

    async def ready(self) -> None:
        """Wait until it has started, which no call's seconds are spent on."""
        async with self._within(START_SECONDS, "starting a child"):
            await self._receive()

    def drop(self) -> None:
        """Forget the object that it holds; nothing is answered to that."""
        stdin = self._process.stdin
        if self.is_alive and stdin is not None:
            stdin.write(there.HEAD.pack(there.DROP, 0))

    def kill(self) -> None:
        self._killed = True
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @asynccontextmanager
    async def _within(self, seconds: float, name: str) -> AsyncIterator[None]:
        """What happens inside ends in time and well, or the child is killed."""
        ended_well = False
        try:
            async with asyncio.timeout(seconds):
                yield
            ended_well = True
        except TimeoutError:
            raise ChildTimedOut(f"{name} took more than {seconds:g} seconds") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._obituary(name, seconds) from None
        finally:
            if not ended_well:
                self.kill()

    async def _send(self, verb: bytes, body: bytes) -> None:
        """Write in chunks, so that a large body neither fills memory twice nor holds the loop."""
        stdin = self._pipe(self._process.stdin)
        stdin.write(there.HEAD.pack(verb, len(body)) + body[:CHUNK_BYTES])
        await stdin.drain()
        rest = memoryview(body)[CHUNK_BYTES:]
        for start in range(0, len(rest), CHUNK_BYTES):
            stdin.write(rest[start : start + CHUNK_BYTES])
            await stdin.drain()

    async def _receive(self) -> tuple[bytes, bytes]:
        stdout = self._pipe(self._process.stdout)
        letter, length = there.HEAD.unpack(await stdout.readexactly(there.HEAD.size))
        if length > ANSWER_BYTES:
            raise ChildFailed("TooLong", f"an answer of {length} bytes; {ANSWER_BYTES} are allowed")
        return letter, await stdout.readexactly(length)

    def _pipe(self, pipe: P | None) -> P:
        if pipe is None or not self.is_alive:
            raise BrokenPipeError("the child is gone")
        return pipe

    async def _watch(self) -> None:
        """Keep the last that it says on stderr, until it is gone; take it along when cancelled."""
        stderr = self._process.stderr
        try:
            while stderr and (words := await stderr.read(LAST_WORDS_BYTES)):
                self._last_words = (self._last_words + words)[-LAST_WORDS_BYTES:]
            await self._process.wait()
        finally:
            self.kill()

    async def _obituary(self, name: str, seconds: float) -> ChildError:
        """Why it died, as the error to raise."""
        await asyncio.wait([self.end], timeout=1)
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            return ChildTimedOut(f"{name} used more than {seconds:g} seconds of processor time")
        if code == there.OUT_OF_MEMORY:
            return ChildDied(f"{name} needed more than {self._memory_mb} MB of memory")
        words = self._last_words.decode("utf-8", "replace").strip()
        # Private, because a library may complain in them of what stands in a document.
        said = Private(words)
        log.error("The child died with %s during %s. Its last words: %s", code, name, said)
        return ChildDied(f"{name} died with {_cause(code)}")


def _read(letter: bytes, answer: bytes, name: str, returns: type[T]) -> T:
    """The answer as a `returns`; raises what it tells."""
    adapter: TypeAdapter[T] = ADAPTERS(returns)
    try:
        if letter == there.VALUE:
            return adapter.validate_json(answer)
        if letter == there.BYTES:
            return adapter.validate_python(answer)
        texts = TEXTS.validate_json(answer)
    except ValidationError as error:
        raise ChildFailed("ValidationError", f"{name} did not return what was asked") from error
    if letter == there.REFUSED:
        raise Refusal(texts[0], texts[1])
    log.error("%s failed in a child process.\n%s", name, texts[-1])
    raise ChildFailed(texts[0], texts[1])


def _cause(code: int | None) -> str:
    if code is None:
        return "its pipes closed"
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"


def _environment() -> dict[str, str]:
    """What a child may know of this process's environment: nothing that is secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    # The same hashes in every child make its answers repeatable; one thread each, because
    # there are as many children as processors.
    fixed = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {"LANG": "C.UTF-8", **kept, **fixed, "PYTHONPATH": path}


def _resident_mb(pid: int) -> float:
    """What the process keeps in memory; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
