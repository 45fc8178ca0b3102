"""Calendars: staff read them, those who watch promises edit them, and who has the address of a feed subscribes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing

from core.time import now
from sla.models import Calendar
from sla.services import calendars
from tests.access import EVERYBODY, MANAGERS, STAFF, row
from tests.plans import load_shipped_plans

if TYPE_CHECKING:
    from datetime import date

    from tests.worlds import World


def prepare(world: World) -> dict[str, object]:
    """A calendar with a draft."""
    load_shipped_plans()
    calendar = Calendar.objects.get(code="office-cn")
    day: date = now().date()
    calendars.set_days(calendar, first=day, last=day, what="closed", actor=world.manager, at=now())
    return {"feed": signing.dumps("office-cn", salt="calendar-feed")}


PAGE, HERE = "calendars/<slug:code>/", "/calendars/office-cn/"
ROWS = [
    row("calendars/", let_in=STAFF),
    row(PAGE, HERE, let_in=STAFF),
    row(PAGE + "days.<slug:ending>", HERE + "days.ics", let_in=STAFF),
    row("calendars/feed/<str:token>.ics", "/calendars/feed/{feed}.ics", let_in=EVERYBODY),
    row(PAGE + "draft/", HERE + "draft/", let_in=MANAGERS),
    row(PAGE + "draft/week/", HERE + "draft/week/", let_in=MANAGERS),
    row(PAGE + "draft/days/", HERE + "draft/days/", let_in=MANAGERS),
    row(PAGE + "draft/import/", HERE + "draft/import/", method="post", let_in=MANAGERS),
    row(PAGE + "preview/", HERE + "preview/", let_in=MANAGERS),
    row(PAGE + "draft/discard/", HERE + "draft/discard/", method="post", let_in=MANAGERS),
]
