"""An analysis of alice's, as far as it has come."""

import pytest
from django.contrib.auth.models import User

from analysis import lifecycle, services
from analysis.models import Analysis, Document, Shift
from tests.templates_app.factories import make_template

TEXT = (
    b"Quarterly report of Northwind Foods\n\n"
    b"For the quarterly period ended September 30, 2024\n\n"
    b"Revenue of Northwind Foods rose 8.3% to $412.6 million in the third quarter of 2024. "
    b"Gross margin narrowed to 31.2% from 33.5% because wheat and energy prices rose faster "
    b"than the selling prices of the company. "
    b"Operating cash flow was $44.1 million, down from $52.9 million a year earlier. "
    b"The main risk is a further rise in energy prices, which the company hedges only in part. "
    b"Management recommends that shareholders approve the planned closure of the plant in Lyon.\n"
)


@pytest.fixture
def template(db: None) -> str:
    return make_template(slug="quarterly-review").template.slug


@pytest.fixture
def document(alice: User) -> Document:
    return services.add_document(owner=alice, name="northwind.txt", content=TEXT)


@pytest.fixture
def analysis(alice: User, template: str, document: Document) -> Analysis:
    return services.submit(
        owner=alice,
        template=template,
        topic="Northwind Foods revenue and margin",
        options_given={},
        documents=[document.pk],
    )


@pytest.fixture
def drive(db: None) -> Shift:
    return Shift.objects.create(host="here", pid=1)


@pytest.fixture
def runs(alice: User, template: str, drive: Shift) -> list[Analysis]:
    """Four runs of alice's that one drive has claimed."""

    def run() -> Analysis:
        queued = services.submit(owner=alice, template=template, topic="t", options_given={})
        claimed = lifecycle.claim(queued.pk, drive)
        assert claimed is not None
        return claimed

    return [run() for _ in range(4)]
