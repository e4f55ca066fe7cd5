from analysis.analysts import planning
from templates_app.types import Parameter, ParameterType
from tests.analysis.pipeline.desk import brief, section, template

PARAMETERS = (
    Parameter(key="industry", label="Industry", type=ParameterType.TEXT),
    Parameter(key="jurisdiction", label="Jurisdiction", type=ParameterType.TEXT),
)


def test_a_planner_is_told_what_was_chosen_and_nothing_of_what_was_left_open() -> None:
    content = template(section("risks"), parameters=PARAMETERS)

    values = planning.values(brief("Steel", content, options={"industry": "Mining"}), [1])

    assert values["options"] == "Industry: Mining"
    assert values["sections"].startswith("1. Risks")
