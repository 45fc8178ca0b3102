"""Ends are looked after by themselves: listed as owed, reminded of 90, 60 and 30 days before, and asked about at the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import languages
from core.queue import claim
from core.record import save_by
from customers import engine
from customers import services as customers
from customers.models import Term
from entitlements.services import telling
from entitlements.services.quoting import open_at_end
from entitlements.services.settling import settle_reminders
from obligations import services as obligations
from obligations.models import Kind, Obligation, Status

BATCH = 100
GRACE = timedelta(days=2)
"""How long after its day a reminder is late."""


def follow_ends(at: datetime) -> int:
    """Have a row for each end that follows from contracts and equipment; answer how many changed."""
    return customers.follow_terms(at)


@transaction.atomic
def attend_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Do for some terms what is due by now; answer how many were looked after, 0 when none is left.

    Run twice, three days late or by two workers it comes to the same rows: a term is held by one worker at a time, each reminder is
    an obligation with a key of its own, and a quotation opens by itself once.
    """
    day = customers.today(at)
    waiting = Term.objects.filter(attend_on__lte=day).select_related("organization", "office", "contract", "equipment")
    rows = claim(waiting.order_by("attend_on", "pk"), limit, of=("self",))
    for term in rows:
        _attend(term, day, at)
    return len(rows)


def _attend(term: Term, day: date, at: datetime) -> None:
    if term.is_withdrawn or term.known_on > term.ends_on:  # it does not count any more, or was over when its end became known
        settle_reminders(term, term.withdrawn_because or _("The end has moved."), at=at, actor=None)
        term.attend_on = None
        save_by(term, None, at=at, fields=["attend_on"])
        return
    settle_reminders(term, _("The end has moved."), at=at, actor=None, but=term.ends_on)
    untold = False
    if not Term.objects.filter(renews=term, withdrawn_at=None).exists():
        steps = engine.steps(term.ends_on, term.known_on)
        for step, opens in steps:
            _owe(term, step, opens, at)
        untold = _remind([step for step in steps if step[1] <= day], term, day, at)
        if day >= term.ends_on:
            open_at_end(term, at=at)
    term.attend_on = day + timedelta(days=1) if untold else _next(term, day)
    save_by(term, None, at=at, fields=["attend_on"])


def _next(term: Term, day: date) -> date | None:
    days = [opens for _step, opens in engine.steps(term.ends_on, term.known_on)] + [term.ends_on]
    return min((each for each in days if each > day), default=None)


def key_of(term: Term, step: int, ends_on: date | None = None) -> str:
    """Answer the key of a reminder: once for a term, its last day and step."""
    return f"reminder:term:{term.pk}:{ends_on or term.ends_on}:{step}"


def _owe(term: Term, step: int, opens: date, at: datetime) -> None:
    opens_at = midnight(opens)
    owed = obligations.Owed(
        key=key_of(term, step),
        kind=Kind.REMINDER,
        code=f"end-{step}",
        title=_title(term, step, languages.CHINESE),
        title_en=_title(term, step, languages.ENGLISH),
        organization=term.organization,
        contract=term.contract,
        equipment=term.equipment,
        office=term.office,
        opens_at=opens_at,
        due_at=opens_at + GRACE,
        link=term.get_absolute_url(),
    )
    obligations.owe(owed, at=at)


def _title(term: Term, step: int, language: str) -> str:
    with override(language):
        facts = {"term": term.get_kind_display(), "about": term.subject, "days": step}
        return (_("Remind %(days)s days before the end: %(term)s, %(about)s") % facts)[:200]


def _remind(due: list[tuple[int, date]], term: Term, day: date, at: datetime) -> bool:
    """Tell both sides once, however many steps came due since it was looked at last; what is over needs no reminder.

    Answer whether the customer is still to be told: nobody was found there. It stays owed, and is tried again the next day.
    """
    keys = {key_of(term, step): step for step, _opens in due}
    owed = list(Obligation.objects.filter(key__in=keys, status=Status.OWED).order_by("opens_at"))
    if not owed:
        return False
    proof = ""
    if day <= term.ends_on:
        theirs, ours = telling.ending(term, (term.ends_on - day).days, keys[owed[-1].key], at=at)
        if not theirs:
            return True
        with override(languages.CHINESE):
            proof = _("Told: %(theirs)s of the customer, %(ours)s of ours.") % {"theirs": theirs, "ours": ours}
    with override(languages.CHINESE):
        proof = proof or _("It had ended before the customer could be told.")
    for row in owed:
        obligations.meet(row.key, actor=None, at=at, proof=proof, link=term.get_absolute_url())
    return False


def midnight(day: date) -> datetime:
    """Answer the instant a day begins, in the product's time zone."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
