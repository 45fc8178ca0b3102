"""How trainings are shown, and what a contract has of them: {% load training %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import time as clock
from core.templatetags.inline import badge
from training import engine, selectors
from training.models import REMIND_DAYS, STAFF_REMIND_DAYS, Presence, Status

if TYPE_CHECKING:
    from datetime import date

    from django.utils.safestring import SafeString

    from accounts.models import User
    from customers.models import Contract
    from obligations.models import Obligation
    from training.engine import Gap
    from training.models import Attendee, Certificate, NamedEngineer, Session, StaffCertificate

register = template.Library()

STATES = {
    Status.PLANNED: ("none", "calendar"),
    Status.ANNOUNCED: ("info", "send"),
    Status.HELD: ("risk", "signature"),
    Status.CLOSED: ("met", "check"),
    Status.CANCELLED: ("none", "ban"),
}
CAME = {
    Presence.INVITED: ("none", "mail"),
    Presence.CONFIRMED: ("info", "user-check"),
    Presence.PRESENT: ("met", "check"),
    Presence.ABSENT: ("late", "x"),
}


@register.simple_tag
def session_badge(session: Session) -> SafeString:
    """Show where a session stands: {% session_badge session %}."""
    return badge(session.get_status_display(), *STATES[Status(session.status)])


@register.simple_tag
def presence_badge(who: Attendee) -> SafeString:
    """Show whether somebody comes, or came: {% presence_badge who %}."""
    return badge(who.get_presence_display(), *CAME[Presence(who.presence)])


@register.simple_tag
def owed_badge(row: Obligation) -> SafeString:
    """Show how a training that is owed stands; the row knows its state (selectors.with_state)."""
    words = {
        "late": (_("overdue"), "late", "alert-triangle"),
        "open": (_("not planned"), "risk", "calendar"),
        "planned": (_("planned"), "info", "calendar-event"),
        "held": (_("held in time"), "met", "check"),
        "held_late": (_("held late"), "late", "clock"),
        "waived": (_("waived"), "none", "ban"),
    }
    return badge(*words[row.state])  # type: ignore[attr-defined]


@register.simple_tag
def validity_badge(certificate: Certificate, today: date) -> SafeString:
    """Show whether a certificate is valid: {% validity_badge certificate today %}."""
    if certificate.valid_until is not None and certificate.valid_until < today:
        return badge(_("ended"), "none", "clock")
    if certificate.valid_until is not None and (certificate.valid_until - today).days <= max(REMIND_DAYS):
        return badge(_("ends soon"), "risk", "alert-triangle")
    return badge(_("valid"), "met", "check")


@register.simple_tag
def staff_validity_badge(row: StaffCertificate, today: date) -> SafeString:
    """Show whether a certificate of ours holds: {% staff_validity_badge row today %}."""
    if row.withdrawn_at is not None:
        return badge(_("withdrawn"), "none", "ban")
    if row.lasts_until < today:
        return badge(_("expired"), "late", "alert-triangle")
    if row.expires_on is not None and (row.expires_on - today).days <= max(STAFF_REMIND_DAYS):
        return badge(_("ends soon"), "risk", "clock")
    return badge(_("valid"), "met", "check")


@register.simple_tag
def gap_badge(gap: Gap) -> SafeString:
    """Show what is amiss with a named engineer: {% gap_badge gap %}."""
    facts = {"about": gap.about, "day": gap.on.isoformat() if gap.on else ""}
    words = {
        engine.LEFT: _("left us"),
        engine.MISSING: _("missing: %(about)s"),
        engine.EXPIRED: _("expired on %(day)s: %(about)s"),
        engine.ENDING: _("ends on %(day)s: %(about)s"),
    }
    tone = "risk" if gap.kind == engine.ENDING else "late"
    return badge(words[gap.kind] % facts, tone, "alert-triangle")


@register.filter
def gaps_on(row: NamedEngineer, day: date) -> list[Gap]:
    """Answer what is amiss on a day: {% for gap in row|gaps_on:today %}."""
    return row.gaps_on(day)


@register.filter
def valid_on(row: NamedEngineer, day: date) -> list[StaffCertificate]:
    """Answer the certificates that hold on a day: {% for paper in row|valid_on:today %}."""
    return row.valid_certificates(day)


@register.simple_tag
def people_of(contract: Contract, viewer: User) -> dict[str, Any]:
    """Answer whom a contract names and who represents us where its customer is: {% people_of contract user as found %}."""
    today = timezone.localdate(clock.now())
    return {
        "today": today,
        "named": selectors.named_in(viewer, contract, today),
        "representatives": selectors.representatives_of(viewer, contract, today),
    }


@register.filter
def hours(value: Any) -> str:
    """Write hours without needless places: 6, 7.5."""
    return f"{value.normalize():f}"


@register.simple_tag
def trainings_of(contract: Contract, viewer: User) -> dict[str, Any]:
    """Answer what a contract owes in trainings and which are planned or held: {% trainings_of contract user as found %}."""
    owed = list(selectors.of_contract(viewer, contract, clock.now())[:6])
    rows = selectors.sessions_for(viewer).filter(contract=contract).select_related("course")
    sessions = list(rows.order_by("-starts_at", "-pk")[:6])
    return {"owed": owed, "sessions": sessions, "any": bool(owed or sessions)}


@register.simple_tag
def tabs(viewer: User, path: str) -> list[tuple[str, str, bool]]:
    """Answer the tabs of the training pages as address, words, and whether it is this page: {% tabs user request.path as found %}."""
    names = [("training:list", _("Sessions"))]
    names += [("training:owed", _("Owed by contract"))] if viewer.is_provider else []
    names += [("training:courses", _("Courses")), ("training:certificates", _("Training certificates"))]
    if viewer.is_provider:
        names += [("training:engineers", _("Certificates")), ("training:representatives", _("Regional representatives"))]
    return [(reverse(name), words, reverse(name) == path) for name, words in names]


@register.filter
def at(forms: dict[str, Any], name: str) -> Any:
    """Answer the form of a step: {% form_errors forms|at:step %}."""
    return forms[name]
