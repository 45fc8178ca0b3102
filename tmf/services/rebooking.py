"""A merge patch (RFC 7396) moves a visit, gives it to somebody, calls it off, or says more about it; a deletion takes it from sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from core.plain import keepable
from tickets import services as tickets
from tmf import selectors
from tmf.appointments import documents, states
from tmf.appointments.shapes import ATTRIBUTES, OURS
from tmf.errors import AdministratorOnly, BadDocument, NoSuchMove, Taken
from tmf.models import Appointment
from tmf.services.about import check_place, lead_of, named_ticket, times_of
from tmf.services.booking import DECIDED, add_notes, agreed, external_of, keep, kept_words, refuse_files, same_words, tell_contacts
from visits import services as visits
from visits.errors import NotYourVisit
from visits.models import Failure, Visit
from visits.services.record import locked, must_work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User

_SHOWN_OF_A_CHANGE = 500


@transaction.atomic
def rebook(visit: Visit, patch: Mapping[str, Any], *, actor: User, at: datetime, base: str = "", is_decided: bool = False) -> Visit:
    """Change a visit by a merge patch whose form was checked; what only the server says is passed over. All of it or nothing.

    A customer adds notes, and nothing else. ``base`` is the address of the collection as the caller has it;
    ``is_decided``: what speaks against a plan is known, and it is to be done all the same.
    """
    row = locked(visit)
    before = documents.written(selectors.appointments_shown([row.pk], actor, base)[0], base)
    change = _Change(row, patch, before, actor, at)
    if actor.is_customer:
        change.refuse_customer()
    else:
        must_work(row, actor)
    refuse_files(patch.get("attachment") or (), before.get("attachment", ()))
    last = change.add_notes()
    change.keep_words()
    change.move(is_decided=is_decided)
    if patch.get("status") is not None:
        change.take(patch["status"], last)
    return locked(row)


class _Change:
    def __init__(self, visit: Visit, patch: Mapping[str, Any], before: Mapping[str, Any], actor: User, at: datetime) -> None:
        self.visit, self.patch, self.before, self.actor, self.at = visit, patch, before, actor, at
        self.merged = {name: _merged(before.get(name), value) for name, value in patch.items()}

    def _is_new(self, name: str) -> bool:
        return name in self.patch and not same_words(self.merged[name] or None, self.before.get(name) or None)

    def refuse_customer(self) -> None:
        """Refuse what is ours to change."""
        changed = [name for name in self.patch if name in ATTRIBUTES - (OURS - {"status"}) - {"note", "attachment"} and self._is_new(name)]
        if changed:
            raise NotYourVisit(_("Only the engineers of this visit and the dispatchers can do this."), field=changed[0])

    def add_notes(self) -> str:
        """Add the notes that are new; what a customer says is a reply on the ticket as well, so that somebody is told."""
        known = frozenset(note["id"] for note in self.before.get("note", ()))
        said = [note for note in self.patch.get("note") or () if str(note.get("id") or "") not in known]
        last = add_notes(self.visit, said, actor=self.actor, at=self.at, known=known)
        if last and self.actor.is_customer:
            if self.visit.ticket is None:
                raise NotYourVisit(_("Only the engineers of this visit and the dispatchers can do this."), field="note")
            for note in said:
                text = keepable(str(note.get("text") or "")).strip()
                if text:
                    words = _("On visit %(number)s: %(words)s") % {"number": self.visit.number, "words": text}
                    tickets.comment(self.visit.ticket, actor=self.actor, at=self.at, text=words)
        return last

    def keep_words(self) -> None:
        """Keep what is said anew in the caller's words, with a line in the record that says so."""
        names = sorted(name for name in self.patch if name in ATTRIBUTES - OURS - DECIDED and self._is_new(name))
        if not names:
            return
        self._check_words(names)
        row = Appointment.objects.filter(visit=self.visit).first() or Appointment(visit=self.visit)
        words = row.words
        for name in names:
            words.pop(name, None)
            words |= kept_words({name: self.merged[name]})
        names = [name for name in names if not same_words(row.words.get(name), words.get(name))]
        if not names:
            return  # only who comes was said: that is no word of theirs
        try:
            with transaction.atomic():
                keep(row, words, external_of(words))
        except IntegrityError as error:
            raise Taken(_("Another appointment has this external id already."), field="externalId") from error
        said = "\n".join(f"{name}: {_brief(words.get(name))}" for name in names if name != "contactMedium")
        if said:
            visits.remark(self.visit, actor=self.actor, at=self.at, text=said, facts={"tmf": {"changed": names}})
        if "contactMedium" in names:
            tell_contacts(self.visit, words, actor=self.actor, at=self.at)

    def _check_words(self, names: list[str]) -> None:
        for name in ("relatedPlace", "calendarEvent"):
            if name in names and self.merged[name] is not None and not self.merged[name].get("role" if name == "relatedPlace" else "id"):
                raise BadDocument(_("“%(name)s” names something by its id.") % {"name": name}, field=name)
        if "relatedPlace" in names:
            check_place(self.merged["relatedPlace"], self.visit.site)
        if "relatedEntity" in names:
            named = named_ticket(self.merged["relatedEntity"] or (), self.actor)
            if named is not None and named.pk != self.visit.ticket_id:
                raise NoSuchMove(_("An appointment stays with its ticket; cancel it and make another."), field="relatedEntity")

    def move(self, *, is_decided: bool) -> None:
        """Give it another time or another engineer, where one is said."""
        lead, start, end = self.visit.lead, self.visit.starts_at, self.visit.ends_at
        if self._is_new("validFor"):
            start, end = times_of(self.merged["validFor"], self.at)
        if self.patch.get("relatedParty"):
            lead = lead_of(self.patch["relatedParty"]) or lead
        if (lead, start, end) == (self.visit.lead, self.visit.starts_at, self.visit.ends_at):
            return
        said = agreed(self.actor, self.visit.ticket, lead, (start, end), self.at) if start and end else []
        known = visits.DECIDABLE if is_decided else said
        visits.arrange(self.visit, visits.Slot(lead, start, end), actor=self.actor, at=self.at, agreed=known)

    def take(self, target: str, said: str) -> None:
        """Bring it into another state: call it off, or say that nothing could be done. Raises BadDocument, NoSuchMove."""
        if target not in states.STATES:
            choices = {"choices": ", ".join(states.STATES)}
            raise BadDocument(_("Choose one of: %(choices)s.") % choices, field="status", code="invalid_choice")
        visit = locked(self.visit)
        now = states.shown(visit.status, is_arranged=visit.lead_id is not None and visit.starts_at is not None)
        if target == now:
            return
        if target == states.CANCELLED:
            reason = said or _("Called off; the other system says no more about it.")
            visits.cancel(visit, actor=self.actor, at=self.at, reason=reason)
        elif target == states.FAILED:
            visits.fail(visit, actor=self.actor, at=self.at, failure=Failure.OTHER, text=said)
        else:
            sentence = _("“%(target)s” is not asked for: it comes with engineer and time, and with what is done on site.")
            raise NoSuchMove(sentence % {"target": target}, field="status")


def _merged(old: Any, value: Any) -> Any:
    """Answer an attribute after a merge patch: objects are merged, all else is written over."""
    if not isinstance(value, dict):
        return value
    after = dict(old) if isinstance(old, dict) else {}
    for name, part in value.items():
        after[name] = _merged(after.get(name), part)
    return {name: part for name, part in after.items() if part is not None}


def _brief(value: Any) -> str:
    words = keepable(value if isinstance(value, str) else "" if value is None else str(value))
    return words if len(words) <= _SHOWN_OF_A_CHANGE else f"{words[:_SHOWN_OF_A_CHANGE]}…"


@transaction.atomic
def take_away(visit: Visit, *, actor: User, at: datetime) -> None:
    """Take a visit from the sight of TMF646, as an administrator only may; one still to be made is cancelled, the record stays."""
    if actor.role != Role.ADMIN:
        raise AdministratorOnly(_("Only an administrator deletes appointments; cancel it instead."))
    row = locked(visit)
    if row.is_open:
        row = visits.cancel(row, actor=actor, at=at, reason=_("Deleted by an administrator."))
    said = Appointment.objects.filter(visit=row).first() or Appointment(visit=row)
    said.deleted_at = at
    said.save()
    visits.remark(row, actor=actor, at=at, text=_("No longer shown to other systems."), facts={"tmf": {"deleted": True}})
