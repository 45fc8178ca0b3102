"""Where documents are."""

from __future__ import annotations

from django.urls import path

from documents.views import desk, public

app_name = "documents"

urlpatterns = [
    path("documents/", desk.overview, name="list"),
    path("documents/<int:pk>/", desk.document, name="document"),
    path("documents/<int:pk>/<slug:language>.pdf", desk.file, name="file"),
    path("documents/<int:pk>/sign/", desk.sign, name="sign"),
    path("documents/<int:pk>/refuse/", desk.refuse, name="refuse"),
    path("d/<str:token>/", public.proof, name="proof"),
]
