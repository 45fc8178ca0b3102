"""Whether a release applies to an equipment, and at what risk: owed to each contract, met when its last equipment is assessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import CampaignItem, State
from catalogue.services.opening import assessment_key
from catalogue.services.stepping import chosen, must_serve, saved
from core.errors import Invalid
from obligations import services as obligations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def assess(items: Iterable[CampaignItem], *, applies: bool, actor: User, at: datetime, risk: str = "") -> list[CampaignItem]:
    """Say for chosen equipment whether the release applies and what to watch; customers of those it applies to are told next.

    May be put right until the customer has been told.
    """
    must_serve(actor)
    if not applies and not risk.strip():
        raise Invalid(_("Write why it does not apply."), field="risk", code="required")
    rows = chosen(items, State.TO_ASSESS, State.APPLIES, State.NOT_CONCERNED)
    for row in rows:
        row.state = State.APPLIES if applies else State.NOT_CONCERNED
        row.risk, row.assessed_at, row.assessed_by = risk.strip()[:500], at, actor
        row.attend_at = at if applies else None
    saved(rows, actor, at)
    _meet(rows, actor, at)
    return rows


def _meet(rows: list[CampaignItem], actor: User, at: datetime) -> None:
    """Meet what is owed to the contracts all of whose equipment is assessed now."""
    contracts = {row.contract for row in rows if row.contract is not None}
    campaign = rows[0].campaign
    for contract in sorted(contracts, key=lambda contract: contract.pk):
        mine = CampaignItem.objects.filter(campaign=campaign, contract=contract)
        if mine.filter(state=State.TO_ASSESS).exists():
            continue
        number = mine.count()
        proof = ngettext("%(number)s equipment assessed", "%(number)s equipment assessed", number) % {"number": number}
        key = assessment_key(campaign, contract)
        obligations.meet(key, actor=actor, at=at, proof=proof, link=campaign.get_absolute_url())
