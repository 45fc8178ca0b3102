"""The papers of a training: the attendance sheet with everybody's name, and the certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents import selectors as papers
from documents import services as documents
from documents.models import LANGUAGES, Kind
from training.models import Attendee, Presence, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from accounts.models import User
    from documents.models import Document

Sheet = dict[str, Any]


def sheet_of(session: Session) -> Document | None:
    """Answer the attendance sheet of a session, if it was issued."""
    return papers.documents_about(session.about).filter(kind=Kind.TRAINING_ATTENDANCE).first()


def attendance_sheet(session: Session, *, actor: User | None, at: datetime) -> Document:
    """Issue the sheet with the names of all who were invited and who signed, to be signed by the customer."""
    people = list(session.attendees.order_by("pk"))
    return documents.issue(
        Kind.TRAINING_ATTENDANCE,
        about=session.about,
        number=f"{session.number}-ATT",
        organization=session.organization,
        site=session.site,
        office=session.office,
        sheets=_in_both(lambda: _attendance(session, people)),
        awaits_signature=True,
        actor=actor,
        at=at,
    )


def certificate(attendee: Attendee, *, number: str, valid_until: date | None, actor: User | None, at: datetime) -> Document:
    """Issue the certificate of one person; without a site, so that colleagues do not find it among the site's papers."""
    session = attendee.session
    return documents.issue(
        Kind.TRAINING_CERTIFICATE,
        about=f"certificate/{attendee.pk}",
        number=number,
        organization=session.organization,
        office=session.office,
        sheets=_in_both(lambda: _certificate(attendee, valid_until)),
        actor=actor,
        at=at,
    )


def _in_both(make: Callable[[], Sheet]) -> dict[str, Sheet]:
    sheets = {}
    for language in LANGUAGES:
        with override(language):
            sheets[language] = make()
    return sheets


def _time(session: Session) -> str:
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return f"{starts:%Y-%m-%d %H:%M} – {ends:%H:%M}" if starts.date() == ends.date() else f"{starts:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"


def _facts(session: Session) -> list[list[str]]:
    trainers = ", ".join(str(person) for person in session.trainers.order_by("name", "pk"))
    facts = [
        [_("Customer"), session.organization.name],
        [_("Course"), str(session.course)],
        [_("Date and time"), _time(session)],
        [_("Course hours"), f"{session.course.hours.normalize():f}"],
        [_("Place"), session.place],
        [_("Trainers"), trainers],
    ]
    return [*facts, [_("Contract"), session.contract.number]] if session.contract else facts


def _attendance(session: Session, people: list[Attendee]) -> Sheet:
    present = sum(1 for who in people if who.presence == Presence.PRESENT)
    rows = [[str(place), who.name, who.phone or "—", who.get_presence_display(), _signed(who)] for place, who in enumerate(people, 1)]
    heads = [_("No."), _("Full name"), _("Phone"), _("Attendance"), _("Signed")]
    names = {"type": "table", "title": _("Attendance"), "heads": heads, "widths": [0, 3, 3, 2, 4], "rows": rows}
    blocks: list[dict[str, Any]] = [names]
    if session.course.shown_outline:
        blocks.append({"type": "text", "title": _("What was taught"), "text": session.course.shown_outline})
    summary = _("%(present)s of %(invited)s were present.") % {"present": present, "invited": len(people)}
    return {"title": _("Training attendance sheet"), "facts": _facts(session), "summary": summary, "blocks": blocks}


def _signed(who: Attendee) -> str:
    if who.signed_at is None:
        return _("noted by the trainer") if who.presence == Presence.PRESENT else "—"
    how = _("on the screen") if who.strokes else _("by typing the name")
    return f"{timezone.localtime(who.signed_at):%Y-%m-%d %H:%M} {how}"


def _certificate(attendee: Attendee, valid_until: date | None) -> Sheet:
    session, course = attendee.session, attendee.session.course
    facts = [[_("Full name"), attendee.name], *_facts(session)]
    if attendee.score is not None:
        facts.append([_("Points in the test"), f"{attendee.score.normalize():f} / 100"])
    facts.append([_("Certificate valid until"), valid_until.isoformat() if valid_until else _("without an end")])
    words = _("This is to certify that %(name)s took part in the training “%(course)s” and completed it.")
    blocks = [
        {"type": "text", "title": title, "text": text}
        for title, text in ((_("What one can do afterwards"), course.shown_goals), (_("What was taught"), course.shown_outline))
        if text
    ]
    summary = words % {"name": attendee.name, "course": course}
    return {"title": _("Training certificate"), "facts": facts, "summary": summary, "blocks": blocks}
