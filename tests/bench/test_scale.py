import json
from itertools import islice
from pathlib import Path

from tests.bench import scale


def test_a_library_is_filled_to_its_size_and_asked(tmp_path: Path) -> None:
    told = scale.measured(tmp_path, 300)
    assert told["passages"] >= 300
    assert 0 < told["p50_ms"] <= told["p95_ms"] <= told["most_ms"]


def test_repeated_articles_say_other_things(tmp_path: Path) -> None:
    record = {"id": "a", "title": "A", "text": "Steel cost 4. Wool cost 5. Wheat was cheap."}
    (tmp_path / "articles.jsonl").write_text(json.dumps(record))
    found = list(islice(scale.documents(tmp_path), 3))
    assert len({one.pages[0].text for one in found}) == 3
    assert [one.name for one in found] == ["a", "a-1", "a-2"]
