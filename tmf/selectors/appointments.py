"""Visits as appointments: who sees which, what a list is narrowed down to, and what is shown of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Prefetch, Q

from tmf.appointments import states
from tmf.appointments.documents import ASSISTANT, CATEGORIES, TYPE, Shown, engineer
from tmf.appointments.shapes import ATTRIBUTES
from tmf.documents import moment
from tmf.models import TERM, Appointment, SlotSearch
from tmf.selectors.comparing import compared, date, meets, narrowed, sorted_by, status, unknown, unsearched
from visits import selectors as visits
from visits.models import Status, Visit, VisitEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket
    from tmf.queries import Condition

NUMBER = "VIS-"
_LONGEST_ID = 15
_TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"


def appointments_with_gone(user: User) -> QuerySet[Visit]:
    """Answer the visits a person may know of, those that were deleted here as well."""
    return visits.visits_for(user)


def appointments(user: User) -> QuerySet[Visit]:
    """Answer the visits a person may know of, without those that were deleted here."""
    gone = Appointment.objects.filter(deleted_at__isnull=False)
    return appointments_with_gone(user).exclude(pk__in=gone.values("visit"))


def key_of(number: str) -> int | None:
    """Answer the key of a visit by its number; None for what is none."""
    digits = number.removeprefix(NUMBER)
    known = number.startswith(NUMBER) and digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_ID
    return int(digits) if known and f"{NUMBER}{int(digits):06d}" == number else None


def searches_of(user: User) -> QuerySet[SlotSearch]:
    """Answer the searches for a time that an account made."""
    return SlotSearch.objects.filter(account=user)


# --- What is shown --------------------------------------------------------------------------------


def appointments_shown(keys: Sequence[int], user: User | None, base: str) -> list[Shown]:
    """Answer what is shown of these visits to a person, in the order of the keys, in a constant number of queries.

    ``user`` None is the desk itself: everything. ``base`` is the address of the collection below which pictures are fetched.
    """
    notes = VisitEvent.objects.filter(type=VisitEvent.Type.NOTED).select_related("actor").order_by("seq")
    rows = Visit.objects.filter(pk__in=keys).select_related("ticket__equipment", "organization", "site", "lead", "tmf")
    found = rows.prefetch_related("helpers", "photos", Prefetch("events", notes)).in_bulk()
    sees_all = user is None or user.is_provider
    return [_shown(found[key], base, sees_all=sees_all) for key in keys if key in found]


def _shown(visit: Visit, base: str, *, sees_all: bool) -> Shown:
    said = getattr(visit, "tmf", None)
    return Shown(
        id=visit.number,
        words=said.words if said else {},
        purpose=visit.purpose,
        description=visit.reason or visit.subject,
        status=states.shown(visit.status, is_arranged=visit.lead_id is not None and visit.starts_at is not None),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        created_at=visit.created_at,
        updated_at=visit.updated_at,
        place={"id": str(visit.site_id), "name": visit.site.name, "role": "site", "@referredType": "Site"},
        calendar_event={"id": str(visit.uid), "name": visit.number, "@referredType": "CalendarEvent"},
        entities=_entities(visit.ticket, base) if visit.ticket else (),
        parties=_parties(visit),
        contacts=_contacts(visit) if sees_all else (),
        notes=_notes(visit.events.all()),
        attachments=[_picture(visit, photo, base) for photo in visit.photos.all()],
    )


def _entities(ticket: Ticket, base: str) -> list[dict[str, str]]:
    href = base.partition("/tmf-api/")[0] + f"{_TICKETS}/{ticket.number}"
    found = [{"id": ticket.number, "href": href, "name": ticket.subject, "role": "troubleTicket", "@referredType": "TroubleTicket"}]
    thing = ticket.equipment
    if thing is not None:
        named = ("Asset", thing.serial_number) if thing.serial_number else ("Equipment", str(thing.pk))
        found.append({"id": named[1], "name": str(thing), "role": "affected", "@referredType": named[0]})
    return found


def _parties(visit: Visit) -> list[dict[str, str]]:
    customer = visit.organization
    found = [{"id": customer.code, "name": str(customer), "role": "customer", "@referredType": "Organization"}]
    if visit.lead is not None:
        found.append(engineer(visit.lead.pk, visit.lead.name))
    return [*found, *(engineer(helper.pk, helper.name, ASSISTANT) for helper in visit.helpers.all())]


def _contacts(visit: Visit) -> list[dict[str, Any]]:
    """Answer whom an engineer would ring, as the visit's page shows it to our own people."""
    ticket, site = visit.ticket, visit.site
    phone = (ticket.contact_phone if ticket else "") or site.contact_phone
    email = ticket.contact_email if ticket else ""
    media = (("telephone number", "phoneNumber", phone), ("email address", "emailAddress", email))
    return [{"mediumType": kind, "characteristic": {name: value}} for kind, name, value in media if value]


def _notes(lines: Iterable[VisitEvent]) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        marked = line.facts.get("tmf") or {}
        if "note" not in marked:
            continue  # what another system changed is told by the document itself
        note = {"id": f"line-{line.seq}", "author": line.actor.name if line.actor else "desk", "date": moment(line.at)}
        found.append({**note, **marked["note"], "text": line.text})
    return found


def _picture(visit: Visit, photo: Any, base: str) -> dict[str, Any]:
    return {
        "id": f"photo-{photo.pk}",
        "attachmentType": "picture",
        "mimeType": photo.content_type,
        "name": photo.caption or f"{visit.number}-{photo.pk}",
        "size": {"amount": photo.size, "units": "bytes"},
        "url": f"{base}/{visit.number}/attachment/{photo.pk}",
    }


# --- What a list is narrowed down to --------------------------------------------------------------


def appointments_filtered(found: QuerySet[Visit], groups: Sequence[Sequence[Condition]]) -> QuerySet[Visit]:
    """Keep the visits that meet every group of conditions. Raises BadQuery, NotBuilt."""
    return narrowed(found, groups, _one)


def _one(path: str, operator: str, value: str) -> Q:
    if path in _DATES:
        return date(path, _DATES[path], operator, value)
    if path in _OWN:
        return _OWN[path](operator, value)
    head = path.partition(".")[0]
    if head in ATTRIBUTES and (path != head or head not in {"id", "status"}) and head not in _SCALARS:
        raise unsearched(head)
    raise unknown(path)


_DATES = {
    "creationDate": "created_at",
    "lastUpdate": "updated_at",
    "validFor.startDateTime": "starts_at",
    "validFor.endDateTime": "ends_at",
}
_SCALARS = frozenset({"id", "status", "category", "description", "externalId", "creationDate", "lastUpdate", "@type"})
_ARRANGED = Q(lead__isnull=False, starts_at__isnull=False)
_STATUS = {
    states.INITIALIZED: Q(status=Status.PLANNED) & ~_ARRANGED,
    states.CONFIRMED: (Q(status=Status.PLANNED) & _ARRANGED) | Q(status__in=[Status.DEPARTED, Status.ON_SITE]),
    states.CANCELLED: Q(status=Status.CANCELLED),
    states.COMPLETED: Q(status=Status.DONE),
    states.FAILED: Q(status=Status.FAILED),
}
_NOBODY = Q(pk__in=())


def _id(operator: str, value: str) -> Q:
    key = key_of(value)
    if operator != "eq":
        raise unknown(f"id.{operator}")
    return Q(pk=key) if key is not None else _NOBODY


def _said(column: str, shown: Callable[[str, str], Q]) -> Callable[[str, str], Q]:
    """Answer a comparison with the caller's own word, or where there is none with what the desk shows."""

    def compare(operator: str, value: str) -> Q:
        theirs = value if operator == "regex" else value[:TERM]
        own = Appointment.objects.filter(compared(column, operator, theirs)).exclude(**{column: ""})
        unsaid = Q(tmf__isnull=True) | Q(**{f"tmf__{column}": ""})
        return Q(pk__in=own.values("visit")) | (unsaid & shown(operator, value))

    return compare


def _purpose(operator: str, value: str) -> Q:
    return Q(purpose__in=[purpose for purpose, word in CATEGORIES.items() if meets(word, operator, value)])


def _reason(operator: str, value: str) -> Q:
    return (~Q(reason="") & compared("reason", operator, value)) | (Q(reason="") & compared("subject", operator, value))


def _entity(operator: str, value: str) -> Q:
    return compared("ticket__number", operator, value) | compared("ticket__equipment__serial_number", operator, value)


def _party(operator: str, value: str) -> Q:
    found = compared("organization__code", operator, value)
    if operator == "eq" and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID:
        helped = Visit.helpers.through.objects.filter(user=int(value)).values("visit")
        found |= Q(lead=int(value)) | Q(pk__in=helped)
    return found


def _place(operator: str, value: str) -> Q:
    if operator != "eq":
        raise unknown(f"relatedPlace.id.{operator}")
    return Q(site=int(value)) if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID else _NOBODY


def _calendar(operator: str, value: str) -> Q:
    if operator != "eq":
        raise unknown(f"calendarEvent.id.{operator}")
    try:
        return Q(uid=UUID(value))
    except ValueError:
        return _NOBODY


def _note(operator: str, value: str) -> Q:
    lines = VisitEvent.objects.filter(compared("text", operator, value), type=VisitEvent.Type.NOTED)
    return Q(pk__in=lines.filter(facts__tmf__has_key="note").values("visit"))


_OWN: dict[str, Callable[[str, str], Q]] = {
    "id": _id,
    "status": lambda operator, value: status(_STATUS, operator, value),
    "category": _said("category", _purpose),
    "description": _said("description", _reason),
    "externalId": lambda operator, value: Q(pk__in=Appointment.objects.filter(compared("external_id", operator, value)).values("visit")),
    "relatedEntity.id": _entity,
    "relatedParty.id": _party,
    "relatedPlace.id": _place,
    "relatedPlace.name": lambda operator, value: compared("site__name", operator, value),
    "calendarEvent.id": _calendar,
    "note.text": _note,
    "@type": lambda operator, value: Q() if meets(TYPE, operator, value) else _NOBODY,
}
_ORDERS: dict[str, Any] = {
    "id": F("pk"),
    "creationDate": F("created_at"),
    "lastUpdate": F("updated_at"),
    "validFor.startDateTime": F("starts_at"),
    "status": F("status"),
}


def appointments_ordered(found: QuerySet[Visit], sort: str) -> QuerySet[Visit]:
    """Put visits into the order that is asked for (``-lastUpdate,id``); newest first unless one is. Raises BadQuery."""
    return sorted_by(found, sort, _ORDERS)
