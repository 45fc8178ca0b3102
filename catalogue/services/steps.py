"""The steps of a campaign by the names that pages and programs know them by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalogue.services.answering import accept, decline, verify
from catalogue.services.assessing import assess
from catalogue.services.carrying import carry_out, schedule
from core.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalogue.models import CampaignItem

    Items = list[CampaignItem]
    Facts = dict[str, Any]


def _schedule(items: Items, given: Facts, who: Facts) -> Items:
    if given["day"] is None:
        raise Invalid(_("Choose the day."), field="on", code="required")
    return schedule(items, on=given["day"], **who)


STEPS: dict[str, Callable[[Items, Facts, Facts], Items]] = {
    "applies": lambda items, given, who: assess(items, applies=True, risk=given["text"], **who),
    "exempt": lambda items, given, who: assess(items, applies=False, risk=given["text"], **who),
    "accept": lambda items, given, who: accept(items, wanted_on=given["day"], text=given["text"], **who),
    "decline": lambda items, given, who: decline(items, text=given["text"], **who),
    "schedule": _schedule,
    "done": lambda items, given, who: carry_out(items, version=given["version"], **who),
    "verified": lambda items, given, who: verify(items, works=True, text=given["text"], **who),
    "failed": lambda items, given, who: verify(items, works=False, text=given["text"], **who),
}
"""Each takes the chosen rows, what was filled in (text, day, version) and who does it when."""
