"""Identifiers that sort by the time they were made."""

import secrets
import time
from uuid import UUID

_VERSION = 7
_VARIANT = 0b10


def uuid7() -> UUID:
    """A UUID of version 7: 48 bits of Unix milliseconds, then random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random_a, random_b = secrets.randbits(12), secrets.randbits(62)
    return UUID(
        int=milliseconds << 80 | _VERSION << 76 | random_a << 64 | _VARIANT << 62 | random_b
    )
