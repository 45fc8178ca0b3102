"""Who may do what with trainings, and the rows that are locked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import Invalid
from training import selectors, workflow
from training.errors import NotYourTraining, SessionNotNow
from training.models import Session

if TYPE_CHECKING:
    from accounts.models import User


def must_manage(actor: User | None) -> None:
    """Refuse what only managers do."""
    if actor is not None and not actor.manages:
        raise NotYourTraining(_("The catalogue of courses is up to managers."))


def must_dispatch(actor: User | None) -> None:
    """Refuse what only those do who plan the work of others."""
    if actor is not None and not actor.dispatches:
        raise NotYourTraining(_("Trainings are planned by dispatchers and managers."))


def must_keep_staff(actor: User | None) -> None:
    """Refuse who may not say what our own people can do, and whom contracts name."""
    if actor is not None and not actor.dispatches:
        raise NotYourTraining(_("Certificates of staff and named engineers are kept by dispatchers and managers."))


def must_appoint(actor: User | None) -> None:
    """Refuse who may not say who represents us in a region."""
    if actor is not None and not actor.manages:
        raise NotYourTraining(_("Regional representatives are named by managers."))


def must_teach(session: Session, actor: User | None) -> None:
    """Refuse who is neither a trainer of the session nor plans work."""
    if actor is not None and not selectors.may_teach(actor, session):
        raise NotYourTraining(_("This is done by the trainers of the session, or by a dispatcher."))


def locked(session: Session) -> Session:
    """Answer the session's row anew, kept until the transaction ends."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("course", "organization", "contract", "office", "site")
    return rows.get(pk=session.pk)


def must_allow(session: Session, step: str) -> None:
    """Refuse a step that the session's state does not allow."""
    if not workflow.may(step, session.status):
        facts = {"number": session.number, "state": session.get_status_display()}
        raise SessionNotNow(_("This is not possible: training %(number)s is “%(state)s”.") % facts)


def said(text: str, field: str, sentence: str) -> str:
    """Answer the words without blanks around them; refuse where there are none."""
    if not text.strip():
        raise Invalid(sentence, field=field, code="required")
    return text.strip()
