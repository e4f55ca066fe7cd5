"""Who may edit templates."""

from django.contrib.auth.models import Group, Permission

EDITORS = "Template editors"
_ROWS = ("analysistemplate", "templatesection", "templateparameter")
_CODENAMES = [
    *(f"{verb}_{row}" for row in _ROWS for verb in ("view", "add", "change", "delete")),
    "view_templateversion",
]


def seed_editors() -> bool:
    """Make the group of template editors; whether it was new. One that exists is left alone."""
    group, is_new = Group.objects.get_or_create(name=EDITORS)
    if is_new:
        ours = Permission.objects.filter(content_type__app_label="templates_app")
        group.permissions.set(ours.filter(codename__in=_CODENAMES))
    return is_new
