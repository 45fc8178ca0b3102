"""What the feed of changes tells of: each kind of thing, who may see it, and whose it is (docs/decisions/changes-feed.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from care import selectors as care
from care.models import Call
from catalogue import selectors as catalogue
from catalogue.models import Request
from customers import selectors as customers
from customers.models import Contract, Equipment, HeightenedPeriod, Membership, Organization, Site, Term
from documents import selectors as documents
from documents.models import Document
from entitlements import selectors as entitlements
from entitlements.models import QuotationRequest, Remedy
from inspections import selectors as inspections
from inspections.models import Finding, Inspection, InspectionPlan
from knowledge import selectors as knowledge
from knowledge.models import Article
from loops import selectors as loops
from loops.models import Loop
from obligations import selectors as obligations
from obligations.models import Obligation
from parts import selectors as parts
from parts.models import Purchase, Repair
from scoresheets import selectors as scoresheets
from scoresheets.models import Score
from tickets import selectors as tickets
from tickets.models import Ticket
from training import selectors as training
from training.models import Session
from visits import selectors as visits
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django.db.models import Model, QuerySet

    from accounts.models import User

ACCESS = "access"
"""Not a thing: what one person may see has changed as a whole."""


MOVABLE = frozenset({"tickets", "visits", "inspections", "calls", "sites", "equipment"})
"""Things whose history names their site."""


OURS = frozenset({"people", "heightened-periods", "articles", "purchases", "repairs"})
"""Things that customers are told nothing of, not even that one is gone: not for them, or not one organization's."""


SUPERVISED = frozenset({"obligations", "scoresheets"})
"""Things of an organization that only its supervisors see."""


HANGING = {
    "sites": (("equipment", "site"),),
    "equipment": (("contracts", "equipment"), ("terms", "equipment"), ("quotation-requests", "term__equipment")),
    "tickets": (("service-requests", "ticket"), ("remedies", "ticket")),
}
"""What is seen where another thing is, and moves with it without a change of its own."""


class Place(NamedTuple):
    """What a thing is called in addresses, and whose it is: the organization, and the sites whose people see it (none: all of them).

    What is no one organization's has none; it leaves nobody.
    """

    key: str
    organization: int | None
    sites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of thing below /api/v1/."""

    name: str
    one: str
    model: type[Model]
    visible: Callable[[User], QuerySet[Any]]
    organization: str = "organization_id"
    sites: str = "site_id"
    key: str = "pk"

    def places(self, keys: Collection[int]) -> dict[int, Place]:
        """Answer where these things are now, in one query; what is gone is left out."""
        found: dict[int, Place] = {}
        rows = self.model._default_manager.filter(pk__in=keys)
        if not self.organization:
            return {pk: Place(str(key), None, ()) for pk, key in rows.values_list("pk", self.key)}
        columns = ("pk", self.key, self.organization, *([self.sites] if self.sites else []))
        for pk, key, organization, *site in rows.values_list(*columns):
            before = found[pk].sites if pk in found else ()
            found[pk] = Place(str(key), organization, tuple(sorted({*before, *(one for one in site if one is not None)})))
        return found

    def before(self, places: Mapping[int, Place]) -> dict[int, Place]:
        """Answer where these things were before they came to where they are, as their history tells; what has not moved is left out."""
        if self.name not in MOVABLE:
            return {}
        model: Any = self.model
        columns = [{"pk": "id"}.get(name, name) for name in (self.organization, self.sites)]
        rows = model.history.filter(id__in=places).order_by("-history_id").values_list("id", *columns)
        found: dict[int, Place] = {}
        for pk, organization, site in rows:
            place = Place(places[pk].key, organization, () if site is None else (site,))
            if pk not in found and organization is not None and place != places[pk]:
                found[pk] = place
        return found

    def seen(self, user: User, keys: Collection[int]) -> set[int]:
        """Answer which of these things a person may see: those of the pages and lists."""
        return set(self.visible(user).filter(pk__in=keys).values_list("pk", flat=True))


def _plans(user: User) -> QuerySet[InspectionPlan]:
    """Answer the plans of inspections, which only our own people read over the interface."""
    found = inspections.plans_for(user)
    return found if user.is_provider else found.none()


RESOURCES: dict[str, Resource] = {
    row.name: row
    for row in (
        Resource("tickets", "ticket", Ticket, tickets.tickets_for, key="number"),
        Resource("visits", "visit", Visit, visits.visits_for),
        Resource("inspections", "inspection", Inspection, inspections.inspections_for),
        Resource("findings", "finding", Finding, inspections.findings_for),
        Resource("inspection-plans", "inspection-plan", InspectionPlan, _plans, "contract__organization_id"),
        Resource("documents", "document", Document, documents.documents_for),
        Resource("loops", "loop", Loop, loops.loops_for, "ticket__organization_id", "ticket__site_id", "ticket__number"),
        Resource("calls", "call", Call, care.calls_for),
        Resource("organizations", "organization", Organization, customers.organizations_for, "pk", sites=""),
        Resource("sites", "site", Site, customers.sites_for, sites="pk"),
        Resource("equipment", "equipment", Equipment, customers.equipment_for, "site__organization_id"),
        Resource("contracts", "contract", Contract, customers.contracts_for, sites="equipment__site_id"),
        Resource("people", "person", Membership, customers.people_for, sites=""),
        Resource("terms", "term", Term, customers.terms_for, sites="equipment__site_id"),
        Resource("heightened-periods", "heightened-period", HeightenedPeriod, customers.periods_for, "", ""),
        Resource("service-requests", "service-request", Request, catalogue.requests_for, "ticket__organization_id", "ticket__site_id"),
        Resource(
            "quotation-requests", "quotation-request", QuotationRequest, entitlements.quotations_for, sites="term__equipment__site_id"
        ),
        Resource("remedies", "remedy", Remedy, entitlements.remedies_for, "ticket__organization_id", "ticket__site_id"),
        Resource("training/sessions", "training-session", Session, training.sessions_for),
        Resource("obligations", "obligation", Obligation, obligations.obligations_for, sites=""),
        Resource("scoresheets", "scoresheet", Score, scoresheets.scores_for, sites=""),
        Resource("articles", "article", Article, knowledge.articles_for, "", ""),
        Resource("purchases", "purchase", Purchase, parts.purchases_for, "", ""),
        Resource("repairs", "repair", Repair, parts.repairs_for, "", ""),
    )
}
