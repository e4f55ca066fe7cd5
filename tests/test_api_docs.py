"""docs/api.md says what the code says: event types, close codes, fields of a result."""

import re
from typing import get_args

from analysis.event_types import EventBody
from analysis.result_types import Result
from researcher.env import BASE_DIR
from researcher.kit.closing import CLOSE_CODES

TEXT = (BASE_DIR / "docs" / "api.md").read_text()


def section(title: str) -> str:
    return re.split(r"\n## ", TEXT.partition(f"\n## {title}\n")[2])[0]


def rows(title: str) -> list[list[str]]:
    lines = re.findall(r"^\| (.+) \|$", section(title), re.MULTILINE)
    return [line.split(" | ") for line in lines[2:]]


def test_every_event_stands_there_with_its_fields():
    told = {row[0].strip("`"): row[2].strip("`").split(", ") for row in rows("Events")}
    bodies = get_args(get_args(EventBody)[0])
    fields = {body.model_fields["type"].default: list(body.model_fields) for body in bodies}
    assert {kind: ["type", *names] for kind, names in told.items()} == fields


def test_every_close_code_stands_there():
    told = {row[0].strip("`"): int(row[1]) for row in rows("WebSocket")}
    assert told == CLOSE_CODES


def test_every_field_of_a_result_stands_there():
    told = set(re.findall(r"`([^`]+)`", " ".join(row[0] for row in rows("result.json"))))
    names = {name.strip("[] ") for group in told for name in group.split(",")}
    assert names == set(Result.model_fields)
