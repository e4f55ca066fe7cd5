"""The admin of analyses; each module registers the rows of one concern."""

from analysis.admin import analyses, documents, library
from analysis.admin.looks import ReadOnly

__all__ = ["ReadOnly", "analyses", "documents", "library"]
