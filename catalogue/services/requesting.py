"""What is asked from the catalogue becomes a ticket with its answers and what it costs, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Team
from catalogue import engine, selectors
from catalogue.errors import BadValues, NotOffered
from catalogue.models import Approval, Item, Request
from core import languages
from core.foreign import Differs, IdTaken
from core.record import save_by
from customers import selectors as customers
from customers.models import Equipment, Site
from tickets import services as tickets
from tickets.models import Channel, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from catalogue.engine import Checked, Definition, Known
    from catalogue.models import ItemVersion
    from catalogue.selectors import Terms
    from tickets.models import Ticket

SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What somebody asks for. ``files``: by field; None where they follow the ticket later (REST)."""

    item: Item
    site: Site
    values: Mapping[str, Any]
    files: Mapping[str, Sequence[UploadedFile]] | None = field(default_factory=dict)
    channel: str = Channel.PORTAL
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    external_id: str = ""
    external_source: str = ""
    """Whose the external id is, as of a report."""
    submission: UUID | None = None


def looked_at(asking: Asking, *, actor: User | None, at: datetime) -> tuple[Checked, Terms]:
    """Answer what was understood and what it would cost, without writing anything: what the preview shows, ``ask`` decides by."""
    checked, known = _checked(asking, actor, at)
    place, _things = _place(asking, checked.values, known)
    return checked, selectors.terms_at(asking.item.definition, place, at)


def _checked(asking: Asking, actor: User | None, at: datetime) -> tuple[Checked, Known]:
    names = None if asking.files is None else {name: [file.name or "" for file in files] for name, files in asking.files.items()}
    known = selectors.known_for(asking.site.organization, actor, at, names)
    return engine.check(asking.item.definition, asking.values, known), known


def _place(asking: Asking, values: Mapping[str, Any], known: Known) -> tuple[Equipment | Site, list[int]]:
    """Answer what the request is for: the one equipment that was named, else the site; and all equipment that was named."""
    chosen: list[int] = []
    for each in asking.item.definition.fields:
        if each.kind == "equipment" and each.code in values:
            value = values[each.code]
            chosen += [one for one in (value if isinstance(value, list) else [value]) if one not in chosen]
    if len(chosen) != 1 or chosen[0] not in known.equipment:
        return asking.site, chosen
    return Equipment.objects.select_related("site__region__office", "site__organization").get(pk=chosen[0]), chosen


@transaction.atomic
def ask(asking: Asking, *, actor: User | None, at: datetime) -> Request:
    """Ask for an item: a ticket, its answers, what it costs by which rule. The same submission or external id answers the first.

    Raises NotOffered, IdTaken, Differs, and BadValues with a sentence for each field.
    """
    item = Item.objects.select_related("version").get(pk=asking.item.pk)
    if not item.is_offered or item.version is None:
        raise NotOffered(_("“%(item)s” is not offered any more; choose another from the catalogue.") % {"item": item})
    checked, known = _checked(asking, actor, at)
    if not checked.is_fine:
        raise BadValues(_("Some answers need another look."), {name: _(text) % values for name, (text, values) in checked.errors.items()})
    definition = item.version.definition
    place, _chosen = _place(asking, checked.values, known)
    terms = selectors.terms_at(definition, place, at)
    names = _names(definition, checked.values, known)
    ticket = tickets.report(_report(asking, place, checked.values, _Told(definition, names, terms), at), actor=actor, at=at)
    if not ticket.is_new:
        return _asked_before(asking, ticket, place, checked.values)
    return enter(ticket, item.version, terms, actor=actor, at=at, values=checked.values, names=names)


def enter(ticket: Ticket, version: ItemVersion, terms: Terms, *, actor: User | None, at: datetime, **answers: Any) -> Request:
    """Have a ticket be a request of an item: what it costs, and that it waits for quotation and approval where it does."""
    row = Request(
        ticket=ticket, item=version.item, version=version, charge=terms.charge.outcome, rule=_rule(terms),
        approval=Approval.TO_QUOTE if terms.needs_approval else Approval.NOT_NEEDED, created_at=at, **answers,
    )  # fmt: skip
    save_by(row, actor, at=at)
    return row


def _asked_before(asking: Asking, ticket: Ticket, place: Equipment | Site, values: Mapping[str, Any]) -> Request:
    """Answer what was asked with this form or external id before; another asking with the same id is refused."""
    earlier = Request.objects.filter(ticket=ticket).first()
    if earlier is None:
        raise IdTaken
    site = place.site_id if isinstance(place, Equipment) else place.pk
    kept = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    said = {"item": earlier.item_id == asking.item.pk, "site": ticket.site_id == site, "values": earlier.values == kept}
    if asking.external_id and (other := [name for name, is_same in said.items() if not is_same]):
        raise Differs(_("Ticket %(number)s was asked for with this external id and other words.") % {"number": ticket.number}, other)
    return earlier


@dataclass(frozen=True, slots=True)
class _Told:
    """By which words a ticket tells what was asked."""

    definition: Definition
    names: dict[str, str]
    terms: Terms


def _names(definition: Definition, values: Mapping[str, Any], known: Known) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in definition.fields:
        if each.kind in ("equipment", "site") and each.code in values:
            among = known.equipment if each.kind == "equipment" else known.sites
            value = values[each.code]
            found |= {f"{each.kind}:{one}": among.get(one, str(one)) for one in (value if isinstance(value, list) else [value])}
    return found


def _rule(terms: Terms) -> dict[str, Any]:
    """Answer the rule as it stood on the day, so that what was shown can be told from what the item says now."""
    rule = terms.charge
    contract = terms.entitled.contract
    return {
        "condition": rule.condition,
        "plans": list(rule.plans),
        "price": None if rule.price is None else str(rule.price),
        "unit": rule.unit,
        "note": rule.note,
        "contract": contract.number if contract else "",
        "day": terms.entitled.day.isoformat(),
    }


def _report(asking: Asking, place: Equipment | Site, values: Mapping[str, Any], told: _Told, at: datetime) -> tickets.Report:
    definition = told.definition
    files = [file for each in definition.fields if each.code in values for file in (asking.files or {}).get(each.code, ())]
    with override(settings.LANGUAGE_CODE):  # one record, many readers: the service desk's own language
        lines = [f"{row.label}：{row.value}" for row in selectors.shown_values(definition, values, told.names)]
        subject = " · ".join(filter(None, (engine.spoken(definition.name, languages.CHINESE), str(values.get(definition.subject, "")))))
        text = "\n".join([*lines, _("Costs: %(costs)s") % {"costs": told.terms.label}])
    return tickets.Report(
        kind=definition.kind,
        severity=definition.severity,
        subject=subject[:SUBJECT],
        description=text,
        site=place.site if isinstance(place, Equipment) else place,
        equipment=place if isinstance(place, Equipment) else None,
        channel=asking.channel,
        contact_name=asking.contact_name,
        contact_phone=asking.contact_phone,
        contact_email=asking.contact_email,
        external_id=asking.external_id,
        external_source=asking.external_source,
        submission=asking.submission,
        team=_team(definition.skill, place, at),
        files=files,
    )


def _team(skill: str, place: Equipment | Site, at: datetime) -> Team | None:
    """Answer the team of the place's office that has the skill the item asks for."""
    if not skill:
        return None
    office = customers.entitlement(place, at).office
    return Team.objects.filter(office=office, skills__code=skill).order_by("code").first()
