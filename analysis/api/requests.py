"""What the doors to analyses and documents take."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.models import Outcome, WatchKind
from analysis.provenance import SourceFate
from analysis.services import TOPIC_LENGTH
from analysis.web_types import EgressMode
from researcher.kit.pagination import CursorPages
from researcher.kit.serializers import StrictQuery, StrictSerializer, Text

MOST_DOCUMENTS = 200
MOST_COLLECTIONS = 20
LARGEST_SEQ = 2**31 - 1
OPTION_VALUE = {
    "oneOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "null"},
    ]
}


@extend_schema_field({"type": "object", "additionalProperties": OPTION_VALUE})
class Options(serializers.DictField):
    """The options of a template, by their keys; the template says which and of what type."""


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": TOPIC_LENGTH})
class Topic(Text):
    """Checked by the service, whose errors say more than a length."""


class EgressRequest(StrictSerializer):
    """How far out it may reach: `hosts` are those of the mode "hosts", with their subdomains.

    In that mode only the providers that are named in `providers` are searched beside them.
    """

    mode = serializers.ChoiceField(choices=[(one.value, one.value) for one in EgressMode])
    hosts = serializers.ListField(child=Text(max_length=300), required=False, default=list)


def names(**facts: Any) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=40), help_text="Providers to search; all if none is named.", **facts
    )


def urls(**facts: Any) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=2000), help_text="Addresses to read in any case.", **facts
    )


class BudgetRequest(StrictSerializer):
    """The most that the analysis may spend; at its end it finishes with what it has."""

    tokens = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=LARGEST_SEQ
    )
    cost = serializers.DecimalField(
        required=False,
        allow_null=True,
        default=None,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=6,
        help_text="In the currency of the prices.",
    )


class AnalysisRequest(StrictSerializer):
    template = Text(max_length=50, help_text="The slug of a published template.")
    topic = Topic(allow_blank=True, trim_whitespace=False, help_text="What to find out, in a line.")
    options = Options(required=False, default=dict)
    documents = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MOST_DOCUMENTS
    )
    collections = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_COLLECTIONS,
        help_text="All documents that stand in them now.",
    )
    egress = EgressRequest(required=False)
    providers = names(required=False)
    urls = urls(required=False)

    budget = BudgetRequest(
        required=False, help_text="Of the template if it is left out; never above the server's cap."
    )
    approve_plan = serializers.BooleanField(
        required=False, default=False, help_text="Wait until the plan is approved."
    )


class AskedQuestion(StrictSerializer):
    section = Text(max_length=64, help_text="The key of a section of the template.")
    text = Text(max_length=500, help_text="What to find out.")
    evidence = Text(
        max_length=200,
        required=False,
        default="",
        allow_blank=True,
        help_text="In a few words, what would count as an answer.",
    )


class PlanEdit(StrictSerializer):
    """The whole plan as it is to be; `hash` is that of the plan it was made from."""

    hash = Text(max_length=64)
    questions = AskedQuestion(many=True)
    leave_out = serializers.ListField(
        child=Text(max_length=200, allow_blank=True), required=False, max_length=50
    )


class PlanApproval(StrictSerializer):
    hash = Text(max_length=64, help_text="Of the plan that is approved.")


class DuplicateRequest(StrictSerializer):
    """What is to be different; everything else stays as it was."""

    topic = Topic(required=False, allow_blank=True, trim_whitespace=False)
    options = Options(required=False)
    documents = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_DOCUMENTS
    )
    collections = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_COLLECTIONS
    )
    egress = EgressRequest(required=False)
    providers = names(required=False)
    urls = urls(required=False)


class EventsQuery(StrictQuery):
    after = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_SEQ,
        default=0,
        help_text="The events behind this number: 0 for all, then `next_after`.",
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=CursorPages.max_limit, default=CursorPages.max_limit
    )


class UploadRequest(StrictSerializer):
    """A form with one or more `files`, and as many `descriptions` in the same order, or none."""

    files: Any = serializers.ListField(child=serializers.FileField(allow_empty_file=True))
    descriptions = serializers.ListField(
        child=Text(max_length=1000, allow_blank=True), required=False, default=list
    )


class PageQuery(StrictQuery):
    """The quote text[start:end] of a page; both or neither."""

    start = serializers.IntegerField(min_value=0, required=False)
    end = serializers.IntegerField(min_value=1, required=False)


class RunSourcesQuery(StrictQuery):
    status = serializers.MultipleChoiceField(
        choices=[(one.value, one.value) for one in SourceFate],
        required=False,
        help_text="Only these; may be given several times.",
    )


class PlaceQuery(StrictQuery):
    """Words of a source: a citation of an analysis, all of an analysis, or a quote."""

    analysis = serializers.UUIDField(
        required=False, help_text="Mark what this analysis of yours cites."
    )
    citation = Text(
        required=False, max_length=20, help_text='Only this citation of it, such as "2.5".'
    )
    quote = serializers.RegexField(
        "^[0-9]{1,9}-[0-9]{1,9}$",
        required=False,
        help_text='The characters start-end of the page, such as "120-188".',
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "citation" in attrs and "analysis" not in attrs:
            raise serializers.ValidationError({"analysis": "Say of which analysis."}, "required")
        return attrs


class SourceTextQuery(PlaceQuery):
    page = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_SEQ,
        required=False,
        help_text="The page of the citation, else the first, if it is not given.",
    )


class ImageQuery(PlaceQuery):
    width = serializers.IntegerField(
        min_value=200, max_value=2000, default=1000, help_text="Pixels."
    )


class CollectionRequest(StrictSerializer):
    name = Text(help_text="Its own among your collections.")
    description = Text(required=False, allow_blank=True, default="", max_length=1000)


class CollectionChange(StrictSerializer):
    """What is to be different; everything else stays as it was."""

    name = Text(required=False)
    description = Text(required=False, allow_blank=True, max_length=1000)


class CollectionDocumentsRequest(StrictSerializer):
    documents = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_DOCUMENTS
    )


class ImportRequest(StrictSerializer):
    """A form with one `file`: a ZIP of documents, or lines of JSON."""

    file: Any = serializers.FileField(allow_empty_file=True)
    keep_near_duplicates = serializers.BooleanField(
        default=False, help_text="Add them too; they are reported all the same."
    )


class ImportItemsQuery(StrictQuery):
    outcome = serializers.MultipleChoiceField(
        choices=[(one.value, one.value) for one in Outcome],
        required=False,
        help_text="Only these; may be given several times.",
    )


class WatchRequest(StrictSerializer):
    """A feed has a `url`, a query a `query` and, if not all shall be asked, `providers`."""

    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in WatchKind])
    url = Text(required=False, allow_blank=True, default="", max_length=2000)
    query = Text(required=False, allow_blank=True, default="", max_length=500)
    providers = serializers.ListField(child=Text(max_length=40), default=list, max_length=20)
    every_minutes = serializers.IntegerField(default=60, min_value=1, max_value=LARGEST_SEQ)


class LibraryQuery(StrictQuery):
    q = Text(max_length=500, help_text="The words to look for.")
    collection = serializers.UUIDField(required=False, help_text="Only what stands in it.")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class SearchQuery(StrictQuery):
    q = Text(max_length=500, help_text="The words to look for.")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)
    kind = serializers.ChoiceField(
        choices=["passage", "finding"], required=False, help_text="Only one kind of result."
    )
