"""Published templates for any test, in one call."""

from collections.abc import Sequence

from templates_app import services
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.types import (
    Choice,
    Parameter,
    ParameterType,
    Section,
    SectionKind,
    TemplateContent,
)

RESULTS = Section(
    key="results",
    title="Results",
    guidance="Net sales, revenue, gross margin and operating income of the period.",
    kind=SectionKind.KEY_FIGURES,
)
RISKS = Section(
    key="risks",
    title="Risks",
    guidance="Risk factors, uncertainty and exposure.",
    kind=SectionKind.RISKS,
)
DEPTH = Parameter(
    key="depth",
    label="Depth",
    type=ParameterType.CHOICE_OR_TEXT,
    default="Detailed",
    choices=(
        Choice(value="Overview", label="Overview"),
        Choice(value="Detailed", label="Detailed"),
        Choice(value="Full Report", label="Full report"),
    ),
)


def make_content(
    *,
    slug: str = "quarterly",
    name: str = "Quarterly",
    sections: Sequence[Section] = (RESULTS, RISKS),
    parameters: Sequence[Parameter] = (DEPTH,),
    version: int = 1,
) -> TemplateContent:
    return TemplateContent(
        slug=slug,
        version=version,
        name=name,
        description=f"About {name}.",
        sections=tuple(sections),
        parameters=tuple(parameters),
    )


def make_draft(
    *,
    slug: str = "quarterly",
    name: str = "Quarterly",
    sections: Sequence[Section] = (RESULTS, RISKS),
    parameters: Sequence[Parameter] = (DEPTH,),
) -> AnalysisTemplate:
    """A template that nobody published yet."""
    content = make_content(slug=slug, name=name, sections=sections, parameters=parameters)
    template = AnalysisTemplate(slug=slug)
    return services.rewrite(template=template, content=content)


def make_template(
    *,
    slug: str = "quarterly",
    name: str = "Quarterly",
    sections: Sequence[Section] = (RESULTS, RISKS),
    parameters: Sequence[Parameter] = (DEPTH,),
) -> TemplateVersion:
    """The published first version of a template; `.template` is the row that staff edit."""
    draft = make_draft(slug=slug, name=name, sections=sections, parameters=parameters)
    return services.publish(template=draft, by=None)
