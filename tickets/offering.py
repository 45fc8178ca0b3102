"""What a message about escalations offers its reader: to take care of each, or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import selectors as outbox
from notifications.offers import Offer
from sla.models import Escalation
from tickets import errands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notifications.models import Message

KIND = "escalation"


def in_mail(message: Message) -> list[Offer]:
    """Answer links to a page with one button, for all of the mail first."""
    if message.recipient is None or not message.recipient.is_provider:
        return []
    items = outbox.told(message).get("items", [])
    if len(items) == 1:
        return [Offer(_all(1), url=_link(message, items[0]["escalation_id"]), is_main=True)]
    each = [Offer(_all(1), item["ticket_number"], _link(message, item["escalation_id"])) for item in items]
    return [Offer(_all(len(items)), url=_link(message), is_main=True), *each] if each else []


def _all(count: int) -> str:
    return _("I take care of all %(count)s") % {"count": count} if count > 1 else _("I take care of it")


def _link(message: Message, escalation: int | None = None) -> str:
    return settings.PUBLIC_URL + reverse("tickets:errand", args=[errands.of(message, escalation).token])


def in_inbox(messages: Sequence[Message]) -> dict[int, list[Offer]]:
    """Answer a button for each item, and one for all that still wait; in one query."""
    wanted = {item["escalation_id"] for message in messages for item in message.context.get("items", ())}
    rows = Escalation.objects.filter(pk__in=wanted).select_related("acknowledged_by").only("acknowledged_at", "acknowledged_by__name")
    found = {row.pk: row for row in rows}
    return {message.pk: _buttons(message.context.get("items", ()), found) for message in messages}


def _buttons(items: Sequence[dict[str, Any]], found: dict[int, Escalation]) -> list[Offer]:
    known = [(item, found[item["escalation_id"]]) for item in items if item["escalation_id"] in found]
    waiting = [row.pk for _item, row in known if row.acknowledged_at is None]
    each = [_button(item["ticket_number"] if len(known) > 1 else "", row) for item, row in known]
    if len(waiting) > 1:
        values = tuple(("escalation", str(pk)) for pk in waiting)
        each.insert(0, Offer(_all(len(waiting)), url=reverse("tickets:acknowledge_many"), values=values, is_main=True))
    return each


def _button(about: str, row: Escalation) -> Offer:
    done = _("%(name)s takes care of it.") % {"name": row.acknowledged_by} if row.acknowledged_by else ""
    return Offer(_all(1), about, reverse("tickets:acknowledge", args=[row.pk]), done=done)
