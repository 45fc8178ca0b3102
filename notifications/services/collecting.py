"""Decides under a lock which mails go now, which go together and which wait (notifications/collecting.py says by what rule)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from core.bulk import update_many
from notifications import selectors
from notifications.collecting import SPACE, Allowance, Mail, Plan, plan
from notifications.kinds import COLLECTED_KINDS
from notifications.models import Channel, Message, State, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


def collect(claimed: Sequence[Message], at: datetime) -> tuple[list[Message], int]:
    """Answer which of the claimed rows go now, and how many others were put off or joined to one of them.

    Call in the transaction that claims. Whoever decides for a person holds their row, so that two workers never send two mails
    where one is due; a person whose row is held is left to the next round. What was tried before, and a mail that carries others
    already, go as they are: the same mail with the same Message-ID.
    """
    fresh = _undecided(claimed)
    if not fresh:
        return list(claimed), 0
    people = _held_by_us({row.recipient_id for row in fresh if row.recipient_id})
    due, lately = _due(fresh, people, at), _lately(people, at)
    allowance = Allowance(settings.ESCALATION_MAILS, timedelta(minutes=settings.ESCALATION_WINDOW_MINUTES))
    plans = [plan(due[person], lately[person], allowance, at) for person in people]
    going = {row.pk for row in claimed} - {row.pk for row in fresh} | _write(plans)
    decided = sum(len(due[person]) for person in people)
    return [row for row in claimed if row.pk in going], decided


def _undecided(claimed: Sequence[Message]) -> list[Message]:
    rows = [row for row in claimed if row.kind in COLLECTED_KINDS and row.recipient_id and row.attempts == 0]
    if not rows:
        return []
    carriers = set(Message.objects.filter(carried_by__in=[row.pk for row in rows]).values_list("carried_by", flat=True))
    return [row for row in rows if row.pk not in carriers]


def _held_by_us(people: Iterable[int]) -> list[int]:
    rows = User.objects.filter(pk__in=people).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    return [person.pk for person in rows.only("pk")]


def _mails_to(people: Sequence[int]) -> QuerySet[Message]:
    return Message.objects.filter(recipient__in=people, kind__in=COLLECTED_KINDS, channel=Channel.EMAIL, carried_by=None)


def _due(fresh: Sequence[Message], people: Sequence[int], at: datetime) -> dict[int, list[Message]]:
    """Answer all that is due for each person: what was claimed first, then what lies beyond the batch."""
    beyond = _mails_to(people).filter(selectors.free(at), attempts=0, next_try_at__lte=at).exclude(pk__in=[row.pk for row in fresh])
    carrying = Message.objects.filter(carried_by__in=beyond.values("pk")).values("carried_by")
    rows = [*fresh, *beyond.exclude(pk__in=carrying).select_related("recipient").defer("context").order_by("id")]
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for row in sorted(fresh, key=lambda row: row.pk) + rows[len(fresh) :]:
        if row.recipient_id is not None:
            found[row.recipient_id].append(row)
    return found


def _lately(people: Sequence[int], at: datetime) -> dict[int, list[Mail]]:
    """Answer what each person got within the window, and what is on its way to them."""
    since = at - max(timedelta(minutes=settings.ESCALATION_WINDOW_MINUTES), SPACE)
    on_its_way = Q(attempts__gt=0) | Exists(Message.objects.filter(carried_by=OuterRef("pk")))
    rows = _mails_to(people).filter(Q(state=State.SENT, sent_at__gt=since) | (Q(state=State.PENDING) & on_its_way))
    found: defaultdict[int, list[Mail]] = defaultdict(list)
    for person, sent_at, at_once, waits in rows.values_list("recipient", "sent_at", "at_once", "waits"):
        found[person].append(Mail(sent_at or at, at_once=at_once, is_digest=waits == Wait.COLLECTED))
    return found


def _write(plans: Iterable[Plan]) -> set[int]:
    """Write down what waits and what goes together, in one statement; answer the rows that go."""
    changed, going = [], set()
    for made in plans:
        for row, until, why in made.held:
            row.next_try_at, row.waits = until, why
            changed.append(row)
        for first, *others in made.mails:
            going.add(first.pk)
            for row in others:
                row.carried_by = first
            if others:
                first.waits = first.waits if first.at_once else Wait.COLLECTED  # the mail that ends a window begins the next
                changed += [first, *others]
    update_many(changed, ["next_try_at", "waits", "carried_by"])
    return going
