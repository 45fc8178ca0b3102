"""Documents: staff see all, customers those of their sites, supervisors their organization's; proof is for whoever holds the paper."""

from __future__ import annotations

from typing import Any

from tests.access import EVERYBODY, PEOPLE, STAFF, own, row
from tests.documents.worlds import make_document


def prepare(world: Any) -> dict[str, Any]:
    """One document that awaits a signature, one that is issued, one of another site."""
    return {
        "unsigned": make_document(world),
        "issued": make_document(world, about="visit/2", awaits_signature=False),
        "paper_elsewhere": make_document(world, about="visit/3", site=world.other_site),
    }


ROWS = [
    row("documents/", let_in=PEOPLE),
    own("documents/<int:pk>/", "/documents/{unsigned.pk}/"),
    own("documents/<int:pk>/", "/documents/{paper_elsewhere.pk}/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own("documents/<int:pk>/<slug:language>.pdf", "/documents/{issued.pk}/en.pdf"),
    own("documents/<int:pk>/sign/", "/documents/{unsigned.pk}/sign/"),
    own("documents/<int:pk>/sign/", "/documents/{unsigned.pk}/sign/", method="post", data={"name": ""}),
    own("documents/<int:pk>/refuse/", "/documents/{unsigned.pk}/refuse/", method="post", data={"reason": ""}),
    row("api/v1/documents/", let_in=PEOPLE),
    own("api/v1/documents/(?P<pk>[0-9]+)/", "/api/v1/documents/{unsigned.pk}/"),
    own("api/v1/documents/(?P<pk>[0-9]+)/", "/api/v1/documents/{paper_elsewhere.pk}/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own("api/v1/documents/(?P<pk>[0-9]+)/pdf/", "/api/v1/documents/{unsigned.pk}/pdf/"),
    own("api/v1/documents/(?P<pk>[0-9]+)/sign/", "/api/v1/documents/{unsigned.pk}/sign/", method="post"),
    own("api/v1/documents/(?P<pk>[0-9]+)/refuse/", "/api/v1/documents/{unsigned.pk}/refuse/", method="post"),
    row("api/v1/document-proofs/(?P<code>[-a-zA-Z0-9_]{1,24})/", "/api/v1/document-proofs/{issued.token}/", let_in=PEOPLE),
    row("d/<str:token>/", "/d/{issued.token}/", let_in=EVERYBODY),
]
