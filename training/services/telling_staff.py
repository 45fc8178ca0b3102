"""Who is told what about the certificates of our own people and the engineers whom contracts name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts import selectors as accounts
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from training.engine import Gap
    from training.models import NamedEngineer, StaffCertificate


def certificate_ends(row: StaffCertificate, step: int, *, at: datetime) -> None:
    """Remind the person, and who leads their office, that a certificate ends."""
    person, key = row.person, f"staff-certificate:{row.pk}:{row.expires_on}:{step}"
    facts = {
        "certificate": row.name, "certificate_en": row.name_en or row.name, "number": row.number, "name": person.name,
        "valid_on": row.expires_on,
    }  # fmt: skip
    link = reverse("training:engineer", args=[person.pk])
    drafts = [Draft(kind="staff_certificate_ends", recipient=person, context=facts, key=key, link=link)]
    lead = accounts.office_lead(person.office)
    if lead is not None and lead != person:
        told = {**facts, "for_lead": True}
        drafts.append(Draft(kind="staff_certificate_ends", recipient=lead, context=told, key=key, link=link))
    post(drafts, at=at)


def gaps_found(row: NamedEngineer, gaps: Iterable[Gap], today: date, *, at: datetime) -> None:
    """Tell the managers of the person's office what is newly amiss with whom a contract names."""
    facts: dict[str, Any] = {
        "contract": row.contract.number, "customer": str(row.contract.organization), "role": row.role, "role_en": row.role_en or row.role,
        "name": row.person.name, "gaps": [{"kind": gap.kind, "about": gap.about, "on": gap.on} for gap in gaps],
    }  # fmt: skip
    key, link = f"named-engineer:{row.pk}:{today}:{_word(gaps)}", reverse("customers:contract", args=[row.contract_id])
    people = accounts.managers(row.person.office)
    post([Draft(kind="named_engineer_gap", recipient=person, context=facts, key=key, link=link) for person in people], at=at)


def _word(gaps: Iterable[Gap]) -> str:
    return ",".join(gap.code for gap in gaps)
