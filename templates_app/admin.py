"""Where staff keep the templates: edit, preview, publish, retire, copy, compare versions."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString

from templates_app import panels, services
from templates_app.forms import AnalysisTemplateForm, ParameterForm, SectionForm
from templates_app.models import AnalysisTemplate, TemplateParameter, TemplateSection
from templates_app.services import NotPublishable


class SectionInline(admin.StackedInline):  # type: ignore[type-arg]
    model = TemplateSection
    form = SectionForm
    verbose_name = "section"
    extra = 0
    prepopulated_fields = {"key": ("title",)}
    fields = (("title", "key", "kind", "order"), "guidance")


class ParameterInline(admin.StackedInline):  # type: ignore[type-arg]
    model = TemplateParameter
    form = ParameterForm
    verbose_name = "parameter"
    extra = 0
    fields = (
        ("label", "key", "type", "order"),
        ("help", "placeholder", "group"),
        ("required", "default", "minimum", "maximum"),
        "choices",
    )


@admin.register(AnalysisTemplate)
class AnalysisTemplateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = AnalysisTemplateForm
    inlines = (SectionInline, ParameterInline)
    list_display = ("name", "slug", "state", "version", "parts", "updated_at")
    list_filter = ("status",)
    search_fields = ("name", "slug", "description")
    actions = ("publish", "retire", "duplicate")
    readonly_fields = ("state", "version", "preview", "versions")
    fieldsets = (
        (None, {"fields": (("name", "slug"), "description", ("state", "version"), "opened")}),
        (
            "Models and money",
            {"fields": ("roles", ("budget_tokens", "budget_cost")), "classes": ("collapse",)},
        ),
        ("Sources", {"fields": ("sources",), "classes": ("collapse",)}),
        ("The form that users get", {"fields": ("preview",), "classes": ("collapse",)}),
        ("Versions", {"fields": ("versions",), "classes": ("collapse",)}),
    )

    class Media:
        css = {"all": ("templates_app/admin.css",)}
        js = ("templates_app/admin.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnalysisTemplate]:
        rows = super().get_queryset(request).select_related("current")
        return rows.prefetch_related("sections", "parameters")

    # --- what is shown ------------------------------------------------------------------

    @admin.display(description="State", ordering="status")
    def state(self, template: AnalysisTemplate) -> SafeString:
        return panels.badge(template)

    @admin.display(description="Version")
    def version(self, template: AnalysisTemplate) -> str:
        return f"v{template.current.number}" if template.current else "-"

    @admin.display(description="Sections / parameters")
    def parts(self, template: AnalysisTemplate) -> str:
        return f"{len(template.sections.all())} / {len(template.parameters.all())}"

    @admin.display(description="As last saved")
    def preview(self, template: AnalysisTemplate) -> str:
        return panels.preview(template)

    @admin.display(description="Published")
    def versions(self, template: AnalysisTemplate) -> str:
        return panels.versions(template)

    # --- what may be edited -------------------------------------------------------------

    def get_readonly_fields(
        self, request: HttpRequest, obj: AnalysisTemplate | None = None
    ) -> tuple[Any, ...]:
        """A published slug stands in addresses and in commands of users, so it stays."""
        shown = tuple(super().get_readonly_fields(request, obj))
        return (*shown, "slug") if obj and obj.current_id else shown

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: AnalysisTemplate | None = None
    ) -> dict[str, Any]:
        return {} if obj and obj.current_id else {"slug": ("name",)}

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Frees the keys first, so that rows can change places or take the key of a deleted one."""
        touched = [row.instance.pk for row in formset.initial_forms if row.has_changed()]
        for pk in touched:
            formset.model.objects.filter(pk=pk).update(key=f"was-{pk}")
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.renumber(template=form.instance)

    # --- what staff do ------------------------------------------------------------------

    @admin.action(description="Publish the selected templates", permissions=["change"])
    def publish(self, request: HttpRequest, chosen: QuerySet[AnalysisTemplate]) -> None:
        for template in chosen:
            self._publish(request, template)

    @admin.action(description="Retire the selected templates", permissions=["change"])
    def retire(self, request: HttpRequest, chosen: QuerySet[AnalysisTemplate]) -> None:
        for template in chosen:
            self._retire(request, template)

    @admin.action(description="Copy the selected templates", permissions=["add"])
    def duplicate(self, request: HttpRequest, chosen: QuerySet[AnalysisTemplate]) -> None:
        for template in chosen:
            self._duplicate(request, template)

    def response_add(
        self, request: HttpRequest, obj: AnalysisTemplate, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._act(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: AnalysisTemplate) -> HttpResponse:
        return self._act(request, obj) or super().response_change(request, obj)

    def _act(self, request: HttpRequest, template: AnalysisTemplate) -> HttpResponse | None:
        """What the button besides saving asks for, on the template that was just saved."""
        acts: dict[str, Callable[[HttpRequest, AnalysisTemplate], AnalysisTemplate]] = {
            "_publish": self._publish,
            "_retire": self._retire,
        }
        if self.has_add_permission(request):
            acts["_duplicate"] = self._duplicate
        for name, act in acts.items():
            if name in request.POST:
                return HttpResponseRedirect(_page(act(request, template)))
        return None

    def _publish(self, request: HttpRequest, template: AnalysisTemplate) -> AnalysisTemplate:
        try:
            version = services.publish(template=template, by=_person(request))
        except NotPublishable as error:
            for fault in error.faults:
                detail = f"{template} is saved but not published. {fault.field}: {fault.detail}"
                self.message_user(request, detail, messages.ERROR)
        else:
            self.message_user(request, f"{template} v{version.number} is published.")
        return template

    def _retire(self, request: HttpRequest, template: AnalysisTemplate) -> AnalysisTemplate:
        services.retire(template=template, by=_person(request))
        self.message_user(request, f"{template} is retired: no new analysis can ask for it.")
        return template

    def _duplicate(self, request: HttpRequest, template: AnalysisTemplate) -> AnalysisTemplate:
        copy = services.duplicate(template=template, by=_person(request))
        self.message_user(request, f"{copy} is a draft of its own ({copy.slug}).")
        return copy


def _page(template: AnalysisTemplate) -> str:
    return reverse("admin:templates_app_analysistemplate_change", args=[template.pk])


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):
        raise TypeError("The admin is for people who are logged in.")
    return person
