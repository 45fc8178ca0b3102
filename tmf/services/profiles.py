"""How an account speaks TMF621, as managers say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from customers import selectors as customers
from tickets.models import Kind
from tmf.models import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site

WORST, MILDEST = 1, 4


@transaction.atomic
def save_profile(
    account: User,
    *,
    site: Site | None,
    severities: Mapping[str, int],
    kinds: Mapping[str, str],
    is_partial: bool,
    actor: User,
    at: datetime,
) -> Profile:
    """Make or change the profile of an account."""
    if not actor.manages:
        raise NotAllowed(_("Profiles are for managers."))
    if site is not None and not customers.sites_for(account).filter(pk=site.pk).exists():
        raise Invalid(_("This account does not see that site."), field="site")
    if any(not WORST <= number <= MILDEST for number in severities.values()):
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severities")
    if not set(kinds.values()) <= set(Kind.values):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)}, field="kinds")
    row = Profile.objects.select_for_update().filter(account=account).first() or Profile(account=account, created_at=at)
    row.site, row.severities, row.kinds, row.is_partial = site, dict(severities), dict(kinds), is_partial
    save_by(row, actor, at=at)
    return row
