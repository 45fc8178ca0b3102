"""Engineers whom contracts name: put down, replaced with the customer's consent, looked at day by day; and who represents us where."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from core.errors import Invalid
from core.queue import claim
from core.record import check, save_by
from training import selectors
from training.errors import ConsentMissing
from training.models import NamedEngineer, RegionalRepresentative
from training.services import telling_staff
from training.services.rights import must_appoint, must_keep_staff
from training.services.staff import must_be_ours, must_fit

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract

BATCH = 100


@transaction.atomic
def name_engineer(
    contract: Contract, *, actor: User | None, at: datetime, person: User, role: str, starts_on: date, **facts: Any
) -> NamedEngineer:
    """Put down whom a contract names for a role, as it was signed; no consent is needed for that."""
    must_keep_staff(actor)
    row = NamedEngineer(contract=contract, person=person, role=role.strip(), starts_on=starts_on, attend_on=timezone.localdate(at))
    return _save(row, facts, actor, at)


@transaction.atomic
def change_named_engineer(
    named: NamedEngineer, *, actor: User | None, at: datetime, consented_by: str = "", consented_how: str = "", **facts: Any
) -> NamedEngineer:
    """Change what is recorded; another person only with the name of who agreed for the customer, and how.

    Raises ConsentMissing (409) where the person changes without it; the person before stays in the history.
    """
    must_keep_staff(actor)
    row = NamedEngineer.objects.select_for_update(of=("self",)).select_related("contract", "person").get(pk=named.pk)
    name, how = consented_by.strip(), consented_how.strip()
    if "person" in facts and facts["person"] != row.person:
        _must_consent(name, how)
        row.consented_by, row.consented_how, row.consented_at = name, how, at
    row.attend_on = timezone.localdate(at)
    return _save(row, facts, actor, at)


def _must_consent(name: str, how: str) -> None:
    if not name or not how:
        sentence = _("The contract names this person. Record who agreed to the change for the customer, and how, before it is made.")
        raise ConsentMissing(sentence, field="consented_how" if name else "consented_by")


def _save(row: NamedEngineer, facts: dict[str, Any], actor: User | None, at: datetime) -> NamedEngineer:
    before = row.person_id if row.pk else None
    for name, value in facts.items():
        setattr(row, name, value)
    must_be_ours(row.person, "person")
    must_be_ours(row.deputy, "deputy")
    if row.person_id != before and not row.person.is_active:
        raise Invalid(_("This person does not work here any more."), field="person")
    must_fit(row)
    check(row)
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def check_named_engineers(at: datetime, limit: int = BATCH) -> int:
    """Look at each named engineer once a day and tell managers of what is newly amiss; answer how many were looked at.

    What was told is not told again while it lasts; days that were missed are made up for by one look.
    """
    today = timezone.localdate(at)
    waiting = NamedEngineer.objects.filter(attend_on__lte=today).order_by("attend_on", "pk")
    locked = claim(waiting, limit, of=("self",))
    for row in selectors.with_papers(NamedEngineer.objects.filter(pk__in=[row.pk for row in locked])).order_by("pk"):
        _look_at(row, today, at)
    return len(locked)


def _look_at(row: NamedEngineer, today: date, at: datetime) -> None:
    found = row.gaps_on(today)
    if new := [gap for gap in found if gap.code not in row.told]:
        telling_staff.gaps_found(row, new, today, at=at)
    row.told = [gap.code for gap in found]
    row.gap_since = (row.gap_since or today) if found else None
    row.attend_on = today + timedelta(days=1) if row.runs_on(today) else None
    save_by(row, None, at=at, fields=["told", "gap_since", "attend_on"])


@transaction.atomic
def save_representative(representative: RegionalRepresentative | None, *, actor: User | None, at: datetime, **facts: Any) -> Any:
    """Say who represents us in a region (P1, P2), or correct it; two at a time are refused.

    Raises NotAllowed (managers do it), Invalid naming the field.
    """
    must_appoint(actor)
    known = RegionalRepresentative.objects.select_for_update()
    row = known.get(pk=representative.pk) if representative else RegionalRepresentative()
    for name, value in facts.items():
        setattr(row, name, value)
    must_be_ours(row.person, "person")
    must_be_ours(row.deputy, "deputy")
    must_fit(row)
    Region.objects.select_for_update().get(pk=row.region_id)  # one after the other, so that two cannot be named at once
    _must_be_alone(row)
    check(row)
    save_by(row, actor, at=at)
    return row


def _must_be_alone(row: RegionalRepresentative) -> None:
    others = RegionalRepresentative.objects.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on), region=row.region_id)
    if row.ends_on is not None:
        others = others.filter(starts_on__lte=row.ends_on)
    other = others.exclude(pk=row.pk).select_related("person").first()
    if other is not None:
        facts = {"name": other.person.name}
        raise Invalid(_("%(name)s represents us there at that time. Let that end first.") % facts, field="starts_on")
