"""What kinds of tickets there are, as version 5 describes them: read only, they are made by the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from tickets.models import Kind
from tmf.api.base import TmfView, number, refuse_filter
from tmf.api.resources import MOST, NAMES, SIZE
from tmf.errors import BadQuery

if TYPE_CHECKING:
    from rest_framework.request import Request

    from tmf.queries import Condition

TYPE = "TroubleTicketSpecification"
_MANDATORY = ("description", "severity")


class _SpecificationView(TmfView):
    spoken = "v5"

    def all(self) -> list[dict[str, Any]]:
        """Answer every kind that is reported from outside; the rest the desk opens itself."""
        base = f"{self.base}/troubleTicketSpecification"
        characteristics = [
            {"@type": "CharacteristicSpecification", "name": name, "valueType": "string", "minCardinality": 1, "maxCardinality": 1}
            for name in _MANDATORY
        ]
        return [
            {
                "id": kind.value,
                "href": f"{base}/{kind.value}",
                "name": str(kind.label),
                "lifecycleStatus": "active",
                "version": "1",
                "specCharacteristic": characteristics,
                "@type": TYPE,
            }
            for kind in (Kind.FAULT, Kind.CONSULTATION, Kind.COMPLAINT, Kind.REQUEST)
        ]

    def cut(self, row: dict[str, Any], *always: str) -> dict[str, Any]:
        """Answer the attributes that are asked for; all where none of them is known."""
        wanted = {name.partition(".")[0] for name in self.fields()}
        return {name: value for name, value in row.items() if name in {*wanted, *always}} if wanted & set(row) else row


class SpecificationsView(_SpecificationView):
    """All kinds."""

    def get(self, request: Request) -> Response:
        """List them."""
        asked = self.asked(NAMES)
        refuse_filter(asked)
        rows = [row for row in self.all() if all(any(_meets(row, each) for each in group) for group in asked.groups)]
        for words in reversed([word.strip() for word in asked.named.get("sort", "").split(",") if word.strip()]):
            name = words.lstrip("+-")
            if name not in {"id", "name", "lifecycleStatus"}:
                raise BadQuery(_("Lists are not sorted by “%(name)s”.") % {"name": name[:80]}, field="sort")
            rows.sort(key=lambda row, name=name: str(row[name]), reverse=words.startswith("-"))  # type: ignore[misc]
        offset = number(asked.named.get("offset"), "offset", 0, MOST)
        shown = rows[offset : offset + number(asked.named.get("limit"), "limit", SIZE, MOST)]
        headers = {"X-Total-Count": str(len(rows)), "X-Result-Count": str(len(shown))}
        return Response([self.cut(row, "id") for row in shown], headers=headers)


def _meets(row: dict[str, Any], asked: Condition) -> bool:
    if asked.path not in {"id", "name", "lifecycleStatus", "version"} or asked.operator not in {"eq", "ne"}:
        raise BadQuery(_("“%(name)s” is no attribute that lists are searched by.") % {"name": asked.path[:80]}, field=asked.path[:80])
    return (row[asked.path] in asked.values) == (asked.operator == "eq")


class SpecificationView(_SpecificationView):
    """One kind."""

    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the standard's own name
        """Show it."""
        found = next((row for row in self.all() if row["id"] == id), None)
        if found is None:
            raise Http404
        return Response(self.cut(found))
