"""Records what a run of this code stores, for the tests of later code.

    python -m tests.analysis.golden.record tests/analysis/golden/v1.json

Run once per PIPELINE_VERSION, by the code of the release that brought it.
"""

import json
import sys
from pathlib import Path

from tests.bench.setting import fresh_product


def record() -> dict[str, object]:
    """The brief, the rows of its document and its stage outputs, as JSON values."""
    from django.contrib.auth.models import User

    from analysis import services, tasks
    from tests.analysis.conftest import TEXT

    alice = User.objects.create_user("alice")
    document = services.add_document(owner=alice, name="northwind.txt", content=TEXT)
    run = services.submit(
        owner=alice,
        template="quarterly-financial-review",
        topic="Northwind Foods revenue and margin",
        options_given={"company": "Northwind Foods"},
        documents=[document.pk],
    )
    tasks.drive()
    run.refresh_from_db()
    return {
        "pipeline_version": run.pipeline_version,
        "status": run.status,
        "document": str(document.pk),
        "source": str(document.source_id),
        "brief": run.brief_json,
        "outputs": dict(run.stage_outputs.values_list("stage", "output")),
    }


if __name__ == "__main__":
    with fresh_product():
        told = json.dumps(record(), indent=1, sort_keys=True)
    Path(sys.argv[1]).write_text(told + "\n")
