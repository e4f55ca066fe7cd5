"""Records carry ids and never what users gave, in both formats."""

import asyncio
import gc
import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from researcher.kit import logs
from researcher.kit.logs import JsonLines, Lines, Private, about

SECRET = "the patient's name is Bo"
FORMATTERS = [JsonLines(), Lines()]


def record(message: object, *args: object, name: str = "analysis.x", **more: object):
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(more)
    return made


def raised(error: Exception) -> tuple:
    try:
        raise error
    except Exception:
        return sys.exc_info()


def test_a_json_line_is_one_object_on_one_line():
    line = JsonLines().format(record("the database is\naway for %.1f s", 1.25))
    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == "the database is\naway for 1.2 s"
    assert told["level"] == "warning"
    assert told["logger"] == "analysis.x"
    assert told["time"].endswith("Z")
    assert len(told["time"]) == len("2026-01-01T00:00:00.000Z")


def test_a_readable_line_ends_with_its_ids():
    with about(request_id="r-1"):
        line = Lines().format(record("run %s", "failed", seconds=0.5))
    assert line.endswith("WARNING analysis.x run failed [request_id=r-1 seconds=0.5]")
    assert Lines().format(record("alone")).endswith("analysis.x alone")


@pytest.mark.parametrize("formatter", FORMATTERS)
class TestSilence:
    def test_the_words_of_an_exception_are_left_out(self, formatter):
        line = formatter.format(record("failed", exc_info=raised(ValueError(SECRET))))
        assert SECRET not in line
        assert "ValueError" in line
        assert "in raised" in line

    def test_also_when_it_is_an_argument_or_the_message(self, formatter):
        assert SECRET not in formatter.format(record("failed: %s", ValueError(SECRET)))
        assert SECRET not in formatter.format(record(ValueError(SECRET)))
        assert "ValueError" in formatter.format(record(ValueError(SECRET)))

    def test_errors_of_servers_and_disks_keep_theirs(self, formatter):
        for error in (OperationalError("disk full"), OSError(28, "No space left on device")):
            line = formatter.format(record("away: %s", error, exc_info=raised(error)))
            assert line.count("disk full") + line.count("No space left") == 2

    def test_of_libraries_only_the_first_line_is_kept(self, formatter):
        line = formatter.format(record(f"Task failed\nfuture: {SECRET}", name="asyncio"))
        assert "Task failed" in line
        assert SECRET not in line

    def test_of_a_failed_task_only_its_name_is_kept(self, formatter):
        told = f"Failed 'analysis.tasks.drive' (ten-ink) - {SECRET} : Traceback"
        line = formatter.format(record(told, name="django-q"))
        assert "Failed 'analysis.tasks.drive' (ten-ink)" in line
        assert SECRET not in line

    def test_private_texts_are_left_out(self, formatter):
        line = formatter.format(record("its last words: %s", Private(SECRET)))
        assert SECRET not in line
        assert "its last words: [left out]" in line

    def test_unknown_extras_are_left_out(self, formatter):
        assert SECRET not in formatter.format(record("asked", body=SECRET, request=SECRET))


def test_full_lines_are_for_debugging():
    line = Lines(full=True).format(record("failed", exc_info=raised(ValueError(SECRET))))
    assert SECRET in line


def test_a_record_that_django_writes_after_the_middleware_has_its_request_id():
    request = RequestFactory().get("/")
    request.request_id = "r-2"  # type: ignore[attr-defined]
    assert logs.ids_of(record("Internal Server Error", request=request)) == {"request_id": "r-2"}


class TestAbout:
    def test_blocks_nest_and_end(self):
        with about(request_id=1):
            with about(analysis_id=2):
                assert logs.subject() == {"request_id": "1", "analysis_id": "2"}
            logs.add(source="s")
            assert logs.subject() == {"request_id": "1", "source": "s"}
        assert logs.subject() == {}

    async def test_tasks_side_by_side_have_their_own(self):
        async def run(pk: int) -> str:
            with about(analysis_id=pk):
                await asyncio.sleep(0)
                return logs.subject()["analysis_id"]

        assert await asyncio.gather(*map(run, range(3))) == ["0", "1", "2"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


async def test_a_task_that_nobody_awaited_tells_no_secret(written):
    async def fail() -> None:
        raise ValueError(SECRET)

    asyncio.create_task(fail())  # noqa: RUF006
    await asyncio.sleep(0)
    gc.collect()
    assert "never retrieved" in written.getvalue()
    assert SECRET not in written.getvalue()
