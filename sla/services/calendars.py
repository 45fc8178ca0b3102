"""The next version of a calendar: written as a draft, looked at, published. A published version never changes (rule 14)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.errors import Invalid, NotNow
from core.queue import claim
from core.time import epoch
from sla import selectors
from sla.calendars import content as contents
from sla.engine.clock import CALENDAR_CHANGED, Event, calendar_change
from sla.engine.settle import settle
from sla.models import Calendar, CalendarChange, CalendarDraft, CalendarVersion, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from sla import engine
    from sla.calendars.content import Content, Dates, Ranges, What
    from sla.engine.settle import Clock as Settled
    from sla.models import Commitment

LIVE = ("pending", "running", "paused", "missed")
WATCHED = timedelta(minutes=1)
"""How long after a version began to hold tickets are looked for: one reported in that second may not be in the table yet."""


def set_week(
    calendar: Calendar, *, timezone: str, weekly: list[list[str]], unconfirmed: list[int], actor: User | None, at: datetime
) -> CalendarDraft:
    """Write weekly hours, time zone and the years whose notice is not known into the draft."""
    if not weekly:
        raise Invalid(_("Name at least one range of weekly hours: without any, a promise would never come due."), code="never_opens")
    return _write(
        calendar,
        lambda content: contents.with_week(content, timezone=timezone, weekly=weekly, unconfirmed=unconfirmed),
        actor=actor,
        at=at,
    )


def set_days(
    calendar: Calendar,
    *,
    first: date,
    last: date,
    what: What,
    hours: Ranges | None = None,
    name: str = "",
    actor: User | None,
    at: datetime,
) -> CalendarDraft:
    """Close days, open them at hours of their own, or leave them to the week again, in the draft."""
    if last < first:
        raise Invalid(_("The last day lies before the first."), field="last", code="negative")
    if (last - first).days >= contents.LONGEST_SPAN:
        raise Invalid(_("Change at most %(most)s days at once.") % {"most": contents.LONGEST_SPAN}, field="last", code="too_many_days")
    if what == "open" and not hours:
        raise Invalid(_("Say from when to when it is open, such as 09:00-12:00."), field="hours", code="required")
    return _write(
        calendar,
        lambda content: contents.with_days(content, first, last, what=what, hours=hours or [], name=name),
        actor=actor,
        at=at,
    )


def replace_content(calendar: Calendar, given: Content, *, actor: User | None, at: datetime) -> CalendarDraft:
    """Put what a file says in place of the draft's zone, week and days; names of days that stay are kept."""

    def change(content: Content) -> Content:
        return contents.normal({**content, **given, "names": {**content.get("names", {}), **given.get("names", {})}})

    return _write(calendar, change, actor=actor, at=at)


def replace_dates(calendar: Calendar, dates: Dates, *, actor: User | None, at: datetime) -> CalendarDraft:
    """Put the days of a file in place of the draft's, in the years the file speaks of."""
    return _write(calendar, lambda content: contents.with_dates(content, dates), actor=actor, at=at)


@transaction.atomic
def _write(calendar: Calendar, change: Callable[[Content], Content], *, actor: User | None, at: datetime) -> CalendarDraft:
    """Change the draft; the first change begins it from the newest version."""
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    draft = CalendarDraft.objects.filter(calendar=calendar).first()
    if draft is None:
        newest = _newest(calendar)
        draft = CalendarDraft(calendar=calendar, base=newest, data=newest.data, begun_at=at, begun_by=actor)
    draft.data = change(draft.data)
    draft.revision += 1
    draft.changed_at, draft.changed_by = at, actor
    draft.save()
    return draft


def _newest(calendar: Calendar) -> CalendarVersion:
    newest = calendar.versions.order_by("-number").first()
    if newest is None:
        raise NotNow(_("The calendar “%(code)s” has no version yet; load one first.") % {"code": calendar.code}, code="calendar_not_loaded")
    return newest


@transaction.atomic
def discard(calendar: Calendar, *, actor: User | None, at: datetime) -> None:
    """Throw the draft away; what is published stays."""
    CalendarDraft.objects.filter(calendar=calendar).delete()


@transaction.atomic
def publish(
    calendar: Calendar, *, revision: int, way: str = "carry", valid_from: datetime | None = None, actor: User | None, at: datetime
) -> CalendarChange:
    """Make the draft the next version, valid from an instant (at once if none is given).

    ``revision`` is that of the draft that was looked at. What becomes of running clocks (``way``) is done afterwards, in batches,
    by whoever holds the commitments; clocks that have ended never move.
    """
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    draft, newest = CalendarDraft.objects.filter(calendar=calendar).first(), _newest(calendar)
    if draft is None:
        raise NotNow(_("There is no draft of this calendar any more: it was published or thrown away."), code="no_draft")
    if draft.revision != revision:
        words = _("%(name)s has changed the draft since you looked at it. Look at the preview again, then publish.")
        raise NotNow(words % {"name": draft.changed_by or _("Somebody")}, code="draft_changed")
    if contents.normal(newest.data) == draft.data:
        words = _("The draft says the same as version %(number)s: there is nothing to publish.")
        raise NotNow(words % {"number": newest.number}, code="nothing_changed")
    version = CalendarVersion(calendar=calendar, number=newest.number + 1, data=draft.data, created_at=at, created_by=actor)
    version.valid_from, version.checksum = _valid_from(valid_from, newest, at), checksum_of(draft.data)
    version.save()
    draft.delete()
    return CalendarChange.objects.create(version=version, way=way, finished_at=at if way == CalendarChange.Way.NEW else None)


def _valid_from(given: datetime | None, newest: CalendarVersion, at: datetime) -> datetime:
    begins = max(given or at, at)
    if given is not None and given < at:
        raise Invalid(_("A version cannot begin to hold in the past. Leave it empty for: at once."), field="valid_from", code="in_the_past")
    if begins < newest.valid_from:
        words = _("Version %(number)s holds from a later instant; this one cannot begin before it.")
        raise Invalid(words % {"number": newest.number}, field="valid_from", code="before_the_last")
    return begins


def checksum_of(content: Content) -> str:
    """Answer the checksum by which versions that say the same are told."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --- What runs already ------------------------------------------------------------------------------------


def counting_in(calendar: Calendar, *, before: int | None = None) -> QuerySet[Clock]:
    """Answer the clocks that have not ended and count in a calendar, or in one of its versions before a number."""
    versions = calendar.versions.filter(number__lt=before) if before else calendar.versions.all()
    return Clock.objects.filter(calendar_version__in=versions.values("pk"), stopped_at=None, state__in=LIVE)


def left_of(change: CalendarChange) -> QuerySet[Clock]:
    """Answer the clocks that a published version has yet to move."""
    return counting_in(change.version.calendar, before=change.version.number)


def change_to_go_on(at: datetime) -> CalendarChange | None:
    """Answer the next published version with clocks to move, locked; None when there is none or somebody else is at it.

    Of one calendar the versions are done one after another.
    """
    under_way = CalendarChange.objects.filter(finished_at=None)
    earlier = under_way.filter(version__calendar=OuterRef("version__calendar"), version__number__lt=OuterRef("version__number"))
    rows = under_way.filter(~Exists(earlier), version__valid_from__lte=at).order_by("id")
    return next(iter(claim(rows.select_related("version__calendar", "version__created_by"), 1, of=("self",))), None)


def moved(change: CalendarChange, tickets: int) -> None:
    """Note how many more were moved."""
    change.moved += tickets
    change.save(update_fields=["moved"])


def finish(change: CalendarChange, *, at: datetime) -> None:
    """Note that nothing is left to move, once nothing can have been overlooked."""
    if at >= change.version.valid_from + WATCHED:
        change.finished_at = at
        change.save(update_fields=["finished_at"])


def change_facts(change: CalendarChange, before: Iterable[int]) -> dict[str, Any]:
    """Answer what the record says of the move; ``before`` are the numbers of the versions that were counted in."""
    version = change.version
    facts = calendar_change(version.calendar.code, version.pk, again=change.way == CalendarChange.Way.AGAIN)
    names = {"zh-hans": version.calendar.name, "en": version.calendar.name_en or version.calendar.name}
    return {**facts, "name": names, "before": ", ".join(map(str, sorted(set(before)))), "after": version.number}


def would_stand(
    commitment: Commitment, events: Iterable[Event], code: str, hours: engine.Calendar | None, *, at: datetime, again: bool = False
) -> list[Settled]:
    """Answer how the clocks that may count in a calendar would stand at an instant, did other hours hold from then on.

    Without ``hours`` as they stand. Nothing is stored.
    """
    log = list(events)
    calendars = {key: selectors.engine_calendar(version) for key, version in selectors.versions_in(commitment, log).items()}
    when = max([epoch(at), *(event.at for event in log)])
    if hours is not None:
        calendars[f"{code}@0"] = hours
        log.append(Event(when, len(log) + 1_000_000, CALENDAR_CHANGED, calendar_change(code, 0, again=again)))
    plan = selectors.engine_plan(commitment.plan_version_id)
    part = replace(plan, promises=tuple(promise for promise in plan.promises if code in promise.calendars.values()))
    return settle(part, calendars, commitment.situation, log, when)
