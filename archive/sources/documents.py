"""Papers that were handed over or signed, in their newest version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from documents import selectors
from documents.models import Kind
from tickets import selectors as tickets
from visits import selectors as visits

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from archive.scope import Scope
    from documents.models import Document


def _subjects(word: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Answer how documents name these rows."""
    return rows.annotate(called=Concat(Value(f"{word}/"), Cast("pk", CharField()))).values("called")


class Documents(Source):
    """Diagnoses, reports, requests and confirmations; monthly reports have entries of their own."""

    kind = "document"
    label = gettext_lazy("Document")
    icon = "file-text"
    at = "issued_at"
    searched = ("number", "reason", "site__name", "signature__name", "issued_by__name")

    def visible(self, user: User) -> QuerySet[Document]:
        """Answer the newest versions of the papers a person may see."""
        return selectors.documents_for(user).filter(replaced_by=None).exclude(kind=Kind.MONTHLY_REPORT)

    def within(self, user: User, scope: Scope) -> QuerySet[Document]:
        """Answer those whose subject the person may see as well; of an equipment those of its tickets and their visits."""
        seen = tickets.tickets_for(user).filter(organization=scope.organization)
        journeys = visits.visits_for(user).filter(Q(ticket=None) | Q(ticket__in=seen.values("pk")), organization=scope.organization)
        if scope.equipment is not None:
            seen, journeys = seen.filter(equipment=scope.equipment), journeys.filter(ticket__equipment=scope.equipment)
        about = Q(about__in=_subjects("ticket", seen)) | Q(about__in=_subjects("visit", journeys))
        rows = self.visible(user).filter(organization=scope.organization)
        if scope.equipment is not None:
            return rows.filter(about)
        if scope.site is not None:
            rows = rows.filter(site=scope.site)
        elsewhere = ~Q(about__startswith="ticket/") & ~Q(about__startswith="visit/")
        return rows.filter(elsewhere | about)

    def widened(self, rows: QuerySet[Document]) -> QuerySet[Document]:
        """Add who signed and where; what a paper says in full is not read."""
        return rows.select_related("site", "signature", "issued_by").defer("content")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one paper."""
        signature = getattr(row, "signature", None)
        signed = signature if signature is not None and signature.is_signed else None
        return self.told(
            row,
            f"{row.full_number} {row.get_kind_display()}",
            link=row.get_absolute_url(),
            state=row.status,
            state_label=row.get_status_display(),
            site=row.site,
            who=row.issued_by,
            facts=[
                (_("Signed by"), signed.name if signed else ""),
                (_("Not signed because"), signature.refusal if signature else ""),
                (_("Corrected because"), row.reason),
            ],
            moments=[(_("signed"), signed.at if signed else None)],
        )


SOURCES = (Documents(),)
