"""The forms in which staff edit a template: a choice a line, defaults as one would type them."""

import json
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils import timezone

from researcher.kit.text import clean
from templates_app.models import AnalysisTemplate, TemplateParameter, TemplateSection
from templates_app.typed import text_from_value, value_from_text
from templates_app.types import ParameterType

# Where a new row without an order goes: behind all others, until they are numbered anew.
LAST = 32767


class ChoiceLines(forms.Field):
    """A list of {value, label}, edited as one line each: "value | label", or the value alone."""

    widget = forms.Textarea(attrs={"rows": 5, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        try:
            return "\n".join(_line(choice) for choice in value or ())
        except (TypeError, KeyError):
            return json.dumps(value)

    def to_python(self, value: Any) -> list[dict[str, str]]:
        lines = enumerate(clean(value or "").split("\n"), start=1)
        return [_choice(number, line) for number, line in lines if line.strip()]


def _line(choice: dict[str, str]) -> str:
    value, label = choice["value"], choice["label"]
    return value if value == label else f"{value} | {label}"


def _choice(number: int, line: str) -> dict[str, str]:
    value, _, label = (part.strip() for part in line.partition("|"))
    if not value:
        raise ValidationError(
            f'Line {number} has no value: write "value | label".', code="no_value"
        )
    return {"value": value, "label": label or value}


class OptionText(forms.CharField):
    """An option's value as one would type it; its parameter's type tells how to read it."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else text_from_value(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Bound(forms.FloatField):
    """A minimum or maximum: 200, not 200.0."""

    def prepare_value(self, value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value


class Plain(forms.ModelForm):  # type: ignore[type-arg]
    """Texts without what no one can see: also without the returns that browsers add to lines."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = {name: clean(value) for name, value in cleaned.items() if isinstance(value, str)}
        return {**cleaned, **texts}


class Ordered(Plain):
    """A row with a place; without one it goes last."""

    order = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LAST,
        help_text="Counted anew when saved; empty: last.",
        widget=forms.NumberInput(attrs={"class": "order"}),
    )

    def clean_order(self) -> int:
        order: int | None = self.cleaned_data["order"]
        return LAST if order is None else order


class SectionForm(Ordered):
    class Meta:
        model = TemplateSection
        fields = ("title", "key", "kind", "order", "guidance")
        widgets = {"guidance": forms.Textarea(attrs={"rows": 4, "cols": 100})}


class ParameterForm(Ordered):
    choices = ChoiceLines(
        required=False, help_text='One a line: "SK | Saskatchewan", or just "Saskatchewan".'
    )
    default = OptionText(
        required=False, help_text="As a user would type it; several choices with commas."
    )

    class Meta:
        model = TemplateParameter
        fields = (
            "label",
            "key",
            "type",
            "order",
            "help",
            "required",
            "default",
            "choices",
            "minimum",
            "maximum",
            "placeholder",
            "group",
        )
        field_classes = {"minimum": Bound, "maximum": Bound}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get("default")
        if isinstance(text, str) and "type" in cleaned:
            kind = ParameterType(cleaned["type"])
            cleaned["default"] = value_from_text(kind, text) if text else None
        return cleaned


class AnalysisTemplateForm(Plain):
    """Remembers how the template stood when it was opened, and refuses to save over others."""

    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AnalysisTemplate
        fields = (
            *("name", "slug", "description"),
            *("roles", "budget_tokens", "budget_cost", "sources"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3, "cols": 100})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["opened"] = self.instance.updated_at.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            self._refuse_if_changed(str(cleaned.get("opened", "")))
        return cleaned

    def _refuse_if_changed(self, opened: str) -> None:
        """Locks the row: of two who save at the same moment, the second meets the first's work."""
        row = AnalysisTemplate.objects.select_for_update().filter(pk=self.instance.pk)
        now = row.values_list("updated_at", flat=True).get().isoformat()
        if now != opened:
            # A second try is made knowingly.
            self.data = {name: self.data[name] for name in self.data} | {"opened": now}
            raise ValidationError(_conflict(self.instance), code="changed_meanwhile")


def _conflict(template: AnalysisTemplate) -> str:
    kind = ContentType.objects.get_for_model(AnalysisTemplate)
    entry = LogEntry.objects.filter(content_type=kind, object_id=str(template.pk)).first()
    who = entry.user.get_username() if entry else "Somebody"
    when = timezone.localtime(template.updated_at).strftime("%H:%M:%S")
    return (
        f"{who} changed this template at {when}, after you opened it. Nothing was saved, and your "
        "edits are still here: look at theirs in another tab, then save again to put yours over it."
    )
