"""Bytes are kept once and whole, also when the disk is full or a writer dies."""

import hashlib
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from analysis.sources import store

CONTENT = b"Revenue rose 8.3% to $412.6 million.\n" * 10_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = f"sources/{SHA256[:2]}/{SHA256}"


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond some kilobytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.fixture(autouse=True)
def gone() -> Iterator[None]:
    yield
    default_storage.delete(NAME)


def test_what_does_not_fit_leaves_nothing_behind_and_is_kept_when_there_is_room():
    with full_disk(), pytest.raises(OSError, match="File too large"):
        store.keep_bytes(SHA256, CONTENT)
    assert not default_storage.exists(NAME)
    assert store.keep_bytes(SHA256, CONTENT) == NAME
    with default_storage.open(NAME) as file:
        assert file.read() == CONTENT


def test_a_file_that_a_dying_writer_left_unfinished_is_written_anew():
    default_storage.save(NAME, ContentFile(CONTENT[:1000]))
    assert store.keep_bytes(SHA256, CONTENT) == NAME
    assert default_storage.size(NAME) == len(CONTENT)
