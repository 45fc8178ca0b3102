"""The demo world's part of: service archive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import User
from archive import selectors, services
from archive.scope import Scope
from servicedesk.demo import ACCOUNTS
from tickets.figures.period import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from servicedesk.demo.world import World


def fill(made: World, at: datetime) -> None:
    """A new administrator of the customer takes last month's archive home; what goes before is told by everything else."""
    supervisor = User.objects.get(email=next(email for role, email, _name in ACCOUNTS if role == "supervisor"))
    organization = selectors.organizations_for(supervisor).first()
    if organization is None:
        return
    last = day_of(at)
    given = {"first": last - timedelta(days=30), "last": last, "form": "zip", "language": "zh-hans"}
    services.ask(Scope.of(organization), **given, actor=supervisor, at=at)  # type: ignore[arg-type]
    services.make_next(lambda: at)
