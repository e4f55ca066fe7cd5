"""The loop of a child process: does what the frames on its stdin ask, one after the other.

Run as `python -m researcher.kit.child MEMORY_MB PARENT_PID`. A frame is a letter, the length of
its body (4 bytes, big endian) and the body. The parent is trusted, so its bodies are pickled;
a child may have met a hostile file, so it answers in JSON (or in plain bytes) and never else.
"""

import contextlib
import ctypes
import gc
import importlib
import math
import os
import pickle
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from pydantic_core import to_json

from researcher.kit.refusal import Refusal
from researcher.kit.traces import trace

HEAD = struct.Struct(">cI")

# What a parent asks: call a function; make the object that is held, call its methods, drop it.
CALL, MAKE, ASK, DROP = b"c", b"m", b"a", b"d"
# What a child answers: that it is there; a value, plain bytes, a refusal, an error.
READY = b"i"
VALUE, BYTES, REFUSED, FAILED = b"v", b"b", b"r", b"f"

# The exit status of a child that ran out of memory.
OUT_OF_MEMORY = 77

# The largest file that a child may write: enough for what libraries unpack for a moment.
FILE_BYTES = 100 << 20
TRACEBACK_CHARACTERS = 8000

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def main() -> None:
    memory_mb, parent = int(sys.argv[1]), int(sys.argv[2])
    # Its parent ends it. Told together with its parent to stop, it would spoil the call in hand.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _confine(memory_mb, parent)
    requests, answers = _frames()
    _serve(requests, answers)


def _confine(memory_mb: int, parent: int) -> None:
    """Take from this process what reading a file never needs."""
    if sys.platform == "linux":
        _leave_network()
        _die_with(parent)
    _limit(resource.RLIMIT_AS, memory_mb << 20)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)


def _limit(kind: int, amount: int) -> None:
    # Some systems know a limit and refuse to set it; the parent's clock still holds.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))


def _leave_network() -> None:
    """Move to an empty network, where the system allows it: nothing here has to fetch."""
    # Root keeps its user namespace: in a new one it could not read the files of others.
    namespaces = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    ctypes.CDLL(None).unshare(namespaces)


def _die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, however that happens."""
    # After the network is left: a change of credentials would clear the wish.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent process is gone")


def _frames() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, moved away from stdin and stdout so that a print cannot corrupt a frame."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every frame but a drop, until the parent closes the pipe."""
    hands = Hands()
    _write(answers, READY, b"")
    while head := requests.read(HEAD.size):
        verb, length = HEAD.unpack(head)
        body = requests.read(length)
        if verb == DROP:
            hands = Hands()
            continue
        _write(answers, *_answer(hands, verb, body))


def _write(answers: BinaryIO, letter: bytes, answer: bytes) -> None:
    answers.write(HEAD.pack(letter, len(answer)))
    answers.write(answer)
    answers.flush()


class Hands:
    """What a child can do, and the one object that it holds for its parent."""

    def __init__(self) -> None:
        self._held: Any = None

    def do(self, verb: bytes, name: str, args: tuple[Any, ...]) -> Any:
        if verb == ASK:
            return getattr(self._held, name)(*args)
        result = _named(name)(*args)
        if verb == CALL:
            return result
        self._held = result
        return None


def _named(name: str) -> Any:
    """The function or class "package.module:Name"."""
    module, _, attribute = name.partition(":")
    if module not in sys.modules:
        importlib.import_module(module)
        # It stays: to look for garbage in it again and again would cost 30 ms each time.
        gc.freeze()
    return getattr(sys.modules[module], attribute)


def _answer(hands: Hands, verb: bytes, body: bytes) -> tuple[bytes, bytes]:
    try:
        name, args, seconds = pickle.loads(body)  # noqa: S301 only the parent writes here
        _allow(seconds)
        return _value(hands.do(verb, name, args))
    except Refusal as refusal:
        return REFUSED, _texts(refusal.code, refusal.detail)
    except MemoryError:
        # What is left of this process is not to be trusted with another call.
        os._exit(OUT_OF_MEMORY)
    except Exception as error:
        story = trace(error)[-TRACEBACK_CHARACTERS:]
        return FAILED, _texts(type(error).__name__, str(error)[:TRACEBACK_CHARACTERS], story)


def _value(result: Any) -> tuple[bytes, bytes]:
    if isinstance(result, bytes):
        return BYTES, result
    return VALUE, to_json(result)


def _texts(*texts: str) -> bytes:
    """Texts as JSON; what UTF-8 cannot say (a lone surrogate) becomes a question mark."""
    return to_json([text.encode("utf-8", "replace").decode() for text in texts])


def _allow(seconds: float) -> None:
    """Grant this call its seconds of processor time; one more kills, should the parent not."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(spent.ru_utime + spent.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
