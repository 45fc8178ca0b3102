"""An obligation is entered once, met once or step by step, or waived with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from obligations.errors import AlreadyEnded
from obligations.models import Obligation, Status

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Office, User
    from customers.models import Contract, Equipment, Organization, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed: ``key`` names it for good, so that it is entered once however often it is asked for."""

    key: str
    kind: str
    title: str
    organization: Organization
    opens_at: datetime
    due_at: datetime
    title_en: str = ""
    code: str = ""
    clause: str = ""
    period: str = ""
    contract: Contract | None = None
    site: Site | None = None
    equipment: Equipment | None = None
    office: Office | None = None
    wanted: int = 1
    link: str = ""

    def row(self, at: datetime) -> Obligation:
        """Answer the row it becomes, not yet saved."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return Obligation(**facts, created_at=at)


def owe(owed: Owed, *, at: datetime) -> tuple[Obligation, bool]:
    """Enter what is owed; answer its row and whether this call made it. Two workers at once make one row."""
    if found := Obligation.objects.filter(key=owed.key).first():
        return found, False
    row = owed.row(at)
    try:
        with transaction.atomic():
            save_by(row, None, at=at)
    except IntegrityError:
        if found := Obligation.objects.filter(key=owed.key).first():
            return found, False
        raise
    return row, True


@transaction.atomic
def meet(key: str, *, actor: User | None, at: datetime, proof: str, link: str = "", times: int = 1) -> Obligation | None:
    """Count what was done towards an obligation and end it when all of it was; None where nothing of that key is owed.

    What was met or waived before stays as it was. Done but for what was spared, it is let go with the reason of that.
    """
    row = Obligation.objects.select_for_update(of=("self",)).filter(key=key).first()
    if row is None or row.status != Status.OWED:
        return row
    row.got += times
    row.proof, row.link = proof[:200], link or row.link
    if row.got >= row.wanted:
        row.status, row.ended_at, row.ended_by = Status.DONE, at, actor
    elif row.got + row.spared >= row.wanted:
        row.status, row.ended_at, row.ended_by = Status.WAIVED, at, actor
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def waive(obligation: Obligation, *, actor: User, at: datetime, reason: str) -> Obligation:
    """Say that it is not owed after all, and why; a manager's decision that stays in view."""
    if not actor.manages:
        raise NotAllowed(_("Only a manager decides that something is not owed."))
    if not reason.strip():
        raise Invalid(_("Say why it is not owed."), field="reason")
    row = _still_owed(obligation)
    row.status, row.ended_at, row.ended_by, row.reason = Status.WAIVED, at, actor, reason.strip()[:300]
    save_by(row, actor, at=at)
    return row


def _still_owed(obligation: Obligation) -> Obligation:
    row = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    if row.status != Status.OWED:
        raise AlreadyEnded(_("This is not owed any more."))
    return row


@transaction.atomic
def meet_by_hand(obligation: Obligation, *, actor: User, at: datetime, proof: str) -> Obligation:
    """Say that all that is left of it was done outside of the desk, and what shows it; up to dispatchers and managers."""
    if not actor.dispatches:
        raise NotAllowed(_("What was done outside of the desk is entered by dispatchers and managers."))
    if not proof.strip():
        raise Invalid(_("Say what shows that it was done: when, by whom, with whom."), field="proof")
    row = _still_owed(obligation)
    return cast("Obligation", meet(row.key, actor=actor, at=at, proof=proof.strip(), times=row.wanted - row.got))
