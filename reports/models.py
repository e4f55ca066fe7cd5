"""A rendered report: one row a format and Draft."""

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models

from analysis.models import Analysis
from reports.formats import FORMATS
from researcher.kit.ids import uuid7


class Report(models.Model):
    """A finished Draft in one format; rendered on first request, then served as it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="reports")
    format = models.CharField(
        max_length=16, choices=[(name, one.label) for name, one in FORMATS.items()]
    )
    draft_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200, help_text="Its name in the file storage.")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    plain = models.BooleanField(
        default=False, help_text="Without layout, because the rich rendering failed."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_report_per_draft_and_format",
                fields=["analysis", "format", "draft_sha256"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id} as {self.format}"

    def open(self) -> "File[bytes]":
        """The stored file, for whoever closes it again."""
        return default_storage.open(self.file)

    def content(self) -> bytes:
        with self.open() as file:
            return bytes(file.read())
