"""`manage.py dump_catalogue SLUG`: a template as TOML, to keep or to carry elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError

from templates_app.models import AnalysisTemplate
from templates_app.toml_text import as_toml
from templates_app.types import TemplateContent


class Command(BaseCommand):
    help = "Write templates as TOML that load_catalogue reads: the working copies as they stand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", help="Which templates; none means all.")
        parser.add_argument("--to", type=Path, help="A directory for files named by slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        for template in chosen(options["slugs"]):
            self.write(content_of(template), options["to"])

    def write(self, content: TemplateContent, directory: Path | None) -> None:
        if directory is None:
            self.stdout.write(as_toml(content))
            return
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{content.slug}.toml"
        path.write_text(as_toml(content), encoding="utf-8")
        self.stdout.write(f"written    {path}")


def chosen(slugs: list[str]) -> list[AnalysisTemplate]:
    templates = {template.slug: template for template in AnalysisTemplate.objects.all()}
    for slug in slugs:
        if slug not in templates:
            known = ", ".join(templates) or "none"
            raise CommandError(f"There is no template {slug!r}; there are: {known}.")
    return [templates[slug] for slug in slugs or templates]


def content_of(template: AnalysisTemplate) -> TemplateContent:
    try:
        return template.content()
    except ValidationError as error:
        raise CommandError(
            f"{template.slug} cannot be written: {error.errors()[0]['msg']}."
        ) from None
