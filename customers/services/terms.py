"""Terms: entered, changed, withdrawn; and those that follow from a contract's or an equipment's own dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, NotNow
from core.record import save_by
from customers import engine
from customers.models import CANARY, Contract, Equipment, Site, Term
from customers.services.contracts import update_contract
from customers.services.saving import locked, put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.models import User

PROLONGING = frozenset({engine.PAID, engine.EXTENSION})
"""Terms of a contract that keep its plan's promises in force until they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a term says: of a contract or of an equipment; no last day or scope is the usual one of its kind."""

    kind: str
    starts_on: date
    ends_on: date | None = None
    contract: Contract | None = None
    equipment: Equipment | None = None
    scope: str = ""
    component: str = ""
    source: str = ""
    paper: str = ""
    price: Decimal | None = None

    def columns(self) -> dict[str, Any]:
        """Answer the facts of its row. Raises Invalid."""
        if (self.contract is None) == (self.equipment is None):
            raise Invalid(_("Choose a contract or an equipment, one of the two."), field="equipment")
        if self.component and self.equipment is None:
            raise Invalid(_("A component is one of an equipment; choose the equipment."), field="component")
        ends_on = self.ends_on or engine.usual_end(self.kind, self.starts_on)
        if ends_on is None:
            raise Invalid(_("Enter the last day: the maker's terms have no usual length."), field="ends_on")
        return {
            "contract": self.contract,
            "equipment": self.equipment,
            "kind": self.kind,
            "starts_on": self.starts_on,
            "ends_on": ends_on,
            "scope": self.scope or engine.USUAL_SCOPE.get(self.kind, engine.NONE),
            "component": self.component.strip(),
            "source": self.source.strip(),
            "paper": self.paper.strip(),
            "price": self.price,
        }


def attend_on(ends_on: date, day: date) -> date | None:
    """Answer the day from which an end is looked after; nothing for what is over."""
    return max(day, ends_on - timedelta(days=engine.AHEAD_DAYS)) if ends_on >= day else None


def today(at: datetime) -> date:
    """Answer the local day of the product's time zone."""
    return timezone.localdate(at, timezone.get_default_timezone())


@transaction.atomic
def enter_term(
    stated: Stated, *, actor: User | None, at: datetime, origin: str = Term.Origin.ENTERED, renews: Term | None = None, **outside: str
) -> Term:
    """Put a term on record; a paid or extending one of a contract keeps its plan's promises in force until it ends.

    A program may add its id (``outside``). Raises Invalid and NotAllowed.
    """
    _must_dispatch(actor)
    columns = stated.columns()
    row = Term(**columns, origin=origin, renews=renews, entered_by=actor, entered_at=at, known_on=today(at), **outside)
    _place(row)
    row.attend_on = attend_on(row.ends_on, today(at))
    put(row, actor, at)
    _prolong(row, actor, at)
    return row


@transaction.atomic
def change_term(term: Term, *, actor: User | None, at: datetime, **facts: Any) -> Term:
    """Put right what a term says; a new last day is reminded of anew. Raises Invalid, NotAllowed and NotNow."""
    _must_dispatch(actor)
    row = _own(term)
    if all(getattr(row, name) == value for name, value in facts.items()):
        return row
    moved = facts.get("ends_on", row.ends_on) != row.ends_on
    before = row.ends_on
    for name, value in facts.items():
        setattr(row, name, value)
    if moved:
        row.known_on, row.attend_on = today(at), attend_on(row.ends_on, today(at)) or today(at)
    put(row, actor, at)
    if moved and row.contract and row.kind in PROLONGING and row.contract.ends_on == before:
        update_contract(row.contract, ends_on=row.ends_on, actor=actor, at=at)
    return row


@transaction.atomic
def withdraw_term(term: Term, *, actor: User, at: datetime, reason: str) -> Term:
    """Take a term back that should not have been entered; it stays on record with the reason. Raises Invalid, NotAllowed, NotNow."""
    if not actor.manages:
        raise NotAllowed(_("Only a manager withdraws a term."))
    row = _own(term)
    if not reason.strip():
        raise Invalid(_("Say why it is withdrawn."), field="reason")
    row.withdrawn_at, row.withdrawn_because, row.attend_on = at, reason.strip()[:200], None
    row.renews = None  # what it renewed ends again, and may be renewed anew; the history keeps what it was
    save_by(row, actor, at=at)
    if row.contract and row.kind in PROLONGING and row.contract.ends_on == row.ends_on:
        update_contract(row.contract, ends_on=row.service_ended_on, actor=actor, at=at)
    return row


def _own(term: Term) -> Term:
    row = locked(term)
    if row.follows:
        raise NotNow(_("This term follows the dates of the contract or the equipment; change them there."))
    if row.is_withdrawn:
        raise NotNow(_("This term is withdrawn already."))
    return row


def _must_dispatch(actor: User | None) -> None:
    if actor is not None and not actor.dispatches:
        raise NotAllowed(_("Terms are entered by dispatchers and managers."))


def _place(row: Term) -> None:
    """Say whose it is and which office answers for it."""
    if row.equipment is not None:
        site: Site | None = Site.objects.select_related("region__office", "organization").get(pk=row.equipment.site_id)
        assert site is not None
        row.organization = site.organization
    else:
        assert row.contract is not None
        row.organization = row.contract.organization
        site = site_of(row.contract)
    row.office = site.region.office if site else None


def site_of(contract: Contract) -> Site | None:
    """Answer the place by which a contract belongs to an office: of the first equipment it names, else the customer's first site."""
    sites = Site.objects.select_related("region__office").order_by("pk")
    return sites.filter(equipment__contracts=contract).first() or sites.filter(organization=contract.organization_id).first()


def _prolong(row: Term, actor: User | None, at: datetime) -> None:
    contract = row.contract
    if contract is None or row.kind not in PROLONGING or (contract.ends_on and contract.ends_on >= row.ends_on):
        return
    row.service_ended_on = contract.ends_on
    save_by(row, actor, at=at, fields=["service_ended_on"])
    update_contract(contract, ends_on=row.ends_on, actor=actor, at=at)


# --- What follows from a contract's or an equipment's own dates ------------------------------------


def follow_terms(at: datetime) -> int:
    """Have a row for every end that follows from contracts and equipment; answer how many were made, changed or withdrawn.

    Run twice or by two workers it comes to the same rows.
    """
    done = 0
    for contract in Contract.objects.exclude(organization__code=CANARY).order_by("pk").iterator(500):
        done += follow_contract(contract, at=at)
    for equipment in _warranted().order_by("pk").iterator(500):
        done += _follow(equipment, _made(equipment), at)
    return done


def follow_contract(contract: Contract, *, at: datetime) -> int:
    """Have the rows say what a contract's dates say; answer how many changed."""
    months = (contract.warranty_months, contract.free_service_months)
    spans = engine.signed(contract.number, contract.accepted_on, *months, contract.ends_on)
    own = Term.objects.filter(contract=contract, withdrawn_at=None, kind__in=PROLONGING)
    if (
        contract.ends_on
        and any(span.kind == engine.PAID for span in spans)
        and own.filter(ends_on=contract.ends_on).exclude(origin=Term.Origin.CONTRACT).exists()
    ):
        spans = [span for span in spans if span.kind != engine.PAID]
    return _follow(contract, spans, at)


def _warranted() -> Any:
    """Answer the hardware with maker's terms, and whatever had a row that may have to go."""
    followed = Term.objects.filter(equipment=OuterRef("pk"), origin=Term.Origin.EQUIPMENT, withdrawn_at=None)
    hardware = Q(kind=Equipment.Kind.HARDWARE, maker_warranty_until__isnull=False)
    return Equipment.objects.filter(hardware | Exists(followed)).select_related("site")


def _made(equipment: Equipment) -> list[engine.Span]:
    if equipment.kind != Equipment.Kind.HARDWARE or equipment.maker_warranty_until is None:
        return []
    return [engine.made(equipment.maker_warranty_until, equipment.accepted_on)]


def _follow(subject: Contract | Equipment, spans: Iterable[engine.Span], at: datetime) -> int:
    name, origin = ("contract", Term.Origin.CONTRACT) if isinstance(subject, Contract) else ("equipment", Term.Origin.EQUIPMENT)
    rows = {row.kind: row for row in Term.objects.filter(**{name: subject}, origin=origin, withdrawn_at=None)}
    wanted = {span.kind: span for span in spans}
    done = 0
    for kind, row in rows.items():
        if kind not in wanted and not Term.objects.filter(renews=row, withdrawn_at=None).exists():
            row.withdrawn_at, row.attend_on = at, today(at)
            row.withdrawn_because = _("The dates it followed have changed.")
            save_by(row, None, at=at)
            done += 1
    for kind, span in wanted.items():
        done += _agree(rows.get(kind) or Term(**{name: subject}, origin=origin, kind=kind, entered_at=at), span, at)
    return done


def _agree(row: Term, span: engine.Span, at: datetime) -> int:
    said = (span.starts, span.ends, span.scope)
    is_new = not row.pk
    if not is_new and (row.starts_on, row.ends_on, row.scope) == said:
        return 0
    if is_new or row.ends_on != span.ends:
        row.known_on, row.attend_on = today(at), attend_on(span.ends, today(at)) or (None if is_new else today(at))
    row.starts_on, row.ends_on, row.scope = said
    if is_new:
        _place(row)
    try:
        with transaction.atomic():
            save_by(row, None, at=at)
    except IntegrityError:  # another worker was first, or the same days were entered by hand
        return 0
    return 1
