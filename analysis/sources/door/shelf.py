"""Where answers are kept: one SQLite file, shared by all processes that share the folder.

One file for all of them, because to create a file for each costs several times as much as all the
rest of keeping it. A cache may lose what it has, so whatever goes wrong with it is no fault of a
fetch: what cannot be read is not there, what cannot be written is not kept.
"""

import asyncio
import hashlib
import json
import sqlite3
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from analysis.sources.door.cache import Kept
from analysis.sources.door.types import Ask

# What is small is read and written at once: a tenth of a millisecond, where a thread would fight
# with the loop for the interpreter and cost ten times that.
SMALL = 256 << 10
FILE = "answers.sqlite3"
LOCKED_SECONDS = 0.05  # how long another process is waited for
SCHEMA = (
    "PRAGMA auto_vacuum = INCREMENTAL",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",  # twice as fast; after a power failure the sums tell what is whole
    "CREATE TABLE IF NOT EXISTS answer "
    "(name TEXT PRIMARY KEY, at REAL, sum INTEGER, facts TEXT, content BLOB)",
)
TOO_MUCH = """
    SELECT name FROM (
        SELECT name, at, SUM(LENGTH(content)) OVER (ORDER BY at DESC) AS total FROM answer
    ) WHERE at < ? OR total > ?
"""


class Shelf:
    """A folder of answers, of one event loop; their names are hashes, which tell nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")

    async def find(self, ask: Ask) -> Kept | None:
        """The answer to the same request, fresh or not."""
        name = _name(ask)
        if (size := self._size(name)) is None:
            return None
        if size <= SMALL:
            return self._read(name)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, name)

    async def put(self, ask: Ask, kept: Kept) -> None:
        if len(kept.content) <= SMALL:
            self._write(_name(ask), kept)
        else:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._write, _name(ask), kept)

    def close(self) -> None:
        self._thread.shutdown()
        if "_rows" in vars(self):
            self._rows.close()

    def sweep(self, *, seconds: float, most_bytes: int) -> int:
        """Drop what is older, and the oldest of what is too much; how many went."""
        try:
            old = self._rows.execute(TOO_MUCH, [time.time() - seconds, most_bytes]).fetchall()
            self._rows.executemany("DELETE FROM answer WHERE name = ?", old)
            self._rows.execute("PRAGMA incremental_vacuum").fetchall()
        except sqlite3.OperationalError:
            return 0  # locked or full: the next sweep comes
        except sqlite3.DatabaseError:
            self._begin_anew()
            return 0
        return len(old)

    @cached_property
    def _rows(self) -> sqlite3.Connection:
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = sqlite3.connect(
            self._folder / FILE,
            timeout=LOCKED_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        for line in SCHEMA:
            rows.execute(line)
        return rows

    def _begin_anew(self) -> None:
        """The file is damaged: all that it had is gone."""
        for path in self._folder.glob(f"{FILE}*"):
            path.unlink(missing_ok=True)

    def _size(self, name: str) -> int | None:
        with suppress(sqlite3.Error, OSError):
            asked = "SELECT LENGTH(content) FROM answer WHERE name = ?"
            for (size,) in self._rows.execute(asked, [name]):
                return int(size)
        return None

    def _read(self, name: str) -> Kept | None:
        with suppress(sqlite3.Error, ValueError, TypeError):  # damaged, or of another release
            asked = "SELECT sum, facts, content FROM answer WHERE name = ?"
            for crc, facts, content in self._rows.execute(asked, [name]):
                is_whole = crc == zlib.crc32(content, zlib.crc32(facts.encode()))
                return Kept(**json.loads(facts), content=content) if is_whole else None
        return None

    def _write(self, name: str, kept: Kept) -> None:
        facts = json.dumps({key: value for key, value in vars(kept).items() if key != "content"})
        crc = zlib.crc32(kept.content, zlib.crc32(facts.encode()))
        with suppress(sqlite3.Error, OSError):
            self._rows.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                [name, time.time(), crc, facts, kept.content],
            )


def _name(ask: Ask) -> str:
    facts = [ask.method, ask.url, *sorted(f"{k.lower()}: {v}" for k, v in ask.headers.items())]
    return hashlib.sha256("\n".join(facts).encode() + b"\0" + (ask.body or b"")).hexdigest()
