"""What the tests of the children let them do."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

from researcher.kit.frozen import Frozen
from researcher.kit.refusal import Refusal

HOARD: list[bytes] = []


class Parcel(Frozen):
    label: str
    weights: tuple[int, ...]


class Tally:
    """An object that remembers what was added to it."""

    def __init__(self, start: int) -> None:
        self._sum = start

    def add(self, amount: int) -> int:
        self._sum += amount
        return self._sum

    def process(self) -> int:
        return os.getpid()

    def stall(self) -> None:
        time.sleep(60)


class Lamp:
    """Leaves a word in a file when it goes out."""

    def __init__(self, mark: str) -> None:
        self._mark = Path(mark)

    def __del__(self) -> None:
        self._mark.write_text("out")


class Impossible:
    def __init__(self) -> None:
        raise Refusal("impossible", "Such an object cannot be.")


def process() -> int:
    return os.getpid()


def echo(value: str) -> str:
    return value


def swapped(content: bytes) -> bytes:
    return content[::-1]


def parcel(label: str, weights: tuple[int, ...]) -> Parcel:
    return Parcel(label=label, weights=weights)


def refuse(code: str, detail: str) -> None:
    raise Refusal(code, detail)


def stumble(message: str) -> None:
    raise LookupError(message)


def chatter() -> str:
    print("HTTP/1.1 200 OK")
    os.write(1, b"\x00" * 64)
    return "said"


def overhear() -> str:
    return sys.stdin.read()


def hoard(megabytes: int) -> int:
    HOARD.append(b"x" * (megabytes << 20))
    return os.getpid()


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def leave(status: int) -> None:
    os.write(2, b"a native library said this last\n")
    os._exit(status)


def stall(mark: str) -> None:
    Path(mark).write_text(str(os.getpid()))
    time.sleep(60)


def spin() -> None:
    while True:
        pass


def note(mark: str, word: str, seconds: float) -> str:
    """Append a word to the file when the work starts and again when it ends."""
    with Path(mark).open("a") as file:
        file.write(f"+{word} ")
        file.flush()
        time.sleep(seconds)
        file.write(f"-{word} ")
    return word


def environment() -> dict[str, str]:
    return dict(os.environ)


def reach(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError as error:
        return type(error).__name__
    return "reached"


def write(path: str, size: int) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    return Path(path).write_bytes(b"x" * size)
