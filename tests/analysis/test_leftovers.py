"""Files that no row names go after a day; what a row names stays."""

import io
import os
import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from analysis import leftovers, library
from analysis.importing import claims
from analysis.importing.begin import begin, place_of
from analysis.sources import store
from researcher.kit.ids import uuid7

pytestmark = pytest.mark.django_db


def aged(name: str, days: float = 1.1) -> str:
    moment = time.time() - days * 24 * 3600
    os.utime(default_storage.path(name), (moment, moment))
    return name


def put(name: str, days: float = 1.1) -> str:
    return aged(default_storage.save(name, ContentFile(b"x")), days)


def test_what_a_crash_left_behind_goes():
    lost = [put(place_of(uuid7())), put("sources/ab/abc")]
    assert leftovers.sweep_files() == 2
    assert not any(map(default_storage.exists, lost))
    assert leftovers.sweep_files() == 0


def test_what_is_young_may_still_get_its_row():
    young = [put(place_of(uuid7()), 0.9), put("sources/ab/abc", 0.9)]
    assert leftovers.sweep_files() == 0
    assert all(map(default_storage.exists, young))


def test_what_a_row_names_stays(alice):
    grain = library.create_collection(owner=alice, name="Grain")
    waiting = begin(collection=grain, name="a", file=io.BytesIO(b"{}"))
    source = store.keep(b"Wheat prices rose.")
    for name in (waiting.file, source.file):
        aged(name, 30)
    assert leftovers.sweep_files() == 0
    assert default_storage.exists(waiting.file)
    assert store.content(source) == b"Wheat prices rose."


def test_the_file_of_an_import_that_ended_goes_if_it_was_left(alice):
    grain = library.create_collection(owner=alice, name="Grain")
    begin(collection=grain, name="a", file=io.BytesIO(b"{}"))
    job = claims.claim()
    claims.fail(job, "x", "y")
    put(job.file)
    assert leftovers.sweep_files() == 1


def test_no_folder_no_work():
    assert leftovers.sweep_files() == 0
