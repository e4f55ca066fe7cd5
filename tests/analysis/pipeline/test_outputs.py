import pytest

from analysis.pipeline.outputs import Outputs
from analysis.types import Collection, Plan


def test_an_output_is_found_by_what_it_is() -> None:
    plan, collection = Plan(questions=()), Collection(sources=())
    outputs = Outputs([plan])
    outputs.keep(collection)

    assert outputs.of(Plan) is plan
    assert outputs.of(Collection) is collection


def test_what_no_stage_left_is_not_there() -> None:
    with pytest.raises(KeyError):
        Outputs().of(Plan)
