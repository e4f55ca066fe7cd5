"""What a user can do: each verb is one transaction, its effects part of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from analysis import caps, events, library, lifecycle, queue
from analysis.event_types import Cancelled, Paused, Queued
from analysis.models import FINAL, Analysis, CallState, Document, SourceStatus
from analysis.reach import Reach, reached
from analysis.sources import store
from analysis.sources.reading.signature import check_upload
from analysis.types import Brief, DocumentRef
from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal
from researcher.kit.text import clean, file_name, unprintable
from templates_app import options
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.types import Budget

TOPIC_LENGTH = 2000
MOST_DOCUMENTS = 1000
NO_REACH = Reach()
NO_LIMIT = Budget()


@transaction.atomic
def submit(
    *,
    owner: User,
    template: str,
    topic: str,
    options_given: Mapping[str, object],
    documents: Sequence[UUID] = (),
    collections: Sequence[UUID] = (),
    reach: Reach = NO_REACH,
    budget: Budget = NO_LIMIT,
    approve_plan: bool = False,
) -> Analysis:
    """Store an analysis and ring for a worker, in one transaction.

    Of collections it uses what stands in them now. It spends at most its budget, else that of
    the template, and never more than the server's cap. Raises Refusal (template_not_found,
    template_retired, topic_required, topic_too_long, document_not_found, collection_not_found,
    too_many_documents) and templates_app.options.InvalidOptions.
    """
    version = published(template)
    brief = Brief(
        analysis_id=uuid7(),
        topic=checked_topic(topic),
        template=version.content,
        options=options.normalise(version.content, options_given),
        documents=_document_refs(owner, documents, collections),
        submitted_at=timezone.now(),
        **reach._asdict(),
        approve_plan=approve_plan,
    )
    return _store(owner, version, brief, budget)


def _store(owner: User, version: TemplateVersion, brief: Brief, budget: Budget) -> Analysis:
    granted = caps.granted(budget, brief.template.budget)
    analysis = Analysis.objects.create(
        id=brief.analysis_id,
        owner=owner,
        template_version=version,
        topic=brief.topic,
        brief_json=brief.model_dump(mode="json"),
        analyst=settings.ANALYST,
        max_attempts=settings.MAX_ATTEMPTS,
        budget_tokens=granted.tokens,
        budget_cost=granted.cost,
    )
    analysis.documents.set(Document.objects.filter(pk__in=[d.id for d in brief.documents]))
    events.append(analysis.pk, [Queued()])
    queue.ring_drive()
    analysis.refresh_from_db()
    return analysis


def published(slug: str) -> TemplateVersion:
    """The current version of a template that can be asked for."""
    template = AnalysisTemplate.objects.filter(slug=slug).select_related("current").first()
    if template is None or template.current is None:
        known = ", ".join(AnalysisTemplate.objects.published().values_list("slug", flat=True))
        raise Refusal("template_not_found", f"There is no template {slug!r}. There are: {known}.")
    if template not in AnalysisTemplate.objects.published():
        raise Refusal("template_retired", f"The template {slug!r} is retired: choose another.")
    return template.current


def checked_topic(topic: str) -> str:
    """The topic on one line; refused when empty, too long or with characters no one can see."""
    if len(topic) > TOPIC_LENGTH:
        detail = f"The topic has {len(topic)} characters; at most {TOPIC_LENGTH} are allowed."
        raise Refusal("topic_too_long", detail)
    if bad := unprintable(topic):
        detail = f"The topic contains {bad}, which cannot be printed: remove it."
        raise Refusal("invalid_characters", detail)
    cleaned = " ".join(clean(topic).split())
    if not any(character.isalnum() for character in cleaned):
        raise Refusal("topic_required", "The topic is empty: say in a line what to find out.")
    return cleaned


def _document_refs(
    owner: User, ids: Sequence[UUID], collections: Sequence[UUID]
) -> tuple[DocumentRef, ...]:
    """The documents in the order they were named, then those of the collections, each once.

    One that is not the owner's is not there.
    """
    found = {
        document.pk: document for document in Document.objects.visible_to(owner).filter(pk__in=ids)
    }
    missing = [str(pk) for pk in ids if pk not in found]
    if missing:
        raise Refusal("document_not_found", f"There is no document {missing[0]}.")
    named = [found[pk] for pk in dict.fromkeys(ids)]
    known = {document.source_id for document in named}
    collected = library.documents_of(owner, collections)
    every = [*named, *(one for one in collected if one.source_id not in known)]
    if len(every) > MOST_DOCUMENTS:
        detail = f"These are {len(every)} documents; an analysis reads at most {MOST_DOCUMENTS}."
        raise Refusal("too_many_documents", detail)
    return tuple(map(_document_ref, every))


def _document_ref(document: Document) -> DocumentRef:
    return DocumentRef(
        id=document.pk,
        source_id=document.source_id,
        name=document.name,
        description=document.description,
    )


@transaction.atomic
def duplicate(
    *, analysis: Analysis, by: User, changes: Mapping[str, Any] | None = None
) -> Analysis:
    """Submit it again, with another topic, options or documents if `changes` has them.

    It keeps the version of the template and the seed of its requests, so calls that stay the
    same are found in the journal and not bought again. Raises as `submit`.
    """
    old, new = analysis.brief, dict(changes or {})
    brief = Brief(
        analysis_id=uuid7(),
        seed=old.seed,
        topic=checked_topic(new.get("topic", old.topic)),
        template=old.template,
        options=options.normalise(old.template, {**old.options, **new.get("options", {})}),
        documents=_other_documents(by, new, old.documents),
        submitted_at=timezone.now(),
        **reached(new, Reach(old.egress, old.providers, old.urls))._asdict(),
        approve_plan=old.approve_plan,
    )
    budget = Budget(tokens=analysis.budget_tokens, cost=analysis.budget_cost)
    return _store(by, analysis.template_version, brief, budget)


def _other_documents(
    by: User, changes: Mapping[str, Any], old: tuple[DocumentRef, ...]
) -> tuple[DocumentRef, ...]:
    if not {"documents", "collections"} & set(changes):
        return old
    return _document_refs(by, changes.get("documents", ()), changes.get("collections", ()))


def cancel(*, analysis: Analysis, by: User) -> Analysis:
    """End it at once; a worker that has it can write nothing more. Raises IllegalMove."""
    lifecycle.move(analysis.pk, "cancel", Cancelled(by=by.get_username()))
    analysis.refresh_from_db()
    return analysis


def pause(*, analysis: Analysis, by: User) -> Analysis:
    """Put it down until it is resumed; finished stages are kept. Raises IllegalMove."""
    lifecycle.move(analysis.pk, "pause", Paused(reason=f"paused by {by.get_username()}"))
    analysis.refresh_from_db()
    return analysis


@transaction.atomic
def resume(*, analysis: Analysis) -> Analysis:
    """Queue a paused analysis again. Raises IllegalMove."""
    lifecycle.move(analysis.pk, "resume", _queued(analysis, "resumed"))
    queue.ring_drive()
    analysis.refresh_from_db()
    return analysis


@transaction.atomic
def retry(*, analysis: Analysis) -> Analysis:
    """Queue a failed or cancelled analysis again; finished stages are kept. Raises IllegalMove."""
    lifecycle.move(analysis.pk, "retry", _queued(analysis, "retry"))
    queue.ring_drive()
    analysis.refresh_from_db()
    return analysis


def _queued(analysis: Analysis, reason: str) -> Queued:
    """What a run that goes on need not do or pay again."""
    paid = analysis.calls.filter(state=CallState.DONE).aggregate(
        calls=Count("pk"), tokens=Sum(F("tokens_in") + F("tokens_out"), default=0)
    )
    return Queued(
        reason=reason,
        kept_steps=analysis.stage_outputs.count(),
        kept_calls=paid["calls"],
        kept_tokens=paid["tokens"],
    )


@transaction.atomic
def delete_document(*, document: Document) -> None:
    """Take it away; what finished analyses quote from it stays with them. Raises Refusal."""
    if using := document.analyses.exclude(status__in=FINAL).first():
        detail = f"The analysis {using.pk} uses this document: cancel it or let it finish."
        raise Refusal("in_use", detail)
    document.delete()


@transaction.atomic
def add_document(*, owner: User, name: str, content: bytes, description: str = "") -> Document:
    """Keep a file under its owner's name for it; it is read in the background.

    What is none of the files that are read is refused before it is kept.
    """
    _refuse_size(content)
    check_upload(content, name)
    source = store.keep(content)
    document = Document.objects.create(
        owner=owner, source=source, name=file_name(name), description=clean(description)[:1000]
    )
    if source.status == SourceStatus.UNREAD:
        queue.ring_read()
    return document


def _refuse_size(content: bytes) -> None:
    if not content:
        raise Refusal("file_empty", "The file has no bytes: upload it again.")
    if len(content) > settings.UPLOAD_MAX_MB * 1024 * 1024:
        raise Refusal("file_too_large", f"A file may have at most {settings.UPLOAD_MAX_MB} MB.")


def counts(analysis: Analysis) -> dict[str, Any]:
    """How long it waited and ran, in seconds; None while that is not known."""
    started, finished = analysis.started_at, analysis.finished_at
    return {
        "waited_seconds": (started - analysis.created_at).total_seconds() if started else None,
        "ran_seconds": (finished - started).total_seconds() if started and finished else None,
    }
