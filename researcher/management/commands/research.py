"""manage.py research: one analysis from the command line, by the same road as over REST.

Exit codes: 0 completed, 1 failed, 2 bad input (nothing was submitted), 3 cancelled,
4 waits for somebody (paused, awaiting input), 130 interrupted (the run stays queued).
"""

import asyncio
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analysis import services
from analysis.api import answers
from analysis.models import Analysis, Collection, Document, SourceStatus, Status
from analysis.reach import Reach, checked
from analysis.sources import store
from reports.services import report_for
from researcher import terminal
from researcher.kit.pool import children
from researcher.kit.refusal import Refusal
from researcher.processes import worker
from templates_app.models import AnalysisTemplate
from templates_app.options import InvalidOptions, from_text

POLL_SECONDS = 0.2
NAMED = 20
BAD_INPUT = 2
INTERRUPTED = 130
EXIT_CODES = {
    Status.COMPLETED: 0,
    Status.FAILED: 1,
    Status.CANCELLED: 3,
    Status.PAUSED: 4,
    Status.AWAITING_INPUT: 4,
}
FORMATS = {".pdf": "pdf", ".md": "markdown", ".html": "html", ".json": "json"}


class Command(BaseCommand):
    help = "Run one analysis over local files and write its report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--template", help="Slug of a published template, such as quarterly-financial-review.")
        add("--topic", help="What to find out, in a line.")
        add("--option", action="append", default=[], metavar="KEY=VALUE", help="Repeatable.")
        add("--file", action="append", default=[], metavar="PATH", help="A document. Repeatable.")
        add("--collection", action="append", default=[], metavar="NAME", help="Repeatable.")
        add("--web", action="store_true", help="Search the web and read what is found.")
        add("--host", action="append", default=[], metavar="NAME", help="Reach only these hosts.")
        add("--url", action="append", default=[], metavar="URL", help="Read this. Repeatable.")
        add("--provider", action="append", default=[], metavar="NAME", help="Search only these.")
        add("--resume", metavar="ID", help="Go on with an analysis instead of submitting one.")
        add("--out", type=Path, help=f"The report; its ending ({', '.join(FORMATS)}) decides.")
        add("--json", type=Path, help="The result as documented JSON.")
        add("--watch", action="store_true", help="Show what happens while it runs.")
        add("--owner", default="operator", help="User name that the analysis belongs to.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            analysis = self._analysis(options)
        except (Refusal, InvalidOptions, OSError) as error:
            raise CommandError(_one_line(error), returncode=BAD_INPUT) from error
        try:
            with worker():
                self._follow(analysis, watch=options["watch"])
        except KeyboardInterrupt:
            self.stderr.write(f"Interrupted. Go on with: manage.py research --resume {analysis.pk}")
            sys.exit(INTERRUPTED)
        self._deliver(analysis, options)

    def _analysis(self, options: Mapping[str, Any]) -> Analysis:
        """The analysis that was asked for: submitted now, or one to go on with."""
        _refuse_ending(options["out"])
        for path in filter(None, (options["out"], options["json"])):
            _refuse_place(path)
        owner, _ = User.objects.get_or_create(username=options["owner"])
        if options["resume"]:
            return _found(owner, options["resume"])
        return _submitted(owner, options)

    def _follow(self, analysis: Analysis, *, watch: bool) -> None:
        """Wait until the run needs nobody's work any more."""
        with terminal.display() as display:
            for event in _events(analysis):
                if watch:
                    display.show(event)

    def _deliver(self, analysis: Analysis, options: Mapping[str, Any]) -> None:
        analysis.refresh_from_db()
        status = Status(analysis.status)
        if options["json"]:
            options["json"].write_text(_json(analysis))
        if status is Status.COMPLETED and options["out"]:
            report = report_for(analysis=analysis, format=FORMATS[options["out"].suffix])
            options["out"].write_bytes(report.content())
        self._say(analysis, options)
        sys.exit(EXIT_CODES[status])

    def _say(self, analysis: Analysis, options: Mapping[str, Any]) -> None:
        if analysis.status == Status.FAILED:
            self.stderr.write(f"failed: {analysis.failure_detail} ({analysis.failure_code})")
            return
        written = [str(options[name]) for name in ("out", "json") if options[name]]
        self.stdout.write(f"{analysis.status}: {analysis.pk} {' '.join(written)}".rstrip())


def _submitted(owner: User, options: Mapping[str, Any]) -> Analysis:
    if not options["template"]:
        known = ", ".join(AnalysisTemplate.objects.published().values_list("slug", flat=True))
        detail = f"Name the template with --template. There are: {known}."
        raise Refusal("template_required", detail)
    if not options["topic"]:
        raise Refusal("topic_required", "Name the topic with --topic.")
    content = services.published(options["template"]).content
    return services.submit(
        owner=owner,
        template=options["template"],
        topic=options["topic"],
        options_given=from_text(content, _pairs(options["option"])),
        documents=[document.pk for document in _documents(owner, options["file"])],
        collections=[_collection(owner, name).pk for name in options["collection"]],
        reach=_reach(options),
    )


def _collection(owner: User, name: str) -> Collection:
    mine = Collection.objects.visible_to(owner)
    found: Collection | None = mine.filter(name=" ".join(name.split())).first()
    if found:
        return found
    there = ", ".join(mine.order_by("name").values_list("name", flat=True)[:NAMED]) or "none"
    detail = f"{owner.username} has no collection “{name}”; there are: {there}."
    raise Refusal("collection_not_found", detail)


def _reach(options: Mapping[str, Any]) -> Reach:
    """--host is the mode "hosts" and --web the mode "web"; both at once cannot be meant."""
    if options["web"] and options["host"]:
        raise Refusal("hosts_unused", "--web reaches every host: leave it, or leave --host.")
    mode = "web" if options["web"] else "hosts" if options["host"] else "documents"
    names, urls = options["provider"], options["url"]
    return checked(mode=mode, hosts=options["host"], names=names, urls=urls)


def _found(owner: User, analysis_id: str) -> Analysis:
    try:
        analysis: Analysis = Analysis.objects.visible_to(owner).get(pk=analysis_id)
    except (Analysis.DoesNotExist, ValidationError) as error:
        detail = f"{owner.username} has no analysis {analysis_id}."
        raise Refusal("analysis_not_found", detail) from error
    if analysis.status in {Status.FAILED, Status.CANCELLED}:
        return services.retry(analysis=analysis)
    return analysis


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise Refusal("bad_option", f"--option takes KEY=VALUE, not {text!r}.")
        pairs[key.strip()] = value.strip()
    return pairs


def _documents(owner: User, paths: list[str]) -> list[Document]:
    """The files as read documents; one that cannot be read stops everything before it begins."""
    files = [(Path(path).name, _bytes(Path(path))) for path in paths]
    documents = []
    for name, content in files:
        try:
            documents.append(services.add_document(owner=owner, name=name, content=content))
        except Refusal as refusal:
            raise Refusal(refusal.code, f"{name}: {refusal.detail}") from refusal
    asyncio.run(_read(documents))
    for document in documents:
        _refuse_unreadable(document)
    return documents


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() == ".zip" or path.is_dir():
        detail = "Import a folder or a ZIP first, with manage.py import_documents --collection NAME"
        raise Refusal("import_first", f"{path}: {detail}; then use it with --collection NAME.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal("file_unreadable", f"{path}: {error.strerror}.") from error


async def _read(documents: list[Document]) -> None:
    pool = children(1)
    try:
        for document in documents:
            await store.read(document.source, pool, document.name)
    finally:
        await pool.close()


def _refuse_unreadable(document: Document) -> None:
    source = document.source
    if source.status != SourceStatus.READ:
        raise Refusal(source.failure_code, f"{document.name}: {source.failure_detail}")


def _refuse_ending(out: Path | None) -> None:
    if out and out.suffix not in FORMATS:
        raise Refusal("unknown_format", f"--out ends in one of {', '.join(FORMATS)}, not {out}.")


def _refuse_place(path: Path) -> None:
    """Before the work, not behind it."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise Refusal("bad_path", f"{path} cannot be written: name a file in a folder that exists.")


def _events(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """The log from its beginning until the run rests."""
    seq = 0
    while True:
        # The status before the events: what it says is then surely in them.
        resting = Status(_status(analysis.pk)) in EXIT_CODES
        for event in analysis.events.after(seq):
            seq = event.seq
            yield event.as_message()
        if resting:
            return
        time.sleep(POLL_SECONDS)


def _json(analysis: Analysis) -> str:
    """The result of a completed analysis; what is known of any other."""
    detail = answers.detail(analysis)
    return (detail.result or answers.summary(analysis)).model_dump_json(indent=2)


def _status(analysis_id: UUID) -> str:
    return str(Analysis.objects.values_list("status", flat=True).get(pk=analysis_id))


def _one_line(error: Exception) -> str:
    if isinstance(error, InvalidOptions):
        return " ".join(problem.detail for problem in error.errors)
    if isinstance(error, Refusal):
        return f"{error.detail} ({error.code})"
    return str(error)
