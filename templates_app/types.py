"""What a published template says, as frozen values that an analysis keeps a copy of."""

from enum import StrEnum

from researcher.kit.frozen import Frozen

OptionValue = str | int | float | bool | tuple[str, ...] | None


class SectionKind(StrEnum):
    NARRATIVE = "narrative"
    FINDINGS = "findings"
    RISKS = "risks"
    RECOMMENDATIONS = "recommendations"
    KEY_FIGURES = "key_figures"
    TABLE = "table"


class ParameterType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICE_OR_TEXT = "choice_or_text"  # a listed choice, or the user's own words
    MULTIPLE_CHOICE = "multiple_choice"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class Choice(Frozen):
    value: str
    label: str


class Section(Frozen):
    """One section of the report: `key` is unique in its template (a slug)."""

    key: str
    title: str
    guidance: str
    kind: SectionKind


class Parameter(Frozen):
    """One typed option; `minimum` and `maximum` bound a number's value or a text's length.

    Of a multiple choice they bound how many are chosen. `placeholder` and `group` are hints
    for the form: an example inside an empty field, and the heading it stands under.
    """

    key: str
    label: str
    help: str = ""
    type: ParameterType
    required: bool = False
    default: OptionValue = None
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    placeholder: str = ""
    group: str = ""


class TemplateContent(Frozen):
    """One immutable version of a template."""

    slug: str
    version: int
    name: str
    description: str
    sections: tuple[Section, ...]
    parameters: tuple[Parameter, ...]
