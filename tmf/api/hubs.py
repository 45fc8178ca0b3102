"""Subscriptions, and the listeners that a peer's hub pushes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from core.time import now
from tmf import events, selectors, services
from tmf.api.base import CREATED, NO_CONTENT, TmfView, refuse
from tmf.errors import BadDocument
from tmf.models import Standard
from tmf.shapes import MOMENT, POLYMORPHIC, TEXT, V4, V5, Thing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request

    from tmf.models import Hub

_SENT = Thing({"callback": TEXT, "query": TEXT}, needs=("callback",))
_EVENT = Thing(
    dict.fromkeys(("id", "href", "eventId", "eventType", "correlationId", "domain", "title", "description", "priority"), TEXT)
    | {"eventTime": MOMENT, "timeOcurred": MOMENT, "timeOccurred": MOMENT, "event": Thing(typed=False)}
)
LISTENERS = {
    V4: {events.path_of(type_): type_ for type_ in events.TYPES},
    V5: {events.path_of(type_): type_ for type_ in (*events.TYPES, *events.SPECIFICATION)},
}
"""The last word of a listener's address, and what it is told."""
_LONGEST_ID = 15
_POLYMORPHIC = frozenset(POLYMORPHIC)


def _written(view: TmfView, hub: Hub) -> dict[str, Any]:
    told = {"id": str(hub.pk), "callback": hub.callback, **({"query": hub.query} if hub.query else {})}
    return {**told, "href": f"{view.base}/hub/{hub.pk}", "@type": "Hub"} if view.spoken == V5 else told


class HubsView(TmfView):
    """Where other systems subscribe."""

    known = frozenset(_SENT.parts) | _POLYMORPHIC
    standard = Standard.TROUBLE_TICKET

    def post(self, request: Request) -> Response:
        """Make a subscription; the secret that signs its messages is told once, in a header."""
        sent = self.document()
        refuse(list(_SENT.complaints(sent, "", self.spoken)))
        wanted = {"callback": sent["callback"], "query": sent.get("query") or "", "standard": self.standard, "version": self.spoken}
        hub = services.subscribe(**wanted, actor=self.person, at=now())
        headers = {"Location": f"{self.base}/hub/{hub.pk}", "Webhook-Secret": hub.endpoint.secret}
        return Response(_written(self, hub), status=CREATED, headers=headers)


class HubV4View(TmfView):
    """One subscription; version 4 only ends it."""

    standard = Standard.TROUBLE_TICKET

    def delete(self, request: Request, id: str) -> Response:  # noqa: A002 - the standard's own name
        """End it."""
        services.unsubscribe(self._hub(id), actor=self.person, at=now())
        return Response(status=NO_CONTENT)

    def _hub(self, id: str) -> Hub:  # noqa: A002
        is_id = id.isascii() and id.isdecimal() and len(id) <= _LONGEST_ID
        hub = selectors.hubs_of(self.person, self.standard).filter(pk=int(id)).first() if is_id else None
        if hub is None:
            raise Http404
        return hub


class HubV5View(HubV4View):
    """One subscription; version 5 shows it too."""

    def get(self, request: Request, id: str) -> Response:  # noqa: A002
        """Show it."""
        return Response(_written(self, self._hub(id)))


class ListenerView(TmfView):
    """Where a peer's hub tells us of its tickets."""

    known = frozenset(_EVENT.parts) | {"fieldPath", "source", "reportingSystem", "relatedParty", "analyticCharacteristic"} | _POLYMORPHIC
    listeners: Mapping[str, Mapping[str, str]] = LISTENERS
    is_read_only = False
    """Whether nobody works on what is told."""

    def post(self, request: Request, event: str) -> Response:
        """Keep the event, once; whoever exchanges such things with this account works on it afterwards."""
        type_ = self.listeners[self.spoken].get(event)
        if type_ is None:
            raise Http404
        sent = self.document()
        refuse(list(_EVENT.complaints(sent, "", self.spoken)))
        if not sent:
            raise BadDocument(_("Send the event."))
        kept = services.receive(sent, type_, self.spoken, account=self.person, at=now(), is_read_only=self.is_read_only)
        if self.spoken == V5:
            return Response(status=NO_CONTENT)
        return Response({"id": kept.event_id, "callback": f"{self.base}/listener/{event}"}, status=CREATED)
