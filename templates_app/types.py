"""What a published template says, as frozen values that an analysis keeps a copy of."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, field_validator

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


class Budget(Frozen):
    """The most that a run may spend; None sets no limit. `cost` is in the currency of prices."""

    tokens: int | None = Field(default=None, ge=0)
    cost: Decimal | None = Field(default=None, ge=0)


class RoleModel(Frozen):
    """The model that plays a role: planner, reader, writer, verifier or embeddings."""

    role: str
    model: str


class SourcePolicy(Frozen):
    """Which sources lead: kinds in their order, the best first, and how many years back.

    Kinds that are not named come after those that are; without any the product's own order holds.
    What was published more than `years` before an analysis is asked for is not looked for on the
    web, and counts less where it is attached; None sets no limit.
    """

    order: tuple[str, ...] = ()
    years: int | None = None


class TemplateContent(Frozen):
    """One immutable version of a template; `roles` names models by role."""

    slug: str
    version: int
    name: str
    description: str
    sections: tuple[Section, ...]
    parameters: tuple[Parameter, ...]
    budget: Budget = Budget()
    roles: tuple[RoleModel, ...] = ()
    sources: SourcePolicy = SourcePolicy()

    @field_validator("roles", mode="before")
    @classmethod
    def _listed(cls, said: object) -> object:
        """A table of roles, as staff and catalogue write it, as a list."""
        if isinstance(said, Mapping):
            return tuple({"role": role, "model": name} for role, name in said.items())
        return said

    def model_of(self, role: str) -> str:
        """The model that the template names for a role, "" where it leaves it to the settings."""
        return next((one.model for one in self.roles if one.role == role), "")
