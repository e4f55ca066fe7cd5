"""Where the doors to analyses, documents and research hang."""

from django.urls import path

import analysis.api.problems  # noqa: F401  # what our errors mean in HTTP
from analysis.api import (
    analyses,
    collections,
    documents,
    imports,
    plans,
    providers,
    research,
    sources,
    watches,
)

urlpatterns = [
    path("analyses/", analyses.Analyses.as_view(), name="analyses"),
    path("analyses/validate/", analyses.Validation.as_view(), name="analyses-validate"),
    path("analyses/<uuid:pk>/", analyses.AnalysisView.as_view(), name="analysis"),
    path("analyses/<uuid:pk>/events/", analyses.AnalysisEvents.as_view(), name="analysis-events"),
    path("analyses/<uuid:pk>/cancel/", analyses.Cancel.as_view(), name="analysis-cancel"),
    path("analyses/<uuid:pk>/retry/", analyses.Retry.as_view(), name="analysis-retry"),
    path("analyses/<uuid:pk>/pause/", analyses.Pause.as_view(), name="analysis-pause"),
    path("analyses/<uuid:pk>/resume/", analyses.Resume.as_view(), name="analysis-resume"),
    path("analyses/<uuid:pk>/plan/", plans.PlanView.as_view(), name="analysis-plan"),
    path(
        "analyses/<uuid:pk>/plan/approve/",
        plans.ApprovePlan.as_view(),
        name="analysis-plan-approve",
    ),
    path("analyses/<uuid:pk>/duplicate/", analyses.Duplicate.as_view(), name="analysis-duplicate"),
    path("analyses/<uuid:pk>/sources/", sources.AnalysisSources.as_view(), name="analysis-sources"),
    path("collections/", collections.Collections.as_view(), name="collections"),
    path("collections/<uuid:pk>/", collections.CollectionView.as_view(), name="collection"),
    path(
        "collections/<uuid:pk>/documents/",
        collections.CollectionDocuments.as_view(),
        name="collection-documents",
    ),
    path(
        "collections/<uuid:pk>/documents/<uuid:document>/",
        collections.CollectionDocument.as_view(),
        name="collection-document",
    ),
    path("collections/<uuid:pk>/imports/", imports.Imports.as_view(), name="imports"),
    path("collections/<uuid:pk>/imports/<uuid:job>/", imports.ImportView.as_view(), name="import"),
    path(
        "collections/<uuid:pk>/imports/<uuid:job>/cancel/",
        imports.CancelImport.as_view(),
        name="import-cancel",
    ),
    path(
        "collections/<uuid:pk>/imports/<uuid:job>/items/",
        imports.ImportItems.as_view(),
        name="import-items",
    ),
    path("collections/<uuid:pk>/watches/", watches.Watches.as_view(), name="watches"),
    path("collections/<uuid:pk>/watches/<uuid:watch>/", watches.WatchView.as_view(), name="watch"),
    path(
        "collections/<uuid:pk>/watches/<uuid:watch>/items/",
        watches.WatchItems.as_view(),
        name="watch-items",
    ),
    path("library/search/", collections.LibrarySearch.as_view(), name="library-search"),
    path("documents/", documents.Documents.as_view(), name="documents"),
    path("documents/<uuid:pk>/", documents.DocumentView.as_view(), name="document"),
    path("documents/<uuid:pk>/file/", documents.DocumentFile.as_view(), name="document-file"),
    path(
        "documents/<uuid:pk>/pages/<int:number>/",
        documents.DocumentPage.as_view(),
        name="document-page",
    ),
    path("sources/<uuid:pk>/text/", sources.SourceTextView.as_view(), name="source-text"),
    path(
        "sources/<uuid:pk>/pages/<int:number>.png", sources.PageImage.as_view(), name="source-page"
    ),
    path("providers/", providers.Providers.as_view(), name="providers"),
    path("research/search/", research.ResearchSearch.as_view(), name="research-search"),
]
